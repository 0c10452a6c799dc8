"""Fits that are made when asked and once a day; one comes into force only where it is needed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from structlog.testing import capture_logs

from attribution import Upkeep
from attribution.match.fit import Fit, fit, kept
from attribution.match.in_force import fits, in_force, use
from attribution.match.labels import Labels
from attribution.match.making import Weighed, made, made_today, weighed
from attribution.match.rates import START
from numbers_pool.posterior import Rates
from ringtrail.core.clock import DAY, HOUR, Micros
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Query, Warehouse
from tests.attribution.match.judged import written
from tests.attribution.match.test_calls import a_fit
from tests.attribution.match.world import BEGAN, Plan
from tests.attribution.match.world import made as world_of

PLAN = Plan(seed=21, visits=12_000, numbers=60, audit_share=0.3, forms=0.3)
FAR_OFF = replace(START, background=1e-2, fit="far off")


@pytest.fixture
def lived(warehouse: Warehouse) -> Warehouse:
    """A site of some days, with audits enough."""
    written(world_of(PLAN), warehouse)
    with warehouse.transaction() as transaction:
        transaction.run(
            Query(
                "site",
                f"""INSERT INTO fact_site BY NAME SELECT uuid() AS fact_id,
            uuid() AS batch, 1 AS account, 1 AS site, make_timestamp({BEGAN}) AS occurred_at,
            occurred_at AS received_at, 'x' AS name, 'UTC' AS timezone""",
            )
        )
    return warehouse


def test_a_fit_is_kept_and_found_under_its_version(lived: Warehouse) -> None:
    until = world_of(PLAN).until
    found = made(lived, 1, BEGAN, until)
    assert (found.account, found.site, found.prior) == (1, 1, "assumed")
    assert kept(lived, found.version) == found
    assert [(one.fit.version, one.used_by) for one in fits(lived)] == [(found.version, None)]
    with pytest.raises(Refused, match="no site has the number 7"):
        made(lived, 7, BEGAN, until)
    with lived.transaction() as transaction:
        use(transaction, made(lived, None, BEGAN, until).version, until, "ann")
    assert made(lived, 1, BEGAN, until).prior != "assumed"


def test_calls_go_on_to_the_warehouse_while_labels_are_read(lived: Warehouse) -> None:
    read = Event()

    def weigh(labels: Labels, prior: Rates, present: Rates) -> Weighed:
        read.set()
        return Weighed(fit(labels, prior), better=False)

    def use_none(found: Fit, at: Micros, by: str) -> None:
        raise AssertionError(by)

    until = world_of(PLAN).until
    with ThreadPoolExecutor(1) as beside:
        with lived.transaction():
            making = beside.submit(made_today, lived, until, use_none, weigh)
            assert read.wait(60)
        (found,) = making.result()
    assert kept(lived, found.fit.version) == found.fit


def test_once_a_day_a_site_is_fitted_that_has_audits_enough(lived: Warehouse) -> None:
    now, asked = world_of(PLAN).until, []

    def weigh(labels: Labels, prior: Rates, present: Rates) -> Weighed:
        asked.append((labels.account, labels.site, prior.fit, present.fit))
        return Weighed(fit(labels, prior), better=len(asked) == 1)

    used: list[tuple[str, Micros, str]] = []

    def use_it(found: Fit, at: Micros, by: str) -> None:
        used.append((found.version, at, by))
        Upkeep(lived).use_fit(found, at, by)

    (first,) = made_today(lived, now, use_it, weigh)
    assert asked == [(1, 1, "assumed", "assumed")]
    assert used == [(first.fit.version, now, "daily fit")]
    assert made_today(lived, Micros(now + DAY // 2), use_it, weigh) == []
    (second,) = made_today(lived, Micros(now + 2 * DAY), use_it, weigh)
    assert asked[1] == (1, 1, "assumed", first.fit.version)
    assert len(used) == 1
    assert kept(lived, second.fit.version) == second.fit
    with lived.transaction() as transaction:
        assert in_force(transaction)[1, 1].fit == first.fit.version
    assert made_today(lived, Micros(now + 200 * DAY), use_it, weigh) == []


def test_a_site_that_cannot_be_fitted_holds_no_other_up(lived: Warehouse) -> None:
    with lived.transaction() as transaction:
        twin = "INSERT INTO fact_lease BY NAME SELECT * REPLACE (uuid() AS fact_id, 2 AS site)"
        transaction.run(Query("twin", f"{twin} FROM fact_lease"))
    now, asked = world_of(PLAN).until, []

    def weigh(labels: Labels, prior: Rates, present: Rates) -> Weighed:
        asked.append(labels.site)
        if labels.site == 1:
            raise ArithmeticError("no rates fit these labels")
        return Weighed(a_fit(labels.site, 1e-3), better=False)

    with capture_logs() as logs:
        found = made_today(lived, now, lambda *_: None, weigh)
    assert asked == [None, 1, 2]
    assert [one.fit.site for one in found] == [None, 2]
    (log,) = logs
    assert (log["log_level"], log["account"], log["site"]) == ("error", 1, 1)


def test_what_is_still_right_is_not_replaced(lived: Warehouse) -> None:
    until = world_of(PLAN).until
    known: list[tuple[Labels, Rates]] = []

    def weigh(labels: Labels, prior: Rates, present: Rates) -> Weighed:
        known.append((labels, prior))
        return weighed(labels, prior, present)

    (told,) = made_today(lived, until, lambda *_: None, weigh)
    best = told.fit
    assert best.reliability.verdict == "calibrated"
    ((labels, prior),) = known
    assert weighed(labels, prior, FAR_OFF) == Weighed(best, better=True)
    assert weighed(labels, prior, best.rates) == Weighed(best, better=False)
    # Of the ninety days only those that the site has lived.
    assert best.until == until
    assert 0 <= best.since - BEGAN < HOUR
