"""The table channel > source > campaign with its totals row, and where spend and visits part.

Rows below a channel are there from the start and hidden; assets/tree.js opens them, so unfolding
costs no request and stays as it was when the filters change.
"""

from collections.abc import Sequence

from dash import html

from dashboards import wording
from dashboards.attributes import aria, data
from dashboards.figures.palette import colour_class
from dashboards.pages.acquisition import gaps
from dashboards.pages.acquisition.columns import Writing, cell, desk, head, listed, writing
from dashboards.pages.acquisition.folding import fold
from dashboards.pages.acquisition.tree import USUAL, VALUES, Branch, Sort, grow
from dashboards.pages.delta import of_count
from dashboards.period import Asked
from dashboards.reading import Acquisition, AcquisitionMoney

SORT = "sort"
SHOW = "show"
TABLE = "acquisition-table"
_CHOICES = {"money": "Money", "calls": "Calls"}


def shown(now: Asked, money: AcquisitionMoney) -> str:
    """Which columns: those that the reader chose, else money's as soon as there is any."""
    return now.show or ("money" if has_money(money) else "calls")


def has_money(money: AcquisitionMoney) -> bool:
    """Whether anything was ever told that a money column can show."""
    totals = money.totals
    told = totals.cost is not None or totals.cost_unknown or totals.revenue is not None
    return told or bool(money.problems)


def card(found: Acquisition, money: AcquisitionMoney, now: Asked) -> html.Section:
    """The card with the table in it; another order or other columns replace what `TABLE` has."""
    which = shown(now, money)
    choices = [
        html.Button(
            name,
            id=f"{SHOW}-{key}",
            n_clicks=0,
            type="button",
            **aria(pressed="true" if key == which else "false"),
        )
        for key, name in _CHOICES.items()
    ]
    credit = f"Credit: {wording.MODELS[now.model]}, {wording.BASES[now.basis].lower()}"
    return html.Section(
        [
            html.Header(
                [
                    html.H2("Channels, sources and campaigns"),
                    html.Small(credit, title=f"Version {money.version}"),
                    html.Div(choices, className="choice", role="group", **aria(label="Columns")),
                ]
            ),
            html.Div(
                table(found, money, now),
                id=TABLE,
                className="scroll",
                tabIndex=0,
                role="region",
                **aria(label="Channels, sources and campaigns"),
            ),
        ],
        className="card",
    )


def table(found: Acquisition, money: AcquisitionMoney, now: Asked) -> html.Table:
    """The table in the order asked for."""
    which = shown(now, money)
    names = listed(now, which)
    sort = now.sort if now.sort is not None and _sortable(now.sort, names) else USUAL
    branches = grow(found.rows, sort, found.previous_calls, money.rows)
    total = Branch("All channels", "", found.totals, money.totals, found.previous.calls)
    how = writing([total, *branches], money.currency)
    most = max((branch.totals.visits for branch in branches), default=0)
    body = [html.Tr([html.Th("All channels", scope="row"), *_cells(total, names, how, which)],
                    className="total")]  # fmt: skip
    for branch in branches:
        body.extend(_rows(branch, 0, names, how, which, most))
    parted = gaps.rows(money.gaps, names, how, which) if which == "money" else []
    return html.Table(
        [
            html.Caption(f"{_CHOICES[which]} by channel", className="unseen"),
            html.Thead(
                html.Tr([head(name, now, which, sort, SORT) for name in ("channel", *names)])
            ),
            html.Tbody(body),
            *([html.Tbody(parted)] if parted else []),
        ],
        className=f"tree {which}",
    )


def _sortable(sort: Sort, names: Sequence[str]) -> bool:
    return sort[0] in VALUES and sort[0] in ("channel", *names)


def _rows(
    branch: Branch, depth: int, names: Sequence[str], how: Writing, which: str, most: int
) -> list[html.Tr]:
    row = html.Tr(
        [
            html.Th(_label(branch, depth), scope="row"),
            *_cells(branch, names, how, which, most if depth == 0 and which == "calls" else 0),
        ],
        className=f"d{depth}",
        hidden=depth > 0,
        **data(path=branch.path),
    )
    below = [_rows(child, depth + 1, names, how, which, most) for child in branch.children]
    return [row, *(tr for group in below for tr in group)]


def _label(branch: Branch, depth: int) -> html.Div:
    name = wording.channel(branch.label) if depth == 0 else branch.label
    name = name or ("No campaign" if depth == 2 else "No source")
    parts: list[html.Span | html.Button] = [fold(name if branch.children else None)]
    if depth == 0:
        parts.append(html.Span(className=f"key {colour_class(name)}"))
    return html.Div([*parts, html.Span(name, className="name", title=name)], className="what")


def _cells(
    branch: Branch, names: Sequence[str], how: Writing, which: str, most: int = 0
) -> list[html.Td]:
    cells = []
    for name in names:
        if name == "change":
            change = of_count(branch.totals.calls, branch.before)
            cells.append(
                html.Td(change if change else wording.NOTHING, className=desk(name, which))
            )
            continue
        made = cell(name, branch, how, which)
        if name == "visits" and most and branch.totals.visits:
            width = max(3, round(44 * branch.totals.visits / most))
            bar = html.Span(className="bar", style={"width": f"{width}px"})
            made.children = [bar, made.children]
        cells.append(made)
    return cells
