"""Money on the acquisition page: every column says its day, every dash its reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dash import html
from dash._utils import to_json
from dash.development.base_component import Component

from dashboards.pages.acquisition import gaps, quality
from dashboards.pages.acquisition.columns import COLUMNS, SETS, cell, dated_by, listed, writing
from dashboards.pages.acquisition.table import shown, table
from dashboards.pages.acquisition.tree import VALUES, Branch
from dashboards.pages.acquisition.view import strip
from dashboards.period import BASES, asked
from dashboards.reading import (
    Acquisition,
    AcquisitionMoney,
    Interval,
    Money,
    MoneyGap,
    MoneyProblem,
    Totals,
)
from tests.dashboards.conftest import TODAY, FakeReports, person_of

NOW = asked({}, TODAY)
DAYS = (date(2026, 11, 1), date(2026, 11, 5))
MONEY = AcquisitionMoney("linear", "sale", "v", "GBP", Money(cost=Decimal(5)), [], [], [])


def texts(part: object) -> list[str]:
    """All texts of a component, in their order."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, Component):
        return texts(getattr(part, "children", None))
    return [text for one in part for text in texts(one)] if isinstance(part, list) else []


def said(part: object) -> str:
    return "".join(texts(part))


def test_every_column_can_be_sorted_and_is_told_in_words() -> None:
    assert set(COLUMNS) == set(VALUES)
    assert {name for names in SETS.values() for name in names} | {"channel"} == set(COLUMNS)
    assert all(column.means for name, column in COLUMNS.items() if name != "channel")


@pytest.mark.parametrize("basis", BASES)
def test_every_money_column_names_its_day(basis: str) -> None:
    now = asked({"basis": basis}, TODAY)
    for name in listed(now, "money"):
        assert (dated_by(name, now) is None) == (name in ("visits", "calls"))
    day = {"touch": "visit day", "lead": "lead day", "sale": "sale day"}[basis]
    for name in ("revenue", "margin", "romi_revenue", "romi_margin"):
        assert dated_by(name, now) == day
    assert dated_by("cost", now) == "spend day"


@pytest.mark.asyncio
async def test_an_unknown_cost_is_a_dash_and_its_cell_says_so() -> None:
    reports, who = FakeReports(), person_of("owner")
    found = await reports.acquisition(who.scope, NOW.since, NOW.until)
    money = await reports.money(who.scope, NOW.since, NOW.until, model="linear", basis="sale")
    rows = table(found, money, NOW).children[2].children
    by_name = {said(row.children[0]): [said(cell) for cell in row.children[1:]] for row in rows}
    cost = listed(NOW, "money").index("cost")
    assert by_name["Paid search"][cost:] == [
        "£120.50", "£0.72", "£40.17", "£900.00", "£300.00", "647%", "149%",
    ]  # fmt: skip
    assert by_name["Email"][cost] == by_name["All channels"][cost] == "–"
    assert by_name["Direct"][cost:] == ["–", "–", "–", "£10.00", "£5.00", "–", "–"]
    titles = [getattr(row.children[1 + cost], "title", None) for row in rows]
    assert sum(title is not None for title in titles) >= 2
    assert "has no figure" in str(to_json(rows))  # type: ignore[no-untyped-call]


def branch(calls: int, **money: Any) -> Branch:
    return Branch("x", "x", Totals(calls=calls), Money(**money))


@pytest.mark.parametrize(
    ("name", "value", "interval", "text", "words"),
    [
        ("romi_margin", 4.0, Interval(-0.394, 17.06, small=True), "400%",
         "95% interval: \u221239% to 1706%; fewer than 10 deals"),
        ("romi_revenue", 1.5, Interval(0.9, 2.1, small=False), "150%",
         "95% interval: 90% to 210%"),
        ("romi_revenue", -1.0, Interval(-1.0, None, small=True), "\u2212100%",
         "95% interval: \u2212100% or more; fewer than 10 deals"),
        ("cpl", Decimal(50), Interval(Decimal("13.84"), Decimal("412.9"), small=True), "£50.00",
         "95% interval: £13.84 to £412.90; fewer than 10 leads"),
    ],
)  # fmt: skip
def test_a_price_or_return_has_its_interval_and_one_of_few_a_mark(
    name: str, value: object, interval: Interval, text: str, words: str
) -> None:
    row = branch(0, intervals={name: interval}, **{name: value})
    made = cell(name, row, writing([], "GBP"), "money")
    # A finger and a key reach a button, and its title is read out with it.
    assert isinstance(made.children, html.Button)
    assert (said(made), vars(made.children)["title"]) == (text, words)
    assert (getattr(made, "className", None) == "few") == interval.small


def test_what_a_call_cost_has_the_interval_of_the_calls() -> None:
    for calls, words in (
        (2, "95% interval: £13.84 to £412.87; fewer than 10 calls"),
        (50, "95% interval: £1.52 to £2.69"),
    ):
        row = branch(calls, cost=Decimal(100))
        assert cell("call_cost", row, writing([], "GBP"), "money").children.title == words


