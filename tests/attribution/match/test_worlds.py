"""In worlds whose truth is known: are probabilities right as often as they say, and is it said?

Each world is fitted on its own audit calls, control and quiet numbers, and judged on all other
calls. `pytest -s` prints the table that the product prints and the truth below it.
"""

import pytest

from attribution.match import Fit, render
from attribution.match.fit import fit
from attribution.match.rates import START
from attribution.match.reliability import assessed
from ringtrail.core.warehouse import Warehouse
from tests.attribution.match.judged import Truth, fitted_world, held_against, labelled, written
from tests.attribution.match.world import BEGAN, Plan, World, made

pytestmark = pytest.mark.slow


def shown(made_fit: Fit, truth: Truth) -> None:
    print(f"\n{render(made_fit)}\n{truth.told()}")  # noqa: T201


def tried(plan: Plan, warehouse: Warehouse) -> tuple[World, Fit, Truth]:
    world = made(plan)
    made_fit = fitted_world(world, warehouse)
    truth = held_against(world, warehouse, made_fit.rates)
    shown(made_fit, truth)
    return world, made_fit, truth


@pytest.mark.parametrize("seed", [1801, 1802])
def test_a_world_as_the_formula_assumes_it(warehouse: Warehouse, seed: int) -> None:
    _, made_fit, truth = tried(Plan(seed=seed, visits=80_000), warehouse)
    assert truth.calls > 15_000
    assert truth.ece <= 0.02
    assert truth.accuracy >= truth.last_holder + 0.13
    assert made_fit.reliability.verdict == "calibrated"
    assert abs(made_fit.reliability.ece - truth.ece) <= 0.02
    assert abs(made_fit.reliability.accuracy - truth.accuracy) <= 0.04
    assert "\ncalibrated: ECE 0.0" in render(made_fit)


# A world that breaks what is assumed need not break much of what is told.
ROBUST = {
    "redials": Plan(seed=1811, redials=0.5),
    "bursts": Plan(seed=1812, bursts=8.0),
    "delays of two peaks": Plan(seed=1813, two_peaks=True),
    "shared telephones": Plan(seed=1814, shared=0.2),
    "saved numbers": Plan(seed=1815, saved=2.4e-5),
}


@pytest.mark.parametrize("name", ROBUST)
def test_worlds_that_break_an_assumption_and_are_borne(warehouse: Warehouse, name: str) -> None:
    _, made_fit, truth = tried(ROBUST[name], warehouse)
    assert truth.ece <= 0.05
    assert truth.accuracy > truth.last_holder
    assert made_fit.reliability.ece == pytest.approx(truth.ece, abs=0.03)
    assert f"ECE {made_fit.reliability.ece:.3f}" in render(made_fit)
    if name == "saved numbers":
        assert "Numbers that were shown ring by themselves more often" in render(made_fit)
        told = made_fit.background / (3 * Plan(seed=0).background)
        assert told == pytest.approx(1, abs=0.12)


def test_numbers_that_are_passed_on_are_found_by_known_phones(warehouse: Warehouse) -> None:
    _, made_fit, truth = tried(Plan(seed=1821, switch=0.3, forms=0.3), warehouse)
    assert truth.ece > 0.05
    assert made_fit.reliability.verdict == "not calibrated"
    assert made_fit.reliability.ece == pytest.approx(truth.ece, abs=0.05)
    assert "NOT CALIBRATED: ECE 0." in render(made_fit)
    assert "rang a number that their visit was never shown" in render(made_fit)


def test_where_no_phone_is_known_it_is_said_that_passed_on_numbers_cannot_be_seen(
    warehouse: Warehouse,
) -> None:
    _, made_fit, truth = tried(Plan(seed=1822, switch=0.3, forms=0.0), warehouse)
    assert truth.ece > 0.05
    assert made_fit.reliability.verdict == "too few labels"
    assert "Too few callers' phones are known to see" in render(made_fit)


def test_rates_that_have_drifted_are_not_calibrated(warehouse: Warehouse) -> None:
    world = made(Plan(seed=1831, drift=6.0, visits=60_000))
    written(world, warehouse)
    before = fit(labelled(world, warehouse, BEGAN, world.half))
    after = labelled(world, warehouse, world.half)
    old = assessed(after, before.rates)
    truth = held_against(world, warehouse, before.rates, since=world.half)
    assert before.reliability.verdict == "calibrated"
    assert truth.ece > 0.05
    assert old.ece == pytest.approx(truth.ece, abs=0.04)
    assert old.verdict == "not calibrated"
    anew = fit(after, before.rates)
    assert anew.reliability.verdict == "calibrated"
    assert held_against(world, warehouse, anew.rates, since=world.half).ece < 0.03


def test_labels_of_clicks_alone_are_called_biased(warehouse: Warehouse) -> None:
    _, made_fit, _ = tried(
        Plan(seed=1841, audit_share=0.0, clicks=0.6, forms=0.0, visits=20_000), warehouse
    )
    assert [one.kind for one in made_fit.biases if one.biased] == ["click"]
    assert made_fit.reliability.verdict == "too few labels"
    assert "BIASED labels: calls with a mark of kind click come after the visit in 0.0%" in render(
        made_fit
    )
    assert made_fit.rates.after.rates[3] > START.after.rates[3] / 2, "late calls are not denied"


def test_clicks_do_not_bend_rates_that_audits_tell(warehouse: Warehouse) -> None:
    _, made_fit, truth = tried(Plan(seed=1842, clicks=0.6), warehouse)
    assert [one.kind for one in made_fit.biases if one.biased] == ["click"]
    assert truth.ece <= 0.02
    assert made_fit.reliability.verdict == "calibrated"
