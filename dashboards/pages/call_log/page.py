"""The call log page: layout from an address, rows by the block, a count that follows the filters.

What can go wrong: the reports fail (the count says so, the reason is logged); a forged request
(`rows.wanted` whitelists; period and outcome are checked; the scope is the session's). When the
filters change the grid is built anew, so no block of the old filters can be left in it.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from dash import ClientsideFunction, Dash, Input, Output, State, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards import filters, wording
from dashboards.pages.call_log import rows, view
from dashboards.pages.heading import heading
from dashboards.period import asked
from dashboards.person import SignedIn, person
from dashboards.reading import Reports

PATH = "/call-log"
_COUNT = "calls-count"
_log = logging.getLogger(__name__)

Today = Callable[[SignedIn], date]


def layout(reports: Reports, today: Today) -> Callable[..., Awaitable[Component]]:
    """The page's layout function; query parameters come as keywords."""

    async def call_log(**query: str) -> Component:
        who = person()
        now = asked(query, today(who))
        chosen = view.outcome_filter(query.get("outcome"))
        return html.Div(
            [
                heading("Call log", "Every call, and where it came from", now),
                filters.bar(now, today(who), compare=False, extra=[chosen]),
                html.Section(
                    [
                        html.P("", id=_COUNT, className="found", role="status"),
                        html.Div(view.grid(), id="calls-frame"),
                    ],
                    className="card log",
                ),
            ]
        )

    return call_log


def register(app: Dash, reports: Reports, today: Today) -> None:
    """Wire the page."""

    @app.callback(
        Output(view.GRID, "getRowsResponse"),
        Output(_COUNT, "children"),
        Input(view.GRID, "getRowsRequest"),
        State(filters.ASKED, "data"),
        State(view.OUTCOME, "value"),
        prevent_initial_call=True,
    )
    async def block(
        request: object, data: object, outcome: object
    ) -> tuple[dict[str, object], str]:
        who = person()
        if not isinstance(request, Mapping):
            raise PreventUpdate
        now = asked(data if isinstance(data, Mapping) else {}, today(who))
        start, stop, sort = rows.wanted(request)
        chosen = outcome if isinstance(outcome, str) and outcome in wording.OUTCOMES else None
        try:
            page = await reports.calls(
                who.scope, now.since, now.until, start=start, stop=stop, sort=sort, outcome=chosen
            )
        except Exception:
            _log.exception("the call log failed")
            return {"rowData": [], "rowCount": 0}, "The calls could not be read. Try again."
        answer: dict[str, object] = {
            "rowData": [rows.row(call, who.scope.role) for call in page.rows],
            "rowCount": page.total,
        }
        return answer, counted(page.total)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "refill"),
        Output(view.GRID, "filterModel"),
        Input(filters.ASKED, "data"),
        Input(view.OUTCOME, "value"),
        prevent_initial_call=True,
    )


def counted(total: int) -> str:
    """How many calls the filters let through."""
    if not total:
        return "No calls here. Choose other dates or another status."
    return f"{wording.count(total)} call{'' if total == 1 else 's'}"
