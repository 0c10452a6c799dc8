"""Visitors who call numbers, in a world whose truth is known; as the model assumes it, or not.

A world is made in memory from a seed and written as facts. Numbers are given out as
`numbers_pool.store` does it: the longest free first, kept for the hold and the cool-down, audits
for six hours while the pool has room.
"""

import heapq
import random
from dataclasses import dataclass, field
from math import exp, log
from typing import Any

import pyarrow as pa

from ringtrail.core.clock import SECOND, Micros
from ringtrail.core.warehouse import Transaction

BEGAN = Micros(1_790_000_000_000_000)
HORIZON = 21_600.0


@dataclass(frozen=True, slots=True)
class Lease:
    """Seconds since the world began; `person` is the visitor."""

    key: int
    person: int
    number: int
    opened: float
    seen: float
    held: float
    drawn: bool
    audit: bool


@dataclass(frozen=True, slots=True)
class Ring:
    """A call; `truth` is the lease whose visitor made it, None if no page sent the caller."""

    key: int
    at: float
    number: int
    caller: int
    truth: int | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a world is like. Rates in calls a second, times in seconds."""

    seed: int
    visits: int = 40_000
    numbers: int = 70
    controls: int = 5
    arrivals: float = 0.01
    calls: float = 0.2
    """Calls a visit makes on average."""
    late: float = 0.3
    """The share of them that come after it."""
    background: float = 1.2e-5
    saved: float = 0.0
    """Background of numbers that were shown, beyond that of control numbers."""
    audit_share: float = 0.12
    free_share: float = 0.1
    two_peaks: bool = False
    """Late calls come at once or in about three hours, nothing between."""
    redials: float = 0.0
    """The share of callers who call again within minutes, up to three times."""
    switch: float = 0.0
    """The share of calls made to a number that somebody else was shown a little before."""
    bursts: float = 0.0
    """How many times more visits and calls come in a tenth of all half hours."""
    shared: float = 0.0
    """The share of calls that come from one of a few telephones of many."""
    drift: float = 1.0
    """What late calls are multiplied by in the second half, and on-site calls divided."""
    forms: float = 0.1
    """The share of callers who left their number in a form."""
    clicks: float = 0.0
    """The share of on-site callers who clicked the number just before."""


@dataclass
class World:
    plan: Plan
    leases: list[Lease] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    forms: list[tuple[int, int]] = field(default_factory=list)
    """(lease, caller)"""
    clicked: list[tuple[int, float]] = field(default_factory=list)
    """(lease, moment)"""

    @property
    def ended(self) -> float:
        return self.plan.visits / self.plan.arrivals

    @property
    def until(self) -> Micros:
        return at(self.ended)

    @property
    def half(self) -> Micros:
        return at(self.ended / 2)


def at(seconds: float) -> Micros:
    return Micros(BEGAN + round(seconds * SECOND))


def made(plan: Plan) -> World:
    """The world of a plan; the same seed gives the same one."""
    world, chance = World(plan), random.Random(plan.seed)
    _lease(world, chance)
    _call(world, chance)
    _ring_by_themselves(world, chance)
    world.rings.sort(key=lambda ring: ring.at)
    return world


def _burst(plan: Plan, moment: float) -> float:
    """How much busier than usual it is; one half hour in ten is, by a hash of it."""
    if not plan.bursts:
        return 1.0
    return (
        plan.bursts if random.Random(int(moment // 1800) * 7919 + plan.seed).random() < 0.1 else 1.0
    )


def _lease(world: World, chance: random.Random) -> None:
    plan = world.plan
    free = [(-1e9 + number, number) for number in range(plan.numbers)]
    heapq.heapify(free)
    moment = 0.0
    for key in range(plan.visits):
        moment += chance.expovariate(plan.arrivals * _burst(plan, moment))
        if moment >= world.ended:
            return
        stay = min(chance.lognormvariate(log(120), 0.9), 7200)
        drawn = chance.random() < plan.audit_share
        if free[0][0] > moment:
            continue  # overflow: the business number stays on the page
        room = sum(free_at <= moment for free_at, _ in free) if drawn else 0
        audit = drawn and room - 1 > plan.free_share * plan.numbers
        _, number = heapq.heappop(free)
        seen = moment + stay
        held = seen + (600 if chance.random() < 0.5 else 1500)
        if audit:
            held = max(held, seen + HORIZON)
        heapq.heappush(free, (held, number))
        world.leases.append(Lease(key, key, number, moment, seen, held, drawn, audit))


def _delay(plan: Plan, chance: random.Random) -> float:
    """From the last sign of life to a late call, within the horizon."""
    while True:
        if plan.two_peaks:
            peak = chance.random() < 0.5
            delay = chance.expovariate(1 / 90) if peak else chance.gauss(10_800, 900)
        else:
            delay = chance.lognormvariate(log(1500), 1.5)
        if 0 < delay < HORIZON:
            return delay


def _call(world: World, chance: random.Random) -> None:
    """Each visit calls by two processes: one that wanes on the site, one after it."""
    plan = world.plan
    mean_stay = 0.0
    for lease in world.leases:
        stay = lease.seen - lease.opened
        mean_stay += 1 - exp(-stay / 300)
    pace = plan.calls * (1 - plan.late) / (mean_stay / len(world.leases))
    for index, lease in enumerate(world.leases):
        second_half = lease.opened > world.ended / 2
        lift = _burst(plan, lease.opened)
        drift = plan.drift if second_half else 1.0
        stay = lease.seen - lease.opened
        whole = 1 - exp(-stay / 300)
        for _ in range(_poisson(chance, pace * whole * lift / drift)):
            age = -300 * log(1 - chance.random() * whole)
            _told(world, chance, index, lease.opened + age, on_site=True)
        for _ in range(_poisson(chance, plan.calls * plan.late * lift * drift)):
            _told(world, chance, index, lease.seen + _delay(plan, chance), on_site=False)


def _told(world: World, chance: random.Random, index: int, moment: float, *, on_site: bool) -> None:
    plan, lease = world.plan, world.leases[index]
    caller = lease.person
    if chance.random() < plan.shared:
        caller = 10_000_000 + chance.randrange(60)
    number = lease.number
    truth: int | None = index
    if chance.random() < plan.switch:
        # They were given the number by somebody who came a little before them.
        number = world.leases[max(0, index - 1 - chance.randrange(5))].number
        truth = None if number != lease.number else index
    _ring(world, moment, number, caller, truth)
    if chance.random() < plan.forms:
        world.forms.append((index, caller))
    if on_site and chance.random() < plan.clicks:
        world.clicked.append((index, moment - 1.0))
    if chance.random() < plan.redials:
        for _ in range(chance.randint(1, 3)):
            moment += chance.expovariate(1 / 300)
            _ring(world, moment, number, caller, truth)


def _ring_by_themselves(world: World, chance: random.Random) -> None:
    plan = world.plan
    for number in range(plan.numbers + plan.controls):
        rate = plan.background + (plan.saved if number < plan.numbers else 0.0)
        moment = chance.expovariate(rate)
        while moment < world.ended:
            _ring(world, moment, number, 20_000_000 + len(world.rings), None)
            moment += chance.expovariate(rate)


def _ring(world: World, moment: float, number: int, caller: int, truth: int | None) -> None:
    if moment < world.ended:
        key = None if truth is None else world.leases[truth].key
        world.rings.append(Ring(len(world.rings), moment, number, caller, key))


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, exp(-mean)
    drawn = chance.random()
    while drawn > left:
        count += 1
        drawn *= chance.random()
    return count


def key_of(kind: int, key: int) -> str:
    """A UUID, as text: the kind of thing and its number."""
    return f"{kind:08d}-0000-0000-0000-{key:012d}"


def number_of(number: int) -> str:
    return f"+4420794{number:05d}"


def caller_of(caller: int) -> str:
    return f"+4477{caller:08d}"


LEASE, VISIT, PERSON, CALL, FORM, CLICK, OWNED = range(1, 8)
_BATCH = key_of(99, 0)
_WORDS = ("landing", "source", "medium", "channel", "rule")
Columns = dict[str, Any]


def write(world: World, into: Transaction, account: int = 1, site: int = 1) -> None:
    """The world's facts, as rows of the fact tables."""
    for table, columns in _tables(world).items():
        length = len(columns["fact_id"])
        shared = {"account": account, "site": site, "batch": _BATCH}
        whole: Columns = {name: pa.array([value] * length) for name, value in shared.items()}
        whole |= columns
        whole["received_at"] = whole["occurred_at"]
        into.append(table, pa.table(whole))


