"""The weeks' credit is what a recount gives, to the last part: kept up, rebuilt or upgraded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ringtrail.core.warehouse import Query, Row
from tests.attribution.test_increments import Home, kept_up

_KEPT = "FROM mart_credit_week ORDER BY ALL"
_KEYS = "account, site, basis, week, traffic, kind, touched"
_DAY = {"touch": "touch_day", "lead": "coalesce(lead_day, day)", "sale": "day"}
_RECOUNTED = " UNION ALL ".join(
    f"""SELECT account, site, '{basis}' AS basis, date_trunc('week', {day})::DATE AS week, traffic,
      kind, touch IS NOT NULL AS touched, count(*) AS credits,
      sum((weight_first * counts * pow(2, 40))::BIGINT)::BIGINT AS part_first,
      sum((weight_linear * counts * pow(2, 40))::BIGINT)::BIGINT AS part_linear,
      sum((weight_time_decay * counts * pow(2, 40))::BIGINT)::BIGINT AS part_time_decay
    FROM mart_credit GROUP BY ALL"""
    for basis, day in _DAY.items()
)
_SOME = f"SELECT {_KEYS}, credits, part_first, part_linear, part_time_decay"


@pytest.fixture(params=range(4))
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Home]:
    home = kept_up(tmp_path, request.param)
    yield home
    home.close()


def recounted(home: Home) -> list[Row]:
    return home.rows(f"{_SOME} FROM ({_RECOUNTED}) ORDER BY ALL")


def kept(home: Home) -> list[Row]:
    return home.rows(f"{_SOME} FROM mart_credit_week ORDER BY ALL")


def test_they_are_the_sums_of_days_as_kept_up_and_as_rebuilt(home: Home) -> None:
    kept_up = home.rows(_KEPT)
    assert len({row["kind"] for row in kept_up}) > 1
    assert kept(home) == recounted(home)
    home.upkeep.rebuild()
    assert home.rows(_KEPT) == kept_up
    # A rebuild counts anew, whatever was there.
    with home.warehouse.transaction() as transaction:
        transaction.run(Query("spoil", "UPDATE mart_credit_week SET part_first = 7"))
    home.upkeep.rebuild()
    assert home.rows(_KEPT) == kept_up


def test_a_warehouse_from_before_has_them_once_it_is_migrated(home: Home) -> None:
    kept_up = home.rows(_KEPT)
    with home.warehouse.transaction() as transaction:
        transaction.run(Query("drop", "DROP TABLE mart_credit_week"))
        transaction.run(Query("drop", "DROP MACRO TABLE credit_parts"))
        transaction.run(Query("undo", "DELETE FROM schema_step WHERE name = '0030_credit_week'"))
    home.warehouse.migrate()
    assert home.rows(_KEPT) == kept_up
