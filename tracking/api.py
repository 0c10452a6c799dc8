"""The public endpoints: thin, hot, and deaf to anything that breaks their contract.

Bodies are JSON whatever the content type (beacons send text/plain). A request is refused before
anything is stored: size, then form, then site, then origin. Only the pace of beats and leaves is
looked at later: a no is said once, so one that comes too fast is heard and then refused.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import msgspec
from prometheus_client import Counter
from starlette.requests import Request
from starlette.responses import Response

from numbers_pool import store as pool
from ringtrail.core.body import read_body
from ringtrail.core.clock import Clock, Micros
from ringtrail.core.database import Writer
from ringtrail.core.errors import Refused
from ringtrail.core.inbox import put
from tracking import event, pipeline
from tracking import store as visits
from tracking.address import scrub
from tracking.answer import on_page
from tracking.client import Clients
from tracking.cookie import share_host, visitor_cookie
from tracking.hit import Hit, Ledgers, Page
from tracking.pace import Pace
from tracking.schemas import B, BeatBody, EventBody, LeaveBody, VisitBody, read
from tracking.store import KnownSite, Store

_REFUSED = Counter("ringtrail_requests_refused", "Public requests refused", ["code"])
T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]


class Intake:
    """The four endpoints over one writer."""

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        clients: Clients,
        ledgers: Ledgers,
        *,
        max_body: int,
        contact_window: int,
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._clients = clients
        self._ledgers = ledgers
        self._events_pace = Pace()
        self._max_body = max_body
        self._contact_window = contact_window

    async def visit(self, request: Request) -> Response:
        cookies: list[str] = []

        async def answer(body: VisitBody, origin: str) -> bytes:
            page = Page(body, self._clients.of(request))
            hit = _unless_refused(await self._writer.join(self._take_pages, page, body.visit))
            pipeline.count(hit)
            if hit.answer is None:
                raise _too_fast("pages", hit.wait) if hit.wait else _foreign()
            if hit.visitor and share_host(origin, request.headers.get("host")):
                cookies.append(visitor_cookie(hit.visitor, origin, hit.site.origins))
            return hit.answer

        response = await self._answer(request, VisitBody, answer)
        for cookie in cookies:
            response.headers.append("set-cookie", cookie)
        return response

    def _take_pages(self, store: Store, pages: Sequence[Page]) -> list[Hit | Refused]:
        """What becomes of each page view of a window."""
        keys = {page.body.site for page in pages}
        sites = {key: site for key in keys if (site := visits.site(store, key))}
        known = [page for page in pages if page.body.site in sites]
        hits = iter(pipeline.run(store, known, sites, self._ledgers, self._clock.now()))
        return [next(hits) if page.body.site in sites else _no_site() for page in pages]

    async def beat(self, request: Request) -> Response:
        async def answer(body: BeatBody, origin: str) -> bytes:
            line = self._clients.line_of(request)

            def work(store: Store) -> bytes | Refused:
                site, now = _own_site(store, body.site, origin), self._clock.now()
                if body.consent.denied:
                    visits.withdraw(store, site.id, body.visit, now)
                if held := self._held_back(site, line, now):
                    return held
                if not visits.touch(store, site.id, [body.visit], now):
                    return b"{}"
                self._ledgers.shares.keep(body.visit, now)
                page = scrub(body.page) if body.page else None
                shown, facts = pool.beat(
                    store, site=site.id, visit=body.visit, leases=body.leases, page=page, now=now
                )
                put(store, facts, now)
                if not shown:
                    return b"{}"
                beside = self._ledgers.written.beside(store, site.id, shown, now)
                renewed = [on_page(number) for number in beside]
                return msgspec.json.encode({"numbers": renewed})

            return _unless_refused(await self._writer.submit(work, body.visit))

        return await self._answer(request, BeatBody, answer)

    async def leave(self, request: Request) -> Response:
        async def answer(body: LeaveBody, origin: str) -> bytes:
            line = self._clients.line_of(request)

            def work(store: Store) -> bytes | Refused:
                site, now = _own_site(store, body.site, origin), self._clock.now()
                if body.consent.denied:
                    visits.withdraw(store, site.id, body.visit, now)
                if held := self._held_back(site, line, now):
                    return held
                pool.leave(store, site=site.id, visit=body.visit, leases=body.leases, now=now)
                return b""

            return _unless_refused(await self._writer.submit(work, body.visit))

        return await self._answer(request, LeaveBody, answer)

    async def event(self, request: Request) -> Response:
        async def answer(body: EventBody, origin: str) -> bytes:
            client = self._clients.of(request)
            key = (body.site, client.network)
            if client.network and (wait := self._events_pace.wait(key, self._clock.now())):
                raise _too_fast("events", wait)

            def work(store: Store) -> event.Outcome:
                site, now = _own_site(store, body.site, origin), self._clock.now()
                own = self._ledgers.own.includes(store, site.id, body.visitor, now)
                if own and not body.consent.denied:
                    return event.left_out("own_traffic")
                outcome = event.run(store, body, site, client, self._contact_window, now)
                if body.kind == "custom" and outcome.result == "taken":
                    self._ledgers.written.forget(site.id)
                return outcome

            outcome = await self._writer.submit(work, body.visit)
            event.count(body, outcome)
            return outcome.answer

        return await self._answer(request, EventBody, answer, status=202)

    def _held_back(self, site: KnownSite, line: str | None, now: Micros) -> Refused | None:
        """What to tell a beat or a leave beyond the pace that pages have."""
        wait = self._ledgers.signs.wait(site.id, line, now)
        return _too_fast("beats", wait) if wait else None

    async def _answer(
        self,
        request: Request,
        kind: type[B],
        answer: Callable[[B, str], Awaitable[bytes]],
        *,
        status: int = 200,
    ) -> Response:
        origin = request.headers.get("origin", "")
        headers = {
            "cache-control": "no-store",
            "vary": "origin",
            "x-content-type-options": "nosniff",
        }
        try:
            content = await answer(read(kind, await read_body(request, self._max_body)), origin)
        except Refused as refused:
            _REFUSED.labels(refused.code).inc()
            if origin and refused.code != "origin":
                # Unread, a refusal looks like a network that is down, and is tried for a week.
                headers["access-control-allow-origin"] = origin
            if refused.retry_after:
                headers["retry-after"] = str(refused.retry_after)
            return Response(
                msgspec.json.encode(refused.body()), refused.status, headers, "application/json"
            )
        headers["access-control-allow-origin"] = origin
        return Response(content, status if content else 204, headers, "application/json")


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


def _site(store: Store, key: str) -> KnownSite:
    site = visits.site(store, key)
    if site is None:
        raise _no_site()
    return site


def _no_site() -> Refused:
    return Refused(404, "site", "no site has this key; copy it from the site's settings", "site")


def _own_site(store: Store, key: str, origin: str) -> KnownSite:
    site = _site(store, key)
    if origin not in site.origins:
        raise _foreign()
    return site


def _unless_refused(answer: T | Refused) -> T:
    """A refusal is raised only here: inside the work it would undo what the work has written."""
    if isinstance(answer, Refused):
        raise answer
    return answer


def _too_fast(what: str, wait: int) -> Refused:
    told = f"too many {what} come from there; wait {wait} s"
    return Refused(429, "rate", told, retry_after=wait)


def _foreign() -> Refused:
    return Refused(403, "origin", "this origin is not one of the site's own")
