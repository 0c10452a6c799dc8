"""The columns of the acquisition table: their heads, and what each shows of a row.

Two sets, since all of them side by side fit no screen: what advertising cost and brought, and how
calls were handled. What can go wrong: figures by different days in one row; the head of each that
has one names whose day counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import html

from dashboards import wording
from dashboards.attributes import aria
from dashboards.pages.acquisition import chance
from dashboards.pages.acquisition.tree import VALUES, Branch, Sort, call_cost
from dashboards.period import Asked

_WHOLE = 1e-6
_CREDITED_ON = {
    "touch": dict.fromkeys(("credited", "leads", "cpl", "deals"), "visit day"),
    "lead": dict.fromkeys(("credited", "leads", "cpl", "deals"), "lead day"),
    "sale": {"credited": "call day", "leads": "lead day", "cpl": "lead day", "deals": "sale day"},
}
_DAY_OF = {"credited": "credited", "leads": "leads", "cpl": "cpl"} | dict.fromkeys(
    ("revenue", "margin", "romi_revenue", "romi_margin"), "deals"
)
SETS: Mapping[str, Sequence[str]] = {
    "money": ("visits", "calls", "leads", "cost", "call_cost", "cpl", "revenue", "margin",
              "romi_revenue", "romi_margin"),
    "calls": ("visits", "calls", "change", "credited", "call_rate", "answered", "missed",
              "first_time", "known", "wait", "talk"),
}  # fmt: skip
"""What the reader chose to see -> the columns after the channel."""
# On a telephone these stand in the other set alone, so that money is what is seen first.
_ON_DESKS = {"visits", "calls", "call_cost"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it is made of in words, and how a row's cell reads."""

    title: str
    means: str
    cell: Callable[[Branch, "Writing"], str]


@dataclass(frozen=True, slots=True)
class Writing:
    """How a whole table is written: its currency, and which counts need a decimal."""

    currency: str | None
    parted: frozenset[str]

    def amount(self, amount: Decimal | float | None) -> str:
        told = Decimal(str(amount)) if isinstance(amount, float) else amount
        return wording.money(told, self.currency)

    def parts(self, name: str, figure: float) -> str:
        return wording.parts(figure) if name in self.parted else wording.count(round(figure))


def writing(branches: Sequence[Branch], currency: str | None) -> Writing:
    """A count of parts has a decimal in the whole column as soon as one figure needs it."""
    parted = {
        name
        for name in ("credited", "leads")
        for branch in branches
        if abs(figure := getattr(branch.money, name)) and abs(figure - round(figure)) > _WHOLE
    }
    return Writing(currency, frozenset(parted))


def _share(name: str) -> Callable[[Branch, Writing], str]:
    return lambda b, w: wording.percent(_figure(b, name))


def _figure(branch: Branch, name: str) -> float | None:
    value = VALUES[name](branch)
    assert not isinstance(value, str)
    return value


def _romi(name: str) -> Callable[[Branch, Writing], str]:
    return lambda b, w: wording.percent(_figure(b, name), 0)


COLUMNS: Mapping[str, Column] = {
    "channel": Column("Channel", "", lambda b, w: b.label),
    "visits": Column("Visits", "Visits of the period", lambda b, w: wording.count(b.totals.visits)),
    "calls": Column("Calls", "Calls of the period", lambda b, w: wording.count(b.totals.calls)),
    "change": Column("vs prev.", "Calls against the period before", lambda b, w: ""),
    "credited": Column("Credited", "Calls and contacts that the model gives to the row's visits",
                       lambda b, w: w.parts("credited", b.money.credited)),
    "call_rate": Column("Call rate", "Calls by visits", _share("call_rate")),
    "answered": Column("Answered", "Answered calls by calls", _share("answered")),
    "missed": Column("Missed", "Calls that nobody answered",
                     lambda b, w: wording.count(b.totals.missed)),
    "first_time": Column("First-time", "Calls that are their caller's first",
                         lambda b, w: wording.count(b.totals.first_time)),
    "known": Column("Source known", "Calls whose visit or number tells a source", _share("known")),
    "wait": Column("Avg wait", "Ring and hold", lambda b, w: wording.clock(_figure(b, "wait"))),
    "talk": Column("Avg talk", "Of answered calls", lambda b, w: wording.clock(_figure(b, "talk"))),
    "leads": Column("Leads", "Leads that the model gives to the row's visits",
                    lambda b, w: w.parts("leads", b.money.leads)),
    "cost": Column("Spend", "What advertising cost", lambda b, w: w.amount(b.money.cost)),
    "call_cost": Column("Cost / call", "Spend by calls",
                        lambda b, w: w.amount(call_cost(b.money, b.totals))),
    "cpl": Column("Cost / lead", "Spend by leads", lambda b, w: w.amount(b.money.cpl)),
    "revenue": Column("Revenue", "What deals brought, less refunds",
                      lambda b, w: w.amount(b.money.revenue)),
    "margin": Column("Margin", "What stays of the revenue after the cost of goods",
                     lambda b, w: w.amount(b.money.margin)),
    "romi_revenue": Column("ROMI, revenue", "(Revenue - spend) / spend", _romi("romi_revenue")),
    "romi_margin": Column("ROMI, margin", "(Margin - spend) / spend", _romi("romi_margin")),
}  # fmt: skip


def listed(now: Asked, shown: str) -> list[str]:
    """The columns after the channel, in their order."""
    return [name for name in SETS[shown] if now.compare or name != "change"]


def head(name: str, now: Asked, shown: str, sort: Sort, button: str) -> html.Th:
    """A head that sorts; the direction is drawn from aria-sort."""
    column = COLUMNS[name]
    dated = dated_by(name, now)
    small: list[html.Small | str] = [" ", html.Small(f"by {dated}")] if dated else []
    title = column.means + (f", by {_spelled(dated)}" if dated else "")
    return html.Th(
        html.Button(
            [
                html.Span([column.title, *small]),
                html.Span(className="way", **aria(hidden="true")),
            ],
            id={"type": button, "column": name},
            n_clicks=0,
            type="button",
            className="sort",
            title=title or None,
        ),
        scope="col",
        className=desk(name, shown),
        **aria(sort=_way(sort) if name == sort[0] else "none"),
    )


def _way(sort: Sort) -> str:
    return "descending" if sort[1] else "ascending"


def dated_by(name: str, now: Asked) -> str | None:
    """Whose day decides the period of a column's figures; None for those of the row's own day."""
    if name in ("cost", "call_cost"):
        return "spend day"
    return _CREDITED_ON[now.basis][_DAY_OF[name]] if name in _DAY_OF else None


def _spelled(dated: str) -> str:
    return f"the day of the {dated.removesuffix(' day')}"


def desk(name: str, shown: str) -> str | None:
    """The class of cells that a telephone leaves out."""
    return "desk" if shown == "money" and name in _ON_DESKS else None


def cell(name: str, branch: Branch, how: Writing, shown: str) -> html.Td:
    """A row's cell; prices and returns have their interval, those of few things a mark."""
    text = COLUMNS[name].cell(branch, how)
    title = None
    if name == "cost" and branch.money.cost is None and branch.money.cost_unknown:
        title = "A part of it has no figure; the line above the table says why"
    named = [desk(name, shown)]
    inner: html.Button | str = text
    found = chance.interval(name, branch)
    if found is not None and text != wording.NOTHING:
        inner = chance.figure(text, chance.told(name, found, how.currency))
        named += ["few"] if found.small else []
    return html.Td(inner, className=" ".join(filter(None, named)) or None, title=title)
