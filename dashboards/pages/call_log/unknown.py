"""The line that tells of calls to numbers that nobody set up: money lost unless somebody acts.

Who: the call log, above its table. Such calls stand in no row, for no visitor could be shown the
number; they rang the line's default phone, or nobody's.
"""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboards import wording
from dashboards.reading import UnknownNumber

_NAMED = 3


def notice(found: Sequence[UnknownNumber]) -> Component | None:
    """Which numbers, how often, and what to do; None when all is well."""
    if not found:
        return None
    calls = sum(one.calls for one in found)
    named = ", ".join(f"{wording.phone(one.number)} ({one.calls})" for one in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return html.P(
        [
            html.Strong(f"{wording.count(calls)} call{'' if calls == 1 else 's'}"),
            f" to numbers that no pool and no route knows: {named}{more}. They are in no row "
            "below. Check the numbers on the site and in print, then add them: ",
            html.Code("ringtrail telephony route add"),
            ".",
        ],
        className="notice",
        role="status",
    )
