"""How sure a price or a return is: its 95 % interval in the cell, and a mark where it is of few.

Who: the cells of the acquisition table. A mouse finds the interval in the title, a key or a finger
opens it beside the figure, a screen reader has it as the figure's description. What can go wrong: a
figure that nobody knows has none and stays a dash.
"""

from decimal import Decimal

from dash import html

from attribution.reports.intervals import FEW, price
from dashboards import wording
from dashboards.pages.acquisition.tree import Branch
from dashboards.reading import Interval

_OF = {"call_cost": "calls", "cpl": "leads", "romi_revenue": "deals", "romi_margin": "deals"}
"""The columns that have an interval, and what they are of."""


def interval(name: str, branch: Branch) -> Interval | None:
    """That of a row's figure in the column `name`."""
    if name == "call_cost":
        return price(branch.money.cost, branch.totals.calls)
    return branch.money.intervals.get(name) if name in _OF else None


def told(name: str, found: Interval, currency: str | None) -> str:
    """The interval in words."""

    def end(bound: Decimal | float) -> str:
        if isinstance(bound, Decimal):
            return wording.money(bound, currency)
        return wording.percent(bound, 0)

    low, high = end(found.low), None if found.high is None else end(found.high)
    ends = f"{low} or more" if high is None else f"{low} to {high}"
    return f"95% interval: {ends}" + (f"; fewer than {FEW} {_OF[name]}" if found.small else "")


def figure(text: str, told: str) -> html.Button:
    """A figure that shows its interval."""
    return html.Button(text, type="button", className="unsure", title=told)
