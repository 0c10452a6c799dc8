"""What a row of the call log says of a call that is left out or corrected."""

from dataclasses import replace
from datetime import UTC, datetime

from dashboards import wording
from dashboards.pages.call_log.rows import row
from dashboards.pages.call_log.view import outcome_filter
from dashboards.reading import CallRow

CALL = CallRow(
    "c1", datetime(2026, 11, 23, 12, 5, tzinfo=UTC), "+74951234567", "+74957654321", "yandex",
    "cpc", None, "paid_search", "answered", 9, 65, "lease", 0.97,
)  # fmt: skip


def test_a_call_that_is_left_out_has_a_badge() -> None:
    assert row(CALL, "owner")["left_out"] == ""
    for reason, words in (
        ("spam", "Left out: spam"),
        ("self_test", "Left out: self-test"),
        ("a_new_reason", "Left out: a new reason"),
    ):
        told = row(replace(CALL, excluded=reason), "owner")
        assert (told["left_out"], told["outcome"]) == (words, "Answered")


def test_a_corrected_call_shows_no_certainty_of_the_program() -> None:
    assert row(CALL, "owner")["probability"] == "97% · Sure"
    assert row(replace(CALL, corrected="match"), "owner")["probability"] == "Corrected"


def test_the_status_filter_offers_the_calls_that_are_left_out() -> None:
    assert f"'value': '{wording.EXCLUDED}', 'label': 'Left out'" in str(outcome_filter(None))
    assert outcome_filter(wording.EXCLUDED).value == "excluded"
    assert wording.EXCLUDED not in wording.OUTCOMES
