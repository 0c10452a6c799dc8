"""Counts of days by channel are the sums of the days' traffic: kept up, rebuilt or upgraded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ringtrail.core.warehouse import Query, Row
from tests.attribution.test_increments import Home, kept_up

_ADDED_UP = """SELECT account, site, day, channel, sum(COLUMNS(
    ['visits', 'overflows', 'calls', 'answered', 'missed', 'first_time', 'attributed',
     'wait_seconds', 'talk_seconds', 'excluded']))::BIGINT
  FROM mart_day JOIN mart_traffic USING (account, traffic) GROUP BY ALL ORDER BY ALL"""
_KEPT = "FROM mart_channel_day ORDER BY ALL"


@pytest.fixture(params=range(4))
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Home]:
    home = kept_up(tmp_path, request.param)
    yield home
    home.close()


def values(rows: list[Row]) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in rows]


def test_they_are_the_sums_of_traffic_as_kept_up_and_as_rebuilt(home: Home) -> None:
    kept_up = home.rows(_KEPT)
    assert sum(row["visits"] for row in kept_up) == 8
    assert len({row["channel"] for row in kept_up}) > 1
    assert values(kept_up) == values(home.rows(_ADDED_UP))
    home.upkeep.rebuild()
    assert home.rows(_KEPT) == kept_up


def test_a_warehouse_from_before_has_them_once_it_is_migrated(home: Home) -> None:
    kept_up = home.rows(_KEPT)
    with home.warehouse.transaction() as transaction:
        transaction.run(Query("drop", "DROP TABLE mart_channel_day"))
        transaction.run(Query("undo", "DELETE FROM schema_step WHERE name = '0029_channel_day'"))
    home.warehouse.migrate()
    assert home.rows(_KEPT) == kept_up
