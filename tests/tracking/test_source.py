"""Sources and channels, by example and for any text at all."""

import re
from collections.abc import Iterator
from importlib.resources import files
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracking.address import scrub
from tracking.channel import channel
from tracking.host import TABLES
from tracking.source import classify, own_hosts, unfilled

SITE = "https://shop.example/page"
OWN = frozenset({"shop.example"})
FACEBOOK = ("facebook", "social", "Organic Social")
YANDEX = ("yandex", "organic", "Organic Search")
NOTHING = ("(direct)", "(none)", "Direct")
OPENSTAT = "ZGlyZWN0LnlhbmRleC5ydTsxMjM7NDU2O3lhbmRleC5ydTpwcmVtaXVt"


@pytest.mark.parametrize(
    ("query", "referrer", "expected", "rule"),
    [
        ("", "", NOTHING, "direct"),
        ("", "https://shop.example/other", NOTHING, "self_referral"),
        ("", "https://www.shop.example/other", NOTHING, "self_referral"),
        ("", "https://blog.shop.example/", NOTHING, "self_referral"),
        ("", "https://myshop.example/", ("myshop.example", "referral", "Referral"), "referrer"),
        ("", "https://checkout.stripe.com/pay", NOTHING, "return"),
        ("", "https://accounts.google.com/", NOTHING, "return"),
        ("", "https://passport.yandex.com.tr/", NOTHING, "return"),
        ("fbclid=x", "https://yookassa.ru/", FACEBOOK, "click_hint"),
        ("gclid=AbC", "", ("google", "cpc", "Paid Search"), "click_id"),
        ("gclid=AbC", "https://partner.example/", ("google", "cpc", "Paid Search"), "click_id"),
        ("gclid={gclid}", "", NOTHING, "direct"),
        ("dclid=1", "", ("google", "display", "Display"), "click_id"),
        ("fbclid=1&yclid=2", "", ("yandex", "cpc", "Paid Search"), "click_id"),
        ("mc_cid=1", "https://mail.google.com/", ("mailchimp", "email", "Email"), "click_id"),
        ("ysclid=x", "", YANDEX, "click_hint"),
        ("ysclid=x", "https://ya.ru/", YANDEX, "referrer"),
        ("fbclid=x", "https://l.facebook.com/", FACEBOOK, "referrer"),
        ("gad_source=1", "", NOTHING, "direct"),
        ("utm_source=google&utm_medium=cpm", "", ("google", "cpm", "Paid Search"), "utm"),
        ("utm_source=vk&utm_medium=cpc", "", ("vk", "cpc", "Paid Social"), "utm"),
        ("utm_source=Ig", "", ("Ig", "(not set)", "Organic Social"), "utm"),
        ("utm_source=a&gclid=1", "", ("a", "cpc", "Paid Other"), "utm"),
        ("utm_source=a&fbclid=1", "", ("a", "(not set)", "Unassigned"), "utm"),
        ("utm_source=a&utm_source=b", "", ("a", "(not set)", "Unassigned"), "utm"),
        ("utm_source=&utm_source=b", "", ("b", "(not set)", "Unassigned"), "utm"),
        ("utm_source[]=a", "", NOTHING, "direct"),
        ("mtm_source=vk&mtm_medium=cpc", "", ("vk", "cpc", "Paid Social"), "utm"),
        ("utm_medium=banner", "", ("(not set)", "banner", "Display"), "utm"),
        ("utm_medium=banner", "https://dzen.ru/", ("dzen", "banner", "Display"), "referrer"),
        ("utm_campaign=shop", "", ("(not set)", "(not set)", "Organic Shopping"), "utm"),
        ("utm_source=%7Bsource%7D&utm_medium=%25medium%25", "", NOTHING, "direct"),
        (f"_openstat={OPENSTAT}", "", ("yandex", "cpc", "Paid Search"), "openstat"),
        (f"utm_source=a&_openstat={OPENSTAT}", "", ("a", "(not set)", "Unassigned"), "utm"),
        (f"gclid=1&_openstat={OPENSTAT}", "", ("yandex", "cpc", "Paid Search"), "openstat"),
        ("_openstat=garbage", "https://ya.ru/", YANDEX, "referrer"),
        ("roistat=vk1_x_7_word", "", ("vk", "cpc", "Paid Social"), "roistat"),
        ("calltouch_tm=yd_c:1_ad:2", "", ("yandex", "cpc", "Paid Search"), "calltouch"),
        (
            "utm_referrer=https%3A%2F%2Fyandex.ru%2Fsearch", "https://shop.example/",
            YANDEX, "utm_referrer",
        ),
        ("utm_referrer=ya.ru", "", YANDEX, "utm_referrer"),
        ("utm_referrer=shop.example", "https://ya.ru/",
         YANDEX, "referrer"),
        ("utm_referrer=(not%20set)", "", NOTHING, "direct"),
        ("", "https://www.google.co.uk/", ("google", "organic", "Organic Search"), "referrer"),
        ("", "https://www.google.com/url?q=x", ("google", "organic", "Organic Search"), "referrer"),
        ("", "https://google.com/aclk?x", ("google", "cpc", "Paid Search"), "referrer"),
        ("", "https://tpc.googlesyndication.com/", ("google", "cpc", "Paid Search"), "referrer"),
        ("", "https://yandex.ru/clck/jsredir", YANDEX, "referrer"),
        ("", "https://yabs.yandex.ru/", ("yandex", "cpc", "Paid Search"), "referrer"),
        ("", "https://docs.google.com/", ("docs.google.com", "referral", "Referral"), "referrer"),
        ("", "https://away.vk.com/", ("vk", "social", "Organic Social"), "referrer"),
        ("", "https://out.reddit.com/", ("reddit", "social", "Organic Social"), "referrer"),
        ("", "https://t.co/x", ("twitter", "social", "Organic Social"), "referrer"),
        ("", "https://youtu.be/", ("youtube", "referral", "Organic Video"), "referrer"),
        ("", "https://www.ozon.ru/", ("ozon", "referral", "Organic Shopping"), "referrer"),
        (
            "", "https://gemini.google.com/",
            ("gemini.google.com", "ai-assistant", "AI Assistant"), "referrer",
        ),
        ("", "https://x.com/i/grok", ("grok.com", "ai-assistant", "AI Assistant"), "referrer"),
        ("", "https://x.com/i/grokking", ("twitter", "social", "Organic Social"), "referrer"),
        ("utm_source=chatgpt.com", "", ("chatgpt.com", "(not set)", "AI Assistant"), "utm"),
        ("", "https://mail.google.com/", ("gmail", "email", "Email"), "referrer"),
        ("", "https://mail.yandex.ru/", ("yandex.mail", "email", "Email"), "referrer"),
        ("", "https://e.mail.ru/", ("e.mail.ru", "email", "Email"), "referrer"),
        ("", "https://go.mail.ru/", ("mail.ru", "organic", "Organic Search"), "referrer"),
        ("", "https://webmail.firm.co.uk/", ("webmail.firm.co.uk", "email", "Email"), "referrer"),
        ("", "android-app://com.google.android.gm/", ("gmail", "email", "Email"), "referrer"),
        (
            "", "android-app://com.google.android.googlequicksearchbox/https/www.google.com",
            ("google", "organic", "Organic Search"), "referrer",
        ),
        ("", "android-app://com.shop.app",
         ("app:com.shop.app", "referral", "Referral"), "referrer"),
        ("", "https://com.google.android.gm/",
         ("com.google.android.gm", "referral", "Referral"), "referrer"),
    ],
)  # fmt: skip
def test_examples(query: str, referrer: str, expected: tuple[str, str, str], rule: str) -> None:
    found = classify(f"{SITE}?{query}", referrer, OWN)
    name = channel(found.source, found.medium, found.campaign)
    assert (found.source, found.medium, name) == expected
    assert found.rule == rule


