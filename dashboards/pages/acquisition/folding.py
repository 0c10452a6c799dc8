"""The button before a row that unfolds it, or its room; assets/tree.js acts on it."""

from dash import html

from dashboards.attributes import aria


def fold(name: str | None) -> html.Button | html.Span:
    """The button of the row `name`; None: the row has nothing below."""
    if name is None:
        return html.Span(className="fold")
    return html.Button(
        html.Span(className="i i-chevron"),
        type="button",
        className="fold",
        **aria(expanded="false", label=f"Unfold {name}"),
    )
