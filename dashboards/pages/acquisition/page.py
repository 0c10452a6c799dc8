"""The acquisition page: its layout from an address, and the callback that follows the filters.

What can go wrong: the reports fail (said on the page, reason in the log) or a forged store
(checked by `period.asked`; the scope comes from the session only).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards import filters
from dashboards.pages.acquisition import view
from dashboards.pages.acquisition.table import SORT
from dashboards.pages.first_steps import first_steps
from dashboards.pages.heading import heading
from dashboards.period import Asked, asked
from dashboards.person import SignedIn, person
from dashboards.reading import Reports, Sites

PATH = "/acquisition"
_CSV = "acquisition-csv"
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
                filters.bar(now, today(who), compare=True),
                html.Div(await read(reports, sites, who, now), id="acquisition-report"),
            ]
        )

    return acquisition


async def read(reports: Reports, sites: Sites, who: SignedIn, now: Asked) -> Component:
    """The report as components, or the steps before there can be one, or that it failed."""
    try:
        found = await reports.acquisition(who.scope, now.since, now.until)
        steps = None
        if not found.totals.visits or not found.totals.calls:
            begun = await reports.begun(who.scope)
            steps = await first_steps(sites, who, begun)
            if steps is not None and not begun.visits and not begun.calls:
                return steps
    except Exception:
        _log.exception("the acquisition report failed")
        return view.failed("This report")
    return html.Div([view.report(found, now), steps])


def register(app: Dash, reports: Reports, sites: Sites, today: Today) -> None:
    """Wire the page."""

    @app.callback(
        Output("acquisition-report", "children"),
        Input(filters.ASKED, "data"),
        prevent_initial_call=True,
    )
    async def follow(data: object) -> Component:
        who = person()
        if not isinstance(data, Mapping):
            raise PreventUpdate
        return await read(reports, sites, who, asked(data, today(who)))

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
        Output(filters.ASKED, "data", allow_duplicate=True),
        Input({"type": SORT, "column": ALL}, "n_clicks"),
        State(filters.ASKED, "data"),
        prevent_initial_call=True,
    )

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "csv"),
        Output(_CSV, "href"),
        Input(filters.ASKED, "data"),
    )
