"""The demo's money: follows from its month, repeatable, with the two gaps that a report shows."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from attribution import Reports, Upkeep
from attribution.answers import AcquisitionMoney
from ingest import Loader
from ingest.files import Given, Preview, read
from ringtrail import store
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import Micros, SetClock, utc
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.facts import Call, Fact, decode, encode
from ringtrail.core.inbox import put_each
from ringtrail.core.money import SCALE
from ringtrail.core.money_facts import Deal, Rate, Spend
from ringtrail.core.warehouse import Query, Warehouse
from ringtrail.demo import money, month

UNTIL = Micros(1_795_460_000_000_000)
NUMBERS = [f"+4420794610{index:02d}" for index in range(40)]
Told = list[tuple[Fact, Micros]]


def weeks(days: int = 28) -> tuple[Told, Told]:
    """The month's facts, and the money's."""
    books = money.Books(1, 2, UNTIL)
    heard = list(books.listen(month.facts(1, 2, NUMBERS, UNTIL, days=days)))
    return heard, list(books.facts())


@pytest.fixture(scope="module")
def told() -> tuple[Told, Told]:
    return weeks()


def test_the_same_month_costs_and_brings_the_same(told: tuple[Told, Told]) -> None:
    assert weeks() == told
    assert list(month.facts(1, 2, NUMBERS, UNTIL, days=28)) == told[0]


def test_facts_are_possible_and_each_has_its_id(told: tuple[Told, Told]) -> None:
    facts = [fact for fact, _ in told[1]]
    assert len({fact.id() for fact in facts}) == len(facts)
    assert all(decode(fact.kind, encode(fact)) == fact for fact in facts)
    assert all(fact.occurred_at <= at <= UNTIL for fact, at in told[1])


def test_deals_are_of_people_who_were_answered_before(told: tuple[Told, Told]) -> None:
    answered: dict[str | None, int] = {}
    for fact, _ in told[0]:
        if isinstance(fact, Call) and fact.outcome == "answered":
            answered.setdefault(fact.caller, fact.told_at)
    deals = [fact for fact, _ in told[1] if isinstance(fact, Deal)]
    assert all(answered[deal.phone] < (deal.opened_at or 0) <= deal.occurred_at for deal in deals)
    tellings = defaultdict(list)
    for deal in deals:
        tellings[deal.key].append((deal.status, deal.amount))
    assert {"open", "won", "lost"} == {steps[-1][0] for steps in tellings.values()}
    refunds = [steps for steps in tellings.values() if len(steps) == 3]
    assert refunds and all(steps[2][1] < steps[1][1] for steps in refunds)  # type: ignore[operator]


def test_every_day_with_dollars_has_a_rate(told: tuple[Told, Told]) -> None:
    spends = [fact for fact, _ in told[1] if isinstance(fact, Spend)]
    rates = {fact.day for fact, _ in told[1] if isinstance(fact, Rate)}
    assert {spend.day for spend in spends if spend.currency == "USD"} <= rates
    assert {spend.source for spend in spends} == {"google", "facebook"}
    assert max(rates) - min(rates) == timedelta(len(rates) - 1)


@dataclass
class Clinic:
    """The demo's site with its visits and calls loaded, and a folder for files."""

    home: Path
    engine: Engine
    warehouse: Warehouse
    scope: Scoped
    loader: Loader

    def put(self, facts: Told) -> None:
        Writer(self.engine).immediate(lambda connection: put_each(connection, facts))
        self.loader.run()

    def hand_in(self, kind: str, header: str, rows: list[str], currency: str) -> Preview:
        """Import a file as `ringtrail import` does."""
        path = self.home / f"{kind}.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        (site,) = self.scope.sites
        zone = ZoneInfo(month.ZONE)
        said = Given(
            account=self.scope.account, site=site, zone=zone, region="GB", told_at=UNTIL,
            today=utc(UNTIL).astimezone(zone).date(), connection=f"{kind} {currency}",
            currency=currency, vat_included=False,
        )  # fmt: skip
        found = read(path, kind, said, self.home / "bulk")
        assert found.bulk is not None, found.preview.bad_rows
        self.put([(found.bulk, UNTIL)])
        return found.preview

    async def money(self) -> AcquisitionMoney:
        today = utc(UNTIL).date()
        return await Reports(self.warehouse).money(
            self.scope, today - timedelta(40), today, model="linear", basis="sale"
        )


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clock, engine = SetClock(UNTIL), open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    migrate(engine)
    account = store.open_account(engine, clock, "Clinic", demo=True)
    new = store.NewSite("Clinic", ("http://a.example",), month.ZONE, "GB", "+442079460958", ())
    site = store.open_site(engine, clock, account, new)
    clock.forward(seconds=1)
    store.set_currency(engine, clock, site.site_key, money.CURRENCY)
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    upkeep = Upkeep(warehouse)
    loader = Loader(engine, warehouse, SetClock(UNTIL), batch_loaded=lambda _: upkeep.catch_up())
    yield Clinic(tmp_path, engine, warehouse, Scoped(account, (site.site,), "owner"), loader)
    warehouse.close()
    engine.dispose()


