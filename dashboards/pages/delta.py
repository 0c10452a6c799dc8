"""A change against the previous period: arrow, sign and colour, greyed when it is small change.

Who: figures and tables. What can go wrong: a percentage of next to nothing reads like news; under
`FEW` on either side the colour is withheld and the title says why.
"""

from dash import html

FEW = 30
_FLAT = 0.0005


def of_count(value: int, before: int) -> html.Span | None:
    """A count's change in percent; none where there was nothing to compare with."""
    if not before:
        return None
    change = (value - before) / before
    return _badge(change, f"{abs(change) * 100:.1f}%", min(value, before))


def of_share(value: float | None, before: float | None, least: int) -> html.Span | None:
    """A share's change in percentage points."""
    if value is None or before is None:
        return None
    change = value - before
    return _badge(change, f"{abs(change) * 100:.1f} pp", least)


def _badge(change: float, size: str, least: int) -> html.Span:
    if abs(change) < _FLAT:
        return html.Span("0%", className="delta flat", title="Unchanged")
    word, arrow, kind = ("Up", "▲", "up") if change > 0 else ("Down", "▼", "down")
    title = f"{word} {size} on the previous period"
    if least < FEW:
        kind, title = "flat", f"{title}; fewer than {FEW}, so it may be chance"
    return html.Span(
        [html.Span(arrow, className="arrow"), size],
        className=f"delta {kind}",
        title=title,
    )
