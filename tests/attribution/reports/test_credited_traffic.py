"""Credit by traffic: the whole of each conversion, on the day asked for, of one's own account."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import fsum
from pathlib import Path
from uuid import UUID

import pytest

from attribution import Reports, Upkeep
from attribution.answers import DateBasis
from attribution.models.rules import RULES
from ingest import Loader
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import DAY, Micros, SetClock, utc
from ringtrail.core.database import migrate, open_engine
from ringtrail.core.errors import Refused
from ringtrail.core.facts import Contact, Fact, SiteDescribed, Visit
from ringtrail.core.identifiers import mint
from ringtrail.core.inbox import put_each
from ringtrail.core.warehouse import Query, Warehouse
from ringtrail.demo import month

NOW = Micros(1_790_000_000_000_000)
TODAY = utc(NOW).date()
EVER = (TODAY - timedelta(days=300), TODAY + timedelta(days=1))
NUMBERS = tuple(f"+4420794601{index:02d}" for index in range(12))
OWNER = Scoped(1, (1,), "owner")


def told(account: int) -> list[Fact]:
    """A few busy days of a site in Auckland, where most of a UTC day is the next one."""
    described = SiteDescribed(
        account=account, site=account, occurred_at=Micros(NOW - 40 * DAY), source_id="site",
        name="Clinic", timezone="Pacific/Auckland",
    )  # fmt: skip
    days = month.facts(account, account, NUMBERS, NOW, days=6, seed=account, visits_a_day=300)
    return [described, *(fact for fact, _ in days)]


def visited(days_ago: int, visitor: UUID, channel: str, source: str) -> Visit:
    return Visit(
        account=1, site=1, occurred_at=Micros(NOW - days_ago * DAY), source_id=f"{channel}",
        visit=mint(), visitor=visitor, landing="http://a.example/", source=source, medium="m",
        channel=channel, rule="utm",
    )  # fmt: skip


def divided_contact() -> list[Fact]:
    """A form of today, after a visit 200 days ago, one 80 days ago and one of yesterday."""
    visitor = mint()
    return [
        visited(200, visitor, "Too Old", "old"),
        visited(80, visitor, "Email", "letter"),
        visited(1, visitor, "Direct", "(direct)"),
        Contact(
            account=1, site=1, occurred_at=NOW, source_id="form", key="form", contact=mint(),
            told_at=NOW, way="form", vendor="api", visitor=visitor,
        ),
    ]  # fmt: skip


def opened(home: Path, facts: list[Fact]) -> Warehouse:
    engine = open_engine(f"sqlite:///{home / 'a.sqlite3'}")
    migrate(engine)
    with engine.execution_options(writes=True).begin() as store:
        put_each(store, [(fact, Micros(fact.occurred_at)) for fact in facts])
    warehouse = Warehouse(home / "w.duckdb")
    warehouse.migrate()
    Loader(engine, warehouse, SetClock(NOW)).run()
    Upkeep(warehouse).catch_up()
    engine.dispose()
    return warehouse


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = opened(tmp_path_factory.mktemp("both"), [*told(1), *told(2)])
    yield warehouse
    warehouse.close()


async def credited(
    warehouse: Warehouse, scope: Scoped, since: date, until: date, *, model: str, basis: DateBasis
) -> dict[tuple[str, ...], float]:
    """What each channel, source, medium and campaign is credited with."""
    found = await Reports(warehouse).money(scope, since, until, model=model, basis=basis)
    rows: dict[tuple[str, ...], float] = {
        (row.channel, row.source or "", row.medium or "", row.campaign or ""): row.credited
        for row in found.rows
        if row.level == 2 and row.credited
    }
    assert fsum(rows.values()) == pytest.approx(found.totals.credited, abs=1e-9)
    return rows


def conversions(warehouse: Warehouse, since: date, until: date) -> int:
    rows = warehouse.rows(
        Query("count", "SELECT count(*) AS n FROM mart_conversion WHERE account = 1 "
              "AND kind IN ('call', 'contact') "
              "AND day BETWEEN $since AND $until"),
        {"since": since, "until": until},
    )  # fmt: skip
    return int(rows[0]["n"])


@pytest.mark.parametrize("model", RULES)
async def test_every_model_gives_away_each_conversion_of_the_period(
    both: Warehouse, model: str
) -> None:
    for since in (TODAY - timedelta(days=5), TODAY - timedelta(days=1)):
        found = await credited(both, OWNER, since, TODAY, model=model, basis="sale")
        expected = conversions(both, since, TODAY)
        assert expected > 10
        assert fsum(found.values()) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("basis", ["sale", "touch"])
async def test_days_are_those_of_the_basis_and_add_up_to_the_period(
    both: Warehouse, basis: DateBasis
) -> None:
    days = [TODAY - timedelta(days=ago) for ago in range(6)]
    column = {"sale": "day", "touch": "touch_day"}[basis]
    rows = both.rows(Query("days", f"SELECT {column} AS day, sum(weight_linear) AS n "
                           "FROM mart_credit WHERE account = 1 "
                           "AND kind IN ('call', 'contact') GROUP BY ALL"))  # fmt: skip
    expected = {row["day"]: row["n"] for row in rows}
    for day in days:
        found = await credited(both, OWNER, day, day, model="linear", basis=basis)
        assert fsum(found.values()) == pytest.approx(expected.get(day, 0), abs=1e-9)


async def test_a_visit_gets_its_part_on_its_own_day(tmp_path: Path) -> None:
    warehouse = opened(tmp_path, divided_contact())

    async def shares(model: str, basis: DateBasis, since: date, until: date) -> dict[str, float]:
        found = await credited(warehouse, OWNER, since, until, model=model, basis=basis)
        return {traffic[0]: credit for traffic, credit in found.items()}

    day, letter = timedelta(days=1), TODAY - timedelta(days=80)
    assert await shares("linear", "sale", TODAY, TODAY) == {"Email": 0.5, "Direct": 0.5}
    assert await shares("linear", "touch", TODAY, TODAY) == {}
    assert await shares("linear", "touch", TODAY - day, TODAY) == {"Direct": 0.5}
    assert await shares("linear", "touch", letter, letter) == {"Email": 0.5}
    assert await shares("linear", "sale", letter, letter) == {}
    assert await shares("last_non_direct", "sale", TODAY, TODAY) == {"Email": 1.0}
    assert await shares("last", "sale", TODAY, TODAY) == {"Direct": 1.0}
    warehouse.close()


async def test_an_account_and_a_site_see_their_own_only(both: Warehouse, tmp_path: Path) -> None:
    alone = opened(tmp_path, told(2))
    scope = Scoped(2, (1, 2), "owner")
    expected = await credited(alone, scope, *EVER, model="linear", basis="sale")
    found = await credited(both, scope, *EVER, model="linear", basis="sale")
    assert found == pytest.approx(expected)
    for nobody in (Scoped(1, (2,), "owner"), Scoped(2, (), "owner"), Scoped(3, (1, 2), "owner")):
        assert await credited(both, nobody, *EVER, model="linear", basis="sale") == {}
    alone.close()


async def test_a_model_that_is_none_is_refused(both: Warehouse) -> None:
    for model in ("markov", "first) FROM mart_credit --", ""):
        with pytest.raises(Refused):
            await Reports(both).money(OWNER, *EVER, model=model, basis="sale")
