"""Sources and channels beside cases that others wrote; they are read where they lie, never copied.

A map renames an oracle's words into ours and nothing more. Each oracle disagrees with the others
somewhere: every miss stands below with its reason, and a miss that is not listed fails, as does a
listed one that is none any more.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tracking.channel import channel
from tracking.click_id import CLICK_IDS
from tracking.host import find, named
from tracking.source import Source, classify
from tracking.vendor_tag import openstat
from tracking.visit import Ongoing, continues

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "oracles" / "sources"
pytestmark = pytest.mark.skipif(
    not ORACLES.is_dir(), reason="the oracles are not beside the project: ../shared/oracles"
)
SITE = "https://shop.example/"
OWN = frozenset({"shop.example"})
NOBODY: frozenset[str] = frozenset()

# What an oracle calls one of our sources, where the name alone does not say it.
SAME = {
    "google images": "google", "google video": "google", "google custom search": "google",
    "bing images": "bing", "yahoo! images": "yahoo", "yahoo! directory": "yahoo",
    "yahoo!": "yahoo", "yahoo! japan": "yahoo japan", "yahoo! japan images": "yahoo japan",
    "yahoo! japan videos": "yahoo japan",
    "yandex images": "yandex", "mailru": "mail.ru", "ask toolbar": "ask",
    "auone images": "auone", "biglobe images": "biglobe", "nifty videos": "nifty",
    "so-net videos": "so-net", "odnoklassniki": "ok", "vkontakte": "vk", "x (twitter)": "twitter",
    "yahoo! mail": "yahoo.mail", "outlook.com": "outlook", "orange webmail": "orange",
    "character.ai": "character.ai", "chatgpt": "chatgpt.com", "claude": "claude.ai",
    "google gemini": "gemini.google.com", "microsoft copilot": "copilot.microsoft.com",
    "perplexity": "perplexity.ai", "mistral.ai": "mistral.ai", "poe": "poe.com",
    "phind": "phind.com", "deepseek": "deepseek.com", "grok": "grok.com",
    "microsoft teams": "teams",
}  # fmt: skip


def cases(path: str) -> Any:
    return json.loads((ORACLES / path).read_text("utf-8"))


def ours(name: str) -> str:
    return SAME.get(name.lower(), name.lower())


Results = Iterable[tuple[str, object, object]]
Score = Callable[[str, Results, dict[str, str], float], None]


@pytest.fixture
def score(capsys: pytest.CaptureFixture[str]) -> Score:
    """Tells how far we agree; fails below `least` or with a miss that no line explains."""

    def told(oracle: str, results: Results, misses: dict[str, str], least: float) -> None:
        compared = list(results)
        wrong = [(name, found, wanted) for name, found, wanted in compared if found != wanted]
        share = 1 - len(wrong) / len(compared)
        agreement = f"{oracle}: {len(compared) - len(wrong)}/{len(compared)} ({share:.1%})"
        with capsys.disabled():
            sys.stdout.write(f"\n{agreement}")
        for name, found, wanted in wrong:
            why = misses.get(name, "unexplained")
            sys.stdout.write(f"  {name}: {found!r}, not {wanted!r}: {why}\n")
        assert {name for name, _, _ in wrong} == set(misses)
        assert share >= least

    return told


def test_dbt_ga4_channels(score: Score) -> None:
    def results() -> Results:
        for case in cases("dbt_ga4/channel_cases.json"):
            told = (case["source"], case["medium"], case["campaign"])
            wanted = case["expected_channel"].replace(" Notifications", "")
            yield " / ".join(told), channel(*told), wanted

    misses = {
        "alibaba /  / ": "Paid Shopping without a paid medium contradicts the rule it is to show",
    }
    score("dbt-ga4 channels", results(), misses, 29 / 30)


def test_snowplow_referrers(score: Score) -> None:
    mediums = {"organic": "search", "ai-assistant": "chatbot", "cpc": "paid", "referral": "unknown"}

    def results() -> Results:
        for case in cases("snowplow/referer-tests.json"):
            found = classify("http://www.psychicbazaar.example/", case["uri"], NOBODY)
            address = re.sub(r"[?;].*", "", case["uri"])
            medium = mediums.get(found.medium, found.medium)
            yield address, (medium, found.source), (case["medium"], ours(case["source"]))

    misses = {
        "http://www.pricerunner.co.uk/search": "a price comparison is a shop here, not an engine",
        "http://www.aolsearch.com/search": "the engine is gone, and no list that we ship has it",
        "http://www.dalesearch.com/": "the engine is gone, and no list that we ship has it",
        "https://suche.1und1.de": "search it is; its pages are Google's, says the list we ship",
        "https://lnk.bio": "a page of links is a referral, as Plausible has it for Linktree",
    }
    score("snowplow referrers", results(), misses, 0.95)


def test_matomo_search_engines(score: Score) -> None:
    def results() -> Results:
        for number, case in enumerate(cases("matomo/search_engine_cases.json")):
            found = classify(SITE, case["url"], OWN)
            engine = found.source if found.medium == "organic" else None
            wanted = ours(case["engine"]) if case["engine"] else None
            yield f"{number} {case['url'][:60]}", engine, wanted

    gone = "the engine is gone, and its list has dropped it since"
    misses = {
        "10 http://web.gougou.com/search?search=%E5%85%A8%E9%83%A8&id=1": gone,
        "20 http://www.google.com/reader/view/": "Google Reader is gone; google.com is a search",
        "29 http://www.cathoogle.com/results?cx=partner-pub-637940769762": gone,
        "34 http://www.google.com/search?q=cameras&tbm=shop&hl=en&aq=f": "browsers send no query",
        "45 http://search.nation.com/pemonitorhosted/ws/results/Web/mobi": gone,
        "58 http://web.gougou.com/?search=test3": gone,
    }
    score("matomo search engines", results(), misses, 0.95)


def matomo_type(found: Source) -> str:
    if found.rule in ("direct", "self_referral", "return"):
        return "direct"
    if found.campaign is not None:
        return "campaign"
    return {"organic": "search", "social": "social"}.get(found.medium, "website")


def test_matomo_referrers(score: Score) -> None:
    told = cases("matomo/referrer_cases.json")

    def results() -> Results:
        for case in told["referrer_type"]:
            found = classify(case["url"], case["referrer"], NOBODY)
            yield f"{case['url']} < {case['referrer']}", matomo_type(found), case["expected"]
        # The site's own list of referrers that are none; ours is of hosts.
        excluded = frozenset({"payment.provider"})
        for case in told["referrer_exclusion"]["rows"]:
            found = classify(case["url"], case["referrer"], excluded)
            yield f"{case['url']} < {case['referrer']}", matomo_type(found), case["expected"]
        for case in told["within_visit"]:
            found = classify(case["url"], case["referrer"], NOBODY)
            same = continues(ongoing(case["existing"]), VISITOR, found, 0)
            kind = None if same else matomo_type(found)
            yield f"in {case['existing']}: {case['url']}", kind, case["expected"]
        for case in told["social"]:
            address = case["url"] if "://" in case["url"] else f"http://{case['url']}"
            found = classify(SITE, address, OWN)
            source = found.source if found.medium == "social" else None
            yield (
                f"social {case['url']}",
                source,
                ours(case["expected"]) if case["expected"] else None,
            )

    misses = {
        "https://matomo.org/faq < http://payments.amazon.com/": "all of this host is payment; "
        "in Matomo's case the site's own list names one path of it",
    }
    score("matomo referrers", results(), misses, 0.95)


VISITOR = UUID(int=1)


def ongoing(kind: str) -> Ongoing:
    source = "(direct)" if kind == "direct" else "somebody"
    return Ongoing(UUID(int=2), VISITOR, 0, source, "referral", None, None)


def plausible(case: dict[str, str]) -> Source:
    """A hit as Plausible's case tells it: its referrer's source, UTM, a click id's parameter."""
    tags = {name: value for name, value in case.items() if name.startswith("utm_")}
    parameter = case.get("click_id_param", "")
    if parameter:
        tags[parameter] = "1"
    query = "&".join(f"{name}={value}" for name, value in tags.items())
    source = (
        "" if "utm_source" in case else HOSTS.get(case.get("source", ""), case.get("source", ""))
    )
    return classify(f"{SITE}?{query}", f"https://{source}/" if source else "", OWN)