@pytest.mark.parametrize("small", [True, False])
def test_of_the_large_figures_one_of_few_has_its_interval_and_a_mark(small: bool) -> None:
    told = {
        "cpl": Interval(Decimal("13.84"), Decimal("412.9"), small=small),
        "romi_revenue": Interval(0.9, 2.1, small=small),
        "romi_margin": Interval(-0.394, 17.06, small=small),
    }
    here = Money(cost=Decimal(100), cpl=Decimal(50), romi_margin=4.0, intervals=told)
    found = Acquisition(Totals(visits=9, calls=2), Totals(), [], [], [], {})
    cards = strip(found, replace(MONEY, totals=here), None, NOW).children
    figures = {said(one.children[0]): one.children[1] for one in cards}
    words = {
        "Cost per lead": "95% interval: £13.84 to £412.90; fewer than 10 leads",
        "ROMI by margin": "95% interval: \u221239% to 1706%; fewer than 10 deals",
    }
    marked = {name: one.children.title for name, one in figures.items() if "few" in one.className}
    assert marked == (words if small else {})
    assert [said(figures[name]) for name in words] == ["£50.00", "400%"]


@pytest.mark.parametrize("name", ["call_cost", "cpl", "romi_revenue", "romi_margin"])
def test_what_nobody_knows_has_a_dash_and_no_interval(name: str) -> None:
    unknown = branch(2, deals=1.0, cost_unknown=True)
    assert cell(name, unknown, writing([], "GBP"), "money").children == "–"
    # Known, but the sites' currencies differ: where no amount is shown, none has an interval.
    spent = branch(2, cost=Decimal(9))
    assert cell("call_cost", spent, writing([], None), "money").children == "–"


def test_money_is_shown_first_as_soon_as_there_is_any() -> None:
    none = replace(MONEY, totals=Money())
    assert shown(NOW, none) == "calls"
    assert shown(NOW, MONEY) == "money"
    assert shown(NOW, replace(none, totals=Money(cost_unknown=True))) == "money"
    assert shown(NOW, replace(none, totals=Money(revenue=Decimal(0)))) == "money"
    assert shown(asked({"show": "calls"}, TODAY), MONEY) == "calls"


def problem(problem: str, of: str = "spend", **more: object) -> MoneyProblem:
    told = MoneyProblem(problem, of, "facebook", "USD", *DAYS, Decimal("12.5"))  # type: ignore[arg-type]
    return replace(told, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            problem("no_rate"),
            ("No rate from USD to GBP", "$12.50 of spend, 1 Nov – 5 Nov 2026 (facebook)",
             "ringtrail import rates FILE --currency GBP"),
        ),
        (
            problem("no_rate", "deals", source=None, currency=None, amount=None),
            ("No rate from their currency to GBP", "Deals of 1 Nov – 5 Nov 2026: shown as –"),
        ),
        (problem("no_currency"), ("Several currencies", "ringtrail site currency KEY EUR")),
        (problem("vat_untold"), ("whether VAT is in", "shown as imported", "--no-vat")),
        (problem("currencies", currency="GBP, USD", amount=None), ("currencies: GBP, USD",)),
        (problem("gone_wrong"), ("Gone wrong.", "$12.50")),
    ],
)  # fmt: skip
def test_what_has_no_figure_is_told_with_what_mends_it(
    one: MoneyProblem, words: tuple[str, ...]
) -> None:
    told = said(quality.lines(replace(MONEY, problems=[one])))
    for word in words:
        assert word in told


def test_one_line_for_a_currency_whatever_its_sources_and_none_when_all_is_well() -> None:
    more = problem("no_rate", source="bing", since=date(2026, 10, 30), amount=Decimal(1))
    lines = quality.lines(replace(MONEY, problems=[problem("no_rate"), more]))
    assert isinstance(lines, html.Div)
    assert len(lines.children) == 1
    assert "$13.50 of spend, 30 Oct – 5 Nov 2026 (bing, facebook)" in said(lines)
    assert quality.lines(MONEY) is None


SPENT = MoneyGap("spend_without_visits", "Paid Search", "google", "cpc", "spring", 0,
                 Decimal("7.50"), Decimal(10), "USD")  # fmt: skip
VISITED = MoneyGap("paid_visits_without_spend", "Paid Search", "google", "cpc", None, 479, None,
                   None, None)  # fmt: skip


def test_both_gaps_unfold_to_their_campaigns() -> None:
    names = listed(NOW, "money")
    head, spent, spring, visited, campaign = gaps.rows(
        [VISITED, SPENT], names, writing([], "GBP"), "money"
    )
    assert "also counted above" in said(head)
    assert [said(cell) for cell in spent.children][:5] == [
        "Spend without visits 1",
        "0",
        "",
        "",
        "£7.50",
    ]
    assert said(spring.children[0]) == "google / cpc, spring"
    assert spring.children[4].title == "$10.00 as imported"
    assert getattr(spring, "hidden", False) and getattr(campaign, "hidden", False)
    assert [said(cell) for cell in visited.children][:5] == [
        "Paid visits without spend 1", "479", "", "", "–",
    ]  # fmt: skip
    assert said(campaign.children[0]) == "google / cpc, no campaign"


def test_a_gap_with_an_unknown_part_is_unknown_and_none_is_none() -> None:
    unknown = replace(SPENT, cost=None, campaign="autumn")
    rows = gaps.rows([SPENT, unknown], listed(NOW, "money"), writing([], "GBP"), "money")
    assert said(rows[1].children[4]) == "–"
    assert said(rows[3].children[4]) == "–"
    none = gaps.rows([], listed(NOW, "money"), writing([], "GBP"), "money")
    assert [said(row.children[0]) for row in none[1:]] == [
        "Spend without visits 0", "Paid visits without spend 0",
    ]  # fmt: skip
