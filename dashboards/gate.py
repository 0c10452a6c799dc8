"""The outermost ASGI layer: nobody reaches a page, a callback or a socket unless it says so.

Who: the server wraps its one application in `Gate`. Under `/app` everything is denied by default,
HTTP and WebSocket alike; only the sign-in page and its assets are open. Unsafe requests must come
from our own pages. What can go wrong: a route outside the known prefixes is hidden (404) until its
prefix is listed; an open socket outlives a sign-out, since a session is read once per connection.

What visitors' browsers send goes straight to its own route: the layers of pages and documentation
in between would take more time than all the rest of such a request.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from dashboards.bundles import Bundles
from dashboards.person import SignedIn, nonce, origin, signed_in

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]
ReadSession = Callable[[str], Awaitable[SignedIn | None]]

COOKIE = "ringtrail_session"
SIGN_IN = "/app/sign-in"
HOME = "/app/acquisition"
KNOWN = (
    "/app", "/api", "/v1", "/hooks", "/export", "/demo",
    "/healthz", "/readyz", "/metrics", "/ringtrail.js", "/ringtrail-numbers.js",
)  # fmt: skip
_OPEN = (SIGN_IN, "/app/assets")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CLOSE_ANONYMOUS = 4401
_CLOSE_FOREIGN = 4403


class Gate:
    """Sessions, CSRF, CSP and bundles in front of the one application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        read_session: ReadSession,
        bundles: Bundles | None = None,
        known: tuple[str, ...] = KNOWN,
        cookie: str = COOKIE,
        direct: Mapping[tuple[str, str], ASGIApp] = MappingProxyType({}),
    ) -> None:
        """`direct`: by method and path, what is nobody's page and needs no gate."""
        self._app = app
        self._direct = direct
        self._read_session = read_session
        self._bundles = bundles
        self._known = known
        self._cookie = cookie

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Let the request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if (straight := self._direct.get((scope.get("method", ""), path))) is not None:
            await straight(scope, receive, send)
            return
        headers = Headers(scope=scope)
        guarded = _under(path, "/app")
        who = await self._who(headers) if guarded else None
        refused = await self._refusal(scope, path, headers, who)
        if refused is None:
            await self._pass(scope, receive, send, who)
        elif scope["type"] == "websocket":
            await receive()
            code = _CLOSE_FOREIGN if refused.status_code == 403 else _CLOSE_ANONYMOUS
            await send({"type": "websocket.close", "code": code})
        else:
            await refused(scope, receive, send)

    async def _refusal(
        self,
        scope: MutableMapping[str, Any],
        path: str,
        headers: Headers,
        who: SignedIn | None,
    ) -> Response | None:
        """The answer that keeps this request out (or serves it here), or None to let it in."""
        if path == "/":
            return RedirectResponse(HOME, 303)
        if not any(_under(path, prefix) for prefix in self._known):
            return PlainTextResponse("not found", 404)
        if not _under(path, "/app"):
            return None
        unsafe = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if unsafe and not _from_here(headers):
            return JSONResponse({"error": {"code": "cross_origin"}}, 403)
        if any(_under(path, prefix) for prefix in _OPEN):
            return None
        if who is None:
            return _please_sign_in(scope, path)
        if path.rstrip("/") == "/app":
            return RedirectResponse(HOME, 303)
        if self._bundles is not None and self._bundles.owns(path):
            return await self._bundles.answer(path, headers.get("accept-encoding", ""))
        return None

    async def _who(self, headers: Headers) -> SignedIn | None:
        try:
            jar: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return None
        morsel = jar.get(self._cookie)
        return await self._read_session(morsel.value) if morsel and morsel.value else None

    async def _pass(
        self,
        scope: MutableMapping[str, Any],
        receive: Receive,
        send: Send,
        who: SignedIn | None,
    ) -> None:
        once = secrets.token_urlsafe(16)
        who_token, nonce_token = signed_in.set(who), nonce.set(once)
        origin_token = origin.set(_origin(scope))
        private = _under(scope["path"], "/app") and not _under(scope["path"], "/app/assets")

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _protect(MutableHeaders(scope=message), once, private=private)
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        finally:
            signed_in.reset(who_token)
            nonce.reset(nonce_token)
            origin.reset(origin_token)


def _under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")


def _please_sign_in(scope: MutableMapping[str, Any], path: str) -> Response:
    rest = path.removeprefix("/app/")
    if scope["type"] == "websocket" or rest.startswith("_") or scope["method"] not in _SAFE:
        return JSONResponse({"error": {"code": "signed_out"}}, 401)
    if path.rstrip("/") == "/app":
        path = HOME
    query = scope.get("query_string", b"").decode("latin1")
    target = quote(f"{path}?{query}" if query else path, safe="/")
    return RedirectResponse(f"{SIGN_IN}?next={target}", 303)


def _from_here(headers: Headers) -> bool:
    """Whether one of our own pages sent this; a client that is no browser sends neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _origin(scope: MutableMapping[str, Any]) -> str:
    """The address by which this browser reached us, for its own reader to copy; no more."""
    headers = Headers(scope=scope)
    scheme = headers.get("x-forwarded-proto", "")
    if scheme not in ("http", "https"):
        scheme = scope.get("scheme", "http")
    return f"{scheme}://{headers.get('host', '')}"


def _protect(headers: MutableHeaders, once: str, *, private: bool) -> None:
    headers["x-content-type-options"] = "nosniff"
    headers.setdefault("referrer-policy", "same-origin")
    if private:
        headers.setdefault("cache-control", "no-store")
    if private and headers.get("content-type", "").startswith("text/html"):
        headers["content-security-policy"] = policy(once)


def policy(once: str) -> str:
    """The content security policy of a page; styles stay inline, Dash's parts inject them."""
    return (
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
        f"form-action 'self'; script-src 'self' 'nonce-{once}'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; worker-src 'self' blob:"
    )
