"""The lines above the table that say which money has no figure, and what mends it.

Who: acquisition. A dash in a money column is never explained by itself: here stands which currency
lacks a rate on which days, and the command that brings it in.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from dashboards import wording
from dashboards.period import spelled
from dashboards.reading import AcquisitionMoney, MoneyProblem


@dataclass(frozen=True, slots=True)
class _Told:
    """Problems of one kind as one: of these sources, on these days, for this amount."""

    problem: str
    of: str
    currency: str | None
    sources: list[str]
    since: date
    until: date
    amount: Decimal | None


def lines(money: AcquisitionMoney) -> Component | None:
    """What has no figure and why, each with what to do; None when all is well."""
    told = [_line(one, money.currency) for one in _joined(money.problems)]
    if not told:
        return None
    return html.Div(
        [html.P(line) for line in told], className="notice", role="status", id="money-quality"
    )


def _joined(problems: Sequence[MoneyProblem]) -> list[_Told]:
    groups: dict[tuple[str, str, str | None], list[MoneyProblem]] = defaultdict(list)
    for one in problems:
        groups[one.problem, one.of, one.currency].append(one)
    return [
        _Told(
            problem, of, currency,
            sorted({one.source for one in members if one.source}),
            min(one.since for one in members),
            max(one.until for one in members),
            sum((one.amount for one in members if one.amount is not None), Decimal(0)) or None,
        )
        for (problem, of, currency), members in groups.items()
    ]  # fmt: skip


def _line(one: _Told, reporting: str | None) -> list[Component | str]:
    when, code = spelled(one.since, one.until), reporting or "EUR"
    what = f"{one.of.capitalize()} of {when}"
    if one.amount is not None and one.currency:
        what = f"{wording.money(one.amount, one.currency)} of spend, {when}"
    what += f" ({', '.join(one.sources)})" if one.sources else ""
    if one.problem == "no_rate":
        return [
            html.Strong(f"No rate from {one.currency or 'their currency'} to {code}. "),
            f"{what}: shown as {wording.NOTHING}, and so is every sum that it is a part of. "
            "Bring the rates of these days in with ",
            html.Code(f"ringtrail import rates FILE --currency {code}"),
        ]
    if one.problem == "no_currency":
        return [
            html.Strong("Several currencies, and none that the reports are in. "),
            f"{what}: shown as {wording.NOTHING}. Choose one with ",
            html.Code("ringtrail site currency KEY EUR"),
        ]
    if one.problem == "vat_untold":
        return [
            html.Strong("Nobody said whether VAT is in these costs. "),
            f"{what}: shown as imported. Import the file again with ",
            html.Code("ringtrail import spend FILE --vat"),
            " or ",
            html.Code("--no-vat"),
        ]
    if one.problem == "currencies":
        return [
            html.Strong(f"The sites' reports are in several currencies: {one.currency}. "),
            "Amounts of several sites are not added up. Let them be in one with ",
            html.Code("ringtrail site currency KEY EUR"),
        ]
    return [html.Strong(f"{wording.spoken(one.problem)}. "), what]
