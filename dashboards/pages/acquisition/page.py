"""The acquisition page: its layout from an address, and the callback that follows the filters.

What can go wrong: the reports fail (said on the page, reason in the log) or a forged store
(checked by `period.asked`; the scope comes from the session only).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from dash import ClientsideFunction, Dash, Input, Output, State, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards import filters
from dashboards.pages.acquisition import view
from dashboards.pages.heading import heading
from dashboards.period import Asked, asked
from dashboards.person import SignedIn, person
from dashboards.reading import Reports

PATH = "/acquisition"
_log = logging.getLogger(__name__)

Today = Callable[[SignedIn], date]


def layout(reports: Reports, today: Today) -> Callable[..., Awaitable[Component]]:
    """The page's layout function; query parameters come as keywords."""

    async def acquisition(**query: str) -> Component:
        who = person()
        now = asked(query, today(who))
        return html.Div(
            [
                heading("Acquisition", "Which channels bring visits and calls", now),
                filters.bar(now, today(who), compare=True),
                html.Div(await read(reports, who, now), id="acquisition-report"),
            ]
        )

    return acquisition


async def read(reports: Reports, who: SignedIn, now: Asked) -> Component:
    """The report as components, or a card that says it could not be read."""
    try:
        found = await reports.acquisition(who.scope, now.since, now.until)
    except Exception:
        _log.exception("the acquisition report failed")
        return view.failed("This report")
    return view.report(found, now)


def register(app: Dash, reports: Reports, today: Today) -> None:
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
        return await read(reports, who, asked(data, today(who)))

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "choose"),
        Output(filters.ASKED, "data", allow_duplicate=True),
        Input("metric-calls", "n_clicks"),
        Input("metric-visits", "n_clicks"),
        State(filters.ASKED, "data"),
        prevent_initial_call=True,
    )
