"""Stored visits by the rules of today: as a first classification would have told them."""

import re
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from tracking.address import scrub
from tracking.channel import channel
from tracking.restate import Stored, Verdict, restate, rules_version
from tracking.source import classify

HOSTS = {1: frozenset({"shop.example"}), 2: frozenset({"other.example"})}
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(
    st.sampled_from(["utm_source", "yclid", "rs", "utm_referrer"]), words,
    st.sampled_from(["", "https://ya.ru/", "https://other.example/"]),
)  # fmt: skip
def test_a_stored_visit_is_told_as_it_was_when_it_came(
    name: str, value: str, referrer: str
) -> None:
    url = f"https://shop.example/a?{name}={quote(value)}&email=me@you.example"
    for site, own in HOSTS.items():
        found = classify(url, referrer, own)
        told = restate([Stored(site, scrub(url), scrub(referrer) or None)], HOSTS)[0]
        assert told.channel == channel(found.source, found.medium, found.campaign)
        assert all(
            getattr(told, field) == getattr(found, field)
            for field in Verdict._fields
            if field != "channel"
        )


def test_a_site_that_is_no_more_has_no_hosts_of_its_own() -> None:
    visit = Stored(3, "https://shop.example/", "https://other.example/")
    assert restate([visit], HOSTS)[0].source == "other.example"


def test_the_rules_have_a_name() -> None:
    assert re.fullmatch("[0-9a-f]{12}", rules_version())
    assert rules_version() == rules_version()
