"""Why one call has its source: who held its number, the visits before it, what each model gives.

Who: the call log's drawer. Pure. Callers are masked here, on the server, as in the rows. A long
journey is shown by its newest visits; what the others get is one column.
"""

from collections.abc import Sequence
from datetime import datetime
from math import fsum
from urllib.parse import urlsplit

from dash import html

from dashboards import wording
from dashboards.attributes import aria
from dashboards.figures.palette import colour_class
from dashboards.reading import Evidence, Holder, JourneyVisit

SHOWN = 12
_SAID = {
    "lease": "One visit held the number when it rang, so the call is its own.",
    "ambiguous": "{count} visits held the number when it rang. The call counts for the one that "
    "got it last; how likely each of them is, is not weighed.",
    "static": "The number stands for a source, and no visit is asked for.",
    "none": "No known visit held the number when it rang.",
}


def title(found: Evidence, role: str) -> str:
    """Who called when, for this role."""
    return f"{wording.caller(found.caller, role)}, {_moment(found.started_at)}"


def content(found: Evidence) -> list[html.Section]:
    """All of it, the answer first."""
    parts = [_holders(found)]
    if found.journey:
        parts += [_journey(found.journey), _credit(found.journey)]
    return parts


def _holders(found: Evidence) -> html.Section:
    said = _SAID.get(found.match, wording.match(found.match)).format(count=len(found.holders))
    facts = (
        ("Status", wording.outcome(found.outcome)),
        ("Number called", wording.phone(found.number)),
        ("Match", wording.match(found.match)),
    )
    return html.Section(
        [
            html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts]),
            html.H3("Who held the number"),
            html.P(said),
            html.Ul([_holder(one) for one in found.holders], className="holders"),
        ]
    )


def _holder(one: Holder) -> html.Li:
    left = f"last seen {_moment(one.left_at)}" if one.left_at else "still there when last told"
    lines = [
        html.Strong(_channel(one.channel)),
        html.Span(wording.joined((wording.source(one.source, one.medium), one.campaign), " · ")),
        html.Span(["On ", _address(one.page)]),
        html.Small(f"Had the number from {_moment(one.opened_at)}, {left}"),
    ]
    if one.got_it:
        lines.append(html.Span("Got the call", className="pill good"))
    return html.Li(lines)


def _journey(journey: Sequence[JourneyVisit]) -> html.Section:
    first = max(0, len(journey) - SHOWN)
    if journey[0].at is None:
        said = "No visit is known to have led to this call; the credit is its own source's."
    elif first:
        said = f"The last {SHOWN} of {wording.count(len(journey))}, within 90 days."
    else:
        said = "Within 90 days, the visit that called included."
    heads = ("", "Visit", "Channel", "Source", "Campaign", "Landing page")
    body = [_visit(place, one) for place, one in enumerate(journey[first:], first + 1)]
    return _table("Visits before the call", said, heads, body, "journey")


def _visit(place: int, one: JourneyVisit) -> html.Tr:
    when: list[html.Span | str] = [_moment(one.at) if one.at else wording.NOTHING]
    if one.called:
        when += [" ", html.Span("called", className="pill good")]
    return html.Tr(
        [
            html.Th(str(place), scope="row"),
            html.Td(when),
            html.Td(_channel(one.channel)),
            html.Td(wording.source(one.source, one.medium)),
            html.Td(one.campaign or wording.NOTHING),
            html.Td(_address(one.landing)),
        ]
    )


def _credit(journey: Sequence[JourneyVisit]) -> html.Section:
    first = max(0, len(journey) - SHOWN)
    heads = ["Model", *(["Earlier"] if first else [])]
    heads += [f"Visit {place}" for place in range(first + 1, len(journey) + 1)]
    body = []
    for model, name in wording.MODELS.items():
        weights = [one.weights[model] for one in journey]
        shown = [*([fsum(weights[:first])] if first else []), *weights[first:]]
        cells = [html.Td(wording.percent(weight)) for weight in shown]
        body.append(html.Tr([html.Th(name, scope="row"), *cells]))
    said = "What part of the call each visit gets."
    return _table("Credit by model", said, heads, body, "credit")


def _table(
    name: str, said: str, heads: Sequence[str], body: Sequence[html.Tr], kind: str
) -> html.Section:
    row = html.Tr([html.Th(head, scope="col") if head else html.Td() for head in heads])
    return html.Section(
        [
            html.H3(name),
            html.P(said),
            html.Div(
                html.Table(
                    [html.Caption(name, className="unseen"), html.Thead(row), html.Tbody(body)],
                    className=kind,
                ),
                className="wide",
                tabIndex=0,
                role="region",
                **aria(label=name),
            ),
        ]
    )


def _channel(key: str | None) -> html.Span | str:
    if key is None:
        return "Visit not known"
    name = wording.channel(key)
    return html.Span([html.Span(className=f"key {colour_class(name)}"), name])


def _address(url: str | None) -> html.Span | str:
    """A page without its site and its parameters, which its title tells."""
    if not url:
        return wording.NOTHING
    return html.Span(urlsplit(url).path or "/", title=url, className="address")


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%b %Y, %H:%M}"
