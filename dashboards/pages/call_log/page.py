"""The call log page: layout from an address, rows by the block, a count that follows the filters.

What can go wrong: the reports fail (the count says so, the reason is logged); a forged request
(`rows.wanted` whitelists; period and outcome are checked; the scope is the session's). When the
filters change the grid is built anew, so no block of the old filters can be left in it.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from uuid import UUID

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards import filters, wording
from dashboards.attributes import aria
from dashboards.pages.call_log import evidence, rows, unknown, view
from dashboards.pages.first_steps import first_steps
from dashboards.pages.heading import heading
from dashboards.period import asked
from dashboards.person import SignedIn, person
from dashboards.reading import Reports, Sites

PATH = "/call-log"
_COUNT = "calls-count"
_NOTHING = "calls-nothing"
_UNKNOWN = "calls-unknown"
_CSV = "call-log-csv"
_ASKED = "call-asked"  # assets/call_log.js writes it
_DRAWER = "call-drawer"
_FAILED = "The calls could not be read. The server's log has the reason; try again."
_log = logging.getLogger(__name__)

Today = Callable[[SignedIn], date]


def layout(reports: Reports, sites: Sites, today: Today) -> Callable[..., Awaitable[Component]]:
    """The page's layout function; query parameters come as keywords."""

    async def call_log(**query: str) -> Component:
        who = person()
        now = asked(query, today(who))
        outcome = _outcome(query.get("outcome"))
        choices = [view.outcome_filter(outcome), view.chooser(now.sort)]
        begun = await reports.begun(who.scope)
        steps = None if begun.calls else await first_steps(sites, who, begun)
        return html.Div(
            [
                heading(
                    "Call log", "Every call, and where it came from", now, csv=_CSV, outcome=outcome
                ),
                filters.bar(now, today(who), compare=False, extra=choices),
                html.Div(id=_UNKNOWN),
                _log_card(now.sort) if steps is None else steps,
                dcc.Store(id=_ASKED),
                _drawer(),
            ]
        )

    return call_log


def _log_card(sort: tuple[str, bool] | None) -> html.Section:
    return html.Section(
        [
            html.P("Reading the calls", id=_COUNT, className="found", role="status"),
            html.Div(
                [
                    view.grid(sort),
                    html.Div(view.nothing(), id=_NOTHING, className="empty", hidden=True),
                ],
                className="frame",
            ),
        ],
        className="card log",
    )


def _drawer() -> dmc.Drawer:
    return dmc.Drawer(
        id=_DRAWER,
        position="right",
        size=780,
        className="evidence",
        transitionProps={"duration": 0},
        closeButtonProps=aria(label="Close"),
    )


def register(app: Dash, reports: Reports, today: Today) -> None:
    """Wire the page."""

    @app.callback(
        Output(view.GRID, "getRowsResponse"),
        Output(_COUNT, "children"),
        Output(_NOTHING, "hidden"),
        Input(view.GRID, "getRowsRequest"),
        State(filters.ASKED, "data"),
        State(view.OUTCOME, "value"),
        prevent_initial_call=True,
    )
    async def block(
        request: object, data: object, outcome: object
    ) -> tuple[dict[str, object], str, bool]:
        who = person()
        if not isinstance(request, Mapping):
            raise PreventUpdate
        now = asked(data if isinstance(data, Mapping) else {}, today(who))
        start, stop, sort = rows.wanted(request)
        chosen = _outcome(outcome)
        try:
            page = await reports.calls(
                who.scope, now.since, now.until, start=start, stop=stop, sort=sort, outcome=chosen
            )
        except Exception:
            _log.exception("the call log failed")
            return {"rowData": [], "rowCount": 0}, _FAILED, True
        answer: dict[str, object] = {
            "rowData": [rows.row(call, who.scope.role) for call in page.rows],
            "rowCount": page.total,
        }
        return answer, counted(page.total), page.total > 0

    @app.callback(Output(_UNKNOWN, "children"), Input(filters.ASKED, "data"))
    async def unknown_numbers(data: object) -> Component | None:
        who = person()
        now = asked(data if isinstance(data, Mapping) else {}, today(who))
        return unknown.notice(await reports.unknown_numbers(who.scope, now.since, now.until))

    _open_calls(app, reports)
    _in_the_browser(app)


def _open_calls(app: Dash, reports: Reports) -> None:
    """A call that was chosen opens the drawer with its evidence."""

    @app.callback(
        Output(_DRAWER, "opened"),
        Output(_DRAWER, "title"),
        Output(_DRAWER, "children"),
        Input(_ASKED, "data"),
        prevent_initial_call=True,
    )
    async def open_call(data: object) -> tuple[bool, str, list[Component] | Component]:
        who = person()
        call = _call(data)
        try:
            found = await reports.evidence(who.scope, call)
        except Exception:
            _log.exception("the evidence of a call failed")
            return True, "This call", html.P(_FAILED, role="alert")
        if found is None:
            raise PreventUpdate
        return True, evidence.title(found, who.scope.role), list(evidence.content(found, who.scope))


def _call(data: object) -> UUID:
    try:
        return UUID(str(data["call"])) if isinstance(data, Mapping) else UUID("")
    except (KeyError, ValueError):
        raise PreventUpdate from None


def _in_the_browser(app: Dash) -> None:
    """What needs no server: refilling after a filter, order, cards, the CSV's address."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "refill"),
        Output(view.GRID, "filterModel"),
        Input(filters.ASKED, "data"),
        Input(view.OUTCOME, "value"),
        prevent_initial_call=True,
    )

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "csv"),
        Output(_CSV, "href"),
        Input(filters.ASKED, "data"),
        Input(view.OUTCOME, "value"),
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "fit"),
        Output(view.GRID, "columnDefs"),
        Output(view.GRID, "dashGridOptions"),
        Input(view.GRID, "id"),
        State(view.GRID, "columnDefs"),
        State(view.GRID, "dashGridOptions"),
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "reorder"),
        Output(view.GRID, "columnState"),
        Input(view.ORDER, "value"),
        State(view.GRID, "columnDefs"),
        prevent_initial_call=True,
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "ordered"),
        Input(view.GRID, "getRowsRequest"),
        prevent_initial_call=True,
    )


def _outcome(wanted: object) -> str | None:
    return wanted if isinstance(wanted, str) and wanted in wording.STATUSES else None


def counted(total: int) -> str:
    """How many calls the filters let through."""
    return f"{wording.count(total)} call{'' if total == 1 else 's'}"
