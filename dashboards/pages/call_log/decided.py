"""What was decided about a call besides its match: why it is left out, and what people corrected.

Who: the drawer of a call, above its evidence. Pure. A person's reason is free text and may name the
caller: roles that get callers masked are not shown it, and they may not take anything back.
"""

from collections.abc import Sequence

from dash import html

from dashboards import wording
from dashboards.pages.call_log.candidates import moment
from dashboards.reading import CorrectionRow, Evidence, Scoped

_SIGNS = {
    "many_numbers": "The caller tried three numbers or more within minutes and talked on none",
    "many_short": "The caller made five short calls or more within the hour",
    "played": "The caller's answered calls were equally long to a second, like a played message",
    "impossible_caller": "The caller's number is too short to be anybody's",
    "withheld_silent": "No number, no talk and no voicemail",
    "gone_at_once": "Given up within 3 seconds",
}


def decided(found: Evidence, scope: Scoped) -> list[html.Section]:
    """Why it is left out and what was corrected; empty for a call that nobody decided about."""
    parts = []
    if found.excluded is not None:
        parts.append(_left_out(found, found.excluded))
    if found.corrections:
        parts.append(_corrected(found.corrections, scope))
    return parts


def _left_out(found: Evidence, reason: str) -> html.Section:
    why, signs = "The caller's phone is told as one of the business's own.", []
    if any(one.action == "flag" for one in found.corrections):
        why = "A person said so, see below."
    elif reason == "spam":
        why = "What speaks for spam:"
        signs = [html.Li(_SIGNS.get(sign, wording.spoken(sign))) for sign in found.reasons]
    said: list[html.H3 | html.P | html.Ul] = [
        html.H3(wording.left_out(reason)),
        html.P(f"It counts nowhere: in no figure, no credit and no lead. {why}"),
    ]
    if signs:
        said.append(html.Ul(signs, className="why"))
    return html.Section(said, className="left-out")


def _corrected(corrections: Sequence[CorrectionRow], scope: Scoped) -> html.Section:
    open_to = scope.role not in wording.MASKED_ROLES
    told = [_correction(one, scope.account, open_to=open_to) for one in corrections]
    return html.Section([html.H3("Corrected by hand"), html.Ul(told, className="holders")])


def _correction(one: CorrectionRow, account: int, *, open_to: bool) -> html.Li:
    lines = [html.Strong(said(one)), html.Small(f"{one.decided_by}, {moment(one.decided_at)}")]
    if open_to:
        lines.insert(1, html.Span(one.why))
        own = "" if account == 1 else f" --account {account}"
        undo = html.Code(f"ringtrail correct undo {one.correction}{own}")
        lines.append(html.Small(["Take it back: ", undo]))
    return html.Li(lines)


def said(one: CorrectionRow) -> str:
    """The correction in words."""
    if one.action == "source":
        source = wording.source(one.source, one.medium)
        return f"It came from {wording.joined((source, one.campaign), ' · ')}"
    if one.action == "match":
        return f"It was made in the visit {one.visit}" if one.visit else "No visit made it"
    if one.action == "flag":
        if one.flag in (None, "none"):
            return "It counts, whatever else is known"
        return wording.left_out(str(one.flag))
    return "It is a good lead" if one.qualified else "It is no good lead"
