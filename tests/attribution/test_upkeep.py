"""Marts kept up batch by batch equal marts rebuilt from zero."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from attribution import Upkeep
from ingest import Loader
from ringtrail import store
from ringtrail.core.clock import Micros, SetClock
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.facts import Fact, SiteDescribed
from ringtrail.core.inbox import put_each
from ringtrail.core.warehouse import Query, Warehouse
from ringtrail.demo import month

NOW = Micros(1_790_000_000_000_000)
NUMBERS = tuple(f"+4420794601{index:02d}" for index in range(12))
SET_UP = 2 + len(NUMBERS)  # the site, its pool, and whose each number is
MARTS = ("mart_call", "mart_day")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path / "w.duckdb")
    opened.migrate()
    yield opened
    opened.close()


@dataclass
class Clinic:
    """A site whose facts wait in the inbox, out of order: late leases must find their calls."""

    engine: Engine
    warehouse: Warehouse
    upkeep: Upkeep
    account: int
    site: int
    facts: list[tuple[Fact, Micros]]

    def loader(self) -> Loader:
        return Loader(
            self.engine,
            self.warehouse,
            SetClock(NOW),
            batch_loaded=lambda _: self.upkeep.catch_up(),
            size=400,
        )

    def deliver(self, facts: list[tuple[Fact, Micros]]) -> None:
        Writer(self.engine).immediate(lambda connection: put_each(connection, facts))

    def marts(self) -> dict[str, list[str]]:
        return {
            table: sorted(str(row) for row in self.warehouse.rows(Query(table, f"FROM {table}")))
            for table in MARTS
        }


@pytest.fixture
def clinic(tmp_path: Path, warehouse: Warehouse) -> Clinic:
    engine, clock = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}"), SetClock(NOW)
    migrate(engine)
    account = store.open_account(engine, clock, "Clinic", demo=True)
    new = store.NewSite("Clinic", ("http://a.example",), month.ZONE, "GB", "+442079460958", NUMBERS)
    site = store.open_site(engine, clock, account, new).site
    facts = list(month.facts(account, site, NUMBERS, NOW, days=5, visits_a_day=60))
    opened = Clinic(engine, warehouse, Upkeep(warehouse), account, site, facts)
    opened.deliver(facts[1::2] + facts[::2])
    return opened


def test_increments_equal_a_rebuild(clinic: Clinic) -> None:
    assert clinic.loader().run() == len(clinic.facts) + SET_UP

    kept_up = clinic.marts()
    clinic.upkeep.rebuild()
    rebuilt = clinic.marts()

    assert kept_up == rebuilt
    assert any("'match': 'lease'" in row for row in rebuilt["mart_call"])
    calls = {fact.id() for fact, _ in clinic.facts if fact.kind == "call"}
    assert len(rebuilt["mart_call"]) == len(calls)


def test_a_refresh_that_failed_is_made_up_for_by_the_next(clinic: Clinic) -> None:
    healthy, failures = clinic.upkeep, iter([True, True])

    def sometimes(_: UUID) -> None:
        if next(failures, False):
            raise RuntimeError("no memory left")
        healthy.catch_up()

    loader = Loader(
        clinic.engine, clinic.warehouse, SetClock(NOW), batch_loaded=sometimes, size=400
    )
    assert loader.run() == len(clinic.facts) + SET_UP

    kept_up = clinic.marts()
    healthy.rebuild()
    assert kept_up == clinic.marts()


def test_a_new_zone_moves_the_days_of_its_site(clinic: Clinic) -> None:
    loader = clinic.loader()
    loader.run()
    before = clinic.marts()
    moved = SiteDescribed(
        account=clinic.account,
        site=clinic.site,
        occurred_at=NOW + 1,
        source_id="moved",
        name="Clinic",
        timezone="Pacific/Auckland",
    )
    clinic.deliver([(moved, NOW)])
    loader.run()

    kept_up = clinic.marts()
    assert kept_up != before
    clinic.upkeep.rebuild()
    assert kept_up == clinic.marts()
