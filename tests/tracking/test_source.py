"""Sources and channels, by example and for any text at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.address import LONGEST, scrub
from tracking.channel import channel
from tracking.source import classify

SITE = "https://shop.example/page"
OWN = frozenset({"shop.example"})


@pytest.mark.parametrize(
    ("url", "referrer", "source", "medium", "name"),
    [
        (SITE, "", "(direct)", "(none)", "Direct"),
        (SITE, "https://shop.example/other", "(direct)", "(none)", "Direct"),
        (f"{SITE}?gclid=AbC", "", "google", "cpc", "Paid Search"),
        (f"{SITE}?utm_source=google&utm_medium=cpm", "", "google", "cpm", "Paid Search"),
        (f"{SITE}?utm_source=vk&utm_medium=cpc", "", "vk", "cpc", "Paid Social"),
        (f"{SITE}?fbclid=x", "https://l.facebook.com/", "facebook", "social", "Organic Social"),
        (SITE, "https://www.google.co.uk/", "google", "organic", "Organic Search"),
        (SITE, "https://gemini.google.com/", "gemini.google.com", "ai-assistant", "AI Assistant"),
        (SITE, "https://mail.google.com/", "gmail", "email", "Email"),
        (SITE, "https://notgoogle.example/", "notgoogle.example", "referral", "Referral"),
        (SITE, "https://checkout.stripe.com/pay", "(direct)", "(none)", "Direct"),
    ],
)
def test_examples(url: str, referrer: str, source: str, medium: str, name: str) -> None:
    found = classify(url, referrer, OWN)
    assert (found.source, found.medium) == (source, medium)
    assert channel(found.source, found.medium, found.campaign) == name


def test_a_click_id_keeps_its_case_when_utm_wins() -> None:
    found = classify(f"{SITE}?utm_source=News&utm_campaign={{campaign}}&gclid=AbC", "", OWN)
    assert (found.source, found.campaign, found.click_id) == ("News", None, "AbC")


@given(st.text(), st.text())
def test_any_text_has_a_source_and_a_channel(url: str, referrer: str) -> None:
    found = classify(url, referrer, OWN)
    assert channel(found.source, found.medium, found.campaign)


@given(st.text())
def test_any_text_can_be_scrubbed(url: str) -> None:
    assert len(scrub(url)) <= LONGEST


def test_scrubbing_keeps_the_advertisement_and_drops_the_person() -> None:
    url = f"{SITE}?utm_source=a&gclid=b&email=x@y.example&q=me@you.example&phone=1#here"
    assert scrub(url) == f"{SITE}?utm_source=a&gclid=b"
