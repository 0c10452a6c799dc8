"""The line that tells of macros that no advertising system filled in: money that goes unexplained.

Who: acquisition, above its figures. The visits are counted, but in the parameter's place they tell
nothing, so their campaigns or keywords fall into one.
"""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboards.reading import Unfilled

_NAMED = 3


def notice(found: Sequence[Unfilled]) -> Component | None:
    """Which parameters, and what to do; None when all is well."""
    if not found:
        return None
    named: list[Component | str] = []
    for one in found[:_NAMED]:
        named += [", " if named else "", html.Code(f"{one.parameter}={one.macro}")]
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return html.P(
        [
            html.Strong("Advertisements send visitors with macros that nobody filled in: "),
            *named,
            f"{more}. There these visits tell nothing. Correct the macro's spelling in the "
            "advertisement's link; the system may know it by another name.",
        ],
        className="notice",
        role="status",
    )
