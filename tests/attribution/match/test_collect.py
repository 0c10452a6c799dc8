"""What the statements read from facts is what a slow search through the world finds."""

from collections import Counter, defaultdict
from math import inf

import pytest

from attribution.match.collect import FOLDS, collect, naive, statement
from attribution.match.labels import Labels
from attribution.match.rates import place, place_of, steps
from ringtrail.core.warehouse import Query, Warehouse
from tests.attribution.match.judged import labelled, rung, written
from tests.attribution.match.world import (
    BEGAN,
    CALL,
    HORIZON,
    LEASE,
    Lease,
    Plan,
    Ring,
    World,
    at,
    key_of,
    made,
    write,
)

PLAN = Plan(
    seed=5, visits=1500, numbers=25, controls=3, background=6e-5, audit_share=0.1, forms=0.3,
    clicks=0.4, redials=0.2, shared=0.1,
)  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return made(PLAN)


def seconds(one: float, other: float) -> float:
    return (at(one) - at(other)) / 1e6


def seen(world: World, lease: Lease) -> float:
    """The last sign of life as far as the facts tell: who has not left is there until the end."""
    return lease.seen if lease.held < world.ended else world.ended


def searched(world: World) -> dict[tuple[str, str], tuple[bool, float]]:
    found = {}
    for ring in world.rings:
        for lease in world.leases:
            last = seen(world, lease)
            if lease.number == ring.number and lease.opened <= ring.at < last + HORIZON:
                on_site = ring.at <= last
                since = seconds(ring.at, lease.opened if on_site else last)
                found[key_of(CALL, ring.key), key_of(LEASE, lease.key)] = (on_site, since)
    return found


def again(world: World) -> set[int]:
    known: set[tuple[int, int]] = set()
    repeated = set()
    for ring in world.rings:
        if (ring.caller, ring.number) in known:
            repeated.add(ring.key)
        known.add((ring.caller, ring.number))
    return repeated


def candidates(warehouse: Warehouse, world: World) -> dict[tuple[str, str], tuple[bool, float]]:
    with warehouse.transaction() as transaction:
        collect(transaction, 1, 1, BEGAN, world.until)
        rows = transaction.rows(Query("candidate", "FROM candidate"))
    return {(str(r["call"]), str(r["lease"])): (r["on_site"], r["seconds"]) for r in rows}


def test_candidates(world: World, warehouse: Warehouse) -> None:
    expected = searched(world)
    assert len(expected) > 1000
    assert candidates(written(world, warehouse), world) == expected


def test_background(world: World, warehouse: Warehouse) -> None:
    labels = labelled(world, written(world, warehouse))
    repeated, candidate = again(world), {call for call, _ in searched(world)}
    alone = [
        ring for ring in world.rings
        if ring.key not in repeated and key_of(CALL, ring.key) not in candidate
    ]  # fmt: skip
    control = [ring for ring in alone if ring.number >= PLAN.numbers]
    assert labels.control.calls == len(control) > 5
    assert labels.control.seconds == pytest.approx(PLAN.controls * world.ended)
    quiet, time = 0, 0.0
    for number in range(PLAN.numbers):
        leases = [lease for lease in world.leases if lease.number == number]
        reached = 0.0
        for lease, following in zip(leases, [*leases[1:], None], strict=True):
            reached = max(reached, seen(world, lease) + HORIZON)
            stop = world.ended if following is None else following.opened
            time += max(0.0, stop - reached)
            quiet += sum(ring.number == number and reached <= ring.at < stop for ring in alone)
    assert labels.quiet.calls == quiet
    assert labels.quiet.seconds == pytest.approx(time, abs=1e-3)
    held = len({lease.number for lease in world.leases})
    assert labels.pool.seconds == pytest.approx(held * world.ended)


def test_time_at_risk(world: World, warehouse: Warehouse) -> None:
    labels = labelled(world, written(world, warehouse))
    expected: dict[tuple[bool, int], float] = defaultdict(float)
    edges = steps()
    for lease in world.leases:
        last = seen(world, lease)
        end = min(last + HORIZON, world.ended, lease.held if lease.audit else inf)
        for on_site, step, start, stop in zip(*edges.values(), strict=True):
            span = last - lease.opened if on_site else end - last
            expected[lease.audit, place(bool(on_site), int(step))] += max(
                0.0, min(span, stop) - start
            )
    found: dict[tuple[bool, int], float] = defaultdict(float)
    for row in labels.exposure:
        found[row.audit, place(row.on_site, row.step)] += row.seconds
    assert found == pytest.approx(expected, abs=1e-2)
    assert {row.fold for row in labels.exposure} == set(range(FOLDS))
    audits = sum(lease.audit for lease in world.leases)
    assert (labels.leases, labels.granted) == (len(world.leases), audits)
    assert labels.drawn == sum(lease.drawn for lease in world.leases) >= audits


