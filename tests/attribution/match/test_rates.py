"""Rates are calls by time, weighted by the chance of being known; few of them lean on the prior."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.match.labels import (
    AuditCall,
    Exposure,
    Labels,
    Marked,
    Ringing,
    State,
    Unmarked,
)
from attribution.match.rates import (
    AFTER_EDGES,
    ON_SITE_EDGES,
    START,
    background,
    belonging,
    fitted,
    place,
    ringing_apart,
    steps,
    vector,
)
from ringtrail.core.clock import Micros

NOBODY = Ringing(0, 0.0)
NOTHING = Labels(
    account=1, site=1, since=Micros(0), until=Micros(10), folds=2, leases=0, drawn=0, granted=0,
    exposure=(), audit_calls=(), marked=(), crowd=(), control=NOBODY, quiet=NOBODY, pool=NOBODY,
    scenes=(), strays=(),
)  # fmt: skip
QUIET = replace(NOTHING, control=Ringing(10_000, 1e15))
PLACES = len(ON_SITE_EDGES) + len(AFTER_EDGES)


def audits(
    number: int, state: State, *, fold: int = 0, kind: str | None = None
) -> tuple[AuditCall, ...]:
    return tuple(
        AuditCall(fold, UUID(int=each), UUID(int=each), state, (), kind, 50.0)
        for each in range(number)
    )


def time(
    step: int, seconds: float, *, audit: bool, on_site: bool = False, fold: int = 0
) -> Exposure:
    return Exposure(fold, audit, on_site, step, seconds, 1)


LATE = State(False, 1000.0)  # the fourth step


def test_without_labels_rates_are_the_prior() -> None:
    found = fitted(NOTHING, START)
    assert vector(found) == pytest.approx(vector(START), rel=1e-6)
    assert found.background == START.background
    assert found.likelihoods == START.likelihoods


def test_many_audit_calls_are_calls_by_time() -> None:
    labels = replace(
        QUIET, audit_calls=audits(5_000, LATE), exposure=(time(3, 1e9, audit=True),),
    )  # fmt: skip
    found = fitted(labels, START, everybody=False)
    assert found.after.rates[3] == pytest.approx(5e-6, rel=0.01)
    assert found.after.rates[2] == pytest.approx(START.after.rates[2], rel=1e-6)


def test_few_calls_lean_on_the_prior() -> None:
    """Two calls in the time in which the prior expects 20: between the two, nearer the calls."""
    seconds = 20 / START.after.rates[3]
    labels = replace(
        QUIET, audit_calls=audits(2, LATE), exposure=(time(3, seconds, audit=True),)
    )  # fmt: skip
    found = fitted(labels, START, everybody=False, lean=2.0).after.rates[3]
    assert found == pytest.approx(START.after.rates[3] * (2 + 2) / (20 + 2), rel=1e-3)


def test_background_on_an_audited_number_is_taken_off() -> None:
    beta = 1e-5
    labels = replace(
        QUIET, control=Ringing(10_000, 1e9), audit_calls=audits(3_000, LATE),
        exposure=(time(3, 1e8, audit=True),),
    )  # fmt: skip
    found = fitted(labels, START, everybody=False)
    assert found.background == pytest.approx(beta, rel=0.01)
    assert found.after.rates[3] == pytest.approx(3e-5 - beta, rel=0.01)
    (call,) = audits(1, LATE)
    assert belonging(call, found) == pytest.approx(2 / 3, rel=0.02)
    assert belonging(replace(call, kind="click"), found) == 1
    assert belonging(replace(call, rivals=(LATE,)), found) == pytest.approx(2 / 5, rel=0.02)


def test_marks_count_everywhere_and_the_rest_under_audit() -> None:
    """A tenth of the time is audited; of 6,000 calls 2,000 have a mark, of the rest 400 are."""
    unmarked, marked = audits(400, LATE), audits(200, LATE, kind="form")
    labels = replace(
        QUIET,
        audit_calls=(*unmarked, *marked),
        marked=(Marked(0, "form", True, False, 3, 200), Marked(0, "form", False, False, 3, 1800)),
        exposure=(time(3, 1e8, audit=True), time(3, 9e8, audit=False)),
    )
    found = fitted(labels, START, everybody=False)
    assert found.after.rates[3] == pytest.approx(6_000 / 1e9, rel=0.02)


def test_marks_that_see_no_late_call_do_not_deny_them() -> None:
    labels = replace(
        QUIET,
        marked=(Marked(0, "click", False, True, 1, 5_000),),
        exposure=(time(1, 1e7, audit=False, on_site=True), time(3, 1e10, audit=False)),
    )
    found = fitted(labels, START, everybody=False)
    assert found.after.rates[3] == pytest.approx(START.after.rates[3], rel=1e-6)
    assert found.on_site.rates[1] > 5e-4


def test_everybodys_calls_are_shared_out() -> None:
    """Two steps that are never alone but in different company."""
    a, b = place(True, 1), place(False, 3)
    calls = [(a,)] * 900 + [(b,)] * 300 + [(a, b)] * 600
    labels = replace(
        QUIET,
        crowd=tuple(Unmarked(0, own, ()) for own in calls),
        exposure=(time(1, 3e7, audit=False, on_site=True), time(3, 3e7, audit=False)),
    )
    found = fitted(labels, START)
    assert found.on_site.rates[1] + found.after.rates[3] == pytest.approx(1800 / 3e7, rel=0.02)
    assert found.on_site.rates[1] == pytest.approx(1350 / 3e7, rel=0.02)
    with_older = [Unmarked(0, (a,), (b,) * (n % 2)) for n in range(900)]
    alone = [Unmarked(0, (b,), ())] * 300
    older = replace(labels, crowd=tuple(with_older + alone))
    assert 450 / 3e7 < fitted(older, START).on_site.rates[1] < 900 / 3e7


def test_a_fold_that_is_left_out_tells_nothing() -> None:
    labels = replace(
        QUIET,
        audit_calls=(*audits(500, LATE), *audits(5_000, LATE, fold=1)),
        exposure=(time(3, 1e8, audit=True), time(3, 1e8, audit=True, fold=1)),
    )
    found = fitted(labels, START, without=[1], everybody=False)
    assert found.after.rates[3] == pytest.approx(5e-6, rel=0.02)


def test_quiet_numbers_count_before_control_numbers_that_disagree() -> None:
    agreed = replace(NOTHING, control=Ringing(100, 1e7), quiet=Ringing(105, 1e7))
    assert background(agreed, START) == pytest.approx(1.025e-5, rel=0.01)
    assert abs(ringing_apart(agreed.control, agreed.quiet)) < 1
    saved = replace(NOTHING, control=Ringing(100, 1e7), quiet=Ringing(300, 1e7))
    assert ringing_apart(saved.control, saved.quiet) == pytest.approx(10)
    assert background(saved, START) == pytest.approx(3e-5, rel=0.05)
    alone = replace(NOTHING, control=Ringing(100, 1e7))
    assert background(alone, START) == pytest.approx(1e-5, rel=0.02)
    assert ringing_apart(NOBODY, NOBODY) == 0


def test_audit_calls_tell_how_often_a_known_phone_calls() -> None:
    (one,) = audits(1, LATE)
    calls = [replace(one, ties=(("form", True),))] * 90 + [
        replace(one, ties=(("form", False),))
    ] * 10
    labels = replace(QUIET, audit_calls=tuple(calls), exposure=(time(3, 1e8, audit=True),))
    found = fitted(labels, START, everybody=False).likelihoods["form"]
    assert found.other == pytest.approx((10 + 4) / 110)
    assert found.same == pytest.approx(1e4 * (96 / 110) / 0.6)


@given(
    st.lists(st.integers(0, 40), min_size=PLACES, max_size=PLACES),
    st.lists(st.floats(0, 1e8), min_size=PLACES, max_size=PLACES),
    st.floats(1e-9, 1e-3),
)
def test_rates_are_always_rates(calls: list[int], spans: list[float], beta: float) -> None:
    edges = steps()
    exposure = tuple(
        Exposure(0, True, bool(on_site), int(step), seconds, 1)
        for on_site, step, seconds in zip(edges["of"], edges["step"], spans, strict=True)
    )
    crowd = tuple(Unmarked(0, (at,), ()) for at, n in enumerate(calls) for _ in range(n))
    labels = replace(QUIET, exposure=exposure, crowd=crowd, control=Ringing(1000, 1000 / beta))
    for everybody in (True, False):
        found = fitted(labels, START, everybody=everybody)
        assert (vector(found) > 0).all() and found.background > 0
