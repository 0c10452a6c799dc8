"""The top of a page: what it answers, the CSV of its period, the theme switch."""

from dash import html

from dashboards.period import Asked


def heading(title: str, answers: str, now: Asked) -> html.Header:
    """Title, one line below it, and the actions of every report."""
    csv = f"/api/v1/calls.csv?since={now.since.isoformat()}&until={now.until.isoformat()}"
    return html.Header(
        [
            html.Div([html.H1(title), html.P(answers)]),
            html.Div(
                html.A(
                    [html.Span(className="i i-download"), "Calls, CSV"],
                    id="csv",
                    href=csv,
                    className="btn",
                    title="The calls of this period as a CSV file",
                ),
                className="acts",
            ),
        ],
        className="top",
    )
