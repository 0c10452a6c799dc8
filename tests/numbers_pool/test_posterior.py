"""Whatever the rates, the answer is Bayes' theorem and adds up to one."""

import json
from dataclasses import replace
from math import fsum, inf, isclose, nan, prod
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numbers_pool.posterior import (
    ASSUMED,
    HORIZON_SECONDS,
    KINDS,
    PHONE_KINDS,
    Candidate,
    Kind,
    Likelihood,
    Posterior,
    Rates,
    Steps,
    Tie,
    posterior,
)

ON_SITE = Steps((0, 60, 600), (4e-4, 2e-4, 1e-4))
AFTER = Steps((0, 900, 7200), (3e-5, 1e-5, 2e-6))
PLAIN = Rates(ON_SITE, AFTER, 1e-5, 1e-8, ASSUMED, "f1")
NEVER = 1e-6

rate = st.one_of(st.just(0.0), st.floats(1e-12, 10))
steps = st.lists(st.tuples(st.floats(0.5, 9000), rate), min_size=1, max_size=8).map(
    lambda pairs: Steps(
        (0, *sorted({edge for edge, _ in pairs})[1:]),
        tuple(value for _, value in pairs)[: len({edge for edge, _ in pairs})],
    )
)
factor = st.floats(1e-3, 1e6)
likelihoods = st.fixed_dictionaries({kind: st.builds(Likelihood, factor, factor) for kind in KINDS})
some_rates = st.builds(Rates, steps, steps, rate, rate, likelihoods, st.just("f2"))
ties = st.lists(
    st.builds(Tie, st.sampled_from(KINDS), st.booleans(), st.floats(0, 1)), max_size=4
).map(tuple)
some = st.builds(
    Candidate, st.uuids(), st.uuids(), st.booleans(), st.floats(0, 2 * HORIZON_SECONDS), ties
)
candidates = st.lists(some, max_size=12, unique_by=lambda one: one.lease)


def here(lease: int, seconds: float, *ties: Tie) -> Candidate:
    return Candidate(UUID(int=lease), UUID(int=lease), True, seconds, ties)


def gone(lease: int, seconds: float, *ties: Tie) -> Candidate:
    return Candidate(UUID(int=lease), UUID(int=lease), False, seconds, ties)


def by_lease(answer: Posterior) -> dict[UUID | None, float]:
    return {one.lease: one.probability for one in (*answer.candidates, answer.unknown)}


def test_by_hand() -> None:
    answer = posterior([gone(1, 1000), here(2, 30)], PLAIN)
    assert [one.lease for one in answer.candidates] == [UUID(int=2), UUID(int=1)]
    assert answer.candidates[0].terms == (("on_site", 4e-4),)
    assert answer.candidates[1].terms == (("after", 1e-5),)
    assert answer.candidates[0].probability == pytest.approx(40 / 42)
    assert answer.unknown.probability == pytest.approx(1 / 42)
    assert (answer.best, answer.fit) == (answer.candidates[0], "f1")


@given(candidates, some_rates, st.floats(0, 1))
def test_it_is_bayes_theorem(found: list[Candidate], rates: Rates, stranger: float) -> None:
    answer = posterior(found, rates, known_stranger=stranger)
    everybody = [*answer.candidates, answer.unknown]
    assert {one.lease for one in answer.candidates} == {one.lease for one in found}
    assert abs(fsum(one.probability for one in everybody) - 1) <= 1e-12
    assert all(0 <= one.probability <= 1 for one in everybody)
    weights = [prod(value for _, value in one.terms) for one in everybody]
    total = fsum(weights)
    if total > 1e-200:
        for one, weight in zip(everybody, weights, strict=True):
            assert isclose(one.probability, weight / total, rel_tol=1e-12, abs_tol=1e-300)
    assert answer.best.probability == max(one.probability for one in everybody)


