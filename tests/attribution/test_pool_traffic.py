"""Which visits asked a pool: those it gave a number and those that it had none for."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from attribution.reports.pool_traffic import PoolTraffic
from ingest import Loader
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import HOUR, MINUTE, SECOND, Micros, SetClock, micros, utc
from ringtrail.core.database import migrate, open_engine
from ringtrail.core.facts import (
    Fact,
    LeaseClosed,
    LeaseOpened,
    PoolOverflow,
    SiteDescribed,
    Visit,
)
from ringtrail.core.inbox import put
from ringtrail.core.warehouse import Warehouse

# Sunday 23:30 of UTC is Monday in Bangkok.
NOON = micros(utc(1_793_575_800 * SECOND))
SCOPE = Scoped(1, (1, 2), "administrator")
DAYS = (date(2026, 11, 1), date(2026, 11, 3))


def of(key: object, at: int = NOON) -> dict[str, Any]:
    return {"account": 1, "site": 1, "occurred_at": at, "source_id": str(key)}


def visit(number: int, *, overflow: bool) -> Visit:
    return Visit(
        **of(number), visit=UUID(int=number), visitor=UUID(int=number), landing="https://a/",
        source="(direct)", medium="(none)", channel="Direct", rule="direct", overflow=overflow,
    )  # fmt: skip


def leased(visit: int, pool: int, stay: int | None) -> list[Fact]:
    key, number = UUID(int=100 * pool + visit), f"+44207946010{visit}"
    opened = LeaseOpened(**of(key), lease=key, visit=UUID(int=visit), pool=pool, number=number)
    if stay is None:
        return [opened]
    seen = NOON + stay * SECOND
    until = seen + 10 * MINUTE
    closed = LeaseClosed(
        **of(key, until), lease=key, number=number, last_seen=seen, held_until=until
    )
    return [opened, closed]


@pytest.fixture
def traffic(tmp_path: Path) -> Iterator[PoolTraffic]:
    described = SiteDescribed(**of("site"), name="Shop", timezone="Asia/Bangkok")
    facts: list[Fact] = [
        described,
        # One number of each pool; one of the first alone; none, told by pool; none, as of old.
        visit(1, overflow=False), *leased(1, 1, 60), *leased(1, 2, 60),
        visit(2, overflow=True), *leased(2, 1, None),
        PoolOverflow(**of("2:2"), visit=UUID(int=2), pool=2),
        visit(3, overflow=True), PoolOverflow(**of("3:1"), visit=UUID(int=3), pool=1),
        visit(4, overflow=True),
    ]  # fmt: skip
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    migrate(engine)
    with engine.execution_options(writes=True).begin() as store:
        put(store, facts, Micros(NOON + HOUR))
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    Loader(engine, warehouse, SetClock(NOON)).run()
    yield PoolTraffic(warehouse)
    warehouse.close()
    engine.dispose()


@pytest.mark.parametrize(("pool", "overflows", "closed"), [(1, 2, 1), (2, 2, 1), (3, 1, 0)])
def test_a_visit_counts_for_the_pools_that_it_asked(
    traffic: PoolTraffic, pool: int, overflows: int, closed: int
) -> None:
    (hour,) = [row for chunk in traffic.hours(SCOPE, 1, pool, *DAYS) for row in chunk]
    assert (hour["day"], hour["hour"]) == (date(2026, 11, 2), 6)
    assert (hour["overflows"], hour["closed"]) == (overflows, closed)
    assert (hour["stay_seconds"], hour["held_seconds"]) == (60 * closed, 660 * closed)
    visits = [row for chunk in traffic.visits(SCOPE, 1, pool, *DAYS) for row in chunk]
    assert len(visits) == hour["visits"]
    assert {row["asked_at"] for row in visits} == {NOON / SECOND}
    known = [(r["stay_seconds"], r["kept_seconds"]) for r in visits if r["stay_seconds"]]
    assert known == [(60, 600)] * closed


def test_nothing_is_told_of_other_sites_and_days(traffic: PoolTraffic) -> None:
    assert list(traffic.hours(SCOPE, 2, 1, *DAYS)) == []
    assert list(traffic.hours(Scoped(1, (2,), "marketer"), 1, 1, *DAYS)) == []
    assert list(traffic.visits(SCOPE, 1, 1, date(2026, 11, 1), date(2026, 11, 1))) == []