def test_audit_calls_and_everybodys(world: World, warehouse: Warehouse) -> None:
    labels = labelled(world, written(world, warehouse))
    repeated, found = again(world), searched(world)
    rings = {key_of(CALL, ring.key): ring for ring in world.rings}
    leases = {key_of(LEASE, lease.key): lease for lease in world.leases}
    audited = {
        (call, lease)
        for call, lease in found
        if leases[lease].audit
        and rings[call].key not in repeated
        and rings[call].at < leases[lease].held
    }
    assert {(str(one.call), str(one.lease)) for one in labels.audit_calls} == audited
    assert len(audited) > 20
    for one in labels.audit_calls:
        others = [lease for call, lease in found if call == str(one.call)]
        assert len(one.rivals) == len(others) - 1
        assert (one.state.on_site, one.state.seconds) == found[str(one.call), str(one.lease)]
        assert one.weight >= 1
    called = {call for call, _ in found if rings[call].key not in repeated}
    marks = sum(row.calls for row in labels.marked)
    assert len(labels.crowd) + marks == len(called)
    assert marks > 50
    assert Counter(fold for call in labels.crowd for fold in [call.fold]).keys() == set(
        range(FOLDS)
    )


def test_marks_are_of_the_visit_that_called(world: World, warehouse: Warehouse) -> None:
    written(world, warehouse)
    with warehouse.transaction() as transaction:
        collect(transaction, 1, 1, BEGAN, world.until)
        rows = transaction.rows(Query("label", "FROM label"))
    truth = {key_of(CALL, ring.key): ring.truth for ring in world.rings}
    right = [key_of(LEASE, truth[str(r["call"])] or -1) == str(r["lease"]) for r in rows]
    assert {r["kind"] for r in rows} >= {"form", "click"}
    assert sum(right) / len(right) > 0.95


def test_scenes_put_a_call_among_those_who_would_have_been_next(warehouse: Warehouse) -> None:
    """An audited visit's late call, its twin, and who got the twin's number afterwards."""
    leases = [
        Lease(0, 0, 1, 1_000, 1_100, 1_700, False, False),  # held the audited number before
        Lease(1, 1, 1, 5_000, 5_200, 26_800, True, True),
        Lease(2, 2, 2, 5_010, 5_190, 5_800, False, False),  # the twin
        Lease(3, 3, 2, 6_500, 6_600, 7_200, False, False),  # next on the twin's number
        Lease(4, 4, 3, 4_000, 4_100, 4_700, False, False),  # left long before: no twin
        Lease(5, 5, 2, 9_000, 9_100, 9_700, False, False),  # after the call
    ]
    world = World(Plan(seed=0, visits=400), leases, [Ring(0, 7_000, 1, 1, 1)])
    labels = labelled(world, written(world, warehouse))
    first = next(scene for scene in labels.scenes if scene.copy == 1)
    assert str(first.lease) == key_of(LEASE, 1)
    assert [(one.on_site, one.seconds) for one in first.rivals] == [(False, 400.0)]
    (call,) = labels.audit_calls
    assert [(one.on_site, one.seconds) for one in call.rivals] == [(False, 5_900.0)]
    assert place_of(call.state) == place(False, 4)


def test_a_visitor_who_is_given_the_number_again_is_one_candidate(warehouse: Warehouse) -> None:
    leases = [
        Lease(0, 7, 1, 0, 100, 300, False, False),
        Lease(1, 7, 1, 300, 400, 1_000, False, False),  # the same person, handed over
        Lease(2, 8, 1, 1_100, 1_200, 1_800, False, False),
    ]
    rings = [Ring(0, 200, 1, 1, None), Ring(1, 350, 1, 2, None), Ring(2, 1_150, 1, 3, None)]
    world = World(Plan(seed=0, visits=300), leases, rings)
    found = candidates(written(world, warehouse), world)
    assert found == {
        (key_of(CALL, 0), key_of(LEASE, 0)): (False, 100.0),
        (key_of(CALL, 1), key_of(LEASE, 1)): (True, 50.0),
        (key_of(CALL, 2), key_of(LEASE, 1)): (False, 750.0),
        (key_of(CALL, 2), key_of(LEASE, 2)): (True, 50.0),
    }


def test_one_account_tells_another_nothing(world: World, warehouse: Warehouse) -> None:
    alone = labelled(world, written(world, warehouse))
    with warehouse.transaction() as transaction:
        write(made(Plan(seed=6, visits=400, numbers=25)), transaction, account=2, site=2)
    assert labelled(world, warehouse) == alone
    with warehouse.transaction() as transaction:
        whole: Labels = collect(transaction, None, None, BEGAN, world.until)
    assert whole.leases > alone.leases
    assert whole.control.seconds > alone.control.seconds


def test_an_empty_warehouse(warehouse: Warehouse) -> None:
    warehouse.migrate()
    with warehouse.transaction() as transaction:
        labels = collect(transaction, 1, 1, BEGAN, at(86_400))
    assert (labels.leases, labels.audit_calls, labels.crowd, labels.scenes) == (0, (), (), ())
    assert labels.control.seconds == labels.quiet.seconds == 0


def test_what_lies_outside_the_window_is_not_counted(world: World, warehouse: Warehouse) -> None:
    written(world, warehouse)
    middle = at(world.ended / 2)
    with warehouse.transaction() as transaction:
        labels = collect(transaction, 1, 1, BEGAN, middle)
        rung(transaction, BEGAN, middle)
        inside = transaction.rows(
            statement("lease_count"), {"since": naive(at(0)), "until": naive(at(1))}
        )
    assert inside[0]["leases"] <= 1
    assert labels.leases == sum(at(lease.opened) < middle for lease in world.leases)
