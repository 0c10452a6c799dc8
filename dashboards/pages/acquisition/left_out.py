"""The line that tells of calls which no figure counts, and leads to them.

Who: acquisition, under its figures. Without it a call that rang and stands in the log would be
missed in the sums.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboards import wording
from dashboards.period import Asked


def line(excluded: Mapping[str, int], now: Asked) -> Component | None:
    """How many, why, and where they are; None where there are none."""
    calls = sum(excluded.values())
    if not calls:
        return None
    reasons = ", ".join(
        f"{wording.reason(name)} {wording.count(number)}" for name, number in excluded.items()
    )
    query = {"since": now.since.isoformat(), "until": now.until.isoformat(), "outcome": "excluded"}
    return html.P(
        [
            dcc.Link(
                f"{wording.count(calls)} call{'' if calls == 1 else 's'} left out",
                href=f"/app/call-log?{urlencode(query)}",
            ),
            f": {reasons}",
        ],
        className="aside",
    )
