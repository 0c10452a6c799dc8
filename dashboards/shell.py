"""The frame around every page: navigation, account, person, theme; a bar below on telephones.

Who: Dash asks for it once per page load, inside the request of a signed-in person. It lists only
pages that exist. What can go wrong: no person (the gate was not in front); the frame is then empty.
"""

from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html, page_container
from dash.development.base_component import Component

from dashboards.attributes import aria
from dashboards.filters import ASKED
from dashboards.person import SignedIn, signed_in
from dashboards.sign_in import SIGN_OUT

_THEMES = ("theme", "theme-small")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation."""

    label: str
    address: str
    icon: str


ENTRIES = (
    Entry("Acquisition", "/app/acquisition", "acquisition"),
    Entry("Call log", "/app/call-log", "calls"),
)


def frame() -> Component:
    """The layout function of the whole application."""
    who = signed_in.get()
    if who is None:
        return html.Div(page_container, hidden=True)
    page: Component = dmc.MantineProvider(
        [
            dcc.Location(id="place"),
            html.A("To the report", href="#main", className="skip"),
            *_demo(who, "badge above"),
            html.Div(
                [
                    _side(who),
                    html.Main(page_container, id="main", className="main"),
                ],
                className="shell",
            ),
            _below(),
        ],
        id="mantine",
        defaultColorScheme="auto",
        theme={
            "fontFamily": "inherit",
            "primaryColor": "indigo",
            "defaultRadius": "md",
        },
    )
    return page


def _side(who: SignedIn) -> html.Aside:
    return html.Aside(
        [
            dcc.Link(
                [html.Img(src="/app/assets/mark.svg", alt=""), "Ringtrail"],
                id=_name("brand", ENTRIES[0]),
                href=ENTRIES[0].address,
                className="brand",
            ),
            html.Div(
                [
                    html.Span(who.account_name[:1].upper(), className="face"),
                    html.Span(who.account_name, className="name", title=who.account_name),
                    *_demo(who, "badge"),
                ],
                className="account",
            ),
            html.Nav(
                [_link(entry, "side") for entry in ENTRIES],
                className="nav",
                **aria(label="Pages"),
            ),
            html.Div([_theme("theme"), _leave(who)], className="foot"),
        ],
        className="side",
    )


def _link(entry: Entry, where: str) -> dcc.Link:
    return dcc.Link(
        [html.Span(className=f"i i-{entry.icon}"), html.Span(entry.label)],
        id=_name(where, entry),
        href=entry.address,
        className="go",
    )


def _demo(who: SignedIn, where: str) -> list[html.Span]:
    return [html.Span("Demo data", className=where)] if who.demo else []


def _name(where: str, entry: Entry) -> str:
    return f"{where}{entry.address.replace('/', '-')}"


def _theme(name: str) -> html.Button:
    return html.Button(
        [html.Span(className="i i-moon"), html.Span(className="i i-sun"), html.Span("Theme")],
        id=name,
        n_clicks=0,
        type="button",
        className="go theme",
        title="Light or dark",
    )


def _leave(who: SignedIn) -> html.Div:
    letters = "".join(part[0] for part in who.name.split()[:2]).upper() or "?"
    return html.Div(
        [
            html.Span(letters, className="face round"),
            html.Span(
                [html.Strong(who.name, title=who.email), html.Small(who.scope.role.capitalize())],
                className="name",
            ),
            _sign_out(),
        ],
        className="me",
    )


def _sign_out() -> html.Form:
    return html.Form(
        html.Button(
            [html.Span(className="i i-leave"), html.Span("Sign out", className="say")],
            type="submit",
            title="Sign out",
        ),
        method="post",
        action=SIGN_OUT,
        className="leave",
    )


def _below() -> html.Nav:
    return html.Nav(
        [*[_link(entry, "below") for entry in ENTRIES], _theme("theme-small"), _sign_out()],
        className="tabs",
        **aria(label="Pages and settings"),
    )


def register(app: Dash) -> None:
    """Wire the frame: the theme, the page marked in the navigation, the filters its links carry."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "theme"),
        Output("mantine", "forceColorScheme"),
        *[Input(name, "n_clicks") for name in _THEMES],
        prevent_initial_call=True,
    )
    links = [_name(where, entry) for where in ("side", "below") for entry in ENTRIES]
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "mark"),
        *[Output(link, "className") for link in links],
        Input("place", "pathname"),
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("ringtrail", "carry"),
        *[Output(link, "href") for link in (*links, _name("brand", ENTRIES[0]))],
        Input(ASKED, "data"),
    )