# A host of each source that Plausible's cases name without one.
HOSTS = {
    "DuckDuckGo": "duckduckgo.com", "Google": "google.com", "Bing": "bing.com",
    "TikTok": "tiktok.com", "Youtube": "youtube.com", "Facebook": "facebook.com",
    "Vimeo": "vimeo.com", "Reddit": "reddit.com", "Perplexity": "perplexity.ai",
    "Microsoft Teams": "teams.microsoft.com", "Wikipedia": "en.wikipedia.org",
    "Brave": "search.brave.com", "Yandex": "yandex.ru", "Discord": "discord.com",
    "Baidu": "baidu.com", "Telegram": "t.me", "Sogou": "sogou.com", "Linktree": "linktr.ee",
    "Hacker News": "news.ycombinator.com", "Yahoo!": "search.yahoo.com",
    "Gmail": "mail.google.com", "Bluesky": "bsky.app", "Mastodon": "mastodon.social",
    "Google Gemini": "gemini.google.com", "ChatGPT": "chatgpt.com", "Claude": "claude.ai",
    "Phind": "phind.com", "DeepSeek": "chat.deepseek.com", "Grok": "grok.com",
    "Microsoft Copilot": "copilot.microsoft.com", "Slack": "app.slack.com",
    "producthunt": "producthunt.com", "GitHub": "github.com", "Vkontakte": "vk.com",
    "Ecosia": "ecosia.org", "Kagi": "kagi.com", "Microsoft 365": "office.com",
}  # fmt: skip


