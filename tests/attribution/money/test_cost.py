"""Costs in the currency of the site: by the day's rate, VAT and fee, or not at all."""

import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrail.core.warehouse import Query
from tests.attribution.money.house import DAY, House, Spent


def test_the_own_currency_is_shown_as_it_was_told(house: House) -> None:
    house.site("EUR")
    house.spend([Spent("10.01", "brand")])
    assert house.shown() == (Decimal("10.0100"), None)


def test_a_site_without_a_currency_shows_the_one_it_spends_in(house: House) -> None:
    house.site(None)
    house.spend([Spent("10.01", "brand", currency="RUB")])
    assert house.shown() == (Decimal("10.0100"), None)
    house.spend([Spent("1", "brand", currency="USD")])
    house.refresh()
    assert {row["problem"] for row in house.rows("FROM mart_cost")} == {"no_currency"}
    assert {row["reporting_cost"] for row in house.rows("FROM mart_cost")} == {None}


@pytest.mark.parametrize(
    ("base", "quote", "rate", "shown"),
    [
        ("USD", "EUR", "0.9", "9.0000"),
        ("EUR", "USD", "1.25", "8.0000"),
        ("USD", "RUB", "90", None),
    ],
)
def test_a_rate_is_taken_either_way_and_never_made_up(
    house: House, base: str, quote: str, rate: str, shown: str | None
) -> None:
    house.site("EUR")
    house.rate(base, quote, rate)
    house.spend([Spent("10", "brand", currency="USD")])
    assert house.shown() == (shown and Decimal(shown), None if shown else "no_rate")
    problems = house.ask("problems")
    assert [(row["problem"], row["currency"], row["cost"]) for row in problems] == (
        [] if shown else [("no_rate", "USD", Decimal("10.0000"))]
    )


def test_a_rate_holds_for_two_weeks_until_the_next_one(house: House) -> None:
    house.site("EUR")
    house.rate("USD", "EUR", "0.5", DAY - timedelta(14))
    house.spend([Spent("10", "brand", currency="USD")])
    assert house.shown()[0] == 5
    house.rate("USD", "EUR", "0.8", DAY - timedelta(1))
    house.rate("USD", "EUR", "0.1", DAY + timedelta(1))
    assert house.shown()[0] == 8


def test_a_rate_of_fifteen_days_ago_holds_no_more(house: House) -> None:
    house.site("EUR")
    house.rate("USD", "EUR", "0.5", DAY - timedelta(15))
    house.spend([Spent("10", "brand", currency="USD")])
    assert house.shown() == (None, "no_rate")


def test_a_corrected_rate_restates(house: House) -> None:
    house.site("EUR")
    house.rate("USD", "EUR", "0.5")
    house.rate("USD", "EUR", "0.6")
    house.spend([Spent("10", "brand", currency="USD")])
    assert house.shown()[0] == 6


@pytest.mark.parametrize(
    ("included", "with_vat", "shown", "problem"),
    [
        (True, False, "110.0000", None),
        (True, True, "132.0000", None),
        (False, False, "132.0000", None),
        (False, True, "158.4000", None),
        (None, True, "132.0000", "vat_untold"),
    ],
)
def test_vat_and_fee(
    house: House, included: bool | None, with_vat: bool, shown: str, problem: str | None
) -> None:
    house.site("EUR")
    house.rule(vat="20", fee="10", with_vat=with_vat)
    house.spend([Spent("120", "brand", vat=included)])
    assert house.shown() == (Decimal(shown), problem)


def test_a_rule_holds_from_its_day_and_the_sources_own_comes_first(house: House) -> None:
    house.site("EUR")
    house.rule("0", "10", False)
    house.rule("0", "50", False, source="Google", day=DAY + timedelta(1))
    house.spend([
        Spent("100", "before", day=DAY - timedelta(1)),
        Spent("100", "on"),
        Spent("100", "after", day=DAY + timedelta(2)),
        Spent("100", "other", day=DAY + timedelta(2), source="yandex"),
    ])  # fmt: skip
    house.refresh()
    assert {
        row["campaign"]: row["reporting_cost"]
        for row in house.rows("FROM mart_cost JOIN mart_traffic USING (account, traffic)")
    } == {"before": 100, "on": 110, "after": 150, "other": 110}


def test_one_part_without_a_rate_leaves_no_figure(house: House) -> None:
    house.site("EUR")
    house.rate("USD", "EUR", "0.5")
    house.spend([
        Spent("10", "brand", currency="USD"), Spent("10", "brand", currency="THB"),
    ])  # fmt: skip
    house.refresh()
    assert {row["currency"]: row["reporting_cost"] for row in house.rows("FROM mart_cost")} == {
        "USD": 5, "THB": None,
    }  # fmt: skip


def test_an_empty_warehouse_costs_nothing(house: House) -> None:
    house.refresh()
    assert house.rows("FROM mart_cost") == house.ask("gaps") == house.ask("problems") == []


def test_a_restated_row_counts_once_and_a_void_one_not_at_all(house: House) -> None:
    house.site("EUR")
    house.spend([Spent("10", "brand", key="a"), Spent("12", "brand", key="a")])
    assert house.shown()[0] == 12
    house.fact("spend", [{
        "key": "a", "connection": "ads", "day": DAY, "source": "google", "medium": "cpc",
        "campaign": "brand", "currency": "EUR", "cost": 0, "clicks": 0, "impressions": 0,
    }])  # fmt: skip
    house.refresh()
    assert house.rows("FROM mart_cost") == []


SHARE = Query("share", "SELECT share_of($amount::DECIMAL(18,4), $up, $down) AS share")


@given(
    amounts=st.lists(
        st.tuples(
            st.decimals(-(10**12) + 1, 10**12 - 1, places=4),
            st.integers(1, 10**17),
            st.integers(1, 10**17),
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=50, deadline=None)
def test_shares_are_exact_to_the_last_digit(amounts: list[tuple[Decimal, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as home:
        house = House(Path(home) / "w.duckdb")
        for amount, up, down in amounts:
            (found,) = house.warehouse.rows(SHARE, {"amount": amount, "up": up, "down": down})
            units = abs(int(amount * 10_000))
            exact = Decimal((2 * units * up + down) // (2 * down)).scaleb(-4).copy_sign(amount)
            assert found["share"] == (exact if abs(exact) < 10**14 else None)
        house.close()
