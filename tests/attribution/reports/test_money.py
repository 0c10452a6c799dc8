"""The money of a period: to the cent, never 0 for what nobody knows, on the day asked for."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from math import fsum
from pathlib import Path
from typing import get_args

import pytest

from attribution import Reports
from attribution.answers import AcquisitionMoney, DateBasis, MoneyRow
from ringtrail.core.clock import DAY, MINUTE, Micros
from ringtrail.core.facts import Call, Fact, SiteDescribed
from ringtrail.core.money_facts import Deal, Rate, Spend
from ringtrail.core.warehouse import Query, Warehouse
from tests.attribution.reports.test_credited_traffic import EVER, NOW, OWNER, TODAY, opened, told

PENCE = Decimal("0.01")
BASES: tuple[DateBasis, ...] = get_args(DateBasis)


def spent(days_ago: int, campaign: str, cost: str, currency: str = "GBP", site: int = 1) -> Spend:
    key = f"{days_ago} {campaign} {currency} {site}"
    return Spend(
        account=1, site=site, occurred_at=NOW, source_id=key, key=key, told_at=NOW,
        connection="google", day=TODAY - timedelta(days=days_ago), source="google", medium="cpc",
        campaign_id=None, campaign=campaign, currency=currency, cost=Decimal(cost), clicks=10,
        impressions=100, vat_included=False,
    )  # fmt: skip


def dollar(days_ago: int, rate: str) -> Rate:
    return Rate(
        account=1, site=0, occurred_at=NOW, source_id=f"rate {days_ago}", key=f"rate {days_ago}",
        told_at=NOW, day=TODAY - timedelta(days=days_ago), base="USD", quote="GBP",
        rate=Decimal(rate), teller="ecb",
    )  # fmt: skip


def described(site: int, currency: str | None) -> SiteDescribed:
    return SiteDescribed(
        account=1, site=site, occurred_at=Micros(NOW - 39 * DAY), source_id=f"site {site}",
        name="Clinic", timezone="Europe/London", currency=currency,
    )  # fmt: skip


FACTS = told(1)
CALLS = [fact for fact in FACTS if isinstance(fact, Call) and fact.caller]


def bought(amount: str, margin: str | None, currency: str = "GBP", after: int = 1) -> list[Deal]:
    """A deal of each call that told who called, so many minutes after it."""
    return [
        Deal(
            account=1, site=1, occurred_at=Micros(call.occurred_at + after * MINUTE),
            source_id=f"{call.key} {after}", key=f"deal of {call.key}",
            told_at=Micros(call.occurred_at + after * MINUTE), connection="crm", status="won",
            amount=Decimal(amount), margin=None if margin is None else Decimal(margin),
            currency=currency, phone=call.caller,
        )
        for call in CALLS
    ]  # fmt: skip


PAID: list[Fact] = [described(1, "GBP"), spent(1, "brand-london", "10")]


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    facts: list[Fact] = request.param
    warehouse = opened(tmp_path, [*FACTS, *facts])
    yield warehouse
    warehouse.close()


async def money(
    warehouse: Warehouse, since: date = EVER[0], until: date = EVER[1], *,
    model: str = "linear", basis: DateBasis = "sale",
) -> AcquisitionMoney:  # fmt: skip
    return await Reports(warehouse).money(OWNER, since, until, model=model, basis=basis)


def channels(found: AcquisitionMoney) -> list[MoneyRow]:
    return [row for row in found.rows if row.level == 0]


def campaign(found: AcquisitionMoney, name: str) -> MoneyRow:
    (row,) = (row for row in found.rows if row.level == 2 and row.campaign == name)
    return row


@pytest.mark.parametrize(
    "world",
    [[described(1, "GBP"), *bought("100", "25.50"), spent(1, "brand-london", "10.10"),
      spent(2, "brand-london", "0.21"), spent(1, "implants-london", "33.33", "USD"),
      spent(2, "nobody-came", "7.77"),
      dollar(3, "0.75")]],
    indirect=True,
)  # fmt: skip
async def test_costs_are_the_imported_ones_to_the_cent(world: Warehouse) -> None:
    deals = len(CALLS)
    found = await money(world)
    assert found.currency == "GBP"
    assert campaign(found, "brand-london").cost == Decimal("10.31")
    assert campaign(found, "implants-london").cost == Decimal("24.9975")
    assert found.totals.cost == Decimal("43.0775")
    for level in (0, 1, 2):
        rows = [row for row in found.rows if row.level == level]
        assert sum(row.cost or Decimal(0) for row in rows) == found.totals.cost
    assert found.totals.revenue == 100 * deals
    assert found.totals.margin == Decimal("25.5") * deals
    assert sum(row.revenue or Decimal(0) for row in channels(found)) == pytest.approx(
        found.totals.revenue, abs=Decimal("0.001")
    )
    assert found.totals.romi_revenue == pytest.approx((100 * deals - 43.0775) / 43.0775)
    assert found.totals.romi_margin == pytest.approx((25.5 * deals - 43.0775) / 43.0775)
    # Spend is no reason to count a call twice, nor is a deal.
    assert found.totals.credited == pytest.approx(fsum(row.credited for row in channels(found)))
    calls = await Reports(world).acquisition(OWNER, *EVER)
    assert found.totals.credited == pytest.approx(calls.totals.calls)
    assert found.totals.deals == pytest.approx(deals)
    nobody = campaign(found, "nobody-came")
    assert (nobody.cost, nobody.revenue) == (Decimal("7.77"), Decimal(0))
    assert nobody.romi_revenue == -1.0
    assert [gap.campaign for gap in found.gaps if gap.gap == "spend_without_visits"] == [
        "nobody-came"
    ]


@pytest.mark.parametrize(
    "world",
    [[described(1, "GBP"), spent(1, "brand-london", "10.10"),
      spent(1, "implants-london", "33.33", "USD")]],
    indirect=True,
)  # fmt: skip
async def test_a_cost_without_a_rate_is_unknown_and_said_so(world: Warehouse) -> None:
    found = await money(world)
    unknown = campaign(found, "implants-london")
    assert (unknown.cost, unknown.cost_unknown) == (None, True)
    assert campaign(found, "brand-london").cost == Decimal("10.10")
    assert (found.totals.cost, found.totals.cost_unknown) == (None, True)
    free = next(row for row in channels(found) if row.channel == "Organic Search")
    assert (free.cost, free.cost_unknown) == (None, False)
    (problem,) = found.problems
    assert (problem.problem, problem.of, problem.amount) == ("no_rate", "spend", Decimal("33.33"))
    # Nobody ever told of a deal: what the advertising brought is not known.
    assert {(row.revenue, row.margin, row.romi_revenue) for row in found.rows} == {(None,) * 3}


@pytest.mark.parametrize(
    ("world", "revenue", "margin"),
    [
        ([*PAID, *bought("100", None)], 100, None),
        # A part is paid back: another amount of the same deal.
        ([*PAID, *bought("100", "25"), *bought("60", "12", after=9)], 60, 12),
        # Told again without a margin, it is not known any more; told late, it is known.
        ([*PAID, *bought("100", "25"), *bought("100", None, after=9)], 100, None),
        ([*PAID, *bought("100", None), *bought("90", "25", after=9)], 90, 25),
        # Nobody told what a franc is worth.
        ([*PAID, *bought("100", None, "CHF")], None, None),
    ],
    indirect=["world"],
)  # fmt: skip
async def test_a_deal_without_a_figure_leaves_its_rows_without_one(
    world: Warehouse, revenue: int | None, margin: int | None
) -> None:
    found = await money(world)
    deals = len(CALLS)
    assert found.totals.revenue == (None if revenue is None else revenue * deals)
    assert found.totals.margin == (None if margin is None else margin * deals)
    assert found.totals.deals == pytest.approx(deals)
    assert (found.totals.romi_margin is None) == (margin is None)
    if revenue is None:
        # Traffic that a model gives nothing of the deals has no part in what is unknown.
        for model in ("first", "last"):
            rows = [row for row in (await money(world, model=model)).rows if row.level == 2]
            assert [row.revenue is None for row in rows] == [row.deals > 0 for row in rows]
    problems = [] if revenue is not None else [("no_rate", "deals")]
    assert [(one.problem, one.of) for one in found.problems] == problems


@pytest.mark.parametrize(
    "world",
    [[described(1, "GBP"), described(2, "EUR"), spent(1, "brand-london", "10.10"),
      spent(1, "brand-london", "10.10", "EUR", site=2)]],
    indirect=True,
)  # fmt: skip
async def test_amounts_of_two_currencies_are_never_added_up(world: Warehouse) -> None:
    reports = Reports(world)
    both = OWNER.__class__(1, (1, 2), "owner")
    found = await reports.money(both, *EVER, model="first", basis="sale")
    assert (found.totals.cost, found.currency) == (None, None)
    assert [one.problem for one in found.problems] == ["currencies"]
    assert (await money(world)).totals.cost == Decimal("10.10")


@pytest.mark.parametrize("world", [[described(1, "GBP"), *bought("100", "25.50")]], indirect=True)
@pytest.mark.parametrize("basis", BASES)
async def test_a_basis_counts_on_its_own_day(world: Warehouse, basis: DateBasis) -> None:
    column = {"touch": "touch_day", "lead": "coalesce(lead_day, day)", "sale": "day"}[basis]
    with world.transaction() as transaction:
        # Half of them begun as a lead two days before.
        transaction.run(
            Query("lead", "UPDATE mart_credit SET lead_day = day - 2 "
                  "WHERE kind = 'deal' AND conversion::VARCHAR < '8'")
        )  # fmt: skip
    rows = world.rows(
        Query("days", f"SELECT {column} AS day, sum(weight_linear * value) AS revenue "
              "FROM mart_credit WHERE kind = 'deal' AND account = 1 GROUP BY ALL")
    )  # fmt: skip
    expected = {row["day"]: row["revenue"] for row in rows}
    assert len(expected) > 3
    for day, revenue in expected.items():
        found = await money(world, day, day, basis=basis)
        assert found.totals.revenue == pytest.approx(Decimal(revenue), abs=Decimal("0.001"))
