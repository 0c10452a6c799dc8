"""The row of filters above a report: presets, dates, comparison.

Who: each page puts `bar` on top and listens to the store `ASKED`. The arithmetic happens in the
browser (assets/reports.js), which also keeps the address in step, so a filter change costs one
callback and no page load. What can go wrong: the store is the reader's to forge; callbacks pass
it through `period.asked`.
"""

from datetime import date

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboards.attributes import aria
from dashboards.period import PRESETS, Asked

ASKED = "asked"


def bar(
    now: Asked, today: date, *, compare: bool, extra: list[Component] | None = None
) -> html.Div:
    """The filter row and its store."""
    pressed = now.until == today
    buttons = [
        html.Button(
            f"{days} days",
            id=f"period-{days}",
            n_clicks=0,
            type="button",
            **aria(pressed=_flag(pressed and now.length == days)),
        )
        for days in PRESETS
    ]
    return html.Div(
        [
            dcc.Store(id=ASKED, data=now.store(today)),
            html.Div(buttons, className="choice", role="group", **aria(label="Period")),
            dmc.DatePickerInput(
                id="period-dates",
                type="range",
                value=[now.since.isoformat(), now.until.isoformat()],
                maxDate=today.isoformat(),
                valueFormat="D MMM YYYY",
                firstDayOfWeek=1,
                allowSingleDateInRange=True,
                leftSection=html.Span(className="i i-calendar"),
                className="dates",
                **aria(label="Dates"),
            ),
            html.Button(
                [html.Span(className="tick"), "vs previous period"],
                id="compare",
                n_clicks=0,
                type="button",
                hidden=not compare,
                className="chip",
                **aria(pressed=_flag(now.compare)),
            ),
            *(extra or []),
        ],
        className="filters",
    )


def register(app: Dash) -> None:
    """Wire the row: every control writes the one store and the address."""
    presets = [f"period-{days}" for days in PRESETS]
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "ask"),
        Output(ASKED, "data"),
        Output("period-dates", "value"),
        *[Output(preset, "aria-pressed") for preset in presets],
        Output("compare", "aria-pressed"),
        *[Input(preset, "n_clicks") for preset in presets],
        Input("period-dates", "value"),
        Input("compare", "n_clicks"),
        State(ASKED, "data"),
        prevent_initial_call=True,
    )


def _flag(on: bool) -> str:
    return "true" if on else "false"
