"""The acquisition page: its layout from an address, and the callback that follows the filters.

What can go wrong: the reports fail (said on the page, reason in the log) or a forged store
(checked by `period.asked`; the scope comes from the session only).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards import filters
from dashboards.pages.acquisition import credit, unfilled, view
from dashboards.pages.acquisition.table import SHOW, SORT, TABLE, table
from dashboards.pages.first_steps import first_steps
from dashboards.pages.heading import heading
from dashboards.period import Asked, asked, written
from dashboards.person import SignedIn, person
from dashboards.reading import AcquisitionMoney, Reports, Sites

PATH = "/acquisition"
_CSV = "acquisition-csv"
_ORDER = "acquisition-order"
_SHOWN = "acquisition-shown"
_log = logging.getLogger(__name__)

Today = Callable[[SignedIn], date]


def layout(reports: Reports, sites: Sites, today: Today) -> Callable[..., Awaitable[Component]]:
    """The page's layout function; query parameters come as keywords."""

    async def acquisition(**query: str) -> Component:
        who = person()
        now = asked(query, today(who))
        return html.Div(
            [
                heading(
                    "Acquisition",
                    "Which channels bring calls and money, and what they cost",
                    now,
                    csv=_CSV,
                ),
                dcc.Store(id=_ORDER, data=written(now.sort)),
                dcc.Store(id=_SHOWN, data=now.show),
                filters.bar(now, today(who), compare=True, extra=credit.choices(now)),
                html.Div(await read(reports, sites, who, now), id="acquisition-report"),
            ]
        )

    return acquisition


async def read(reports: Reports, sites: Sites, who: SignedIn, now: Asked) -> Component:
    """The report as components, or the steps before there can be one, or that it failed."""
    try:
        found, money, before = await asyncio.gather(
            reports.acquisition(who.scope, now.since, now.until),
            _money(reports, who, now, (now.since, now.until)),
            _before(reports, who, now),
        )
        steps = None
        if not found.totals.visits or not found.totals.calls:
            begun = await reports.begun(who.scope)
            steps = await first_steps(sites, who, begun)
            if steps is not None and not begun.visits and not begun.calls:
                return steps
    except Exception:
        _log.exception("the acquisition report failed")
        return view.failed("This report")
    return html.Div([await _unfilled(sites, who), view.report(found, money, before, now), steps])


async def _money(
    reports: Reports, who: SignedIn, now: Asked, days: tuple[date, date]
) -> AcquisitionMoney:
    return await reports.money(who.scope, *days, model=now.model, basis=now.basis)


async def _before(reports: Reports, who: SignedIn, now: Asked) -> AcquisitionMoney | None:
    return await _money(reports, who, now, now.before) if now.compare else None


async def _unfilled(sites: Sites, who: SignedIn) -> Component | None:
    """The notice, or nothing where it cannot be read: the report must not fail with it."""
    try:
        return unfilled.notice(await sites.unfilled(who.scope))
    except Exception:
        _log.exception("the unfilled macros could not be read")
        return None


def register(app: Dash, reports: Reports, sites: Sites, today: Today) -> None:
    """Wire the page."""

    @app.callback(
        Output("acquisition-report", "children"),
        Input(filters.ASKED, "data"),
        State(_ORDER, "data"),
        State(_SHOWN, "data"),
        prevent_initial_call=True,
    )
    async def follow(data: object, order: object, show: object) -> Component:
        who = person()
        return await read(reports, sites, who, _asked(data, order, show, today(who)))

    @app.callback(
        Output(TABLE, "children"),
        Input(_ORDER, "data"),
        Input(_SHOWN, "data"),
        State(filters.ASKED, "data"),
        prevent_initial_call=True,
    )
    async def redraw(order: object, show: object, data: object) -> Component:
        who = person()
        now = _asked(data, order, show, today(who))
        found, money = await asyncio.gather(
            reports.acquisition(who.scope, now.since, now.until),
            _money(reports, who, now, (now.since, now.until)),
        )
        return table(found, money, now)

    _in_the_browser(app)


def _asked(data: object, order: object, show: object, today: date) -> Asked:
    if not isinstance(data, Mapping):
        raise PreventUpdate
    return asked({**data, "sort": order, "show": show}, today)


def _in_the_browser(app: Dash) -> None:
    """What needs no server: the chart's metric, model, order, columns, the CSV's address."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "credit"),
        Output(filters.ASKED, "data", allow_duplicate=True),
        Input(credit.MODEL, "value"),
        Input(credit.BASIS, "value"),
        State(filters.ASKED, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "choose"),
        Output(filters.ASKED, "data", allow_duplicate=True),
        Input("metric-calls", "n_clicks"),
        Input("metric-visits", "n_clicks"),
        State(filters.ASKED, "data"),
        prevent_initial_call=True,
    )

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "order"),
        Output(_ORDER, "data"),
        Input({"type": SORT, "column": ALL}, "n_clicks"),
        State(_ORDER, "data"),
        prevent_initial_call=True,
    )

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "show"),
        Output(_SHOWN, "data"),
        Output(f"{SHOW}-money", "aria-pressed"),
        Output(f"{SHOW}-calls", "aria-pressed"),
        Input(f"{SHOW}-money", "n_clicks"),
        Input(f"{SHOW}-calls", "n_clicks"),
        prevent_initial_call=True,
    )

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "csv"),
        Output(_CSV, "href"),
        Input(filters.ASKED, "data"),
    )
