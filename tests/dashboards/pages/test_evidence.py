"""The drawer of a call: masked, adding up, and of a bearable length."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from attribution.models.rules import RULES
from dashboards import wording
from dashboards.pages.call_log import candidates
from dashboards.pages.call_log.evidence import SHOWN, title
from dashboards.pages.call_log.evidence import content as content_for
from dashboards.reading import (
    CorrectionRow,
    Evidence,
    Holder,
    JourneyVisit,
    Judged,
    Scoped,
)

AT = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
HOLDER = Holder(
    True, 0.62, {"on_site": 2e-4}, True, 250.0, AT, None, "email", "letter", "m", None,
    "http://a.example/prices?a=b",
)  # fmt: skip
JUDGED = Judged(0.07, {"background": 6e-6}, "assumed", False, "assumed", 0.0, None)
CALL = Evidence(
    AT, "+74951234567", "+74957654321", "answered", "ambiguous", 0.62,
    [HOLDER, replace(HOLDER, got_it=False, probability=0.31)], JUDGED, [],
)  # fmt: skip


def content(found: Evidence, role: str = "owner", account: int = 1) -> object:
    return content_for(found, Scoped(account, (1,), role))


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


def test_every_candidate_is_told_with_its_probability_and_nobody_too() -> None:
    shown = str(content(CALL))
    assert "Dd('62% · Unsure')" in shown
    assert [shown.count(f"Strong('{told}')") for told in ("62%", "31%", "7%")] == [1, 1, 1]
    assert shown.count("Got the call") == 1
    assert "None of them" in shown
    assert "Span(children='/prices'" in shown
    assert "Visits before the call" not in shown


def test_what_speaks_for_and_against_a_candidate_is_told_in_words() -> None:
    terms = {"after": 1e-5, "form": 1e4, "click": 0.7}
    shown = str(content(replace(CALL, holders=[
        replace(HOLDER, on_site=False, seconds=250.0, terms=terms),
        replace(HOLDER, terms={"on_site": 2e-4, "redial": 800001.0}),
        replace(HOLDER, terms={"on_site": 2e-4, "identify": 0.4}),
    ])))  # fmt: skip
    assert "Left 4 min before" in shown
    assert "On the page at the ring, for 4 min by then" in shown
    assert "phone is known from a form (×10,000)" in shown
    assert "Did not click the number (×0.7)" in shown
    assert "rang this number before, as this visitor (×800,001)" in shown
    assert "Known by another phone (×0.4)" in shown


def test_how_far_it_can_be_trusted_is_said_with_the_fit() -> None:
    said = {
        "assumed": ("the assumed rates, not calibrated: nothing was measured"),
        "too few labels": "match fit 1a2b of this site, not calibrated: too few audited calls",
        "not calibrated": "this site, not calibrated: its probabilities are 7% off on average",
        "calibrated": "match fit 1a2b of this site, calibrated, on 312 audited calls",
    }
    for verdict, words in said.items():
        fit = "assumed" if verdict == "assumed" else "1a2b"
        judged = replace(JUDGED, fit=fit, of_site=True, verdict=verdict, labels=312.4, error=0.07)
        assert words in str(content(replace(CALL, judged=judged)))


def test_of_many_candidates_the_likeliest_are_shown_and_the_others_added_up() -> None:
    many = [replace(HOLDER, got_it=False, probability=0.01)] * 30
    shown = str(content(replace(CALL, holders=[HOLDER, *many])))
    assert shown.count("On the page at the ring") == candidates.SHOWN
    assert "23 more visits together" in shown
    assert "Strong('23%')" in shown


def test_a_probability_is_never_rounded_to_certainty() -> None:
    assert [wording.chance(each) for each in (1.0, 0.9996, 0.5, 0.0004, 0.0)] == [
        "100%", ">99%", "50%", "<1%", "0%",
    ]  # fmt: skip


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


def test_what_nobody_gets_of_a_divided_call_is_a_row_of_its_own() -> None:
    nobody = JourneyVisit(None, False, "Unattributed", "(unknown)", "(unknown)", None, None,
                          dict.fromkeys(RULES, 0.07))  # fmt: skip
    shown = str(content(replace(CALL, journey=[*visits(2), nobody])))
    assert "of everybody who may have called" in shown
    assert "Th(children='No visit', scope='col')" in shown
    assert "No visit is known" not in shown


def test_a_call_without_a_visit_says_so() -> None:
    alone = JourneyVisit(None, False, "Unattributed", "(unknown)", "(unknown)", None, None,
                         dict.fromkeys(RULES, 1.0))  # fmt: skip
    lone = replace(CALL, match="none", probability=None, holders=[], journey=[alone])
    shown = str(content(lone))
    assert "No known visit had the number" in shown
    assert "No visit is known to have led to this call" in shown
    static = str(content(replace(lone, match="static", judged=None, journey=[])))
    assert "stands for a source" in static
    assert "None of them" not in static


SPOKEN = CorrectionRow(
    UUID(int=77), "call", UUID(int=5), "flag", None, None, None, None, "self_test", None, False, AT,
    "ann@a.example", "I dialled it", True, None, None,
)  # fmt: skip


def test_a_call_that_is_left_out_says_so_and_why() -> None:
    assert "Left out" not in str(content(CALL))
    spam = str(content(replace(CALL, excluded="spam", reasons=["gone_at_once", "new_sign"])))
    assert "H3('Left out: spam')" in spam
    assert "It counts nowhere" in spam
    assert "divided among all of these" in str(content(CALL))
    assert "divided among all of these" not in spam
    assert "Li('Given up within 3 seconds')" in spam
    assert "Li('New sign')" in spam
    own = str(content(replace(CALL, excluded="internal", reasons=["gone_at_once"])))
    assert "phone is told as one of the business" in own
    assert "Given up" not in own
    flagged = str(content(replace(CALL, excluded="self_test", corrections=[SPOKEN])))
    assert "A person said so" in flagged
    assert "one of the business" not in flagged


def test_a_correction_is_told_with_who_when_why_and_how_to_take_it_back() -> None:
    found = replace(CALL, excluded="self_test", corrections=[SPOKEN])
    shown = str(content(found))
    assert "ann@a.example, 23 Nov 2026, 12:05" in shown
    assert "I dialled it" in shown
    assert f"Code('ringtrail correct undo {UUID(int=77)}')" in shown
    assert f"undo {UUID(int=77)} --account 3'" in str(content(found, account=3))
    masked = str(content(found, "employee"))
    assert "I dialled it" not in masked
    assert "correct undo" not in masked
    assert "Strong('Left out: self-test')" in masked


def test_each_correction_has_its_words() -> None:
    said: dict[str, dict[str, Any]] = {
        "It came from google / cpc · spring": {
            "action": "source", "source": "google", "medium": "cpc", "campaign": "spring",
        },
        f"It was made in the visit {UUID(int=2)}": {"action": "match", "visit": UUID(int=2)},
        "No visit made it": {"action": "match"},
        "It counts, whatever else is known": {"action": "flag", "flag": "none"},
        "It is a good lead": {"action": "qualify", "qualified": True},
        "It is no good lead": {"action": "qualify", "qualified": False},
    }  # fmt: skip
    for words, values in said.items():
        one = replace(SPOKEN, **{"flag": None} | values)
        assert f"Strong('{words}')" in str(content(replace(CALL, corrections=[one])))


def test_a_corrected_match_is_not_told_as_the_programs() -> None:
    for corrected, match, words in (
        ("source", "static", "A person said where it came from"),
        ("match", "lease", "A person said which visit made it"),
        ("match", "none", "A person said that nobody"),
    ):
        found = replace(CALL, corrected=corrected, match=match, probability=None)
        shown = str(content(found))
        assert words in shown
        assert "Dd('Corrected')" in shown
