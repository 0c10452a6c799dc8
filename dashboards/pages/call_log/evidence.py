"""Why one call has its source: who may have called, the visits before it, what each model gives.

Who: the call log's drawer. Pure. Callers are masked here, on the server, as in the rows. A long
journey is shown by its newest visits; what the others get is one column.
"""

from collections.abc import Sequence
from math import fsum

from dash import html

from dashboards import wording
from dashboards.attributes import aria
from dashboards.pages.call_log.candidates import address, candidates, channel, moment
from dashboards.pages.call_log.decided import decided
from dashboards.reading import Evidence, JourneyVisit, Scoped

SHOWN = 12


def title(found: Evidence, role: str) -> str:
    """Who called when, for this role."""
    return f"{wording.caller(found.caller, role)}, {moment(found.started_at)}"


def content(found: Evidence, scope: Scoped) -> list[html.Section]:
    """All of it, the answer first; `scope` is the reader's."""
    parts = [*decided(found, scope), candidates(found)]
    if found.journey:
        parts += [_journey(found.journey), _credit(found.journey)]
    return parts


def _journey(journey: Sequence[JourneyVisit]) -> html.Section:
    first = max(0, len(journey) - SHOWN)
    if journey[0].at is None:
        said = "No visit is known to have led to this call; the credit is its own source's."
    elif journey[-1].at is None:
        said = "Within 90 days, of everybody who may have called."
    elif first:
        said = f"The last {SHOWN} of {wording.count(len(journey))}, within 90 days."
    else:
        said = "Within 90 days, the visit that called included."
    heads = ("", "Visit", "Channel", "Source", "Campaign", "Landing page")
    body = [_visit(place, one) for place, one in enumerate(journey[first:], first + 1)]
    return _table("Visits before the call", said, heads, body, "journey")


def _visit(place: int, one: JourneyVisit) -> html.Tr:
    when: list[html.Span | str] = [moment(one.at) if one.at else "No visit"]
    if one.called:
        when += [" ", html.Span("called", className="pill good")]
    return html.Tr(
        [
            html.Th(str(place), scope="row"),
            html.Td(when),
            html.Td(channel(one.channel)),
            html.Td(wording.source(one.source, one.medium)),
            html.Td(one.campaign or wording.NOTHING),
            html.Td(address(one.landing)),
        ]
    )


def _credit(journey: Sequence[JourneyVisit]) -> html.Section:
    first = max(0, len(journey) - SHOWN)
    heads = ["Model", *(["Earlier"] if first else [])]
    heads += [
        f"Visit {place}" if one.at else "No visit"
        for place, one in enumerate(journey[first:], first + 1)
    ]
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
