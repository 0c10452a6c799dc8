"""Whatever comes in whatever order, and whatever fails on the way, marts equal a rebuild."""

import random
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution import Upkeep
from attribution.reclassify import table
from ingest import Loader
from ringtrail.core.clock import HOUR, MINUTE, Micros, SetClock
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.facts import (
    Call,
    Contact,
    Fact,
    Identified,
    LeaseClosed,
    LeaseOpened,
    NumberClicked,
    NumberOwned,
    SiteDescribed,
    Visit,
    encode,
    restated,
)
from ringtrail.core.inbox import put
from ringtrail.core.money_facts import Deal
from ringtrail.core.warehouse import Query, Row, Warehouse

NOW = Micros(1_790_000_000_000_000)
MARTS = ("mart_call", "mart_candidate", "mart_day", "mart_open_lease")
FACTS = (
    "site", "visit", "lease", "lease_closed", "number_owned", "call", "contact", "identified",
    "click", "deal",
)  # fmt: skip
CALLERS = ("+447700900001", "+447700900002")
EMAILS = (None, "a@example.com", "b@example.com")
ZONES = ("Europe/London", "Pacific/Auckland", "America/Los_Angeles")
SOURCES = (("(direct)", "Direct"), ("google", "Paid Search"), ("yandex", "Organic Search"))
SITES = {1: 1, 2: 1, 3: 2}  # site -> account, most of what happens being of the first


class World:
    """So few sites, numbers, visitors and callers that most facts have to do with each other."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._held: list[tuple[dict[str, Any], str, int]] = []
        self._visits: list[tuple[dict[str, Any], UUID, UUID, UUID]] = []
        self.facts: list[Fact] = []
        for index in range(1, 9):
            self._visit(index)
        for index in range(1, 7):
            self._call(index)
        for index in range(3):
            self._set_up(index)
            self._name(index)
        rng.shuffle(self.facts)

    def _own(self, key: object, at: int) -> dict[str, Any]:
        site = self._rng.choice((1, 1, 1, *SITES))
        return {"account": SITES[site], "site": site, "occurred_at": at, "source_id": str(key)}

    def _moment(self) -> int:
        return NOW - self._rng.randrange(40 * HOUR // MINUTE) * MINUTE

    def _number(self) -> str:
        return f"+4420794601{self._rng.randrange(3):02d}"

    def _visit(self, index: int) -> None:
        rng, at = self._rng, self._moment()
        own, (source, channel) = self._own(f"v{index}", at), rng.choice(SOURCES)
        visit, lease, number = UUID(int=index), UUID(int=100 + index), self._number()
        visitor = UUID(int=200 + rng.randrange(3))
        self._visits.append((own, visit, visitor, lease))
        self.facts.append(Visit(
            **own, visit=visit, visitor=visitor, landing="/",
            source=source, medium="m", channel=channel, rule="r", overflow=rng.random() < 0.3,
        ))  # fmt: skip
        # At times before its visit: a browser's clock is its own.
        opened = {**own, "occurred_at": at + rng.choice((-5, 0, 0, 3)) * MINUTE}
        self.facts.append(LeaseOpened(**opened, lease=lease, visit=visit, pool=1, number=number))
        self._held.append((own, number, at))
        until = at + rng.randrange(6 * HOUR // MINUTE) * MINUTE
        if rng.random() < 0.7:
            self.facts.append(LeaseClosed(
                **{**own, "occurred_at": until}, lease=lease, number=number, last_seen=at,
                held_until=until,
            ))  # fmt: skip

    def _call(self, index: int) -> None:
        """A call, mostly while a visit holds its number; often told again in other words."""
        rng = self._rng
        for telling in range(rng.choice((1, 1, 2, 3))):
            own, number, at = rng.choice(self._held)
            if rng.random() < 0.2:
                number, at = self._number(), self._moment()
            told = Call(
                **{**own, "occurred_at": at + rng.randrange(180) * MINUTE, "source_id": ""},
                key=f"c{index}", call=UUID(int=300 + index), told_at=at + telling, number=number,
                talk_seconds=rng.randrange(90), outcome=rng.choice(("answered", "missed")),
                caller=rng.choice((None, *CALLERS)),
                direction=rng.choice(("inbound", "inbound", "inbound", "outbound")),
            )  # fmt: skip
            self.facts.append(_named(told, told.key))

    def _set_up(self, index: int) -> None:
        """A zone from some moment on, and a number that stands for a source from another on."""
        rng = self._rng
        zone = SiteDescribed(
            **self._own(f"s{index}", self._moment() - index), name="x", timezone=rng.choice(ZONES)
        )
        since = self._moment()
        until = since + rng.randrange(12) * HOUR if rng.random() < 0.5 else None
        stretch = NumberOwned(
            **self._own(f"n{index}", since), number=self._number(), role="static", since=since,
            until=until, channel="Offline", source="flyer", medium="print",
        )  # fmt: skip
        self.facts += [zone, stretch]

    def _name(self, index: int) -> None:
        """Who a visitor is, by a form, by the page and by a deal that is told twice; a click."""
        rng = self._rng
        own, visit, visitor, lease = rng.choice(self._visits)
        named = {**own, "source_id": f"n{index}", "visit": visit, "visitor": visitor}
        self.facts += [
            Contact(
                **named, key=f"f{index}", contact=UUID(int=400 + index), told_at=self._moment(),
                way="form", vendor="own", email=rng.choice(EMAILS),
                phone=rng.choice((None, *CALLERS)),
            ),
            Identified(
                **named, phone=rng.choice((None, *CALLERS)), email=rng.choice(EMAILS),
                customer=rng.choice((None, "7")),
            ),
            NumberClicked(
                **{**own, "occurred_at": own["occurred_at"] + rng.randrange(60) * MINUTE,
                   "source_id": f"k{index}"},
                visit=visit, lease=lease,
            ),
            *(Deal(
                **self._own(f"d{index}-{telling}", self._moment()), key=f"d{rng.randrange(2)}",
                told_at=self._moment(), connection="crm", status="open", currency="GBP",
                phone=rng.choice(CALLERS), email=rng.choice(EMAILS),
                customer=rng.choice((None, "7")),
            ) for telling in range(2)),
        ]  # fmt: skip

    def some(self) -> list[Fact]:
        return self._rng.sample(self.facts, self._rng.randrange(1, 16))


def _named(call: Call, key: str) -> Call:
    values = {name: getattr(call, name) for name in call.__struct_fields__}
    return Call(**{**values, "source_id": restated(key, encode(call))})


class Home:
    """Both stores of a process that may die and a refresh that may fail."""

    def __init__(self, home: Path, rng: random.Random) -> None:
        self.engine: Engine = open_engine(f"sqlite:///{home / 'a.sqlite3'}")
        self.warehouse = Warehouse(home / "w.duckdb")
        self.upkeep = Upkeep(self.warehouse)
        self._rng = rng
        self._loader = self._started()

    def _started(self) -> Loader:
        return Loader(
            self.engine, self.warehouse, SetClock(NOW), batch_loaded=self._refresh, size=8
        )

    def _refresh(self, _: UUID) -> None:
        if self._rng.random() < 0.3:
            raise RuntimeError("no memory left")
        self.upkeep.catch_up()

    def deliver(self, facts: list[Fact]) -> None:
        Writer(self.engine).immediate(lambda store: put(store, facts, NOW))

    def load(self) -> None:
        self._loader.run()

    def die(self) -> None:
        """The process ends when a batch is in the warehouse and still in the inbox."""
        if batch := self._loader.read():
            self._loader.write(batch)
        self._loader = self._started()

    def restate(self) -> None:
        """Some visits came from elsewhere, or from where their facts say after all."""
        visits = self.rows("SELECT account, site, visit FROM fact_visit ORDER BY ALL")
        chosen = self._rng.sample(visits, min(len(visits), 3))
        told = [
            (visit["account"], visit["site"], str(visit["visit"]), "rules", source, "m", None,
             None, None, channel, None, None, "r")
            for visit in chosen
            for source, channel in [self._rng.choice(SOURCES)]
        ]  # fmt: skip
        if told:
            self.upkeep.restate(table(told))

    def rows(self, text: str) -> list[Row]:
        return self.warehouse.rows(Query("asked", text))

    def marts(self) -> dict[str, list[Row]]:
        return {mart: self.rows(f"FROM {mart} ORDER BY ALL") for mart in MARTS}

    def close(self) -> None:
        self.warehouse.close()
        self.engine.dispose()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated stores, to be copied."""
    home = tmp_path_factory.mktemp("empty")
    engine, warehouse = open_engine(f"sqlite:///{home / 'a.sqlite3'}"), Warehouse(home / "w.duckdb")
    migrate(engine)
    warehouse.migrate()
    engine.dispose()
    warehouse.close()
    return home


