"""The call log's grid. Cells with two lines keep it readable on a telephone's width."""

from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc

from dashboards import wording
from dashboards.attributes import aria
from dashboards.pages.call_log.rows import BLOCK

GRID = "calls"
OUTCOME = "outcome"


def grid() -> dag.AgGrid:
    """The grid; its rows come block by block."""
    return dag.AgGrid(
        id=GRID,
        rowModelType="infinite",
        columnDefs=_columns(),
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
            "suppressCellFocus": False,
            "enableCellTextSelection": True,
            "animateRows": False,
        },
    )


def _columns() -> list[dict[str, Any]]:
    return [
        {
            "field": "started_at",
            "headerName": "Call",
            "cellRenderer": "CallCell",
            "sortable": True,
            "minWidth": 166,
            "flex": 3,
        },
        {
            "field": "outcome",
            "headerName": "Status",
            "cellRenderer": "StatusCell",
            "sortable": True,
            "minWidth": 152,
            "flex": 2,
        },
        {
            "field": "source",
            "headerName": "Source",
            "cellRenderer": "SourceCell",
            "sortable": True,
            "minWidth": 168,
            "flex": 3,
        },
        {
            "field": "campaign",
            "headerName": "Campaign",
            "minWidth": 150,
            "flex": 3,
            "tooltipField": "campaign",
            "filter": "agTextColumnFilter",  # set from the page's filters, never by hand
            "suppressHeaderFilterButton": True,
        },
        {
            "field": "number",
            "headerName": "Number called",
            "sortable": True,
            "minWidth": 164,
            "flex": 2,
        },
        {"field": "wait_seconds", "headerName": "Wait", "sortable": True, **_narrow()},
        {"field": "talk_seconds", "headerName": "Talk", "sortable": True, **_narrow()},
        {"field": "match", "headerName": "Match", "minWidth": 110, "flex": 1},
    ]


def _narrow() -> dict[str, Any]:
    return {"minWidth": 84, "flex": 1, "type": "rightAligned", "cellClass": "figures"}


def outcome_filter(chosen: str | None) -> dmc.Select:
    """The status filter; empty means every status."""
    return dmc.Select(
        id=OUTCOME,
        value=chosen if chosen in wording.OUTCOMES else None,
        data=[{"value": key, "label": name} for key, name in wording.OUTCOMES.items()],
        placeholder="Every status",
        clearable=True,
        className="outcome",
        **aria(label="Status"),
    )
