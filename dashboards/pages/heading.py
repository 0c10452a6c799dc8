"""The top of a page: what it answers, and the CSV of its period and filters."""

from urllib.parse import urlencode

from dash import html

from dashboards.period import Asked


def heading(
    title: str, answers: str, now: Asked, *, csv: str, outcome: str | None = None
) -> html.Header:
    """Title, one line below it, and the link to the CSV, whose id is `csv`."""
    query = {"since": now.since.isoformat(), "until": now.until.isoformat()}
    if outcome:
        query["outcome"] = outcome
    return html.Header(
        [
            html.Div([html.H1(title), html.P(answers)]),
            html.Div(
                html.A(
                    [html.Span(className="i i-download"), "Calls, CSV"],
                    id=csv,
                    href=f"/api/v1/calls.csv?{urlencode(query)}",
                    className="btn",
                    title="The calls of this period and these filters as a CSV file",
                    download="",
                ),
                className="acts",
            ),
        ],
        className="top",
    )