def kept_up(place: Path, seed: int) -> Home:
    """A home whose marts were kept up through batches in any order, again and again."""
    engine, warehouse = (
        open_engine(f"sqlite:///{place / 'a.sqlite3'}"),
        Warehouse(place / "w.duckdb"),
    )
    migrate(engine)
    warehouse.migrate()
    engine.dispose()
    warehouse.close()
    rng = random.Random(seed)
    home, world = Home(place, rng), World(rng)
    for _ in range(4):
        home.deliver(world.some())
        home.load()
    home.restate()
    home.deliver(world.facts)
    home.load()
    home.upkeep.catch_up()
    return home


@pytest.mark.timeout(400)
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_marts_equal_a_rebuild(empty: Path, seed: int) -> None:
    place = empty.parent / f"{empty.name}-copy"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(empty, place)
    rng = random.Random(seed)
    world, home = World(rng), Home(place, rng)
    try:
        for _ in range(5):
            home.deliver(world.some())
            rng.choice((home.load, home.load, home.die))()
            if rng.random() < 0.2:
                home.restate()
        home.deliver(world.facts)
        home.load()
        home.upkeep.catch_up()
        stored = [row["fact_id"] for kind in FACTS for row in home.rows(f"FROM fact_{kind}")]
        assert sorted(stored) == sorted({fact.id() for fact in world.facts})
        kept_up = home.marts()
        home.upkeep.rebuild()
        assert kept_up == home.marts()
    finally:
        home.close()
