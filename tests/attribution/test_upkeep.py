"""Marts kept up batch by batch equal marts rebuilt from zero."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from attribution import Upkeep
from ingest import Loader
from ringtrail import store
from ringtrail.core.clock import Micros, SetClock
from ringtrail.core.database import Writer, migrate, open_engine
from ringtrail.core.inbox import put_each
from ringtrail.core.warehouse import Query, Warehouse
from ringtrail.demo import month

NOW = Micros(1_790_000_000_000_000)
NUMBERS = tuple(f"+4420794601{index:02d}" for index in range(12))


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path / "w.duckdb")
    opened.migrate()
    yield opened
    opened.close()


def rows(warehouse: Warehouse, table: str) -> list[str]:
    return sorted(str(row) for row in warehouse.rows(Query(table, f"FROM {table}")))


def test_increments_equal_a_rebuild(tmp_path: Path, warehouse: Warehouse) -> None:
    engine, clock = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}"), SetClock(NOW)
    migrate(engine)
    account = store.open_account(engine, clock, "Clinic", demo=True)
    new = store.NewSite("Clinic", ("http://a.example",), month.ZONE, "GB", "+442079460958", NUMBERS)
    site = store.open_site(engine, clock, account, new)
    upkeep = Upkeep(warehouse)
    facts = list(month.facts(account, site.site, NUMBERS, NOW, days=5, visits_a_day=60))
    # Out of order and in small batches: late leases and visits must find their calls.
    shuffled = facts[1::2] + facts[::2]
    Writer(engine).immediate(lambda connection: put_each(connection, shuffled))
    loader = Loader(
        engine,
        warehouse,
        clock,
        batch_loaded=lambda loaded: upkeep.batch_loaded(loaded.batch),
        size=400,
    )
    assert loader.run() == len(facts) + 1

    before = {table: rows(warehouse, table) for table in ("mart_call", "mart_day")}
    upkeep.rebuild()
    after = {table: rows(warehouse, table) for table in ("mart_call", "mart_day")}

    assert before == after
    assert any("'match': 'lease'" in row for row in after["mart_call"])
    calls = {fact.id() for fact, _ in facts if fact.kind == "call"}
    assert len(after["mart_call"]) == len(calls)