def test_plausible_channels(score: Score) -> None:
    renamed = {"AI Assistants": "AI Assistant", "Mobile Push Notifications": "Mobile Push"}

    def results() -> Results:
        for case in cases("plausible/channel_cases.json"):
            found = plausible(case)
            name = " ".join(f"{k}={v}" for k, v in case.items() if k != "expected")
            wanted = renamed.get(case["expected"], case["expected"])
            yield name, channel(found.source, found.medium, found.campaign), wanted

    misses = {
        "source=DuckDuckGo click_id_param=gclid": "a gclid is proof, whoever linked",
        "source=DuckDuckGo click_id_param=msclkid": "DuckDuckGo's advertisements are Microsoft's",
        "source=Linktree utm_source=linktree": "without a medium Unassigned, as in GA4",
    }
    score("plausible channels", results(), misses, 0.95)


def test_plausible_sources(score: Score) -> None:
    def results() -> Results:
        for case in cases("plausible/source_cases.json"):
            tag = f"?utm_source={case['utm_source']}" if "utm_source" in case else ""
            found = classify(SITE + tag, case.get("referrer", ""), OWN).source
            # A tag is kept as given; `named` says whose it is.
            known = named(found.lower()) if tag else None
            name = case.get("referrer") or case["utm_source"]
            yield name, known.source if known else found, ours(case["expected"])

    score("plausible sources", results(), {}, 0.95)


def test_openstat_cases(score: Score) -> None:
    fields = ("service", "campaign", "ad", "position")

    def results() -> Results:
        for case in cases("openstat_cases.json"):
            for value in {case["_openstat"], case.get("padded", case["_openstat"])}:
                found = openstat(value)
                told = {name: getattr(found, name) for name in fields} if found else None
                yield value, told, case["decoded"]

    score("openstat", results(), {}, 1)


def test_click_ids(score: Score) -> None:
    """What each parameter alone, on a page opened without a referrer, is taken for."""
    mediums = {
        "cpc": "paid", "organic": "organic", "social": "social", "email": "email",
        "display": "display", "affiliate": "affiliate",
    }  # fmt: skip
    vk = {"vkads": "vk", "x": "twitter"}

    def results() -> Results:
        for case in cases("click_ids.json"):
            name, medium = case["param"], case["medium"]
            if medium in ("decode", "referrer"):  # `test_openstat_cases`, tests of vendors' tags
                continue
            found = classify(f"{SITE}?{name}=AbC-1", "", OWN)
            if medium == "hint":
                proof = CLICK_IDS[name].proves if name in CLICK_IDS else False
                yield name, proof, False
                continue
            told = (mediums.get(found.medium, found.medium), found.source)
            yield name, told, (medium, vk.get(case["source"], case["source"]))
            if name in CLICK_IDS:
                assert found.click_id == "AbC-1"

    misses = {
        "gad_source": "it names a campaign type, not a click: organic links to a feed carry it",
        "gad_campaignid": "it stands beside gclid; without one the click was not measured",
        "srsltid": "free listings of Google Shopping; the medium is organic, as GA4 has it",
        "ymclid": "Yandex Market: `yandex.market` / referral, whose channel is Organic Shopping",
        "aff_id": "any program names its parameter so; whose it is, nobody knows",
    }
    score("click ids", results(), misses, 0.8)


def test_assistants_hosts(score: Score) -> None:
    def results() -> Results:
        for hosts in cases("ai_assistants.json").values():
            for host in hosts:
                name, mark, path = host.partition("/")
                found = find(name, mark + path)
                yield host, found.kind if found else None, "ai"

    score("AI assistants", results(), {}, 1)