def of_site(clinic: Clinic, days: int) -> tuple[Told, Told]:
    books = money.Books(clinic.scope.account, clinic.scope.sites[0], UNTIL)
    heard = list(books.listen(month.facts(
        clinic.scope.account, clinic.scope.sites[0], NUMBERS, UNTIL, days=days
    )))  # fmt: skip
    return heard, list(books.facts())


@pytest.mark.asyncio
async def test_the_report_has_both_gaps_and_every_penny(clinic: Clinic) -> None:
    heard, told = of_site(clinic, days=7)
    clinic.put([*heard, *told])
    found = await clinic.money()
    assert [(gap.gap, gap.campaign) for gap in found.gaps] == [
        ("spend_without_visits", money.SPEND_WITHOUT_VISITS),
        ("paid_visits_without_spend", money.VISITS_WITHOUT_SPEND),
    ]
    assert found.problems == []
    spent = sum((fact.cost for fact, _ in told if isinstance(fact, Spend)), Decimal(0))
    (total,) = clinic.warehouse.rows(Query("total", "SELECT sum(cost) AS cost FROM mart_cost"))
    assert total["cost"] == spent > 0


@pytest.mark.asyncio
async def test_the_cost_shown_is_the_imported_files_to_the_penny(clinic: Clinic) -> None:
    """The month's spend goes through files, one a currency, as a marketer imports it."""
    heard, told = of_site(clinic, days=28)
    clinic.put(heard)
    spends = [fact for fact, _ in told if isinstance(fact, Spend)]
    rates = {fact.day: fact.rate for fact, _ in told if isinstance(fact, Rate)}
    header = "Day,Campaign ID,Campaign,Source,Medium,Cost,Clicks"
    imported: dict[str, Decimal] = {}
    for code in ("GBP", "USD"):
        rows = [
            f"{one.day},{one.campaign_id},{one.campaign},{one.source},{one.medium},{one.cost},"
            f"{one.clicks}"
            for one in spends
            if one.currency == code
        ]
        imported |= clinic.hand_in("spend", header, rows, code).totals
    unpriced = await clinic.money()
    assert unpriced.totals.cost is None and unpriced.totals.cost_unknown
    assert {(one.problem, one.currency, one.amount) for one in unpriced.problems} == {
        ("no_rate", "USD", imported["USD"])
    }
    assert channel_costs(unpriced)["Paid Search"] == imported["GBP"]
    assert channel_costs(unpriced)["Paid Social"] is None

    clinic.hand_in("rate", "date,base,rate", [f"{d},USD,{r}" for d, r in rates.items()], "GBP")
    priced = await clinic.money()
    converted = sum(
        ((one.cost * rates[one.day]).quantize(SCALE, ROUND_HALF_UP)
         for one in spends if one.currency == "USD"), Decimal(0),
    )  # fmt: skip
    assert priced.problems == []
    assert priced.totals.cost == imported["GBP"] + converted
    assert channel_costs(priced) == {"Paid Search": imported["GBP"], "Paid Social": converted}
    for level in (0, 1, 2):
        costs = [row.cost for row in priced.rows if row.level == level and row.cost is not None]
        assert sum(costs, Decimal(0)) == priced.totals.cost
    assert imported == {
        code: sum((one.cost for one in spends if one.currency == code), Decimal(0))
        for code in ("GBP", "USD")
    }


@pytest.mark.asyncio
async def test_the_same_file_again_changes_no_figure(clinic: Clinic) -> None:
    header, rows = "Day,Campaign,Source,Cost", ["2026-11-01,Brand,google,12.34"]
    clinic.hand_in("spend", header, rows, "GBP")
    first = await clinic.money()
    clinic.hand_in("spend", header, rows, "GBP")
    again = await clinic.money()
    assert again.totals.cost == first.totals.cost == Decimal("12.34")
    assert again.rows == first.rows


def channel_costs(found: AcquisitionMoney) -> dict[str, Decimal | None]:
    """The channels on which anything was spent."""
    return {
        row.channel: row.cost
        for row in found.rows
        if row.level == 0 and (row.cost is not None or row.cost_unknown)
    }
