"""Rows of the call log as the grid wants them, and the grid's requests as the reports want them.

Pure. Requests come from the browser: columns are whitelisted, blocks capped. Callers are masked
here, on the server, so a masked role never receives the number.
"""

from collections.abc import Mapping

from dashboards import wording
from dashboards.reading import CallRow

# Of the reports' columns, all but the caller: its order would tell a masked role what is hidden.
SORTABLE = frozenset(
    {
        "started_at",
        "number",
        "source",
        "campaign",
        "outcome",
        "wait_seconds",
        "talk_seconds",
        "probability",
    }
)
BLOCK = 100
FARTHEST = 1_000_000


def wanted(request: Mapping[str, object]) -> tuple[int, int, tuple[str, bool] | None]:
    """start, stop and (column, descending) of a grid request."""
    start = _whole(request.get("startRow"), 0)
    stop = _whole(request.get("endRow"), start + BLOCK)
    return start, min(max(stop, start), start + BLOCK), _sort(request.get("sortModel"))


def _whole(value: object, otherwise: int) -> int:
    usable = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, 0), FARTHEST) if usable and isinstance(value, int) else otherwise


def _sort(model: object) -> tuple[str, bool] | None:
    if not isinstance(model, list) or not model or not isinstance(model[0], Mapping):
        return None
    column = model[0].get("colId")
    if not isinstance(column, str) or column not in SORTABLE:
        return None
    return column, model[0].get("sort") == "desc"


def row(call: CallRow, role: str) -> dict[str, str]:
    """One call in the grid's words."""
    return {
        "call": call.call,
        "started_at": f"{call.started_at.day} {call.started_at:%b %Y, %H:%M}",
        "caller": wording.caller(call.caller, role),
        "number": wording.phone(call.number),
        "source": wording.source(call.source, call.medium),
        "channel": wording.channel(call.channel),
        "campaign": call.campaign or wording.NOTHING,
        "outcome": wording.outcome(call.outcome),
        "outcome_key": call.outcome,
        "wait_seconds": wording.clock(call.wait_seconds),
        "talk_seconds": wording.clock(call.talk_seconds) if call.talk_seconds else wording.NOTHING,
        "probability": wording.matched(call.match, call.probability, call.corrected),
        "left_out": wording.left_out(call.excluded) if call.excluded else "",
    }
