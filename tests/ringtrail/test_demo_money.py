"""The demo's money: follows from its month, repeatable, with the two gaps that a report shows."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from attribution import Upkeep
from attribution.money import refresh
from ingest import Loader
from ringtrail import store
from ringtrail.core.clock import Micros, SetClock, utc
from ringtrail.core.database import Writer, migrate, open_engine
from ringtrail.core.facts import Call, Fact, decode, encode
from ringtrail.core.inbox import put_each
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


def test_the_warehouse_has_both_gaps_and_every_penny(tmp_path: Path) -> None:
    clock, engine = SetClock(UNTIL), open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    migrate(engine)
    account = store.open_account(engine, clock, "Clinic", demo=True)
    new = store.NewSite("Clinic", ("http://a.example",), month.ZONE, "GB", "+442079460958", ())
    site = store.open_site(engine, clock, account, new)
    clock.forward(seconds=1)
    store.set_currency(engine, clock, site.site_key, money.CURRENCY)
    books = money.Books(account, site.site, UNTIL)
    month_of = month.facts(account, site.site, NUMBERS, UNTIL, days=7)
    facts = [*books.listen(month_of), *books.facts()]
    Writer(engine).immediate(lambda connection: put_each(connection, facts))
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    Loader(engine, warehouse, SetClock(UNTIL)).run()
    Upkeep(warehouse).catch_up()
    with warehouse.transaction() as transaction:
        refresh(transaction)
    today = utc(UNTIL).date()
    values = {
        "account": account, "sites": [site.site], "since": today - timedelta(30), "until": today,
    }  # fmt: skip
    gaps = warehouse.rows(Query.load("attribution", "money/gaps.sql"), values)
    assert [(gap["gap"], gap["campaign"]) for gap in gaps] == [
        ("spend_without_visits", money.SPEND_WITHOUT_VISITS),
        ("paid_visits_without_spend", money.VISITS_WITHOUT_SPEND),
    ]
    assert warehouse.rows(Query.load("attribution", "money/problems.sql"), values) == []
    spent = sum((f.cost for f, _ in facts if isinstance(f, Spend)), Decimal(0))
    (total,) = warehouse.rows(Query("total", "SELECT sum(cost) AS cost FROM mart_cost"))
    assert total["cost"] == spent > 0
    warehouse.close()
    engine.dispose()
