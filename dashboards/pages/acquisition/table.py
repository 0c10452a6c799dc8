"""The table channel > source > campaign with its totals row.

Rows below a channel are there from the start and hidden; assets/tree.js opens them, so unfolding
costs no request and stays as it was when the filters change.
"""

from collections.abc import Callable, Sequence
from math import fsum

from dash import html

from dashboards import wording
from dashboards.attributes import aria, data
from dashboards.figures.palette import colour_class
from dashboards.pages.acquisition.tree import USUAL, Branch, grow, order
from dashboards.pages.delta import of_count
from dashboards.period import Asked
from dashboards.reading import Acquisition, CreditedTraffic, Totals

SORT = "sort"
TABLE = "acquisition-table"
_WHOLE = 1e-6
_HEADS = {
    "channel": "Channel",
    "visits": "Visits",
    "calls": "Calls",
    "change": "vs prev.",
    "credited": "Credited",
    "call_rate": "Call rate",
    "answered": "Answered",
    "missed": "Missed",
    "first_time": "First-time",
    "wait": "Avg wait",
    "talk": "Avg talk",
}


Write = Callable[[float], str]


def card(found: Acquisition, credited: Sequence[CreditedTraffic], now: Asked) -> html.Section:
    """The card with the table in it; sorting replaces what `TABLE` holds."""
    return html.Section(
        [
            html.Header([html.H2("Channels, sources and campaigns")]),
            html.Div(
                table(found, credited, now),
                id=TABLE,
                className="scroll",
                tabIndex=0,
                role="region",
                **aria(label="Channels, sources and campaigns"),
            ),
        ],
        className="card",
    )


def table(found: Acquisition, credited: Sequence[CreditedTraffic], now: Asked) -> html.Table:
    """The table in the order asked for."""
    sort = order(now.sort)
    if sort[0] == "change" and not now.compare:
        sort = USUAL
    write = _written(credited)
    branches = grow(found.rows, sort, found.previous_calls, credited)
    most = max((branch.totals.visits for branch in branches), default=0)
    body = [_total(found, now, write(fsum(one.credited for one in credited)))]
    for branch in branches:
        body.extend(_rows(branch, 0, now, most, write))
    return html.Table(
        [
            html.Caption("Visits and calls by channel", className="unseen"),
            html.Thead(html.Tr(_heads(now, sort))),
            html.Tbody(body),
        ],
        className="tree",
    )


def _written(credited: Sequence[CreditedTraffic]) -> Write:
    """How the whole column is written: with a decimal as soon as one figure needs it."""
    if all(abs(one.credited - round(one.credited)) < _WHOLE for one in credited):
        return lambda credit: wording.count(round(credit))
    return wording.parts


def _heads(now: Asked, sort: tuple[str, bool]) -> list[html.Th]:
    """Column heads that sort; the direction is drawn from aria-sort."""
    return [
        html.Th(
            html.Button(
                [
                    html.Span([name, *_credited_by(now)]) if column == "credited" else name,
                    html.Span(className="way", **aria(hidden="true")),
                ],
                id={"type": SORT, "column": column},
                n_clicks=0,
                type="button",
                className="sort",
            ),
            scope="col",
            **aria(sort=_way(sort[1]) if column == sort[0] else "none"),
        )
        for column, name in _HEADS.items()
        if now.compare or column != "change"
    ]


def _credited_by(now: Asked) -> list[html.Small | str]:
    """What decides the column's figures, below its name."""
    by = f"{wording.MODELS[now.model]}, {wording.BASES[now.basis].lower()}"
    return [" ", html.Small(by)]


def _way(descending: bool) -> str:
    return "descending" if descending else "ascending"


def _total(found: Acquisition, now: Asked, credited: str) -> html.Tr:
    change = of_count(found.totals.calls, found.previous.calls)
    cells = _cells(found.totals, now, change, credited, most=0)
    return html.Tr([html.Th("All channels", scope="row"), *cells], className="total")


def _rows(branch: Branch, depth: int, now: Asked, most: int, write: Write) -> list[html.Tr]:
    change = of_count(branch.totals.calls, branch.before)
    credited = write(branch.credited)
    cells = _cells(branch.totals, now, change, credited, most if depth == 0 else 0)
    row = html.Tr(
        [html.Th(_label(branch, depth), scope="row"), *cells],
        className=f"d{depth}",
        hidden=depth > 0,
        **data(path=branch.path),
    )
    below = [_rows(child, depth + 1, now, most, write) for child in branch.children]
    return [row, *(tr for group in below for tr in group)]


def _label(branch: Branch, depth: int) -> html.Div:
    name = wording.channel(branch.label) if depth == 0 else branch.label
    name = name or ("No campaign" if depth == 2 else "No source")
    parts: list[html.Span | html.Button] = []
    if branch.children:
        parts.append(
            html.Button(
                html.Span(className="i i-chevron"),
                type="button",
                className="fold",
                **aria(expanded="false", label=f"Unfold {name}"),
            )
        )
    else:
        parts.append(html.Span(className="fold"))
    if depth == 0:
        parts.append(html.Span(className=f"key {colour_class(name)}"))
    return html.Div([*parts, html.Span(name, className="name", title=name)], className="what")


def _cells(
    totals: Totals, now: Asked, change: html.Span | None, credited: str, most: int
) -> list[html.Td]:
    visits: list[html.Span | str] = [wording.count(totals.visits)]
    if most and totals.visits:
        width = max(3, round(44 * totals.visits / most))
        visits.insert(0, html.Span(className="bar", style={"width": f"{width}px"}))
    cells = [
        html.Td(visits),
        html.Td(wording.count(totals.calls)),
        html.Td(change if change is not None else wording.NOTHING),
        html.Td(credited),
        html.Td(wording.percent(wording.ratio(totals.calls, totals.visits))),
        html.Td(wording.percent(wording.ratio(totals.answered, totals.calls))),
        html.Td(wording.count(totals.missed)),
        html.Td(wording.count(totals.first_time)),
        html.Td(wording.clock(wording.ratio(totals.wait_seconds, totals.calls))),
        html.Td(wording.clock(wording.ratio(totals.talk_seconds, totals.answered))),
    ]
    if not now.compare:
        del cells[2]
    return cells