def _times(seconds: list[float]) -> "pa.Array[Any]":
    times: pa.Array[Any] = pa.array([at(each) for each in seconds], pa.timestamp("us"))
    return times


def _keys(kind: int, keys: list[int]) -> "pa.Array[Any]":
    texts: pa.Array[Any] = pa.array([key_of(kind, key) for key in keys])
    return texts


def _tables(world: World) -> dict[str, Columns]:
    leases = world.leases
    closed = [lease for lease in leases if lease.held < world.ended]
    keys = [lease.key for lease in leases]
    tables: dict[str, Columns] = {
        "fact_lease": {
            "fact_id": _keys(LEASE, keys), "occurred_at": _times([one.opened for one in leases]),
            "lease": _keys(LEASE, keys), "visit": _keys(VISIT, keys), "pool": [1] * len(leases),
            "number": [number_of(one.number) for one in leases],
            "drawn": [one.drawn for one in leases], "audit": [one.audit for one in leases],
        },
        "fact_lease_closed": {
            "fact_id": _keys(LEASE, [one.key for one in closed]),
            "occurred_at": _times([one.held for one in closed]),
            "lease": _keys(LEASE, [one.key for one in closed]),
            "number": [number_of(one.number) for one in closed],
            "last_seen": _times([one.seen for one in closed]),
            "held_until": _times([one.held for one in closed]),
        },
        "fact_visit": {
            "fact_id": _keys(VISIT, keys), "occurred_at": _times([one.opened for one in leases]),
            "visit": _keys(VISIT, keys), "visitor": _keys(PERSON, [one.person for one in leases]),
            **{name: ["x"] * len(leases) for name in _WORDS},
            "overflow": [False] * len(leases),
        },
        "fact_call": _calls(world),
        "fact_number_owned": _owned(world.plan),
    }  # fmt: skip
    if world.forms:
        tables["fact_contact"] = _contacts(world)
    if world.clicked:
        tables["fact_click"] = {
            "fact_id": _keys(CLICK, list(range(len(world.clicked)))),
            "occurred_at": _times([moment for _, moment in world.clicked]),
            "visit": _keys(VISIT, [world.leases[index].key for index, _ in world.clicked]),
            "lease": _keys(LEASE, [world.leases[index].key for index, _ in world.clicked]),
        }
    return tables


