"""The composition root: wires the packages and serves them on one port.

Read it like a contents page. `create_app` puts the routes together; `serve` adds the listening
sockets: the port for everybody, a Unix socket for the command line of this machine.
"""

import asyncio
import gc
import os
import re
import signal
from collections.abc import Awaitable, Callable
from dataclasses import asdict

import msgspec
import structlog
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

import dashboards
import exporters
import telephony_bridge
import tracking
from attribution import Days
from attribution import routes as attribution_routes
from attribution.replay.api import routes as replay_routes
from ringtrail import __version__, attribution_match, correcting, openapi, pool_health, pool_traffic
from ringtrail.core.auth import Auth, Scoped, SignedIn
from ringtrail.core.clock import SECOND
from ringtrail.core.connect import Hooks
from ringtrail.core.errors import Refused
from ringtrail.platform import Platform

_log = structlog.get_logger()
_NUMBER = re.compile("[0-9]{1,9}")  # no store's integer is too small for it


def create_app(platform: Platform, *, extra: tuple[BaseRoute, ...] = ()) -> FastAPI:
    """The one application without its gate; `extra` routes come before the dashboards' own."""
    settings = platform.settings
    app = FastAPI(
        title="Ringtrail",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    hooks = Hooks(
        platform.writer,
        platform.clock,
        telephony_bridge.HANDLERS,
        tolerance_seconds=settings.hook_tolerance_seconds,
        max_body=settings.max_body_bytes,
    )
    app.router.routes += [
        *tracking.routes(
            platform.writer,
            platform.clock,
            max_body=settings.max_body_bytes,
            trusted_proxies=settings.proxies,
            geo_database=settings.geo_database,
            network_share=settings.network_share,
            address_rate=settings.address_rate,
            site_rate=settings.site_rate,
            contact_window=settings.contact_window_seconds * SECOND,
            script_version=settings.script_version,
        ),
        Route("/hooks/{connection}", hooks.receive, methods=["POST"]),
        *exporters.routes(platform.reports, platform.clock, _scope_of(platform.auth)),
        Route("/healthz", _healthy),
        Route("/readyz", _ready(platform)),
        Route("/metrics", _metrics),
        *extra,
        *attribution_routes(platform.warehouse, platform.clock, _scope_of(platform.auth)),
        *replay_routes(platform.warehouse, platform.clock, _scope_of(platform.auth)),
        *correcting.routes(platform, _asking(platform.auth)),
        *attribution_match.routes(platform),
        *pool_health.routes(platform),
        *pool_traffic.routes(platform),
        Route("/api/v1/attribution/rebuild", _rebuild(platform), methods=["POST"]),
        Route("/api/v1/sources/reclassify", _reclassify(platform), methods=["POST"]),
        Route("/api/{rest:path}", _nothing_here, methods=["GET", "POST"]),
    ]
    openapi.describe(app)
    return app


def add_dashboards(app: FastAPI, platform: Platform, *, hint: str | None = None) -> dashboards.Gate:
    """Put the pages on the application and the gate around it."""
    auth = platform.auth

    async def authenticate(email: str, password: str) -> str | None:
        return await asyncio.to_thread(auth.sign_in, email, password)

    async def read_session(cookie: str) -> SignedIn | None:
        return await asyncio.to_thread(auth.session, cookie)

    async def end_session(cookie: str) -> None:
        await asyncio.to_thread(auth.sign_out, cookie)

    secure = platform.settings.secure
    dashboards.add_sign_in(app, authenticate, end_session, secure=secure, hint=lambda: hint)
    sites = dashboards.SiteStore(platform.engine)
    dash = dashboards.build(app, platform.reports, sites, platform.clock)
    return dashboards.Gate(
        app, read_session=read_session, bundles=dashboards.Bundles(dash), direct=_visitors(app)
    )


def _visitors(app: FastAPI) -> dict[tuple[str, str], ASGIApp]:
    """The routes that visitors' browsers call, by method and path."""
    return {
        (method, route.path): route.app
        for route in app.router.routes
        if isinstance(route, Route) and route.path.startswith("/v1/")
        for method in route.methods or ()
    }


async def serve(
    platform: Platform,
    app: Callable[..., Awaitable[None]],
    operator: Callable[..., Awaitable[None]],
    beside: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Listen until SIGINT or SIGTERM, then finish what was taken in."""
    settings, stop = platform.settings, asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    settings.socket.unlink(missing_ok=True)
    # The folder is its owner's alone, and so is the socket from the moment it exists.
    before = os.umask(0o177)
    servers = [
        # The lifespan runs once, on the port: Dash adds its page routes there.
        Server(
            app,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            log_level=LogLevels.error,
        ),
        Server(
            operator,
            uds=settings.socket,
            interface=Interfaces.ASGINL,
            log_level=LogLevels.error,
        ),
    ]
    # What is loaded by now stays: the collector, which stops every request, need not look at it.
    gc.collect()
    gc.freeze()
    platform.start()
    tasks = [asyncio.create_task(server.serve()) for server in servers]
    jobs = [asyncio.create_task(_tidy_often(platform))]
    jobs.append(asyncio.create_task(attribution_match.make_daily(platform)))
    if beside is not None:
        jobs.append(asyncio.create_task(_run(beside)))
    try:
        await stop.wait()
    finally:
        os.umask(before)
        for job in jobs:
            job.cancel()
        for server in servers:
            server.stop()  # type: ignore[no-untyped-call]
        await asyncio.gather(*tasks, *jobs, return_exceptions=True)
        settings.socket.unlink(missing_ok=True)
        await asyncio.to_thread(platform.stop)


def as_operator(app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The application for the local socket, which only its owner can open."""

    async def trusted(scope: dict[str, object], receive: object, send: object) -> None:
        await app({**scope, "ringtrail.operator": True}, receive, send)

    return trusted


async def _run(beside: Callable[[], Awaitable[None]]) -> None:
    await beside()


async def _tidy_often(platform: Platform) -> None:
    while True:
        await asyncio.to_thread(platform.tidy)
        await asyncio.sleep(30)


def _scope_of(auth: Auth) -> Callable[[Request], Scoped | None]:
    def scope_of(request: Request) -> Scoped | None:
        if request.scope.get("ringtrail.operator"):
            return auth.whole(_account(request))
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return auth.key(key)
        found = auth.session(request.cookies.get(dashboards.COOKIE, ""))
        return found.scope if found else None

    return scope_of


def _asking(auth: Auth) -> correcting.Who:
    scope_of = _scope_of(auth)

    def asking(request: Request) -> correcting.Asking | None:
        if not (request.scope.get("ringtrail.operator") or "authorization" in request.headers):
            found = auth.session(request.cookies.get(dashboards.COOKIE, ""))
            return correcting.Asking(found.scope, found.email) if found else None
        scope = scope_of(request)
        return correcting.Asking(scope, None) if scope else None

    return asking


def _account(request: Request) -> int:
    text = request.query_params.get("account", "")
    if not _NUMBER.fullmatch(text):
        raise Refused(400, "account", "`account` must be the account's number", "account")
    return int(text)


def _rebuild(platform: Platform) -> Callable[[Request], Awaitable[Response]]:
    async def rebuild(request: Request) -> Response:
        if not request.scope.get("ringtrail.operator"):
            return JSONResponse({"error": {"code": "operator", "message": "use the CLI"}}, 403)
        await asyncio.to_thread(platform.upkeep.rebuild)
        return JSONResponse({"rebuilt": True})

    return rebuild


def _reclassify(platform: Platform) -> Callable[[Request], Awaitable[Response]]:
    async def reclassify(request: Request) -> Response:
        if not request.scope.get("ringtrail.operator"):
            return JSONResponse({"error": {"code": "operator", "message": "use the CLI"}}, 403)
        try:
            asked = msgspec.json.decode(await request.body(), type=Days)
        except msgspec.DecodeError as error:
            return JSONResponse(Refused(400, "malformed", str(error)).body(), 400)
        found = await asyncio.to_thread(platform.reclassify, asked)
        return Response(msgspec.json.encode(found), media_type="application/json")

    return reclassify


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok")


def _ready(platform: Platform) -> Callable[[Request], Awaitable[Response]]:
    async def ready(_request: Request) -> Response:
        try:
            state = await asyncio.to_thread(platform.state)
        except Exception:
            _log.exception("a store does not answer")
            return JSONResponse({"ready": False}, 503)
        return JSONResponse({"ready": state.ready, **asdict(state)}, 200 if state.ready else 503)

    return ready


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})


async def _nothing_here(_request: Request) -> Response:
    body = {"error": {"code": "not_found", "message": "see /api/docs for what is here"}}
    return JSONResponse(body, 404)
