"""Costs kept up batch by batch equal those of a rebuild, and plain visits leave them alone."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution import Upkeep
from ingest import Loader
from ringtrail.core.clock import DAY, HOUR, Micros, SetClock, utc
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.facts import Fact, SiteDescribed, Visit
from ringtrail.core.inbox import put
from ringtrail.core.money_facts import CostRule, Rate, Spend, SpendAlias
from ringtrail.core.warehouse import Query, Row, Warehouse

NOW = Micros(1_790_000_000_000_000)
TODAY = utc(NOW).date()
SITES = {1: 1, 2: 1, 3: 2}  # site -> account
CAMPAIGNS = ("Brand London", "brand-london", "123456", "77", None)
MARTS = ("mart_spend_campaign", "mart_cost", "mart_day")
Values = dict[str, Any]


class Home:
    """Both stores; what is told goes through the loader into the marts."""

    def __init__(self, place: Path) -> None:
        self.engine: Engine = open_engine(f"sqlite:///{place / 'a.sqlite3'}")
        migrate(self.engine)
        self.warehouse = Warehouse(place / "w.duckdb")
        self.warehouse.migrate()
        self.upkeep = Upkeep(self.warehouse)
        self._loader = Loader(
            self.engine, self.warehouse, SetClock(NOW),
            batch_loaded=lambda _: self.upkeep.catch_up(), size=3,
        )  # fmt: skip

    def tell(self, *facts: Fact) -> None:
        Writer(self.engine).immediate(lambda store: put(store, list(facts), NOW))
        self._loader.run()

    def rows(self, text: str) -> list[Row]:
        return self.warehouse.rows(Query("asked", text))

    def marts(self) -> dict[str, list[Row]]:
        return {mart: self.rows(f"FROM {mart} ORDER BY ALL") for mart in MARTS}

    def equal_a_rebuild(self) -> bool:
        kept_up = self.marts()
        self.upkeep.rebuild()
        return kept_up == self.marts()

    def close(self) -> None:
        self.warehouse.close()
        self.engine.dispose()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path)
    yield opened
    opened.close()


def own(key: str, site: int = 1, at: int = NOW) -> Values:
    return {"account": SITES[site], "site": site, "occurred_at": at, "source_id": key}


def visit(index: int, campaign: str | None, source: str, site: int = 1, days: int = 0) -> Visit:
    return Visit(
        **own(f"v{index}", site, NOW - days * DAY), visit=UUID(int=index), visitor=UUID(int=index),
        landing="/", source=source, medium="cpc", campaign=campaign, channel="Paid Search",
        rule="r",
    )  # fmt: skip


def spend(index: int, cost: str, campaign: str | None, site: int = 1, **more: object) -> Spend:
    told: Values = {
        "key": f"s{index}", "told_at": NOW, "connection": "ads", "day": TODAY, "source": "google",
        "medium": "cpc", "campaign": campaign, "currency": "EUR", "cost": Decimal(cost),
    }  # fmt: skip
    return Spend(**own(f"s{index}{cost}", site), **(told | more))


def rate(value: str, day: date = TODAY, account: int = 1) -> Rate:
    return Rate(
        account=account, site=0, occurred_at=NOW, source_id=f"{day}{value}", key=f"r{day}",
        told_at=NOW, day=day, base="USD", quote="EUR", rate=Decimal(value), teller="ecb",
    )  # fmt: skip


def rule(fee: str) -> CostRule:
    return CostRule(
        **own(f"c{fee}"), key="c", told_at=NOW, from_day=TODAY - timedelta(30),
        vat_percent=Decimal(0), fee_percent=Decimal(fee), with_vat=False,
    )  # fmt: skip


def alias(of: str, campaign: str | None) -> SpendAlias:
    return SpendAlias(
        **own(f"a{of}{campaign}"), key=f"a{of}", told_at=NOW, connection="ads", of=of,
        campaign=campaign,
    )  # fmt: skip


def site(currency: str | None, zone: str = "UTC") -> SiteDescribed:
    return SiteDescribed(
        **own(f"d{currency}{zone}"), name="Shop", timezone=zone, currency=currency
    )  # fmt: skip


def shown(home: Home) -> list[tuple[Decimal | None, str | None, str | None]]:
    return [
        (row["reporting_cost"], row["joined"], row["problem"])
        for row in home.rows("FROM mart_cost")
    ]


@pytest.mark.parametrize(
    ("facts", "after"),
    [
        ([spend(2, "5.0000", "Brand London")], (Decimal(15), "none", None)),
        ([site("GBP")], (None, "none", "no_rate")),
        ([rule("10")], (Decimal(11), "none", None)),
        ([visit(1, "brand-london", "google")], (Decimal(10), "name", None)),
        ([alias("Brand London", "b")], (Decimal(10), "alias", None)),
    ],
    ids=["spend", "site", "rule", "visit", "alias"],
)
def test_each_of_what_costs_follow_from_is_taken_in_at_once(
    home: Home, facts: list[Fact], after: tuple[Decimal | None, str, str | None]
) -> None:
    home.tell(spend(1, "10.0000", "Brand London"))
    assert shown(home) == [(Decimal(10), "none", None)]
    home.tell(*facts)
    assert shown(home) == [after]
    assert home.equal_a_rebuild()


def test_a_rate_that_comes_later_prices_what_waited_for_it(home: Home) -> None:
    home.tell(site("EUR"), spend(1, "10.0000", "a", currency="USD"))
    assert shown(home) == [(None, "none", "no_rate")]
    home.tell(rate("0.9"))
    assert shown(home) == [(Decimal(9), "none", None)]
    home.tell(rate("0.8"))
    assert home.equal_a_rebuild()


def test_an_earlier_visit_that_comes_late_decides_as_in_a_rebuild(home: Home) -> None:
    home.tell(spend(1, "10.0000", "x", campaign_id="123456"))
    home.tell(visit(1, "123456", "bing"), visit(2, "123456", "duck"))
    home.tell(visit(3, "123456", "duck", days=2))
    assert home.rows("SELECT source FROM mart_spend_campaign") == [{"source": "duck"}]
    assert home.equal_a_rebuild()


def test_visits_of_another_site_find_the_cost_of_theirs(home: Home) -> None:
    """The dictionary of traffic is of the account: a campaign may be new to one site only."""
    home.tell(visit(1, "brand", "google"), spend(1, "10.0000", "brand", site=2))
    assert [row["joined"] for row in home.rows("FROM mart_cost")] == ["none"]
    home.tell(visit(2, "brand", "google", site=2))
    assert [row["joined"] for row in home.rows("FROM mart_cost")] == ["name"]


def test_plain_visits_leave_the_costs_alone(home: Home) -> None:
    home.tell(spend(1, "10.0000", "brand"), visit(1, "brand", "google"))
    written = home.rows("SELECT rowid, * FROM mart_cost")
    home.tell(visit(2, "brand", "google"), visit(3, None, "google"))
    home.tell(visit(4, "other", "google", site=3))
    assert home.rows("SELECT rowid, * FROM mart_cost") == written
    # New to the site, and no campaign that costs something is theirs.
    home.tell(visit(5, "letter", "mail"), visit(6, "brand", "mail"))
    assert home.rows("SELECT rowid, * FROM mart_cost") == written
    home.tell(spend(1, "11.0000", "brand", told_at=NOW + HOUR))
    assert home.rows("SELECT cost FROM mart_cost") == [{"cost": Decimal(11)}]


def test_spend_of_a_program_that_did_not_price_it_is_made_up_for(home: Home) -> None:
    home.tell(spend(1, "10.0000", "brand"))
    with home.warehouse.transaction() as transaction:
        for mart in ("mart_cost", "mart_spend_campaign"):
            transaction.run(Query("clear", f"DELETE FROM {mart}"))
    home.tell(visit(1, None, "google"))
    assert shown(home) == [(Decimal(10), "none", None)]


def some(rng: random.Random) -> list[Fact]:
    """Facts that have to do with each other, in any order."""
    facts: list[Fact] = []
    for index in range(1, 13):
        facts.append(visit(
            index, rng.choice(CAMPAIGNS), rng.choice(("google", "Google", "bing")),
            rng.choice((1, 1, *SITES)), rng.randrange(5),
        ))  # fmt: skip
    for index in range(1, 10):
        facts.append(spend(
            rng.randrange(1, 6), f"{rng.randrange(-200, 9000)}.25", rng.choice(CAMPAIGNS),
            rng.choice((1, 1, *SITES)), campaign_id=rng.choice(("123456", "77", None)),
            currency=rng.choice(("EUR", "USD")), told_at=NOW + index,
            day=TODAY - timedelta(rng.randrange(5)), source=rng.choice(("google", "yandex")),
        ))  # fmt: skip
    facts += [rate("0.9", TODAY - timedelta(rng.randrange(20)), rng.choice((1, 2)))]
    facts += [rule("10"), alias("77", "brand-london"), alias("*", "{campaign}")]
    facts += [site("EUR", "Pacific/Auckland"), site(None)]
    rng.shuffle(facts)
    return facts


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 2**32))
def test_costs_equal_a_rebuild(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    rng = random.Random(seed)
    home = Home(tmp_path_factory.mktemp("home"))
    try:
        facts = some(rng)
        while facts:
            turn = rng.randrange(1, 7)
            home.tell(*facts[:turn])
            facts = facts[turn:]
        assert home.rows("FROM mart_cost")
        assert home.equal_a_rebuild()
    finally:
        home.close()
