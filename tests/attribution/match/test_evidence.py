"""Judged at once, calls get what each gets by itself; earlier calls count, the order does not."""

import json
from collections import defaultdict
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from attribution.match import START, chosen, judge
from ingest import Loader
from numbers_pool.posterior import Candidate, Rates, Tie, posterior
from ringtrail.core.clock import SECOND, Micros, SetClock
from ringtrail.core.database import Engine, migrate
from ringtrail.core.facts import Call, Contact, Fact, LeaseOpened, NumberClicked, Visit
from ringtrail.core.inbox import put
from ringtrail.core.warehouse import Query, Row, Warehouse
from tests.attribution.match.judged import rung, written
from tests.attribution.match.world import (
    BEGAN,
    CALL,
    LEASE,
    Lease,
    Plan,
    Ring,
    World,
    at,
    key_of,
    made,
)

RATES = replace(START, fit="f1", background=1e-5)
PLAN = Plan(
    seed=9, visits=1200, numbers=25, controls=1, background=6e-5, forms=0.4, clicks=0.4,
    redials=0.4, shared=0.3, calls=0.4,
)  # fmt: skip


def judged(world: World, warehouse: Warehouse, rates: Rates = RATES) -> dict[str, list[Row]]:
    tables = {}
    with warehouse.transaction() as transaction:
        rung(transaction, BEGAN, world.until)
        judge(transaction, {(0, 0): rates}, BEGAN, world.until)
        for name in ("ringing", "candidate", "tie", "matched"):
            tables[name] = transaction.rows(Query(name, f"FROM {name} ORDER BY ALL"))
    return tables


def by_call(rows: list[Row]) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[str(row["call"])].append(row)
    return found


def test_at_once_is_as_one_by_one(warehouse: Warehouse) -> None:
    world = made(PLAN)
    tables = judged(world, written(world, warehouse))
    ties: dict[tuple[str, UUID | None], list[Tie]] = defaultdict(list)
    for row in tables["tie"]:
        tie = Tie(row["kind"], row["same"], min(row["strength"], 1.0))
        ties[str(row["call"]), row["lease"]].append(tie)
    found, matched = by_call(tables["candidate"]), by_call(tables["matched"])
    assert {tie.kind for each in ties.values() for tie in each} == {"form", "click", "redial"}
    assert len(tables["ringing"]) == len(matched) > 400
    for ring in tables["ringing"]:
        call = str(ring["call"])
        asked = [
            Candidate(r["lease"], r["visit"], r["on_site"], r["seconds"],
                tuple(ties[call, r["lease"]]))
            for r in found[call]
        ]  # fmt: skip
        strange = max((tie.strength for tie in ties[call, None]), default=0.0)
        answer = posterior(asked, RATES, known_stranger=strange)
        expected = {one.lease: one for one in (*answer.candidates, answer.unknown)}
        assert {row["lease"] for row in matched[call]} == set(expected)
        for row in matched[call]:
            one = expected[row["lease"]]
            assert row["probability"] == pytest.approx(one.probability, rel=1e-12, abs=1e-12)
            assert json.loads(row["terms"]) == pytest.approx(dict(one.terms), rel=1e-12)
            assert row["fit"] == "f1"


def test_the_order_of_the_facts_changes_nothing(warehouse: Warehouse) -> None:
    world = made(replace(PLAN, visits=400))
    tables = judged(world, written(world, warehouse))
    for table in ("fact_lease", "fact_call", "fact_contact", "fact_lease_closed", "fact_visit"):
        with warehouse.transaction() as transaction:
            for text in (
                f"CREATE TEMP TABLE turned AS FROM {table}",
                f"DELETE FROM {table}",
                f"INSERT INTO {table} FROM turned ORDER BY fact_id DESC",
                "DROP TABLE turned",
            ):
                transaction.run(Query("turn", text))
    for one, other in zip(judged(world, warehouse)["matched"], tables["matched"], strict=True):
        assert one == {**other, "probability": pytest.approx(other["probability"], rel=1e-12)}


