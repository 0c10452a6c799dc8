"""The same facts give the same marts: whole or in pieces, in any order, once or twice.

Among them is what is odd: visits of tomorrow and after the call, withheld and shared callers, costs
and deals of nothing, below nothing and in a currency that has no rate, a deal of nobody.
"""

import random
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest
from msgspec import structs

from attribution.credit.compare import Asked, compare
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import HOUR, utc
from ringtrail.core.facts import Fact, Identified, LeaseClosed, NumberClicked, SiteDescribed
from ringtrail.core.lead_facts import Correction
from ringtrail.core.money_facts import Deal, Rate, Spend
from tests.attribution.credit.shop import NOW, NUMBERS, SPACE, Shop

TODAY = utc(NOW).date()
DAYS = 86_400.0
# What was loaded when is not of the facts.
APART = {"mart_position", "mart_traffic"}


class House(Shop):
    """A shop of which every kind of fact is told, the odd ones too."""

    def facts(self) -> list[Fact]:
        return [
            SiteDescribed(**self._said("euro", 0), name="Shop", timezone="Europe/Berlin",
                          currency="EUR"),
            *self._visits(),
            *self._calls(),
            *self._told(),
            *self._money(),
        ]  # fmt: skip

    def _visits(self) -> Iterable[Fact]:
        yield self.visit("v1", "ann", 9 * DAYS)
        yield self.visit("v2", "ann", 5 * DAYS, 1)
        yield self.visit("v3", "bob", 5 * DAYS + 200, 2)
        yield self.visit("v4", "cat", 2 * DAYS)
        yield self.visit("v5", "ann", 1 * DAYS, 2)
        yield self.visit("v6", "bob", -1 * DAYS)
        yield self.lease("v2", 5 * DAYS)
        yield self.lease("v3", 5 * DAYS + 200)
        yield self.lease("v4", 2 * DAYS, 1)
        for name, before, number in (("v2", 5 * DAYS - 300, 0), ("v4", 2 * DAYS - 60, 1)):
            said = self._said(f"end:{name}", before - 60)
            seen = said["occurred_at"]
            yield LeaseClosed(**said, lease=uuid5(SPACE, f"l{name}"), number=NUMBERS[number],
                              last_seen=seen, held_until=seen + HOUR)  # fmt: skip
        yield NumberClicked(**self._said("click", 2 * DAYS - 30), visit=uuid5(SPACE, "v4"),
                            lease=uuid5(SPACE, "lv4"))  # fmt: skip

    def _calls(self) -> Iterable[Fact]:
        yield self.call("c1", 5 * DAYS - 100)
        yield structs.replace(self.call("c2", 2 * DAYS - 600, 1), caller="+447700900555")
        yield structs.replace(self.call("c3", 2 * DAYS - 900, 1), caller=None,
                              presentation="restricted")  # fmt: skip
        # The shared phone of two visitors, and a call told twice with other content.
        yield self.call("c4", 1 * DAYS, 2)
        yield structs.replace(self.call("c1", 5 * DAYS - 100), talk_seconds=95, told_at=NOW,
                              source_id="c1 again")  # fmt: skip
        yield structs.replace(self.call("c5", 0.5 * DAYS, 3), talk_seconds=0, outcome="missed")

    def _told(self) -> Iterable[Fact]:
        yield structs.replace(self.contact("f1", 4 * DAYS, "bob"), phone="+447700900123")
        yield structs.replace(self.contact("f2", 3 * DAYS, None), email="x@shop.example")
        yield Identified(**self._said("i", 4 * DAYS), visit=uuid5(SPACE, "v4"),
                         visitor=uuid5(SPACE, "cat"), email="x@shop.example")  # fmt: skip
        said = self._said("spam", 0)
        yield Correction(**said, key="k", correction=uuid5(SPACE, "k"), told_at=said["occurred_at"],
                         decided_at=said["occurred_at"], of="call", event=uuid5(SPACE, "c5"),
                         action="flag", flag="spam", decided_by="ann", why="a robot")  # fmt: skip

    def _money(self) -> Iterable[Fact]:
        for key, cost, currency in (("a", "10.01", "EUR"), ("b", "0", "EUR"), ("c", "-3", "EUR"),
                                    ("d", "7", "USD"), ("e", "7", "CHF")):  # fmt: skip
            said = self._said(f"spend {key}", 2 * DAYS)
            yield Spend(**said, key=key, told_at=NOW, connection="ads", source="google",
                        day=TODAY - timedelta(days=2), medium="cpc", campaign=key,
                        currency=currency, cost=Decimal(cost))  # fmt: skip
        yield Rate(**(self._said("rate", 3 * DAYS) | {"site": 0}), key="r", told_at=NOW,
                   day=TODAY - timedelta(days=3), base="USD", quote="EUR", rate=Decimal("0.9"),
                   teller="bank")  # fmt: skip
        for key, before, amount, of in (
            ("p", 1.5 * DAYS, "100", {"phone": "+447700900123"}),
            ("p", 0.5 * DAYS, "60", {"phone": "+447700900123"}),
            ("q", 1.5 * DAYS, "50", {}),
            ("r", 1.5 * DAYS, "0", {"email": "x@shop.example"}),
            ("s", 1.5 * DAYS, "-5", {"email": "x@shop.example", "currency": "CHF"}),
        ):
            told: dict[str, Any] = {"currency": "EUR"} | of
            yield Deal(**self._said(f"deal {key}{before}", before), key=key, told_at=NOW,
                       connection="crm", status="won", amount=Decimal(amount), **told)  # fmt: skip

    def marts(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that was derived, each table in an order of its own, traffic by its names."""
        names: dict[int, tuple[str | None, ...]] = {
            row["traffic"]: (row["channel"], row["source"], row["medium"], row["campaign"])
            for row in self.rows("FROM mart_traffic")
        }
        tables = [row["name"] for row in self.rows(
            "SELECT table_name AS name FROM duckdb_tables() WHERE table_name LIKE 'mart_%' "
            "AND NOT temporary")]  # fmt: skip
        return {
            table: sorted(
                (tuple(_plain(name, value, names) for name, value in row.items())
                 for row in self.rows(f"FROM {table}")),
                key=repr,
            )
            for table in tables
            if table not in APART
        }  # fmt: skip


def _plain(column: str, value: Any, names: dict[int, tuple[str | None, ...]]) -> Any:
    if column == "traffic":
        return names[value]
    return round(value, 9) if isinstance(value, float) else value


def _delivered(folder: Path, order: int | None) -> dict[str, list[tuple[Any, ...]]]:
    folder.mkdir()
    house = House(folder)
    try:
        facts = house.facts()
        if order is None:
            house.deliver(*facts)
        else:
            chance = random.Random(order)
            chance.shuffle(facts)
            left = facts
            while left:
                cut = chance.randint(1, 6)
                house.deliver(*left[:cut])
                left = left[cut:]
            house.deliver(*facts)
        return house.marts()
    finally:
        house.close()


@pytest.mark.parametrize("order", range(3))
def test_the_same_facts_give_the_same_marts(tmp_path: Path, order: int) -> None:
    whole = _delivered(tmp_path / "whole", None)
    pieces = _delivered(tmp_path / "pieces", order)
    assert {name for name, rows in whole.items() if rows} >= {
        "mart_call", "mart_candidate", "mart_conversion", "mart_cost", "mart_credit", "mart_day",
        "mart_lead", "mart_mark", "mart_person", "mart_share",
    }  # fmt: skip
    for table, rows in whole.items():
        assert pieces[table] == rows, table


def test_a_rebuild_changes_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.deliver(*house.facts())
    before = house.marts()
    house.upkeep.rebuild()
    after = house.marts()
    house.close()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_odd_facts_count_as_they_should(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.deliver(*house.facts())
    later = house.rows("SELECT c.conversion FROM mart_credit c JOIN mart_conversion m "
                       "USING (account, conversion) WHERE c.touch_at > m.journey_at")  # fmt: skip
    untold = house.rows("SELECT value, problem FROM mart_conversion WHERE problem IS NOT NULL")
    sums = house.rows("SELECT sum(weight_linear) AS s FROM mart_credit GROUP BY conversion")
    spam = house.rows(f"SELECT excluded FROM mart_conversion "
                      f"WHERE conversion = '{uuid5(SPACE, 'c5')}'")  # fmt: skip
    cost = house.rows("SELECT sum(cost) AS told FROM mart_cost")[0]["told"]
    house.close()
    assert later == []
    assert untold == [{"value": None, "problem": "no_rate"}]
    assert [row["s"] for row in sums] == pytest.approx([1.0] * len(sums), abs=1e-9)
    assert spam == [{"excluded": "spam"}]
    assert cost == Decimal("21.01")


def test_an_empty_warehouse(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.upkeep.rebuild()
    house.upkeep.catch_up()
    asked = Asked(("first", "markov"), "channel", TODAY, TODAY + timedelta(days=1))
    found = compare(house.warehouse, Scoped(house.account, (house.site,), "owner"), asked)
    rows = [row for table in house.marts().values() for row in table if table]
    house.close()
    assert found.conversions == 0
    assert found.lines == ()
    assert [row for row in rows if row and row[0] == house.account] == []