@given(candidates, some_rates)
def test_the_order_of_the_candidates_changes_nothing(found: list[Candidate], rates: Rates) -> None:
    assert posterior(found[::-1], rates) == posterior(found, rates)


@given(candidates, some, some_rates)
def test_one_more_candidate_takes_from_all_in_proportion(
    found: list[Candidate], more: Candidate, rates: Rates
) -> None:
    before = by_lease(posterior(found, rates))
    if more.lease in before:
        return
    after = by_lease(posterior([*found, more], rates))
    kept = 1 - after[more.lease]
    for lease, share in before.items():
        assert after[lease] <= share + 1e-12
        assert after[lease] == pytest.approx(share * kept, rel=1e-9, abs=1e-12) or kept < 1e-6
    # The ratio of any two stays, so the odds of each fall by the same measure.
    for one, share in before.items():
        for other, its_share in before.items():
            if min(after[one], after[other]) > NEVER:
                assert after[one] / after[other] == pytest.approx(share / its_share, rel=1e-6)


@given(candidates, some_rates)
def test_without_background_somebody_called(found: list[Candidate], rates: Rates) -> None:
    answer = posterior(found, replace(rates, background=0.0))
    called = any(prod(value for _, value in one.terms) > 0 for one in answer.candidates)
    assert answer.unknown.probability == (0.0 if called else 1.0)
    less = posterior(found, replace(rates, background=rates.background / 2))
    assert less.unknown.probability <= posterior(found, rates).unknown.probability + 1e-15


@given(some_rates)
def test_without_candidates_nobody_whom_a_page_sent_called(rates: Rates) -> None:
    answer = posterior([], rates)
    assert answer.candidates == () and answer.unknown.probability == 1.0
    assert answer.best is answer.unknown


@given(candidates, some, st.sampled_from(KINDS), st.floats(0, 1), st.floats(0, 1), some_rates)
def test_a_surer_tie_never_speaks_less(
    found: list[Candidate], who: Candidate, kind: Kind, one: float, other: float, rates: Rates
) -> None:
    low, high = sorted((one, other))
    others = [each for each in found if each.lease != who.lease]
    above_one = {k: Likelihood(1 + v.same, min(v.other, 1)) for k, v in rates.likelihoods.items()}
    rates = replace(rates, likelihoods=above_one)
    chances = [
        by_lease(posterior([*others, replace(who, ties=(Tie(kind, True, strength),))], rates))
        for strength in (low, high)
    ]
    assert chances[0][who.lease] <= chances[1][who.lease] + 1e-12
    against = [
        by_lease(posterior([*others, replace(who, ties=(Tie(kind, False, strength),))], rates))
        for strength in (low, high)
    ]
    assert against[1][who.lease] <= against[0][who.lease] + 1e-12


@given(candidates, some_rates, st.floats(1, 1e6))
def test_the_unit_of_time_does_not_matter(
    found: list[Candidate], rates: Rates, scale: float
) -> None:
    scaled = replace(
        rates,
        on_site=replace(rates.on_site, rates=tuple(r * scale for r in rates.on_site.rates)),
        after=replace(rates.after, rates=tuple(r * scale for r in rates.after.rates)),
        background=rates.background * scale,
        older=rates.older * scale,
    )
    plain, other = by_lease(posterior(found, rates)), by_lease(posterior(found, scaled))
    assert other == pytest.approx(plain, rel=1e-9, abs=1e-12)


def test_phones_that_are_known_twice_count_once() -> None:
    twice = here(1, 30, Tie("form", True), Tie("identify", True), Tie("deal", False))
    (weighed,) = posterior([twice], PLAIN).candidates
    assert weighed.terms == (("on_site", 4e-4), ("identify", 1e4))
    (other,) = posterior([here(1, 30, Tie("form", False), Tie("deal", False))], PLAIN).candidates
    assert len(other.terms) == 2 and other.terms[1][1] == 0.4


