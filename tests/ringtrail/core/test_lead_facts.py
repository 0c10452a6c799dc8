"""A correction says one thing, a rule has one value; anything else is no fact."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ringtrail.core.facts import decode, encode
from ringtrail.core.lead_facts import Correction, SiteRule

VISIT = UUID(int=7)


def corrected(**said: Any) -> Correction:
    given: dict[str, Any] = {"of": "call", **said}
    return Correction(
        account=1, site=1, occurred_at=1, source_id="a", key="a", correction=UUID(int=1),
        told_at=1, decided_at=1, event=UUID(int=2), decided_by="Ann", why="heard it", **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        {"action": "source", "channel": "Direct", "source": "(direct)", "medium": "(none)"},
        {"action": "match", "visit": VISIT, "label": True},
        {"action": "match"},
        {"action": "flag", "flag": "none", "of": "contact"},
        {"action": "qualify", "qualified": False},
    ],
)
def test_what_is_a_correction(said: dict[str, Any]) -> None:
    told = corrected(**said)
    assert decode("correction", encode(told)) == told


@pytest.mark.parametrize(
    "said",
    [
        {"action": "source", "source": "google", "medium": "cpc"},
        {"action": "flag"},
        {"action": "flag", "flag": "spam", "qualified": True},
        {"action": "flag", "flag": "spam", "visit": VISIT},
        {"action": "flag", "flag": "spam", "label": True},
        {"action": "flag", "flag": "spam", "campaign": "sale"},
        {"action": "qualify", "flag": "spam"},
        {"action": "match", "of": "contact", "visit": VISIT},
    ],
)
def test_what_is_no_correction(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        corrected(**said)


def ruled(rule: str, **values: Any) -> SiteRule:
    return SiteRule(
        account=1, site=1, occurred_at=1, source_id="a", key="a", told_at=1, rule=rule,
        from_day=date(2026, 9, 1), **values,
    )  # fmt: skip


def test_a_rule_has_the_value_of_its_name() -> None:
    told = ruled("hours", hours={"1": "09:00-18:00"})
    assert decode("site_rule", encode(told)) == told
    for rule, values in (
        ("hours", {}),
        ("lead_days", {"target_seconds": 60}),
        ("lead_days", {"lead_days": 30, "target_seconds": 60}),
    ):
        with pytest.raises(ValueError, match="no other"):
            ruled(rule, **values)
