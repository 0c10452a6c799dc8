"""The acquisition report as components: figures strip, chart, what money lacks, table. Pure.

Who: the page's layout and its one callback. It shows only what is counted: a line under a figure
where there are counts by day, a dash where a ratio has no whole.
"""

from dataclasses import dataclass
from datetime import timedelta

from dash import dcc, html

from dashboards import wording
from dashboards.attributes import aria
from dashboards.figures import by_day, sparkline
from dashboards.figures.palette import colour_class
from dashboards.pages.acquisition import chance, left_out, quality
from dashboards.pages.acquisition.table import card, has_money
from dashboards.pages.delta import FEW, Good, of_amount, of_count, of_share
from dashboards.period import METRICS, Asked, spelled
from dashboards.reading import Acquisition, AcquisitionMoney


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the strip; a metric can be chosen for the chart.

    `unsure`: the interval in words, of a figure of few things.
    """

    label: str
    value: str
    delta: html.Span | None
    line: list[float] | None = None
    metric: str | None = None
    unsure: str | None = None


def report(
    found: Acquisition, money: AcquisitionMoney, before: AcquisitionMoney | None, now: Asked
) -> html.Div:
    """Everything under the filters; `before` is the money of the previous period."""
    if not (found.totals.visits or found.totals.calls or money.rows or money.problems):
        return html.Div([left_out.line(found.excluded, now), _nothing(now)])
    return html.Div(
        [
            strip(found, money, before, now),
            left_out.line(found.excluded, now),
            chart(found, now),
            quality.lines(money),
            card(found, money, now),
        ]
    )


def strip(
    found: Acquisition, money: AcquisitionMoney, before: AcquisitionMoney | None, now: Asked
) -> html.Section:
    """The figures; Visits and Calls also choose what the chart shows."""
    kpis = figures(found, now)
    if has_money(money):
        kpis = [*kpis[:2], *amounts(money, before, now)]
    return html.Section(
        [_card(kpi, now.metric) for kpi in kpis],
        className="kpis",
        **aria(label="Figures of the period"),
    )


def figures(found: Acquisition, now: Asked) -> list[Kpi]:
    """The six figures of the period, each against the one before."""
    here, was = found.totals, found.previous
    days = [now.since + timedelta(days=i) for i in range(now.length)]
    visits, calls = dict.fromkeys(days, 0), dict.fromkeys(days, 0)
    for row in found.days:
        visits[row.day] = visits.get(row.day, 0) + row.visits
        calls[row.day] = calls.get(row.day, 0) + row.calls
    rates = [wording.ratio(calls[day], visits[day]) or 0.0 for day in days]

    def share(label: str, part: str, whole: str, line: list[float] | None = None) -> Kpi:
        value = wording.ratio(getattr(here, part), getattr(here, whole))
        before = wording.ratio(getattr(was, part), getattr(was, whole))
        least = min(getattr(here, whole), getattr(was, whole))
        delta = of_share(value, before, least) if now.compare else None
        return Kpi(label, wording.percent(value), delta, line)

    def amount(label: str, name: str, line: list[float] | None, metric: str | None) -> Kpi:
        value, before = getattr(here, name), getattr(was, name)
        delta = of_count(value, before) if now.compare else None
        return Kpi(label, wording.count(value), delta, line, metric)

    return [
        amount("Visits", "visits", [float(visits[day]) for day in days], "visits"),
        amount("Calls", "calls", [float(calls[day]) for day in days], "calls"),
        share("Call rate", "calls", "visits", rates),
        share("Answered", "answered", "calls"),
        amount("First-time callers", "first_time", None, None),
        share("Source known", "attributed", "calls"),
    ]


def amounts(money: AcquisitionMoney, before: AcquisitionMoney | None, now: Asked) -> list[Kpi]:
    """Spend, cost per lead, revenue and return of the period, each against the one before."""
    here, was = money.totals, before.totals if before and now.compare else None
    alike = before is not None and before.currency == money.currency

    def amount(label: str, name: str, of: str, good: Good) -> Kpi:
        least = min(getattr(here, of), getattr(was, of)) if of and was else FEW
        delta = None
        if was and alike:
            delta = of_amount(getattr(here, name), getattr(was, name), least, good)
        told = wording.short_money(getattr(here, name), money.currency)
        return Kpi(label, told, delta, unsure=_unsure(name, money))

    least = min(here.deals, was.deals) if was else 0
    romi = of_share(here.romi_margin, was.romi_margin, least) if was and alike else None
    told = wording.percent(here.romi_margin, 0)
    return [
        amount("Spend", "cost", "", "neutral"),
        amount("Cost per lead", "cpl", "leads", "down"),
        amount("Revenue", "revenue", "deals", "up"),
        Kpi("ROMI by margin", told, romi, unsure=_unsure("romi_margin", money)),
    ]


def _unsure(name: str, money: AcquisitionMoney) -> str | None:
    """A figure of many things is told in the table how sure it is; the strip warns of few."""
    found = money.totals.intervals.get(name)
    return chance.told(name, found, money.currency) if found is not None and found.small else None


def _card(kpi: Kpi, chosen: str) -> html.Button | html.Div:
    drawn = sparkline.mask(kpi.line) if kpi.line else None
    below = [kpi.delta] if kpi.delta else []
    if drawn:
        below.append(html.Span(className="spark", style={"--m": drawn}))
    inner = [
        html.Span(kpi.label, className="l"),
        html.Strong(kpi.value, className="v")
        if kpi.unsure is None
        else html.Strong(chance.figure(kpi.value, kpi.unsure), className="v few"),
        html.Span(below, className="row"),
    ]
    if kpi.metric is None:
        return html.Div(inner, className="kpi")
    return html.Button(
        inner,
        id=f"metric-{kpi.metric}",
        n_clicks=0,
        type="button",
        className="kpi",
        title=f"Show {kpi.label.lower()} in the chart",
        **aria(pressed="true" if kpi.metric == chosen else "false"),
    )


def chart(found: Acquisition, now: Asked) -> html.Section:
    """The bars, their legend and one line that says it in words."""
    metric = now.metric if now.metric in METRICS else METRICS[0]
    names = [name for name, _ in by_day.series(found.days, metric)]
    legend = [html.Li([html.I(className=f"key {colour_class(name)}"), name]) for name in names]
    if now.compare and found.previous_days:
        legend.append(html.Li([html.I(className="key dash"), "Previous period"]))
    drawn = by_day.figure(
        found.days, found.previous_days, now.since, now.until, metric=metric, compare=now.compare
    )
    said = statement(found, now, metric)
    return html.Section(
        [
            html.Header([html.H2(f"{metric.capitalize()} by day"), html.Small(said)]),
            html.Ul(legend, className="legend"),
            html.Div(
                dcc.Graph(
                    id="by-day",
                    figure=drawn,
                    config={"displayModeBar": False, "responsive": True},
                    style={"height": "286px"},
                ),
                role="img",
                **aria(label=f"{metric.capitalize()} by day and channel. {said}"),
            ),
        ],
        className="card",
    )


def statement(found: Acquisition, now: Asked, metric: str) -> str:
    """What the chart says, in words."""
    value, before = getattr(found.totals, metric), getattr(found.previous, metric)
    said = f"{wording.count(value)} {metric}"
    if not now.compare:
        return said
    return f"{said}, {wording.count(before)} in {spelled(*now.before)}"


def _nothing(now: Asked) -> html.Section:
    return html.Section(
        [
            html.Span(className="i i-search"),
            html.H2("Nothing was counted in this period"),
            html.P(
                f"No visits and no calls, {spelled(now.since, now.until)}. Choose other dates; "
                "if the site is new, check that its script is on the page and a number is in use."
            ),
        ],
        className="card empty",
    )


def failed(what: str) -> html.Section:
    """The report could not be read; says so and how to go on."""
    return html.Section(
        [
            html.Span(className="i i-alert"),
            html.H2(f"{what} could not be read"),
            html.P(["The server's log has the reason. ", html.A("Try again", href="")]),
        ],
        className="card empty",
        role="alert",
    )
