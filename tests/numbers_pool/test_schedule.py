"""Collectors at random against one store: what must hold after every step.

A step is a moment at which each collector, in a thread and on a connection of its own, runs one
transaction of random requests; some transactions crash, and some collectors die with their
connections and start anew. The collectors' clocks differ a little, as two machines' clocks do.
Visitors return in new visits, click on numbers, are audited; a person moves numbers between pools
and sites and retires some for a while. The plan follows from the seed, the interleaving does not.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, Row, Select, delete, select, text

from numbers_pool import Shown, store
from ringtrail.core.clock import SECOND, Micros, SetClock
from ringtrail.core.database import Writer, open_engine
from ringtrail.core.errors import RingtrailError
from ringtrail.core.facts import Fact, LeaseClosed, LeaseOpened
from ringtrail.core.models import Lease, TrackingNumber
from ringtrail.core.models.numbers import OWNERSHIP
from tests.numbers_pool.house import CARD, House, at

VISITS = [UUID(int=number) for number in range(1, 13)]
VISITORS = {visit: UUID(int=1000 + place // 2) for place, visit in enumerate(VISITS)}
SKEWS = (-2, 0, 3, 1)
KINDS = (*("visit", "beat") * 12, *("leave", "expire", "pin") * 4, "move", "retire")
QUARANTINE = 120
_RECENT = 2000
_LEASE, _NUMBER = (vars(model)["__table__"] for model in (Lease, TrackingNumber))


def never(_seconds: float) -> None:
    raise AssertionError("single requests must not wait for each other in a circle")


class Crash(Exception):
    """The process died before it committed."""


@dataclass(frozen=True)
class Request:
    """What a browser, the clean-up or a person asks; leases are those a page once showed."""

    kind: str
    visit: UUID
    leases: Sequence[UUID]
    number: str
    pool: int


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
        self._engine = engine
        self._pause = pause
        self._shop = shop
        self.clock = SetClock(at(0))
        self.restart()

    def restart(self) -> None:
        """Nothing of the former process is left, its connections neither."""
        self._own = open_engine(self._engine.url.render_as_string(hide_password=False))
        self._writer = Writer(self._own, pause=self._pause)

    def die(self) -> None:
        self._own.dispose()

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
        except (Crash, RingtrailError):
            # Refused: another collector has just retired the number.
            return Done()

    def _answer(self, connection: Connection, request: Request) -> Done:
        if request.kind in ("move", "retire"):
            return self._keep(connection, request)
        now, site, visit = self.clock.now(), self._shop.site, request.visit
        shown: list[Shown] = []
        facts: list[Fact] = []
        if request.kind == "visit":
            shown, facts = store.lease(
                connection, account=self._shop.account, site=site, visit=visit,
                visitor=VISITORS[visit], card=CARD, now=now,
            )  # fmt: skip
        elif request.kind == "beat":
            shown, facts = store.beat(
                connection, site=site, visit=visit, leases=request.leases, page=None, now=now
            )
        elif request.kind == "leave":
            store.leave(connection, site=site, visit=visit, leases=request.leases, now=now)
        elif request.kind == "pin":
            for lease in request.leases[:1]:
                until = Micros(now + 90 * SECOND)
                store.pin(connection, site=site, visit=visit, lease=lease, until=until)
        else:
            facts = store.close_expired(connection, now=now, limit=3)
        return Done(facts, [(visit, number) for number in shown])

    def _keep(self, connection: Connection, request: Request) -> Done:
        """Move a number, or retire it and put it into a pool again at once."""
        number, now = request.number, self.clock.now()
        target: dict[str, Any] = {
            "pool": request.pool, "now": now, "quarantine_days": QUARANTINE / 86_400
        }  # fmt: skip
        if request.kind == "move":
            return Done(store.move(connection, number=number, **target))
        facts = store.retire(connection, number=number, now=now)
        return Done([*facts, *store.add(connection, numbers=[number], **target)])


class Schedule:
    """The collectors, the pages of their visitors and the order of events."""

    def __init__(self, engine: Engine, seed: int, requests: int) -> None:
        self._engine = engine
        self._random = Random(seed)
        self._requests = requests
        self._shop, self._pools = Writer(engine).immediate(_shop)
        self._numbers = [row.e164 for row in self._rows(select(_NUMBER))]
        pause = never if requests == 1 else time.sleep
        self._collectors = [Collector(engine, self._shop, pause) for _ in SKEWS]
        self._pages: dict[UUID, list[UUID]] = {visit: [] for visit in VISITS}
        self._seconds = 0
        self.done = Done()
        self.told: Counter[str] = Counter()

    def play(self, steps: int) -> None:
        with ThreadPoolExecutor(len(self._collectors)) as threads:
            for step in range(1, steps + 1):
                self._step(threads)
                self.check(since=self._seconds - _RECENT)
                if step % 500 == 0:
                    self.check()
                    self._forget()

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
            if random.random() < 0.02:
                collector.die()
                collector.restart()
            requests = [self._request() for _ in range(random.randint(1, self._requests))]
            running.append(threads.submit(serve, collector, requests, random.random() < 0.15))
        for told in running:
            done = told.result(timeout=60)
            self.done += done
            self.told += Counter(fact.kind for fact in done.facts)
            self.told["audit"] += sum(getattr(fact, "audit", False) for fact in done.facts)
            for visit, number in done.shown:
                if number.lease is not None:
                    self._pages[visit] = [*self._pages[visit][-4:], number.lease]

    def _request(self) -> Request:
        visit = self._random.choice(VISITS)
        known = self._pages[visit]
        leases = self._random.sample(known, self._random.randint(0, len(known)))
        number, pool = self._random.choice(self._numbers), self._random.choice(self._pools)
        return Request(self._random.choice(KINDS), visit, leases, number, pool)

    def end(self) -> None:
        """Everyone goes away, and each collector closes what it can."""
        for collector in self._collectors:
            collector.clock.set(at(self._seconds + 10_000))
        expire = [Request("expire", VISITS[0], (), "", 0)] * 10
        with ThreadPoolExecutor(len(self._collectors)) as threads:
            for done in threads.map(lambda c: c.serve(expire, False), self._collectors):
                self.done += done
        for collector in self._collectors:
            collector.die()

    def check(self, since: int = -1) -> None:
        """What must hold of everything, or of what is open or ended after `since`."""
        late = _LEASE.c.held_until > at(since)
        leases = self._rows(select(_LEASE).where(late).order_by(_LEASE.c.opened_at))
        open_leases = {row.id: row for row in leases if not row.closed}
        _check_numbers(leases, self._rows(select(_NUMBER)), open_leases)
        per_pool = Counter((row.visit, row.pool_id) for row in open_leases.values())
        assert all(count == 1 for count in per_pool.values()), per_pool
        facts = self.done.facts
        told = [f for f in facts if isinstance(f, LeaseClosed) and f.held_until > at(since)]
        assert sorted((fact.lease, fact.held_until, fact.last_seen) for fact in told) == sorted(
            (row.id, row.held_until, row.last_seen) for row in leases if row.closed
        )
        if since < 0:
            opened = [fact.lease for fact in facts if isinstance(fact, LeaseOpened)]
            assert sorted(opened) == sorted(row.id for row in leases)
            _check_quarantine(self._rows(select(OWNERSHIP).order_by(OWNERSHIP.c.id)), leases)

    def _forget(self) -> None:
        """Drop what was checked and can matter no more, as the platform does after 30 days."""
        old = _LEASE.c.closed & (_LEASE.c.held_until < at(self._seconds - _RECENT))
        gone = {row.id for row in self._rows(select(_LEASE.c.id).where(old))}
        Writer(self._engine).immediate(lambda store: store.execute(delete(_LEASE).where(old)))
        self.done.facts = [
            fact for fact in self.done.facts if getattr(fact, "lease", None) not in gone
        ]

    def still_open(self) -> int:
        return len(self._rows(select(_LEASE.c.id).where(~_LEASE.c.closed)))

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _shop(connection: Connection) -> tuple[House, list[int]]:
    """Twelve visits of six visitors want three numbers of one pool and two of the other.

    A third pool, of another site, has one number and whatever is moved to it.
    """
    chance = {"audit_share": 0.6, "audit_free_share": 0.3, "audit_seconds": 150}
    shop = House(connection, 3, hold_seconds=60, cooldown_seconds=30, **chance)
    timing = {"hold_seconds": 45, "cooldown_seconds": 10, "match": "prefer"}
    numbers = ["+78120000001", "+78120000002"]
    second = shop.new_pool(numbers, original="+78121234567", **timing)
    site, shop.site = shop.site, shop.new_site()
    third = shop.new_pool(["+78120000003"], original="+78121234567")
    shop.site = site
    return shop, [shop.pool, shop.pool, second, second, third]


def _check_quarantine(ownerships: Sequence[Row[Any]], leases: Sequence[Row[Any]]) -> None:
    """No lease of a number begins while another site's quarantine lasts."""
    last: dict[str, Row[Any]] = {}
    for row in ownerships:
        before = last.get(row.number)
        last[row.number] = row
        if before is None:
            continue
        assert before.until is not None and before.until <= row.since
        if before.site_id != row.site_id:
            end = before.until + QUARANTINE * SECOND
            # A clock that is ahead may have opened one that the move ended in the same moment.
            held = [r for r in leases if r.number == row.number and r.opened_at < r.held_until]
            early = [r for r in held if row.since <= r.opened_at < end]
            assert early == [], row.number


def _check_numbers(
    leases: Sequence[Row[Any]], numbers: Sequence[Row[Any]], open_leases: dict[UUID, Row[Any]]
) -> None:
    for number in numbers:
        spans = sorted((r.opened_at, r.held_until) for r in leases if r.number == number.e164)
        assert all(one[1] <= following[0] for one, following in pairwise(spans)), (
            number.e164,
            spans,
        )
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
    assert schedule.told["lease_closed"] > steps / 4
    assert schedule.told["number_owned"] > steps / 20
    assert schedule.told["audit"] > 0


@pytest.mark.parametrize("requests", [1, 3])
def test_leases_stay_sound_whatever_the_collectors_do(impatient: Engine, requests: int) -> None:
    play(impatient, seed=2, steps=120, requests=requests)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("seed", "requests", "steps"), [(3, 1, 10_000), (4, 3, 1_000)])
def test_leases_stay_sound_for_long(
    impatient: Engine, seed: int, requests: int, steps: int, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    play(impatient, seed=seed, steps=steps, requests=requests)
    with capsys.disabled():
        took = time.monotonic() - began
        sys.stderr.write(f"\n{steps} steps on {impatient.dialect.name}: {took:.0f} s\n")
