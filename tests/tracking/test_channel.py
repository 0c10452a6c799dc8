"""Channels in GA4's order: the first rule that holds decides.

Source: support.google.com/analytics/answer/9756891; the patterns as dbt-ga4 quotes them.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.channel import CHANNELS, channel

GA4 = (
    "Direct", "Cross-network", "Paid Shopping", "Paid Search", "Paid Social", "Paid Video",
    "Display", "Paid Other", "Organic Shopping", "Organic Social", "Organic Video",
    "Organic Search", "Referral", "Email", "Affiliates", "Audio", "SMS", "Mobile Push",
)  # fmt: skip


def test_the_order_is_ga4s_with_the_assistants_before_search() -> None:
    names = [name for name, _ in CHANNELS]
    assert [name for name in names if name != "AI Assistant"] == list(GA4)
    assert names.index("AI Assistant") + 1 == names.index("Organic Search")


@pytest.mark.parametrize(
    ("source", "medium", "campaign", "name"),
    [
        ("(direct)", "(none)", None, "Direct"),
        ("(direct)", "(not set)", None, "Direct"),
        ("(direct)", "cpc", None, "Paid Other"),
        ("google", "cpc", "2026 Cross-Network", "Cross-network"),
        ("google", "cpc", "Shopping | tyres", "Paid Shopping"),
        ("google", "cpc", "eshop", "Paid Shopping"),
        ("google", "cpc", "workshop", "Paid Search"),
        ("ozon", "cpc", None, "Paid Shopping"),
        ("google", "cpc", None, "Paid Search"),
        ("google", "cpm", None, "Paid Search"),
        ("yandex", "cpm", None, "Paid Search"),
        ("Yandex", "CPC", None, "Paid Search"),
        ("bing", "ppc", None, "Paid Search"),
        ("google", "paid_search", None, "Paid Search"),
        ("vk", "cpm", None, "Paid Social"),
        ("facebook", "retargeting", None, "Paid Social"),
        ("youtube", "cpm", None, "Paid Video"),
        ("news.example", "cpm", None, "Display"),
        ("news.example", "banner", None, "Display"),
        ("google", "display", None, "Display"),
        ("news.example", "cpc", None, "Paid Other"),
        ("ozon", "referral", None, "Organic Shopping"),
        ("news.example", "email", "shopping week", "Organic Shopping"),
        ("news.example", "social-media", None, "Organic Social"),
        ("vk", "referral", None, "Organic Social"),
        ("youtube", "referral", None, "Organic Video"),
        ("news.example", "my-video", None, "Organic Video"),
        ("chatgpt.com", "referral", None, "AI Assistant"),
        ("someone", "ai-assistant", None, "AI Assistant"),
        ("google", "organic", None, "Organic Search"),
        ("google", "referral", None, "Organic Search"),
        ("news.example", "organic", None, "Organic Search"),
        ("news.example", "referral", None, "Referral"),
        ("news.example", "app", None, "Referral"),
        ("e-mail", "(not set)", None, "Email"),
        ("news.example", "e_mail", None, "Email"),
        ("partner", "affiliate", None, "Affiliates"),
        ("podcast", "audio", None, "Audio"),
        ("sms", "(not set)", None, "SMS"),
        ("news.example", "sms", None, "SMS"),
        ("news.example", "web-push", None, "Mobile Push"),
        ("news.example", "mobile-app", None, "Mobile Push"),
        ("news.example", "notification", None, "Mobile Push"),
        ("firebase", "(not set)", None, "Mobile Push"),
        ("news.example", "something", None, "Unassigned"),
        ("https", "cpm", None, "Display"),
        ("tiktok", "cpm", None, "Paid Social"),
        ("rutube", "cpm", None, "Paid Video"),
        ("news.example", "cpm", "shopping", "Paid Shopping"),
        ("m.facebook.com", "referral", None, "Organic Social"),
        ("www.google.com", "cpc", None, "Paid Search"),
        ("fb-ads", "(not set)", None, "Paid Social"),
        ("FBAd", "email", None, "Paid Social"),
        ("yandex.direct", "(not set)", None, "Paid Search"),
        ("adwords", "(not set)", None, "Paid Search"),
        ("adwords", "display", None, "Display"),
        ("roads", "(not set)", None, "Unassigned"),
        ("Newsletter-UK", "(not set)", None, "Email"),
        ("newslettersforyou", "(not set)", None, "Unassigned"),
        ("gmail", "(not set)", None, "Email"),
        ("facebook", "email", None, "Organic Social"),
        ("paypal", "referral", None, "Referral"),
    ],
)
def test_examples(source: str, medium: str, campaign: str | None, name: str) -> None:
    assert channel(source, medium, campaign) == name


@given(
    st.sampled_from(["google", "yandex", "bing", "duckduckgo"]),
    st.from_regex(r"paid[a-z]*", fullmatch=True),
)
def test_a_paid_medium_of_a_search_source_is_paid_search(source: str, medium: str) -> None:
    assert channel(source, medium, None) == "Paid Search"


@given(st.text(), st.text(), st.text() | st.none())
def test_case_does_not_matter_and_every_source_has_a_channel(
    source: str, medium: str, campaign: str | None
) -> None:
    found = channel(source, medium, campaign)
    assert found in {*GA4, "AI Assistant", "Unassigned"}
    assert channel(source.lower(), medium.lower(), campaign and campaign.lower()) == found