def test_a_click_id_keeps_its_case_when_utm_wins() -> None:
    found = classify(f"{SITE}?utm_source=News&utm_campaign={{campaign}}&gclid=AbC", "", OWN)
    assert (found.source, found.campaign, found.click_id) == ("News", None, "AbC")
    assert (found.click_id_type, found.medium) == ("gclid", "cpc")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("utm_source=google&utm_campaign=autumn&gclid=AbC", []),
        ("utm_campaign={campaignid}&utm_id={{campaign.id}}&search={q}",
         [("utm_campaign", "{campaignid}"), ("utm_id", "{{campaign.id}}")]),
        ("utm_term=%7Bkeyword%7D&gclid=%%GCLID%%",
         [("utm_term", "{keyword}"), ("gclid", "%%GCLID%%")]),
        ("utm_term=%257Bkeyword%257D", [("utm_term", "{keyword}")]),
        ("utm_content=__AID__&roistat=direct_{ad_id}",
         [("utm_content", "__AID__"), ("roistat", "direct_{ad_id}")]),
        ("utm_campaign=50%25off%25&utm_term=__init__&utm_content=%D0%B2%D0%B5%D1%81", []),
        ("&".join(f"utm_{index}={{x}}" for index in range(9)),
         [(f"utm_{index}", "{x}") for index in range(5)]),
    ],
)  # fmt: skip
def test_macros_that_nobody_filled_in_are_found(query: str, found: list[tuple[str, str]]) -> None:
    assert unfilled(f"{SITE}?{query}") == found