def answers(world: World, warehouse: Warehouse) -> dict[int, dict[str, float]]:
    """Call -> lease ('' for nobody) -> probability."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for row in judged(world, written(world, warehouse))["matched"]:
        lease = "" if row["lease"] is None else str(row["lease"])
        found[int(str(row["call"])[-12:])][lease] = row["probability"]
    return found


HELD = [
    Lease(0, 0, 1, 1_000, 1_200, 1_800, False, False),
    Lease(1, 1, 1, 2_000, 2_300, 2_900, False, False),
    Lease(2, 2, 1, 90_000, 90_500, 91_100, False, False),
    Lease(3, 3, 2, 90_000, 90_500, 91_100, False, False),
]
LONG = Plan(seed=0, visits=2_000)


def test_a_redial_is_the_earlier_callers_even_a_day_after(warehouse: Warehouse) -> None:
    rings = [Ring(0, 1_100, 1, 50, 0), Ring(1, 90_300, 1, 50, 0), Ring(2, 90_300, 1, 51, 2)]
    found = answers(World(LONG, HELD, rings), warehouse)
    assert found[1][key_of(LEASE, 0)] > 0.9 > found[1][key_of(LEASE, 2)]
    assert found[2][key_of(LEASE, 2)] > 0.9
    assert key_of(LEASE, 0) not in found[2]


def test_who_called_before_is_known_when_they_call_another_number(warehouse: Warehouse) -> None:
    leases = [*HELD[:2], Lease(4, 1, 2, 3_000, 3_100, 3_700, False, False),
              Lease(5, 9, 2, 3_800, 3_900, 4_500, False, False)]  # fmt: skip
    rings = [Ring(0, 2_200, 1, 55, 1), Ring(1, 3_850, 2, 55, 4), Ring(2, 3_850, 2, 56, 5)]
    found = answers(World(LONG, leases, rings), warehouse)
    assert found[1][key_of(LEASE, 4)] > 0.9
    assert found[2][key_of(LEASE, 5)] > 0.9


def test_who_was_nobody_is_nobody_again(warehouse: Warehouse) -> None:
    rings = [Ring(0, 500, 1, 60, None), Ring(1, 2_100, 1, 60, None), Ring(2, 2_100, 1, 61, 1)]
    found = answers(World(LONG, HELD, rings), warehouse)
    assert found[0] == {"": 1.0}
    assert found[1][""] > 0.9
    assert found[2][key_of(LEASE, 1)] > 0.8


def test_a_phone_from_a_form_decides_between_two(warehouse: Warehouse) -> None:
    rings = [Ring(0, 2_200, 1, 70, 0), Ring(1, 2_250, 1, 71, 1)]
    plain = answers(World(LONG, HELD, rings), warehouse)
    assert plain[0][key_of(LEASE, 0)] < 0.2


def test_with_a_form_the_earlier_holder_is_found(warehouse: Warehouse) -> None:
    rings = [Ring(0, 2_200, 1, 70, 0), Ring(1, 2_250, 1, 71, 1)]
    found = answers(World(LONG, HELD, rings, forms=[(0, 70)]), warehouse)
    assert found[0][key_of(LEASE, 0)] > 0.9
    assert found[1][key_of(LEASE, 1)] > 0.9


def test_a_withheld_caller_has_no_ties(warehouse: Warehouse) -> None:
    world = World(LONG, HELD, [Ring(0, 2_200, 1, 70, 0)], forms=[(0, 70)])
    written(world, warehouse)
    with warehouse.transaction() as transaction:
        transaction.run(Query("withhold", "UPDATE fact_call SET caller = NULL"))
    assert judged(world, warehouse)["tie"] == []


def test_facts_that_came_through_the_inbox_are_judged(
    warehouse: Warehouse, sqlite: Engine, clock: SetClock
) -> None:
    now = clock.now()

    def of(key: str, occurred_at: int) -> dict[str, Any]:
        return {"account": 1, "site": 1, "occurred_at": occurred_at, "source_id": key}

    visit, lease, call = UUID(int=1), UUID(int=2), UUID(int=3)
    number, caller = "+74950000001", "+79161234567"
    facts: list[Fact] = [
        Visit(**of("v", now), visit=visit, visitor=UUID(int=4), landing="https://a/",
            source="x", medium="y", channel="Direct", rule="direct"),
        LeaseOpened(**of("l", now), lease=lease, visit=visit, pool=1, number=number),
        NumberClicked(**of("k", now + 50 * SECOND), visit=visit, lease=lease),
        Contact(**of("f", now + 20 * SECOND), key="f", contact=UUID(int=5), told_at=now,
            way="form", vendor="own", phone=caller, visit=visit),
        Call(**of("c", now + 60 * SECOND), key="c", call=call, told_at=now + 90 * SECOND,
            number=number, caller=caller, outcome="answered"),
    ]  # fmt: skip
    migrate(sqlite)
    with sqlite.execution_options(writes=True).begin() as store:
        put(store, facts, now)
    warehouse.migrate()
    assert Loader(sqlite, warehouse, clock).run() == len(facts)
    with warehouse.transaction() as transaction:
        rung(transaction, now, Micros(now + 120 * SECOND))
        judge(transaction, chosen({}), now, Micros(now + 120 * SECOND))
        (row,) = transaction.rows(Query("matched", "FROM matched WHERE lease IS NOT NULL"))
    assert (row["call"], row["lease"], row["visit"]) == (call, lease, visit)
    assert json.loads(row["terms"]) == {"on_site": 3e-4, "form": 1e4, "click": 100.0}
    assert row["probability"] > 0.999


def test_sites_have_rates_of_their_own(warehouse: Warehouse) -> None:
    world = World(LONG, HELD, [Ring(0, 2_200, 1, 70, 0)])
    written(world, warehouse)
    noisy = replace(RATES, background=1.0, fit="noisy")
    with warehouse.transaction() as transaction:
        rung(transaction, BEGAN, at(100_000))
        judge(transaction, {**chosen({}), (1, 1): noisy}, BEGAN, at(100_000))
        rows = transaction.rows(Query("matched", "FROM matched WHERE lease IS NULL"))
    assert rows[0]["fit"] == "noisy" and rows[0]["probability"] > 0.99
    assert str(rows[0]["call"]) == key_of(CALL, 0)
