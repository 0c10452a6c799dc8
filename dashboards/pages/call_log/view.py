"""The call log's grid: a row a call on a desk, a card a call on a telephone.

Both are columns of one grid; assets/reports.js shows the card alone where the window is narrow, and
the chooser of the order with it, since cards have no heads to click.
"""

from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import html

from dashboards import wording
from dashboards.attributes import aria
from dashboards.pages.call_log.rows import BLOCK, SORTABLE
from dashboards.period import written

GRID = "calls"
OUTCOME = "outcome"
ORDER = "order"
_NEWEST = ("started_at", True)
_ORDERS = {
    _NEWEST: "Newest first",
    ("started_at", False): "Oldest first",
    ("wait_seconds", True): "Longest wait",
    ("talk_seconds", True): "Longest talk",
    ("outcome", False): "By status",
    ("source", False): "By source",
}


def grid(sort: tuple[str, bool] | None) -> dag.AgGrid:
    """The grid in this order; its rows come block by block."""
    return dag.AgGrid(
        id=GRID,
        rowModelType="infinite",
        columnDefs=[_sorted(column, sort) for column in _columns()],
        defaultColDef={
            "sortable": False,
            "resizable": True,
            "suppressMovable": True,
            "suppressHeaderMenuButton": True,
            "sortingOrder": ["desc", "asc"],
        },
        getRowId="params.data.call",
        className="calls",
        dashGridOptions={
            "rowHeight": 56,
            "headerHeight": 40,
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": 20,
            "enableCellTextSelection": True,
            "animateRows": False,
            "suppressColumnVirtualisation": True,
        },
    )


def _columns() -> list[dict[str, Any]]:
    return [
        {
            "field": "card",
            "headerName": "Call",
            "cellRenderer": "CallCard",
            "hide": True,
            "flex": 1,
        },
        _column("started_at", "Call", 166, 3, cellRenderer="CallCell"),
        _column("outcome", "Status", 140, 2, cellRenderer="StatusCell"),
        _column("source", "Source", 168, 3, cellRenderer="SourceCell"),
        _column(
            "campaign",
            "Campaign",
            150,
            3,
            tooltipField="campaign",
            filter="agTextColumnFilter",  # set from the page's filters, never by hand
            suppressHeaderFilterButton=True,
        ),
        _column("number", "Number called", 164, 2),
        _column("wait_seconds", "Wait", 84, 1, type="rightAligned", cellClass="figures"),
        _column("talk_seconds", "Talk", 84, 1, type="rightAligned", cellClass="figures"),
        _column("probability", "Match", 140, 2),
    ]


def _column(field: str, name: str, least: int, share: int, **more: str | bool) -> dict[str, Any]:
    return {
        "field": field,
        "headerName": name,
        "minWidth": least,
        "flex": share,
        "sortable": field in SORTABLE,
        **more,
    }


def _sorted(column: dict[str, Any], sort: tuple[str, bool] | None) -> dict[str, Any]:
    name, descending = sort if sort is not None and sort[0] in SORTABLE else _NEWEST
    if column["field"] != name:
        return column
    return {**column, "initialSort": "desc" if descending else "asc"}


def chooser(sort: tuple[str, bool] | None) -> dmc.Select:
    """The order, for windows too narrow for column heads."""
    return dmc.Select(
        id=ORDER,
        value=written(sort if sort in _ORDERS else _NEWEST),
        data=[{"value": written(key), "label": name} for key, name in _ORDERS.items()],
        allowDeselect=False,
        className="order",
        **aria(label="Order"),
    )


def outcome_filter(chosen: str | None) -> dmc.Select:
    """The status filter, with the calls that are left out; empty means every status."""
    return dmc.Select(
        id=OUTCOME,
        value=chosen if chosen in wording.STATUSES else None,
        data=[{"value": key, "label": name} for key, name in wording.STATUSES.items()],
        placeholder="Every status",
        clearable=True,
        clearButtonProps=aria(label="Every status"),
        className="outcome",
        **aria(label="Status"),
    )


def nothing() -> list[Any]:
    """What stands over the grid when the filters let no call through."""
    return [
        html.Span(className="i i-search"),
        html.H2("No calls here"),
        html.P("No call fits these dates and this status. Choose other dates, or every status."),
    ]
