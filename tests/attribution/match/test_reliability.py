"""The table says how often answers were right, its verdict is no kinder than the figures."""

from dataclasses import replace
from random import Random
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.match.labels import AuditCall, Exposure, Labels, Marked, Ringing, Scene, State
from attribution.match.rates import START
from attribution.match.reliability import (
    Reliability,
    answer,
    assessed,
    biases,
    wilson,
)
from numbers_pool.posterior import Candidate, posterior
from tests.attribution.match.test_rates import NOTHING

ON_SITE, LATE = State(True, 40.0), State(False, 2000.0)
FINE = Reliability(
    bins=(),
    ece=0.05,
    chance=0.02,
    accuracy=0.8,
    low=0.7,
    high=0.9,
    labels=200,
    background=20,
    phones=100,
)


@pytest.mark.parametrize(
    ("right", "calls", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson(right: float, calls: float, low: float, high: float) -> None:
    assert wilson(right, calls) == pytest.approx((low, high), abs=5e-5)


@given(st.floats(0, 1), st.floats(0, 1e6))
def test_an_interval_holds_its_share(share: float, calls: float) -> None:
    low, high = wilson(share * calls, calls)
    assert 0 <= low <= high <= 1
    if calls:
        assert low <= share + 1e-9 and share <= high + 1e-9
    else:
        assert (low, high) == (0, 1)


def test_the_verdict() -> None:
    assert FINE.verdict == "calibrated"
    assert msgspec.structs.replace(FINE, ece=0.0501).verdict == "not calibrated"
    assert msgspec.structs.replace(FINE, labels=199.9).verdict == "too few labels"
    assert msgspec.structs.replace(FINE, background=19).verdict == "too few labels"
    assert msgspec.structs.replace(FINE, phones=99).verdict == "too few labels"


@given(st.lists(st.builds(State, st.booleans(), st.floats(0, 20_000)), max_size=5), st.booleans())
def test_the_answer_is_that_of_the_posterior(rivals: list[State], own: bool) -> None:
    states = [*rivals, ON_SITE] if own else rivals
    asked = [
        Candidate(UUID(int=n), UUID(int=n), one.on_site, one.seconds)
        for n, one in enumerate(states)
    ]
    best = posterior(asked, START).best
    probability, named = answer(ON_SITE if own else None, rivals, START)
    assert probability == pytest.approx(best.probability, rel=1e-12)
    if best.lease is None:
        assert named == "nobody"


def labels_of(own_calls: int, strangers: int, state: State = LATE) -> Labels:
    """Late calls to audit leases alone, and calls of nobody among one late visit each."""
    calls = tuple(
        AuditCall(n % 2, UUID(int=n), UUID(int=n), state, (), "form", 1.0) for n in range(own_calls)
    )
    scenes = [Scene(n % 2, one.call, one.lease, 1, ()) for n, one in enumerate(calls)]
    scenes += [Scene(n % 2, UUID(int=10**6 + n), None, 1, (state,)) for n in range(strangers)]
    # The background's calls weigh as many as there are: beta * pool = strangers.
    return replace(
        NOTHING,
        marked=(Marked(0, "form", True, True, 1, 300),),
        audit_calls=calls,
        scenes=tuple(scenes),
        control=Ringing(10**6, 1e6 / 1e-6),
        pool=Ringing(0, strangers / 1e-6),
    )


def test_a_share_that_is_as_told() -> None:
    """1,000 late calls and 1,250 of nobody, 0.8e-6 against 1e-6: nobody, right in 1250/2250."""
    rates = replace(START, background=1e-6, after=replace(START.after, rates=(8e-7,) * 8))
    found = assessed(labels_of(1_000, 1_250), rates)
    (one,) = found.bins
    assert one.probability == pytest.approx(1 / 1.8)
    assert one.right == pytest.approx(1250 / 2250, rel=1e-3)
    assert found.ece < 0.001 and found.verdict == "calibrated"
    assert one.low < one.right < one.high
    assert one.calls == pytest.approx(2250, rel=1e-3)


def test_a_share_that_is_not_as_told() -> None:
    rates = replace(START, background=1e-6, after=replace(START.after, rates=(9e-6,) * 8))
    found = assessed(labels_of(1_000, 1_000), rates)
    assert found.bins[0].probability == pytest.approx(0.9)
    assert found.ece == pytest.approx(0.4, abs=0.001)
    assert found.verdict == "not calibrated"


def test_chance_is_the_error_of_a_perfect_fit() -> None:
    """Many small samples of a fit that is exactly right show on average the ECE called chance."""
    rates = replace(START, background=1e-6, after=replace(START.after, rates=(1e-6,) * 8))
    chance, shown = 0.0, 0.0
    random = Random(7)
    for _ in range(300):
        own = sum(random.random() < 0.5 for _ in range(60))
        found = assessed(labels_of(own, 60 - own), rates)
        chance += found.chance
        shown += found.ece
    assert shown == pytest.approx(chance, rel=0.1)


def test_strays_are_wrong_answers() -> None:
    rates = replace(START, background=1e-6, on_site=replace(START.on_site, rates=(1e-3,) * 9))
    labels = labels_of(1_000, 40, ON_SITE)
    plain = assessed(labels, rates)
    strays = tuple(Scene(0, UUID(int=2 * 10**6 + n), None, 1, (ON_SITE,)) for n in range(100))
    strayed = assessed(replace(labels, strays=strays), rates)
    assert plain.accuracy > 0.95
    assert strayed.accuracy < 0.9
    assert strayed.verdict == "not calibrated"


def biased(on_site: int, late: int, audits: int, audits_late: int) -> tuple[bool, float]:
    calls = [
        AuditCall(0, UUID(int=n), UUID(int=n), LATE if n < audits_late else ON_SITE, (), "x", 1.0)
        for n in range(audits)
    ]
    marked = (
        Marked(0, "click", False, True, 1, on_site),
        Marked(0, "click", False, False, 4, late),
    )
    exposure = (
        Exposure(0, False, True, 1, 7 / START.on_site.rates[1], 1),
        Exposure(0, False, False, 4, 3 / START.after.rates[4], 1),
    )
    labels = replace(NOTHING, audit_calls=tuple(calls), marked=marked, exposure=exposure)
    (one,) = biases(labels, START)
    return one.biased, one.z


def test_marks_that_come_late_as_often_as_all_calls_are_no_bias() -> None:
    assert biased(70, 30, 300, 90)[1] == pytest.approx(0, abs=1e-9)
    assert not biased(70, 30, 300, 90)[0]


def test_marks_without_late_calls_are_biased() -> None:
    assert biased(300, 0, 300, 90)[0]
    assert not biased(12, 0, 30, 9)[0], "too few to tell"


def test_without_audits_marks_are_held_against_what_is_expected() -> None:
    assert biased(70, 30, 0, 0)[1] == pytest.approx(0, abs=1e-6)
    assert biased(200, 0, 0, 0)[0]


def test_the_test_of_bias_is_of_two_shares() -> None:
    """Against the textbook: p1 = 10/100, p2 = 30/100, z = -0.2 / sqrt(0.2 * 0.8 * 2/100)."""
    assert biased(90, 10, 100, 30)[1] == pytest.approx(-3.5355, abs=1e-3)


def test_an_empty_table() -> None:
    found = assessed(NOTHING, START)
    assert (found.bins, found.ece, found.labels, found.verdict) == ((), 0, 0, "too few labels")
