"""The drawer of a call: masked, adding up, and of a bearable length."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from attribution.models.rules import RULES
from dashboards import wording
from dashboards.pages.call_log.evidence import SHOWN, content, title
from dashboards.reading import Evidence, Holder, JourneyVisit

AT = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
HOLDER = Holder(True, AT, None, "email", "letter", "m", None, "http://a.example/prices?a=b")
CALL = Evidence(AT, "+74951234567", "+74957654321", "answered", "ambiguous", [HOLDER] * 3, [])


def visits(count: int) -> list[JourneyVisit]:
    share = dict.fromkeys(RULES, 1 / count)
    return [
        JourneyVisit(AT + timedelta(minutes=index), False, "email", "s", "m", f"campaign {index}",
                     None, share)
        for index in range(count)
    ]  # fmt: skip


def test_the_caller_is_masked_for_a_role_that_must_not_read_it() -> None:
    assert title(CALL, "owner") == "+7 495 123-45-67, 23 Nov 2026, 12:05"
    assert title(CALL, "employee") == "+7 495 ***-**-67, 23 Nov 2026, 12:05"
    assert title(replace(CALL, caller=None), "owner").startswith("Withheld")
    assert "4951234567" not in str(content(CALL))


def test_every_holder_is_told_and_a_page_without_its_parameters() -> None:
    shown = str(content(CALL))
    assert "3 visits held the number" in shown
    assert shown.count("Got the call") == 3
    assert "Span(children='/prices'" in shown
    assert "Visits before the call" not in shown


def test_a_match_that_the_page_does_not_know_is_shown_as_it_is_written() -> None:
    assert "Posterior" in str(content(replace(CALL, match="posterior")))


def test_every_model_has_a_name_on_the_pages() -> None:
    assert set(wording.MODELS) == set(RULES)


def test_a_long_journey_shows_its_newest_visits_and_sums_the_others() -> None:
    short, long = (str(content(replace(CALL, journey=visits(n)))) for n in (SHOWN, 10_000))
    assert "Earlier" not in short
    assert short.count("8.3%") == SHOWN * len(RULES)
    assert "campaign 9988'" in long
    assert "campaign 9987'" not in long
    assert f"The last {SHOWN} of 10,000" in long
    assert long.count("99.9%") == len(RULES)
    assert len(long) < 60_000


def test_a_call_without_a_visit_says_so() -> None:
    alone = JourneyVisit(None, False, "Unattributed", "(unknown)", "(unknown)", None, None,
                         dict.fromkeys(RULES, 1.0))  # fmt: skip
    shown = str(content(replace(CALL, match="none", holders=[], journey=[alone])))
    assert "No known visit held the number" in shown
    assert "No visit is known to have led to this call" in shown
