"""What to do while nothing was counted yet: put the script on the site, connect the calls.

Who: both pages, in place of an empty report. What can go wrong: an account without a site, or a
reader who may not see how calls are connected; both are told whom to ask.
"""

from dash import html
from dash.development.base_component import Component

from dashboards import wording
from dashboards.attributes import aria
from dashboards.person import SignedIn, origin
from dashboards.reading import Begun, Setup, Sites

_EXAMPLE = """{"call": "its own id", "number": "+442079460101", "caller": "+447700900001",
 "started_at": "2026-11-23T10:15:00+00:00", "outcome": "answered",
 "ring_seconds": 7, "talk_seconds": 95}"""


async def first_steps(sites: Sites, who: SignedIn, begun: Begun) -> Component | None:
    """The steps still to do for this account, or None when all are done."""
    if begun.visits and begun.calls:
        return None
    setups = await sites.setups(who.scope)
    if not setups:
        return html.Section(
            [
                html.H2("This account has no site yet"),
                html.P(
                    [
                        "On the server, ",
                        html.Code("ringtrail site add"),
                        " adds one, with its numbers. Its script is then described here.",
                    ]
                ),
            ],
            className="card empty",
        )
    steps = [] if begun.visits else [_script(setup) for setup in setups]
    if not begun.calls:
        steps += [_calls(setup, who.scope.role) for setup in setups]
    return html.Div(steps, className="steps")


def _script(setup: Setup) -> html.Section:
    snippet = f'<script async src="{origin.get()}/ringtrail.js" data-site="{setup.key}"></script>'
    return _step(
        f"Put the script on {setup.name}",
        "No visit was counted yet. Paste this line into every page of the site, before </head>. "
        "The first visit appears here within seconds.",
        [_code(snippet, "The script's line")],
    )


def _calls(setup: Setup, role: str) -> html.Section:
    title = f"Connect the calls of {setup.name}"
    if role in wording.MASKED_ROLES or setup.hook is None:
        asks = "No call has come in yet. Ask an administrator to connect the telephone system."
        return _step(title, asks, [])
    return _step(
        title,
        "No call has come in yet. Let the telephone system or the provider send each finished "
        "call to this address.",
        [
            _code(f"POST {origin.get()}/hooks/{setup.hook}", "The webhook's address"),
            _code(_EXAMPLE, "A call as the webhook takes it"),
            html.P(
                [
                    "Signed with the secret that ",
                    html.Code("ringtrail site add"),
                    " printed: ",
                    html.Code("X-Ringtrail-Timestamp"),
                    " is the unix time in seconds, ",
                    html.Code("X-Ringtrail-Signature"),
                    " is sha256= and the hex HMAC-SHA256 of timestamp.body.",
                ]
            ),
        ],
    )


def _step(title: str, text: str, parts: list[Component]) -> html.Section:
    return html.Section([html.H2(title), html.P(text), *parts], className="card step")


def _code(text: str, name: str) -> html.Pre:
    """A text to copy; one click selects all of it."""
    return html.Pre(text, tabIndex=0, role="region", className="code", **aria(label=name))
