"""A call to a static number is the declared source's, for as long as the number stood for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from attribution import Upkeep
from ingest import Loader
from ringtrail.core.clock import HOUR, Micros, SetClock
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.facts import Call, Fact, NumberOwned
from ringtrail.core.inbox import put
from ringtrail.core.warehouse import Query, Warehouse

NOW = Micros(1_790_000_000_000_000)
NUMBER = "+74950005555"
BEGAN, ENDED = Micros(NOW - 20 * HOUR), Micros(NOW - 5 * HOUR)


def call(index: int, at: int, account: int = 1) -> Call:
    return Call(
        account=account, site=account, occurred_at=at, source_id=f"c{index}", key=f"c{index}",
        call=UUID(int=account * 100 + index), told_at=at, number=NUMBER, outcome="answered",
    )  # fmt: skip


def owned(until: Micros | None, source: str = "flyer", since: int = BEGAN) -> NumberOwned:
    return NumberOwned(
        account=1, site=1, occurred_at=until or Micros(since), number=NUMBER, role="static",
        source_id=f"{NUMBER}:{since}:{until}", since=since, until=until,
        channel="Offline", source=source, medium="print", campaign="spring",
    )  # fmt: skip


# Calls before, at the first moment, within, at the end; then another source; another account's.
CALLS: list[Fact] = [
    call(1, BEGAN - 1),
    call(2, BEGAN),
    call(3, NOW - 10 * HOUR),
    call(4, ENDED),
    call(5, NOW - HOUR),
    call(6, NOW - 10 * HOUR, account=2),
]
OWNED: list[Fact] = [owned(None), owned(ENDED), owned(None, "radio", NOW - 2 * HOUR)]
EXPECTED = {
    1: ("none", "(unknown)", None),
    2: ("static", "flyer", "spring"),
    3: ("static", "flyer", "spring"),
    4: ("none", "(unknown)", None),
    5: ("static", "radio", "spring"),
}


class House:
    """Both stores, and the marts of what was delivered."""

    def __init__(self, engine: Engine, warehouse: Warehouse) -> None:
        self._engine, self._warehouse = engine, warehouse
        self.upkeep = Upkeep(warehouse)

    def deliver(self, *facts: Fact) -> None:
        Writer(self._engine).immediate(lambda store: put(store, facts, NOW))
        Loader(
            self._engine,
            self._warehouse,
            SetClock(NOW),
            batch_loaded=lambda _: self.upkeep.catch_up(),
        ).run()

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self._warehouse.rows(Query(table, f"FROM {table} ORDER BY ALL"))

    def matches(self, account: int = 1) -> dict[int, tuple[str, str, str | None]]:
        return {
            row["call"].int - account * 100: (row["match"], row["source"], row["campaign"])
            for row in self.rows("mart_call")
            if row["account"] == account
        }


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    migrate(engine)
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    yield House(engine, warehouse)
    warehouse.close()
    engine.dispose()


def test_calls_are_the_declared_sources(house: House) -> None:
    house.deliver(*OWNED, *CALLS)
    assert house.matches() == EXPECTED
    assert house.matches(account=2) == {6: ("none", "(unknown)", None)}
    row = next(row for row in house.rows("mart_call") if row["match"] == "static")
    assert (row["channel"], row["medium"], row["visit"], row["lease"], row["touch"]) == (
        "Offline", "print", None, None, None,
    )  # fmt: skip
    days = [row for row in house.rows("mart_day") if row["account"] == 1]
    assert sum(day["attributed"] for day in days) == 3


def test_increments_equal_a_rebuild_whatever_comes_first(house: House) -> None:
    for fact in (*CALLS[:3], OWNED[2], *CALLS[3:], OWNED[0], OWNED[1]):
        house.deliver(fact)
    kept_up = [house.rows(table) for table in ("mart_call", "mart_day")]
    assert house.matches() == EXPECTED
    house.upkeep.rebuild()
    assert [house.rows(table) for table in ("mart_call", "mart_day")] == kept_up
