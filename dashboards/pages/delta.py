"""A change against the previous period: arrow, sign and colour, greyed when it is small change.

Who: figures and tables. What can go wrong: a percentage of next to nothing reads like news; under
`FEW` on either side the colour is withheld and the title says why.
"""

from decimal import Decimal
from typing import Literal

from dash import html

Good = Literal["up", "down", "neutral"]
FEW = 30
_FLAT = 0.0005


def of_count(value: int, before: int) -> html.Span | None:
    """A count's change in percent; none where there was nothing to compare with."""
    if not before:
        return None
    change = (value - before) / before
    return _badge(change, f"{abs(change) * 100:.1f}%", min(value, before))


def of_amount(
    value: Decimal | None, before: Decimal | None, least: float, good: Good
) -> html.Span | None:
    """An amount's change in percent; `least`: of how many things it is, in the smaller period."""
    if value is None or before is None or before <= 0:
        return None
    change = float(value) / float(before) - 1
    return _badge(change, f"{abs(change) * 100:.1f}%", least, good)


def of_share(value: float | None, before: float | None, least: float) -> html.Span | None:
    """A share's change in percentage points."""
    if value is None or before is None:
        return None
    change = value - before
    return _badge(change, f"{abs(change) * 100:.1f} pp", least)


def _badge(change: float, size: str, least: float, good: Good = "up") -> html.Span:
    if abs(change) < _FLAT:
        return html.Span("0%", className="delta flat", title="Unchanged")
    word, arrow = ("Up", "▲") if change > 0 else ("Down", "▼")
    kind = "flat" if good == "neutral" else "up" if (change > 0) == (good == "up") else "down"
    title = f"{word} {size} on the previous period"
    if least < FEW:
        kind, title = "flat", f"{title}; fewer than {FEW}, so it may be chance"
    return html.Span(
        [html.Span(arrow, className="arrow"), size],
        className=f"delta {kind}",
        title=title,
    )
