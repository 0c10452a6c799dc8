"""Collectors at random against one store: what must hold after every step.

A step is a moment at which each collector, in a thread and on a connection of its own, runs one
transaction of random requests; some transactions crash. The collectors' clocks differ a little, as
two machines' clocks do. The plan follows from the seed, the interleaving does not.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, Row, select, text

from numbers_pool import Shown, store
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer
from ringtrail.core.facts import Fact, LeaseClosed, LeaseOpened
from ringtrail.core.models import Lease, TrackingNumber
from tests.numbers_pool.house import CARD, House, at

VISITS = [UUID(int=number) for number in range(1, 13)]
SKEWS = (-2, 0, 3)
KINDS = ("visit", "visit", "beat", "beat", "leave", "expire")
_LEASE, _NUMBER = (vars(model)["__table__"] for model in (Lease, TrackingNumber))


def never(_seconds: float) -> None:
    raise AssertionError("single requests must not wait for each other in a circle")


class Crash(Exception):
    """The process died before it committed."""


@dataclass(frozen=True)
class Request:
    """What a browser or the clean-up asks of a collector; leases are those a page once showed."""

    kind: str
    visit: UUID
    leases: Sequence[UUID]


@dataclass
class Done:
    """What committed transactions have told."""

    facts: list[Fact] = field(default_factory=list)
    shown: list[tuple[UUID, Shown]] = field(default_factory=list)

    def __iadd__(self, other: "Done") -> "Done":
        self.facts += other.facts
        self.shown += other.shown
        return self


class Collector:
    """One process that serves browsers: a writer and a clock of its own."""

    def __init__(self, engine: Engine, shop: House, pause: Callable[[float], object]) -> None:
        self._writer = Writer(engine, pause=pause)
        self._shop = shop
        self.clock = SetClock(at(0))

    def serve(self, requests: Sequence[Request], crashes: bool) -> Done:
        """Answer all in one transaction; nothing is told of one that crashes."""

        def work(connection: Connection) -> Done:
            done = Done()
            for request in requests:
                done += self._answer(connection, request)
            if crashes:
                raise Crash
            return done

        try:
            return self._writer.immediate(work)
        except Crash:
            return Done()

    def _answer(self, connection: Connection, request: Request) -> Done:
        now, site, visit = self.clock.now(), self._shop.site, request.visit
        shown: list[Shown] = []
        facts: list[Fact] = []
        if request.kind == "visit":
            account = self._shop.account
            shown, facts = store.lease(
                connection, account=account, site=site, visit=visit, card=CARD, now=now
            )
        elif request.kind == "beat":
            leases = request.leases
            shown, facts = store.beat(
                connection, site=site, visit=visit, leases=leases, page=None, now=now
            )
        elif request.kind == "leave":
            store.leave(connection, site=site, visit=visit, leases=request.leases, now=now)
        else:
            facts = store.close_expired(connection, now=now, limit=3)
        return Done(facts, [(visit, number) for number in shown])


class Schedule:
    """The collectors, the pages of their visitors and the order of events."""

    def __init__(self, engine: Engine, seed: int, requests: int) -> None:
        self._engine = engine
        self._random = Random(seed)
        self._requests = requests
        self._shop = Writer(engine).immediate(_shop)
        pause = never if requests == 1 else time.sleep
        self._collectors = [Collector(engine, self._shop, pause) for _ in SKEWS]
        self._pages: dict[UUID, list[UUID]] = {visit: [] for visit in VISITS}
        self._seconds = 0
        self.done = Done()

    def play(self, steps: int) -> None:
        with ThreadPoolExecutor(len(self._collectors)) as threads:
            for _ in range(steps):
                self._step(threads)
                self.check()

    def _step(self, threads: ThreadPoolExecutor) -> None:
        random = self._random
        self._seconds += random.choice((0, 1, 5, 20, 60))
        together = Barrier(len(self._collectors))

        def serve(collector: Collector, requests: list[Request], crashes: bool) -> Done:
            together.wait(30)
            return collector.serve(requests, crashes)

        running = []
        for collector, skew in zip(self._collectors, SKEWS, strict=True):
            collector.clock.set(at(self._seconds + skew))
            requests = [self._request() for _ in range(random.randint(1, self._requests))]
            running.append(threads.submit(serve, collector, requests, random.random() < 0.15))
        for told in running:
            done = told.result(timeout=60)
            self.done += done
            for visit, number in done.shown:
                if number.lease is not None:
                    self._pages[visit] = [*self._pages[visit][-4:], number.lease]

    def _request(self) -> Request:
        visit = self._random.choice(VISITS)
        known = self._pages[visit]
        leases = self._random.sample(known, self._random.randint(0, len(known)))
        return Request(self._random.choice(KINDS), visit, leases)

    def end(self) -> None:
        """Everyone goes away, and each collector closes what it can."""
        for collector in self._collectors:
            collector.clock.set(at(self._seconds + 10_000))
        expire = [Request("expire", VISITS[0], ())] * 10
        with ThreadPoolExecutor(len(self._collectors)) as threads:
            for done in threads.map(lambda c: c.serve(expire, False), self._collectors):
                self.done += done

    def check(self) -> None:
        with self._engine.connect() as connection:
            leases = connection.execute(select(_LEASE).order_by(_LEASE.c.opened_at)).all()
            numbers = connection.execute(select(_NUMBER)).all()
        open_leases = {row.id: row for row in leases if not row.closed}
        _check_numbers(leases, numbers, open_leases)
        per_pool = Counter((row.visit, row.pool_id) for row in open_leases.values())
        assert all(count == 1 for count in per_pool.values()), per_pool
        told = [fact for fact in self.done.facts if isinstance(fact, LeaseClosed)]
        assert sorted((fact.lease, fact.held_until, fact.last_seen) for fact in told) == sorted(
            (row.id, row.held_until, row.last_seen) for row in leases if row.closed
        )
        opened = [fact.lease for fact in self.done.facts if isinstance(fact, LeaseOpened)]
        assert sorted(opened) == sorted(row.id for row in leases)

    def still_open(self) -> int:
        with self._engine.connect() as connection:
            return len(connection.execute(select(_LEASE.c.id).where(~_LEASE.c.closed)).all())


def _shop(connection: Connection) -> House:
    """Twelve visits want three numbers of one pool and two of the other."""
    shop = House(connection, 3, hold_seconds=60, cooldown_seconds=30)
    timing = {"hold_seconds": 45, "cooldown_seconds": 10}
    shop.new_pool(["+78120000001", "+78120000002"], original="+78121234567", **timing)
    return shop


def _check_numbers(
    leases: Sequence[Row[tuple[object, ...]]],
    numbers: Sequence[Row[tuple[object, ...]]],
    open_leases: dict[UUID, Row[tuple[object, ...]]],
) -> None:
    for number in numbers:
        spans = [(r.opened_at, r.held_until) for r in leases if r.number == number.e164]
        assert all(one[1] <= following[0] for one, following in pairwise(spans)), number.e164
        if number.holder is not None:
            held = open_leases[number.holder]
            assert (held.number, held.held_until) == (number.e164, number.free_at)
    holders = [number.holder for number in numbers if number.holder is not None]
    assert sorted(holders) == sorted(open_leases)


@pytest.fixture
def impatient(database: Engine) -> Engine:
    """A store that looks for deadlocks at once."""
    if database.dialect.name == "postgresql":
        with database.begin() as connection:
            name = connection.scalar(text("SELECT current_database()"))
            connection.execute(text(f"ALTER DATABASE {name} SET deadlock_timeout = '20ms'"))
        database.dispose()
    return database


def play(engine: Engine, seed: int, steps: int, requests: int) -> None:
    """Run the schedule to its end; enough must have happened to have proved something."""
    schedule = Schedule(engine, seed, requests)
    schedule.play(steps)
    schedule.end()
    schedule.check()
    assert schedule.still_open() == 0
    closed = sum(isinstance(fact, LeaseClosed) for fact in schedule.done.facts)
    assert closed > steps / 4


@pytest.mark.parametrize("requests", [1, 3])
def test_leases_stay_sound_whatever_the_collectors_do(impatient: Engine, requests: int) -> None:
    play(impatient, seed=2, steps=120, requests=requests)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "requests"), [(3, 1), (4, 3)])
def test_leases_stay_sound_for_long(impatient: Engine, seed: int, requests: int) -> None:
    play(impatient, seed=seed, steps=500, requests=requests)