def _calls(world: World) -> Columns:
    rings = world.rings
    times = _times([ring.at for ring in rings])
    columns: Columns = {
        "fact_id": _keys(CALL, [ring.key for ring in rings]), "occurred_at": times,
        "key": [str(ring.key) for ring in rings], "call": _keys(CALL, [ring.key for ring in rings]),
        "told_at": times, "number": [number_of(ring.number) for ring in rings],
        "caller": [caller_of(ring.caller) for ring in rings],
        "direction": ["inbound"] * len(rings), "outcome": ["answered"] * len(rings),
    }  # fmt: skip
    spans = ("ring_seconds", "menu_seconds", "hold_seconds", "talk_seconds")
    return columns | {name: pa.array([0] * len(rings)) for name in spans}


def _owned(plan: Plan) -> Columns:
    numbers = range(plan.numbers + plan.controls)
    return {
        "fact_id": _keys(OWNED, list(numbers)), "occurred_at": _times([0.0 for _ in numbers]),
        "number": [number_of(number) for number in numbers],
        "role": ["pool" if number < plan.numbers else "control" for number in numbers],
        "since": pa.array([0 for _ in numbers], pa.timestamp("us")),
    }  # fmt: skip


def _contacts(world: World) -> Columns:
    leases = [world.leases[index] for index, _ in world.forms]
    return {
        "fact_id": _keys(FORM, list(range(len(leases)))),
        "occurred_at": _times([one.seen for one in leases]),
        "told_at": _times([one.seen for one in leases]),
        "key": [str(number) for number in range(len(leases))],
        "contact": _keys(FORM, list(range(len(leases)))),
        "way": ["form"] * len(leases), "vendor": ["own"] * len(leases),
        "phone": [caller_of(caller) for _, caller in world.forms],
        "visit": _keys(VISIT, [one.key for one in leases]),
        "visitor": _keys(PERSON, [one.person for one in leases]),
    }  # fmt: skip
