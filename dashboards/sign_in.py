"""The sign-in page: plain HTML that needs no script and no Dash.

Who: anybody without a session is sent here by the gate. The check itself is injected, since
passwords live in the core. What can go wrong: `next` pointing to another site (only paths under
/app/ are followed); a wrong password (said so, without telling which half was wrong).
"""

from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboards.gate import COOKIE, HOME, SIGN_IN

Authenticate = Callable[[str, str], Awaitable[str | None]]
EndSession = Callable[[str], Awaitable[None]]
SIGN_OUT = "/app/sign-out"
_PAGE = Template((Path(__file__).parent / "sign_in.html").read_text(encoding="utf-8"))
_WRONG = "That e-mail and password do not belong together. Check both and try again."
_LONGEST = 1_000


def add_sign_in(
    server: FastAPI,
    authenticate: Authenticate,
    end_session: EndSession,
    *,
    secure: bool = False,
    cookie: str = COOKIE,
    max_age: int = 14 * 24 * 3600,
    hint: Callable[[], str | None] = lambda: None,
) -> None:
    """Add the sign-in and sign-out routes; `secure` marks the cookie for HTTPS only.

    `end_session` makes a cookie's value worthless, wherever else it is kept. `hint` may tell the
    demo's sign-in on the page.
    """

    async def show(request: Request) -> Response:
        return _page(safe_next(request.query_params.get("next")), hint=hint())

    async def enter(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=5)
        email, password = (str(form.get(name, ""))[:_LONGEST] for name in ("email", "password"))
        target = safe_next(str(form.get("next", "")))
        session = await authenticate(email.strip(), password) if email and password else None
        if session is None:
            return _page(target, email=email, wrong=_WRONG, hint=hint(), status=401)
        answer = RedirectResponse(target, 303)
        answer.set_cookie(
            cookie, session, max_age=max_age, httponly=True, samesite="lax", secure=secure, path="/"
        )
        return answer

    async def leave(request: Request) -> Response:
        await end_session(request.cookies.get(cookie, ""))
        answer = RedirectResponse(SIGN_IN, 303)
        answer.delete_cookie(cookie, path="/", httponly=True, samesite="lax", secure=secure)
        return answer

    server.add_route(SIGN_IN, show, methods=["GET"], include_in_schema=False)
    server.add_route(SIGN_IN, enter, methods=["POST"], include_in_schema=False)
    server.add_route(SIGN_OUT, leave, methods=["POST"], include_in_schema=False)


def safe_next(wanted: str | None) -> str:
    """Where to go after signing in: a path of ours under /app/, else the first page."""
    if not wanted or not wanted.isprintable() or "\\" in wanted:
        return HOME
    parts = urlsplit(wanted)
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/app/")
    if not ours or ".." in parts.path or parts.path.startswith((SIGN_IN, SIGN_OUT, "/app/_")):
        return HOME
    return wanted


def _page(
    target: str,
    *,
    email: str = "",
    wrong: str | None = None,
    hint: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    said = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    told = f'<p class="hint">{escape(hint)}</p>' if hint else ""
    html = _PAGE.substitute(next=escape(target), email=escape(email), wrong=said, hint=told)
    return HTMLResponse(html, status)
