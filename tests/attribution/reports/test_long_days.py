"""A day of 23 or 25 hours: every visit, call, cost and credit stands on its own local day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from attribution import Reports, Upkeep
from attribution.reports.answering import answer
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import MINUTE, Micros, micros
from ringtrail.core.facts import Call, Contact, Fact, SiteDescribed, Visit
from ringtrail.core.money_facts import Spend
from ringtrail.core.warehouse import Warehouse
from tests.attribution.reports.test_credited_traffic import opened

OWNER = Scoped(1, (1,), "owner")
BERLIN = ZoneInfo("Europe/Berlin")
# Clocks go from 2 to 3 on one, and from 3 back to 2 on the other.
SHORT, LONG = date(2026, 3, 29), date(2025, 10, 26)
HALF_HOURS = {SHORT: 46, LONG: 50}


@dataclass(frozen=True)
class World:
    """Three days around a change of clocks: a visit, a call and a form every half hour."""

    day: date
    warehouse: Warehouse

    def days(self) -> list[date]:
        return [self.day + timedelta(days=step) for step in (-1, 0, 1)]


def told(middle: date) -> list[Fact]:
    site = SiteDescribed(
        account=1, site=1, occurred_at=Micros(0), source_id="site", name="Praxis",
        timezone="Europe/Berlin", currency="EUR",
    )  # fmt: skip
    facts: list[Fact] = [site]
    first = datetime(middle.year, middle.month, middle.day, tzinfo=BERLIN) - timedelta(days=1)
    last = datetime(middle.year, middle.month, middle.day, tzinfo=BERLIN) + timedelta(days=2)
    at, step = int(micros(first.astimezone(UTC))), 0
    while at < micros(last.astimezone(UTC)):
        step += 1
        visitor, visit = UUID(int=step), UUID(int=1_000_000 + step)
        facts += [
            Visit(
                account=1, site=1, occurred_at=Micros(at), source_id=f"visit {step}", visit=visit,
                visitor=visitor, landing="http://a.example/", source="google", medium="cpc",
                campaign="brand", channel="Paid Search", rule="utm",
            ),
            Call(
                account=1, site=1, occurred_at=Micros(at + MINUTE), source_id=f"call {step}",
                key=f"call {step}", call=UUID(int=2_000_000 + step), told_at=Micros(at + MINUTE),
                number="+493055500001", caller=f"+4930555{step:05d}", outcome="answered",
                ring_seconds=5, talk_seconds=60,
            ),
            Contact(
                account=1, site=1, occurred_at=Micros(at + 2 * MINUTE), source_id=f"form {step}",
                key=f"form {step}", contact=UUID(int=3_000_000 + step),
                told_at=Micros(at + 2 * MINUTE), way="form", vendor="api", visitor=visitor,
                visit=visit,
            ),
        ]  # fmt: skip
        at += 30 * MINUTE
    spent = [
        Spend(
            account=1, site=1, occurred_at=Micros(at), source_id=f"spend {day}", key=f"spend {day}",
            told_at=Micros(at), connection="google", day=middle + timedelta(days=day),
            source="google", medium="cpc", campaign_id=None, campaign="brand", currency="EUR",
            cost=Decimal("24.00"), clicks=48, impressions=480, vat_included=False,
        )
        for day in (-1, 0, 1)
    ]  # fmt: skip
    return [*facts, *spent]


@pytest.fixture(scope="module", params=[SHORT, LONG], ids=["23 hours", "25 hours"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    middle: date = request.param
    warehouse = opened(tmp_path_factory.mktemp("days"), told(middle))
    yield World(middle, warehouse)
    warehouse.close()


def by_day(world: World, name: str, metrics: str, basis: str = "sale") -> list[list[object]]:
    days = world.days()
    found = answer(world.warehouse, OWNER, name, [
        ("since", days[0].isoformat()), ("until", days[-1].isoformat()), ("by", "day"),
        ("metrics", metrics), ("basis", basis)])  # fmt: skip
    return [[row[column.name] for column in found.columns] for row in found.rows]


def test_each_half_hour_is_on_its_local_day(world: World) -> None:
    before, middle, after = world.days()
    hours = HALF_HOURS[world.day]
    expected = [[before, 48, 48], [middle, hours, hours], [after, 48, 48]]
    assert by_day(world, "acquisition", "visits,calls") == expected
    assert by_day(world, "acquisition", "visits,contacts", "sale") == expected
    assert by_day(world, "acquisition", "visits,contacts", "touch") == expected
    assert [[row[0], row[1]] for row in by_day(world, "calls", "calls")] == [
        row[:2] for row in expected
    ]
    assert [row[1] for row in by_day(world, "acquisition", "cost_per_visit")] == [
        Decimal("0.5"), (Decimal(24) / hours).quantize(Decimal("0.0001")), Decimal("0.5")
    ]  # fmt: skip


async def test_the_page_counts_the_same(world: World) -> None:
    _, middle, after = world.days()
    page = await Reports(world.warehouse).acquisition(OWNER, middle, middle)
    assert page.totals.visits == page.totals.calls == HALF_HOURS[world.day]
    # The day before has 24 hours.
    assert page.previous.visits == 48
    money = await Reports(world.warehouse).money(
        OWNER, middle, middle, model="linear", basis="touch"
    )
    assert money.totals.cost == Decimal("24")
    assert (await Reports(world.warehouse).acquisition(OWNER, after, after)).totals.visits == 48


def test_an_hour_is_skipped_or_comes_twice(world: World) -> None:
    found = answer(world.warehouse, OWNER, "calls", [
        ("since", world.day.isoformat()), ("until", world.day.isoformat()), ("by", "hour"),
        ("metrics", "calls")])  # fmt: skip
    calls = {row["hour"]: row["calls"] for row in found.rows}
    assert (
        calls == {hour: 2 for hour in range(24)} | {2: 4}
        if world.day == LONG
        else {hour: 2 for hour in range(24) if hour != 2}
    )


def test_a_rebuild_counts_the_same(world: World) -> None:
    kept = by_day(world, "acquisition", "visits,calls,contacts,cost")
    Upkeep(world.warehouse).rebuild()
    assert by_day(world, "acquisition", "visits,calls,contacts,cost") == kept
