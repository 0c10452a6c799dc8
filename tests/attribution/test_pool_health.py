"""Pool health, counted by hand from a morning's facts."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from attribution import Upkeep
from attribution.leads.corrections import CorrectionBody, Decider, decide
from attribution.reports.pool_health import pool_health
from ingest import Loader
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import MINUTE, Micros, SetClock, micros
from ringtrail.core.database import Writer, migrate, open_engine
from ringtrail.core.facts import (
    Call,
    Fact,
    LeaseClosed,
    LeaseOpened,
    NumberOwned,
    PoolOverflow,
    SiteDescribed,
    Visit,
)
from ringtrail.core.inbox import put
from ringtrail.core.warehouse import Warehouse

# Half past midnight in Moscow, still the day before in UTC.
START = micros(datetime.fromisoformat("2026-09-21T00:30:00+03:00"))
OWN: dict[str, Any] = {"account": 1, "site": 1}
NUMBERS = ("+74950000001", "+74950000002", "+74950000003")
DAY = date(2026, 9, 21)


def after(minutes: int) -> Micros:
    return Micros(START + minutes * MINUTE)


def held(index: int, number: str, since: int, until: int, **chance: bool) -> list[Fact]:
    """A visit with a lease from one minute to another."""
    visit, lease, at = UUID(int=index), UUID(int=100 + index), after(since)
    begun = Visit(
        **OWN, occurred_at=at, source_id=f"v{index}", visit=visit, visitor=UUID(int=200 + index),
        landing="/", source="google", medium="cpc", channel="Paid Search", rule="utm",
    )  # fmt: skip
    opened = LeaseOpened(
        **OWN, occurred_at=at, source_id=str(lease), lease=lease, visit=visit, pool=7,
        number=number, **chance,
    )  # fmt: skip
    closed = LeaseClosed(
        **OWN, occurred_at=after(until), source_id=str(lease), lease=lease, number=number,
        last_seen=at, held_until=after(until),
    )  # fmt: skip
    return [begun, opened, closed]


def call(index: int, number: str, minute: int) -> Call:
    return Call(
        **OWN, occurred_at=after(minute), source_id=f"c{index}", key=f"c{index}",
        call=UUID(int=300 + index), told_at=after(minute), number=number, outcome="answered",
    )  # fmt: skip


def owned(number: str, until: int | None = None) -> NumberOwned:
    ended = None if until is None else after(until)
    return NumberOwned(
        **OWN, occurred_at=after(until or 0), source_id=f"{number}:0:{ended}", number=number,
        role="pool", pool=7, since=0, until=ended,
    )  # fmt: skip


def morning() -> list[Fact]:
    site = SiteDescribed(
        **OWN, occurred_at=START, source_id="site", name="Shop", timezone="Europe/Moscow"
    )
    overflow = PoolOverflow(**OWN, occurred_at=after(6), source_id="o", visit=UUID(int=50), pool=7)
    return [
        site,
        *map(owned, NUMBERS),
        owned(NUMBERS[2], 600),
        *held(1, NUMBERS[0], -60, 5, drawn=True, audit=True),  # began the day before
        *held(2, NUMBERS[1], 0, 20, drawn=True),
        *held(3, NUMBERS[0], 5, 30),  # takes over at the moment the first ends
        *held(4, NUMBERS[2], 10, 15),
        *held(5, NUMBERS[1], 18, 40),  # both may have called at minute 19: ambiguous
        overflow,
        call(1, NUMBERS[1], 19),
        call(2, NUMBERS[0], 5),
    ]


def load(engine: Engine, opened: Warehouse, facts: list[Fact]) -> None:
    Writer(engine).immediate(lambda store: put(store, facts, after(1200)))
    Loader(engine, opened, SetClock(after(1200))).run()
    Upkeep(opened).catch_up()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def warehouse(tmp_path: Path, engine: Engine) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path / "w.duckdb")
    opened.migrate()
    load(engine, opened, morning())
    yield opened
    opened.close()


def test_a_mornings_health(warehouse: Warehouse) -> None:
    scope = Scoped(1, (1,), "administrator")
    (pool,) = pool_health(warehouse, scope, DAY, DAY)
    # Visits 2, 3 and 4 from minute 10; the lease that began the day before ended at minute 5.
    assert pool == {
        "site": 1, "pool": 7, "numbers": 2, "peak": 3, "peak_at": datetime(2026, 9, 20, 21, 40),
        "visits": 4, "overflows": 1, "calls": 2, "ambiguous": 1, "drawn": 1, "audits": 0,
    }  # fmt: skip
    (before,) = pool_health(warehouse, scope, date(2026, 9, 20), date(2026, 9, 20))
    assert (before["visits"], before["peak"], before["audits"]) == (1, 1, 1)
    assert (before["overflows"], before["calls"], before["numbers"]) == (0, 0, 3)


def test_a_call_that_is_left_out_is_no_ambiguous_one(warehouse: Warehouse, engine: Engine) -> None:
    scope = Scoped(1, (1,), "administrator")
    body = CorrectionBody(of="call", event=UUID(int=301), why="our own try", flag="test")
    _, flagged = decide(warehouse, Decider(scope, "ann@shop.example", after(100)), body)
    load(engine, warehouse, [flagged])
    (pool,) = pool_health(warehouse, scope, DAY, DAY)
    assert (pool["calls"], pool["ambiguous"]) == (1, 0)


def test_another_account_is_told_nothing(warehouse: Warehouse) -> None:
    assert pool_health(warehouse, Scoped(2, (1,), "administrator"), DAY, DAY) == []
