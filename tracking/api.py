"""The public endpoints: thin, hot, and deaf to anything that breaks their contract.

Bodies are JSON whatever the content type (beacons send text/plain). A request is refused before
anything is stored: size, then form, then site, then origin.
"""

import hashlib
from collections.abc import Awaitable, Callable

import msgspec
from prometheus_client import Counter
from starlette.requests import Request
from starlette.responses import Response

from numbers_pool import store as pool
from ringtrail.core.body import read_body
from ringtrail.core.clock import Clock
from ringtrail.core.database import Writer
from ringtrail.core.errors import Refused
from ringtrail.core.inbox import put
from tracking import pipeline
from tracking import store as visits
from tracking.address import scrub
from tracking.schemas import B, BeatBody, LeaveBody, VisitBody, read
from tracking.script import script as whole_script
from tracking.store import KnownSite, Store

_REFUSED = Counter("ringtrail_requests_refused", "Public requests refused", ["code"])
_SCRIPT = whole_script()
_ETAG = '"' + hashlib.sha256(_SCRIPT).hexdigest()[:16] + '"'
Handler = Callable[[Request], Awaitable[Response]]


class Intake:
    """The three endpoints over one writer."""

    def __init__(self, writer: Writer, clock: Clock, *, max_body: int) -> None:
        self._writer = writer
        self._clock = clock
        self._max_body = max_body

    async def visit(self, request: Request) -> Response:
        async def answer(body: VisitBody, origin: str) -> bytes:
            def work(store: Store) -> pipeline.Hit:
                site = _site(store, body.site, origin)
                return pipeline.run(store, body, site, self._clock.now())

            hit = await self._writer.submit(work)
            pipeline.count(hit)
            return hit.answer or b""

        return await self._answer(request, VisitBody, answer)

    async def beat(self, request: Request) -> Response:
        async def answer(body: BeatBody, origin: str) -> bytes:
            def work(store: Store) -> bytes:
                site, now = _site(store, body.site, origin), self._clock.now()
                if not visits.touch(store, site.id, body.visit, now):
                    return b"{}"
                page = scrub(body.page) if body.page else None
                shown, facts = pool.beat(
                    store, site=site.id, visit=body.visit, leases=body.leases, page=page, now=now
                )
                put(store, facts, now)
                renewed = [pipeline.on_page(number) for number in shown]
                return msgspec.json.encode({"numbers": renewed} if renewed else {})

            return await self._writer.submit(work)

        return await self._answer(request, BeatBody, answer)

    async def leave(self, request: Request) -> Response:
        async def answer(body: LeaveBody, origin: str) -> bytes:
            def work(store: Store) -> bytes:
                site, now = _site(store, body.site, origin), self._clock.now()
                pool.leave(store, site=site.id, visit=body.visit, leases=body.leases, now=now)
                return b""

            return await self._writer.submit(work)

        return await self._answer(request, LeaveBody, answer)

    async def _answer(
        self, request: Request, kind: type[B], answer: Callable[[B, str], Awaitable[bytes]]
    ) -> Response:
        origin = request.headers.get("origin", "")
        headers = {"cache-control": "no-store", "vary": "origin"}
        try:
            content = await answer(read(kind, await read_body(request, self._max_body)), origin)
        except Refused as refused:
            _REFUSED.labels(refused.code).inc()
            return Response(
                msgspec.json.encode(refused.body()), refused.status, headers, "application/json"
            )
        headers["access-control-allow-origin"] = origin
        return Response(content, 200 if content else 204, headers, "application/json")


async def preflight(request: Request) -> Response:
    """A browser asks before it sends JSON; the real request decides by site and origin."""
    headers = {
        "access-control-allow-origin": request.headers.get("origin", ""),
        "access-control-allow-headers": "content-type",
        "access-control-allow-methods": "POST",
        "access-control-max-age": "86400",
        "vary": "origin",
    }
    return Response(status_code=204, headers=headers)


async def script(request: Request) -> Response:
    """GET /ringtrail.js"""
    headers = {"cache-control": "public, max-age=300", "etag": _ETAG}
    # A proxy that compresses makes the tag weak, and a browser may send several.
    if _ETAG in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(_SCRIPT, headers=headers, media_type="text/javascript; charset=utf-8")


def _site(store: Store, key: str, origin: str) -> KnownSite:
    site = visits.site(store, key)
    if site is None:
        raise Refused(404, "site", "no site has this key; copy it from the site's settings", "site")
    if origin not in site.origins:
        raise Refused(403, "origin", "this origin is not one of the site's own")
    return site
