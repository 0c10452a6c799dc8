"""The acquisition page: its layout from an address, and the callback that follows the filters.

What can go wrong: the reports fail (said on the page, reason in the log) or a forged store
(checked by `period.asked`; the scope comes from the session only).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards import filters
from dashboards.pages.acquisition import credit, unfilled, view
from dashboards.pages.acquisition.table import SORT, TABLE, table
from dashboards.pages.first_steps import first_steps
from dashboards.pages.heading import heading
from dashboards.period import Asked, asked, written
from dashboards.person import SignedIn, person
from dashboards.reading import CreditedTraffic, Reports, Sites

PATH = "/acquisition"
_CSV = "acquisition-csv"
_ORDER = "acquisition-order"
_log = logging.getLogger(__name__)

Today = Callable[[SignedIn], date]


def layout(reports: Reports, sites: Sites, today: Today) -> Callable[..., Awaitable[Component]]:
    """The page's layout function; query parameters come as keywords."""

    async def acquisition(**query: str) -> Component:
        who = person()
        now = asked(query, today(who))
        return html.Div(
            [
                heading("Acquisition", "Which channels bring visits and calls", now, csv=_CSV),
                dcc.Store(id=_ORDER, data=written(now.sort)),
                filters.bar(now, today(who), compare=True, extra=credit.choices(now)),
                html.Div(await read(reports, sites, who, now), id="acquisition-report"),
            ]
        )

    return acquisition


async def read(reports: Reports, sites: Sites, who: SignedIn, now: Asked) -> Component:
    """The report as components, or the steps before there can be one, or that it failed."""
    try:
        found = await reports.acquisition(who.scope, now.since, now.until)
        credited = await _credited(reports, who, now)
        steps = None
        if not found.totals.visits or not found.totals.calls:
            begun = await reports.begun(who.scope)
            steps = await first_steps(sites, who, begun)
            if steps is not None and not begun.visits and not begun.calls:
                return steps
    except Exception:
        _log.exception("the acquisition report failed")
        return view.failed("This report")
    return html.Div([await _unfilled(sites, who), view.report(found, credited, now), steps])


async def _credited(reports: Reports, who: SignedIn, now: Asked) -> list[CreditedTraffic]:
    return await reports.credited(who.scope, now.since, now.until, model=now.model, basis=now.basis)


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
        prevent_initial_call=True,
    )
    async def follow(data: object, order: object) -> Component:
        who = person()
        return await read(reports, sites, who, _asked(data, order, today(who)))

    @app.callback(
        Output(TABLE, "children"),
        Input(_ORDER, "data"),
        State(filters.ASKED, "data"),
        prevent_initial_call=True,
    )
    async def sort(order: object, data: object) -> Component:
        who = person()
        now = _asked(data, order, today(who))
        found = await reports.acquisition(who.scope, now.since, now.until)
        return table(found, await _credited(reports, who, now), now)

    _in_the_browser(app)


def _asked(data: object, order: object, today: date) -> Asked:
    if not isinstance(data, Mapping):
        raise PreventUpdate
    return asked({**data, "sort": order}, today)


def _in_the_browser(app: Dash) -> None:
    """What needs no server: the chart's metric, the model, the order, the CSV's address."""
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
        ClientsideFunction("ringtrail", "csv"),
        Output(_CSV, "href"),
        Input(filters.ASKED, "data"),
    )
