"""Who may have made a call, how likely each is and why, in words; and how far that can be trusted.

Who: the drawer of a call. Pure. Nothing here tells the caller's number: a known phone is told as
known, not as what it is. A call has few candidates or many: the likeliest are shown one by one.
"""

from collections.abc import Mapping
from datetime import datetime
from math import fsum
from urllib.parse import urlsplit

from dash import html

from dashboards import wording
from dashboards.figures.palette import colour_class
from dashboards.reading import Evidence, Holder, Judged

SHOWN = 8
# What speaks for a visit, what against it, or how much the caller's past says at all.
_TERMS = {
    "redial": ("This caller rang this number before, as this visitor", "Another phone rang before"),
    "earlier_call": ("This caller rang before, as this visitor", "Another phone rang before"),
    "form": ("The caller's phone is known from a form", "Left another phone in a form"),
    "identify": ("The page knows the visitor by this phone", "Known by another phone"),
    "deal": (
        "The caller's phone is that of a deal of theirs",
        "A deal of theirs has another phone",
    ),
    "click": ("Clicked the number just before", "Did not click the number"),
}
_NOBODY = {
    "background": "A wrong or a saved number, or a visit of more than six hours before.",
    "known_stranger": "This caller rang this number before, and no visit did.",
}
_SAID = {
    "lease": "The call is wholly this visit's.",
    "ambiguous": "The call is shown with the likeliest visit, and divided among all of these.",
    "static": "The number stands for a source, and no visit is asked for.",
    "none": "It is likelier that nobody whom a page sent called than any visit.",
}
_CORRECTED = {
    "source": "A person said where it came from, and no visit is asked for.",
    "lease": "A person said which visit made it.",
    "none": "A person said that nobody whom a page sent made it.",
}
_TRUST = {
    "calibrated": "calibrated, on {labels} audited calls: what it gives nine in ten is right about "
    "nine times in ten.",
    "not calibrated": "not calibrated: its probabilities are {error} off on average.",
    "too few labels": "not calibrated: too few audited calls to tell how often it is right.",
    "assumed": "not calibrated: nothing was measured yet.",
}


def candidates(found: Evidence) -> html.Section:
    """The answer, each candidate, nobody's share, and what says so."""
    said = _SAID.get(found.match, wording.match(found.match))
    if found.corrected is not None:
        said = _CORRECTED[found.corrected if found.corrected == "source" else found.match]
    elif found.match == "ambiguous" and found.excluded is not None:
        said = "The call is shown with the likeliest visit, and no visit gets a part of it."
    elif found.match == "none" and not found.holders:
        said = "No known visit had the number in the six hours before it rang."
    facts = (
        ("Status", wording.outcome(found.outcome)),
        ("Number called", wording.phone(found.number)),
        ("Match", wording.matched(found.match, found.probability, found.corrected)),
    )
    parts: list[html.Dl | html.H3 | html.P | html.Ul] = [
        html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts]),
        html.H3("Who may have called"),
        html.P(said),
    ]
    if found.judged is not None:
        shown = [_candidate(one) for one in found.holders[:SHOWN]]
        if rest := found.holders[SHOWN:]:
            shown.append(_rest(rest))
        parts += [
            html.Ul([*shown, _nobody(found.judged)], className="holders"),
            html.P(_trust(found.judged), className="fit"),
        ]
    return html.Section(parts)


def _candidate(one: Holder) -> html.Li:
    lines = [
        _head(channel(one.channel), one.probability),
        html.Span(wording.joined((wording.source(one.source, one.medium), one.campaign), " · ")),
        html.Span(["On ", address(one.page)]),
        html.Ul([html.Li(word) for word in _why(one)], className="why"),
        html.Small(f"Had the number from {moment(one.opened_at)}, {_seen(one)}"),
    ]
    if one.got_it:
        lines.append(html.Span("Got the call", className="pill good"))
    return html.Li(lines)


def _head(name: html.Span | str, probability: float) -> html.Div:
    return html.Div(
        [html.Strong(name), html.Strong(wording.chance(probability))], className="chance"
    )


def _rest(rest: list[Holder]) -> html.Li:
    share = fsum(one.probability for one in rest)
    return html.Li([_head(f"{len(rest)} more visits together", share)])


def _nobody(judged: Judged) -> html.Li:
    words = [word for term, word in _NOBODY.items() if term in judged.terms]
    return html.Li([_head("None of them", judged.nobody), *map(html.Span, words)])


def _why(one: Holder) -> list[str]:
    return [_where(one), *_known(one.terms)]


def _where(one: Holder) -> str:
    if one.on_site:
        return f"On the page at the ring, for {wording.span(one.seconds)} by then"
    return f"Left {wording.span(one.seconds)} before"


def _known(terms: Mapping[str, float]) -> list[str]:
    told = []
    for name, factor in terms.items():
        words = _TERMS.get(name)
        if words is not None and factor != 1:
            told.append(f"{words[factor < 1]} ({wording.times(factor)})")
    return told


def _seen(one: Holder) -> str:
    if one.left_at is None:
        return "still there when last told"
    same_day = one.left_at.date() == one.opened_at.date()
    return f"last seen {f'{one.left_at:%H:%M}' if same_day else moment(one.left_at)}"


def _trust(judged: Judged) -> str:
    whose = "the assumed rates" if judged.verdict == "assumed" else f"match fit {judged.fit}"
    if judged.verdict != "assumed":
        whose += " of this site" if judged.of_site else " of all sites"
    trust = _TRUST[judged.verdict].format(
        labels=wording.count(round(judged.labels)), error=wording.percent(judged.error, 0)
    )
    return f"Judged by {whose}, {trust}"


def channel(key: str | None) -> html.Span | str:
    """A channel with its colour."""
    if key is None:
        return "Visit not known"
    name = wording.channel(key)
    return html.Span([html.Span(className=f"key {colour_class(name)}"), name])


def address(url: str | None) -> html.Span | str:
    """A page without its site and its parameters, which its title tells."""
    if not url:
        return wording.NOTHING
    return html.Span(urlsplit(url).path or "/", title=url, className="address")


def moment(at: datetime) -> str:
    """A minute of a day."""
    return f"{at.day} {at:%b %Y, %H:%M}"