@pytest.mark.parametrize(
    ("written", "campaign"),
    [
        ("Spring+Sale", "Spring Sale"),
        ("  trimmed ", "trimmed"),
        ("%D0%B2%D0%B5%D1%81%D0%BD%D0%B0", "весна"),
        ("%25D0%25B2%25D0%25B5%25D1%2581%25D0%25BD%25D0%25B0", "весна"),
        ("%E2%E5%F1%ED%E0", "весна"),
        ("1%252B1", "1+1"),
        ("100%25", "100%"),
        ("%campaign%", None),
        ("%25campaign%25", None),
        ("%7Bcampaign_name%7D_%7Bcampaign_id%7D", None),
        ("%7B%7Bcampaign.name%7D%7D", None),
        ("__CAMPAIGN_NAME__", None),
        ("cmp_%7Bcampaign_id%7D", "cmp_{campaign_id}"),
        ("__init__", "__init__"),
        ("me%40you.example", None),
        ("me%2540you.example", None),
        ("%00x", "x"),
        ("x" * 300, "x" * 255),
    ],
)
def test_how_a_value_is_read(written: str, campaign: str | None) -> None:
    url = f"{SITE}?utm_source=a&utm_campaign={written}"
    assert classify(url, "", OWN).campaign == campaign
    assert classify(scrub(url), "", OWN).campaign == campaign


def test_a_vendors_tag_tells_campaign_and_advertisement_and_utm_goes_before() -> None:
    found = classify(f"{SITE}?_openstat={OPENSTAT}&utm_campaign=mine", "", OWN)
    assert (found.campaign, found.content, found.term) == ("mine", "456", None)
    found = classify(f"{SITE}?rs=direct1_search_77_buy_tyres", "", OWN)
    assert (found.campaign, found.content, found.term) == (None, "77", "buy_tyres")


def test_own_hosts_are_those_of_the_origins() -> None:
    origins = frozenset(
        {"https://Shop.example:8443", "http://www.b.example", "http://127.0.0.1:80"}
    )
    assert own_hosts(origins) == {"shop.example", "b.example", "127.0.0.1"}


names = st.sampled_from(
    ["utm_source", "utm_medium", "utm_campaign", "utm_referrer", "mtm_kwd", "_openstat", "roistat",
     "rs", "calltouch_tm", "gclid", "fbclid", "mc_eid", "q", "email"]
)  # fmt: skip
texts = st.text(max_size=12) | st.from_regex(r"[a-z@.%0-9+{}_;:/-]{0,20}", fullmatch=True)
urls = st.text() | st.builds(
    lambda fields, tail: SITE + "?" + "&".join(f"{k}={v}" for k, v in fields) + tail,
    st.lists(st.tuples(names, texts | texts.map(quote))),
    st.sampled_from(["", "#x", "&"]),
)
hosts = st.sampled_from(["google.com", "ya.ru", "shop.example", "paypal.com", "a.example", "["])
referrers = urls | hosts.map(lambda host: f"https://{host}/")


@given(urls, referrers)
@example(SITE + "?" + "&" * 600 + "utm_source=a", "")
def test_any_text_has_one_source_and_a_channel(url: str, referrer: str) -> None:
    found = classify(url, referrer, OWN)
    assert found == classify(url, referrer, OWN)
    assert channel(found.source, found.medium, found.campaign)
    assert found.source
    assert found.medium


@given(urls, referrers)
def test_a_stored_address_is_classified_as_the_one_that_was_sent(url: str, referrer: str) -> None:
    assert classify(scrub(url), scrub(referrer), OWN) == classify(url, referrer, OWN)


def listed() -> Iterator[str]:
    """Each host of the tables, a country's suffix written out."""
    for table, _ in TABLES:
        text = files("tracking").joinpath(f"hosts/{table}.csv").read_text("utf-8")
        for entry in re.findall(
            r"[^\s,]+\.[^\s,]+", re.sub("^(#.*|[^,]*,[^,]*,)", "", text, flags=re.M)
        ):
            if not entry.startswith("app:"):
                yield entry.removeprefix("=").partition("/")[0].replace(".*", ".com")


LISTED = sorted(set(listed()))
REGISTERED = [host for host in LISTED if host.count(".") == 1]


@given(
    st.sampled_from(LISTED).map(lambda host: f"{host}.evil.example")
    | st.sampled_from(REGISTERED).map(lambda host: f"evil{host}")
    | st.sampled_from(REGISTERED).map(lambda host: f"{host}x"),
    st.sampled_from(["", "/", "/search?q=x", "/aclk"]),
)
@example("google.com.evil.example", "")
@example("evilgoogle.com", "")
@example("google.evil.example", "")
@example("google.ru.com", "")
@example("yandex.evil", "")
@example("notofficeapps.live.com", "")
def test_who_only_looks_like_somebody_known_is_a_referral(host: str, path: str) -> None:
    found = classify(SITE, f"https://{host}{path}", OWN)
    assert (found.source, found.medium, found.rule) == (host, "referral", "referrer")
