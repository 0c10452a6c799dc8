"""A warehouse that facts are brought to on the way that they take in life."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from attribution import Upkeep
from ingest import Loader
from ringtrail.core.clock import MINUTE, Micros, SetClock, micros
from ringtrail.core.database import migrate
from ringtrail.core.facts import Fact
from ringtrail.core.inbox import put
from ringtrail.core.warehouse import Warehouse

NOON = micros(datetime(2026, 9, 21, 9, tzinfo=UTC))  # in Moscow
NIGHT = micros(datetime(2026, 9, 21, 21, 30, tzinfo=UTC))  # half past midnight on Tuesday there
Load = Callable[[list[Fact]], None]


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path / "w.duckdb")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def load(sqlite: Engine, warehouse: Warehouse) -> Callable[[list[Fact]], None]:
    """Brings facts through inbox, loader and marts, as in life."""
    migrate(sqlite)
    upkeep = Upkeep(warehouse)
    loader = Loader(
        sqlite, warehouse, SetClock(NOON), batch_loaded=lambda _loaded: upkeep.catch_up()
    )

    def bring(facts: list[Fact]) -> None:
        with sqlite.execution_options(writes=True).begin() as store:
            put(store, facts, Micros(NIGHT + MINUTE))
        loader.run()

    return bring
