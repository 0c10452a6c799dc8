"""A report by whole weeks is one by single days, whichever days the period begins and ends on."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

import pytest

from attribution.answers import DateBasis
from attribution.reports.figures import Asked, statement
from ringtrail.core.warehouse import Query, Warehouse
from tests.attribution.reports.test_credited_traffic import EVER, OWNER, TODAY, opened
from tests.attribution.reports.test_money import FACTS, bought, described

_DAY = {"touch": "touch_day", "lead": "coalesce(lead_day, day)", "sale": "day"}
_KINDS = {"credited": ("call", "contact"), "leads": ("lead",), "deals": ("deal",)}
MONDAY = TODAY - timedelta(days=TODAY.weekday())
PERIODS = {
    "one week": (MONDAY - timedelta(days=7), MONDAY - timedelta(days=1)),
    "days around two": (MONDAY - timedelta(days=17), MONDAY + timedelta(days=2)),
    "no whole one": (MONDAY - timedelta(days=6), MONDAY + timedelta(days=5)),
    "a day": (MONDAY - timedelta(days=7), MONDAY - timedelta(days=7)),
    "ever": EVER,
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    facts = [*FACTS, described(1, "GBP"), *bought("100", "25.50", after=3)]
    opening = opened(tmp_path_factory.mktemp("weeks"), facts)
    yield opening
    opening.close()


def expected(
    warehouse: Warehouse, period: tuple[date, date], model: str, basis: DateBasis
) -> dict[tuple[str, str], float]:
    """What is credited to each channel, from the single credits of mart_credit."""
    rows = warehouse.rows(
        Query("credited", f"""SELECT t.channel, c.kind, sum(weight_{model} * counts) AS credit,
            coalesce(sum(weight_{model} * counts) FILTER (touch IS NULL), 0) AS untouched
          FROM mart_credit c JOIN mart_traffic t USING (account, traffic)
          WHERE account = 1 AND site = 1 AND {_DAY[basis]} BETWEEN $since AND $until
          GROUP BY ALL"""),
        {"since": period[0], "until": period[1]},
    )  # fmt: skip
    found: dict[tuple[str, str], float] = {}
    for row in rows:
        names = [name for name, kinds in _KINDS.items() if row["kind"] in kinds]
        for name in names:
            key = (row["channel"], name)
            found[key] = found.get(key, 0.0) + row["credit"]
        if "credited" in names:
            key = (row["channel"], "untouched")
            found[key] = found.get(key, 0.0) + row["untouched"]
    return {key: credit for key, credit in found.items() if credit}


@pytest.mark.parametrize("basis", get_args(DateBasis))
@pytest.mark.parametrize("model", ["first", "linear", "time_decay"])
@pytest.mark.parametrize("period", PERIODS)
def test_weeks_and_the_days_around_them_are_the_days(
    warehouse: Warehouse, period: str, model: str, basis: DateBasis
) -> None:
    names = (*_KINDS, "untouched")
    since, until = PERIODS[period]
    asked = Asked("x", ("credits",), since, until, names, (("channel",),), model, basis)
    told = statement(OWNER, asked)
    by_week = "mart_credit_week" in told.query.text
    assert by_week == (period not in ("no whole one", "a day"))
    rows = warehouse.rows(told.query, told.values)
    found = {(row["channel"], name): row[name] for row in rows for name in names if row[name]}
    assert found == pytest.approx(expected(warehouse, (since, until), model, basis), abs=1e-9)
    if period == "ever":
        assert {name for _, name in found} == set(names)


def test_single_days_and_conversions_are_not_of_weeks(warehouse: Warehouse) -> None:
    asked = Asked("x", ("credits",), *EVER, ("credited",), ((), ("day",)))
    rows = warehouse.rows(*_parts(asked))
    assert rows[0]["credited"] == pytest.approx(sum(row["credited"] for row in rows[1:]))
    for filters, levels in (
        ({"month": (str(MONDAY.replace(day=1)),)}, ((), ("channel",))),
        ({}, ((), ("conversion",))),
    ):
        one = Asked("x", ("credits",), *EVER, ("credited",), levels, filters=filters)
        assert "mart_credit_week" not in statement(OWNER, one).query.text


def _parts(asked: Asked) -> tuple[Query, dict[str, object]]:
    told = statement(OWNER, asked)
    return told.query, told.values