def test_a_click_counts_beside_a_phone() -> None:
    clicked = here(1, 30, Tie("form", True), Tie("click", True), Tie("click", False))
    (weighed,) = posterior([clicked], PLAIN).candidates
    assert weighed.terms == (("on_site", 4e-4), ("form", 1e4), ("click", 100.0))


def test_a_visit_beyond_the_horizon_counts_only_if_the_caller_is_known_to_be_it() -> None:
    old = gone(1, 30 * 86_400)
    assert posterior([old], PLAIN).unknown.probability == 1
    redials = posterior([replace(old, ties=(Tie("redial", True),)), here(2, 30)], PLAIN)
    assert redials.best.lease == UUID(int=1)
    assert redials.best.terms == (("older", 1e-8), ("redial", 1e6))
    edge = posterior([gone(1, HORIZON_SECONDS)], PLAIN)
    assert edge.candidates[0].terms == (("older", 0.0),)


def test_a_caller_who_was_no_visit_before_is_none_again() -> None:
    first = posterior([here(1, 30)], PLAIN)
    again = posterior([here(1, 30)], PLAIN, known_stranger=1.0)
    assert first.best.lease == UUID(int=1) and again.best.lease is None
    assert again.unknown.terms == (("known_stranger", 1e-5 + 1e-2),)
    assert again.unknown.probability == pytest.approx(0.01001 / (0.01001 + 4e-4))


def test_an_edge_begins_a_step() -> None:
    assert [ON_SITE.at(second) for second in (0, 59.9, 60, 600, 1e9)] == [
        4e-4, 4e-4, 2e-4, 1e-4, 1e-4,
    ]  # fmt: skip


def test_tiny_and_huge_rates_do_not_vanish() -> None:
    tiny = replace(PLAIN, on_site=Steps((0,), (1e-300,)), background=3e-300)
    assert posterior([here(1, 5)], tiny).unknown.probability == pytest.approx(0.75)
    huge = replace(PLAIN, on_site=Steps((0,), (1e12,)), background=0.0)
    sure = posterior([here(1, 5, Tie("form", True)), here(2, 5, Tie("form", True))], huge)
    assert by_lease(sure)[UUID(int=1)] == 0.5


def test_the_evidence_can_be_stored() -> None:
    told = posterior([here(1, 30, Tie("form", True, 0.5))], PLAIN).to_json()
    assert json.loads(json.dumps(told)) == told
    assert told["fit"] == "f1"
    assert told["candidates"][0]["terms"] == {"on_site": 4e-4, "form": 5000.5}
    assert told["unknown"]["lease"] is None


@pytest.mark.parametrize("wrong", [-1e-9, 1e13, nan, inf])
def test_what_is_no_rate_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="must be a number from 0"):
        Steps((0,), (wrong,))
    with pytest.raises(ValueError, match="must be a number from 0"):
        replace(PLAIN, background=wrong)
    with pytest.raises(ValueError, match="must be a number from 0"):
        Likelihood(1.0, wrong)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="only once"):
        posterior([here(1, 5), gone(1, 5)], PLAIN)
    with pytest.raises(ValueError, match="0 seconds or more"):
        posterior([here(1, -1)], PLAIN)
    with pytest.raises(ValueError, match="0 seconds or more"):
        posterior([here(1, nan)], PLAIN)
    with pytest.raises(ValueError, match="must rise"):
        Steps((0, 5, 5), (1, 1, 1))
    with pytest.raises(ValueError, match="a rate for each edge"):
        Steps((1,), (1,))
    with pytest.raises(ValueError, match="between 0 and 1"):
        Tie("form", True, 1.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        posterior([], PLAIN, known_stranger=-0.1)
    with pytest.raises(ValueError, match="missing: deal"):
        replace(PLAIN, likelihoods={kind: ASSUMED[kind] for kind in KINDS if kind != "deal"})
    assert set(PHONE_KINDS) < set(KINDS)
