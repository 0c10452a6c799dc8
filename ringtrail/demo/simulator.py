"""Visitors and callers of the demo clinic, live: they use the public doors and no other.

`ringtrail.cli demo` runs one `Simulator` beside the server. Visits go to `/v1/...` as a browser
sends them, calls to `/hooks/...` as a telephone exchange signs them, so what a person sees in the
demo is what an installation does. A request that fails is logged and its visitor is given up;
nothing but cancellation ends the run.
"""

import asyncio
import hashlib
import hmac
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import msgspec
import structlog

from ringtrail.core.clock import SECOND, Clock, utc
from ringtrail.demo import callers, sources
from ringtrail.demo.month import ZONE

_log = structlog.get_logger(__name__)
_BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36"
)
_RETURNING = 0.2
_CALLING = 0.2
_REMEMBERED = 200


class _Offered(msgspec.Struct):
    number: str
    lease: str | None = None


class _Welcome(msgspec.Struct):
    """What `/v1/visit` answers, as far as a visitor cares."""

    visitor: str | None
    visit: str
    beat_every: float
    numbers: list[_Offered] = []


@dataclass
class _Browser:
    """What one visitor's browser keeps between visits; `phone` is the person's own."""

    phone: str | None
    visitor: str | None = None
    visit: str | None = None
    leases: list[str] = field(default_factory=list)
    page: str = ""


class Simulator:
    """Sends visits at a mean pace of `visits_a_minute`, and the calls that follow from them."""

    def __init__(
        self,
        base_url: str,
        site_key: str,
        origin: str,
        hook_slug: str,
        hook_secret: str,
        clock: Clock,
        seed: int,
        visits_a_minute: float = 6,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._base, self._site, self._origin = base_url.rstrip("/"), site_key, origin.rstrip("/")
        self._hook, self._secret = f"/hooks/{hook_slug}", hook_secret.encode()
        self._clock, self._pace = clock, visits_a_minute / 60
        self._rng = random.Random(seed)
        self._transport = transport
        self._browsers: list[_Browser] = []

    async def run(self) -> None:
        """Send visitors until cancelled; whoever is under way is then dropped."""
        async with (
            httpx.AsyncClient(
                base_url=self._base, timeout=15, trust_env=False, transport=self._transport
            ) as client,
            asyncio.TaskGroup() as visitors,
        ):
            while True:
                visitors.create_task(self._come(client))
                await asyncio.sleep(self._rng.expovariate(self._pace))

    async def _come(self, client: httpx.AsyncClient) -> None:
        try:
            await self._visit(client, self._browser())
        except (httpx.HTTPError, msgspec.MsgspecError) as error:
            _log.warning("demo_visitor_given_up", error=repr(error))
        except Exception:
            _log.exception("demo_visitor_failed")

    async def _visit(self, client: httpx.AsyncClient, browser: _Browser) -> None:
        source = sources.choose_return(self._rng) if browser.visitor else sources.choose(self._rng)
        arrival = sources.arrive(source, self._rng)
        address = self._origin + arrival.path
        browser.page = f"{address}?{arrival.query}" if arrival.query else address
        welcome = await self._open(client, browser, source.referrer, arrival.path)
        # A lease may be missing: the pool is empty, and the page shows the business number.
        number = next((each.number for each in welcome.numbers if each.lease), None)
        calls = number is not None and self._rng.random() < _CALLING
        lingers = self._rng.random() < 0.3
        await self._stay(client, browser, welcome.beat_every)
        if calls and number and not lingers:
            await self._ring(client, browser, number)
        await self._say(client, "leave", self._held(browser))
        browser.leases = []
        if len(self._browsers) < _REMEMBERED:
            self._browsers.append(browser)
        if calls and number and lingers:
            await asyncio.sleep(self._rng.uniform(20, 240))
            await self._ring(client, browser, number)

    async def _open(
        self, client: httpx.AsyncClient, browser: _Browser, referrer: str | None, path: str
    ) -> _Welcome:
        body = {
            "visitor": browser.visitor,
            "visit": browser.visit,
            "url": browser.page,
            "referrer": referrer or "",
            "title": sources.PAGES[path],
            "screen": [1440, 900],
            "language": "en-GB",
            "timezone": ZONE,
            "client_ids": {},
            "consent": {
                "state": "granted",
                "ad_user_data": "granted",
                "ad_personalization": "granted",
                "source": "demo",
                "version": "1",
            },
        }
        answer = await self._say(client, "visit", body)
        welcome = msgspec.json.decode(answer.content, type=_Welcome)
        browser.visitor, browser.visit = welcome.visitor, welcome.visit
        browser.leases = [each.lease for each in welcome.numbers if each.lease]
        return welcome

    async def _stay(self, client: httpx.AsyncClient, browser: _Browser, every: float) -> None:
        """Read a few pages, each opened like the first one, with beats in between."""
        every = max(every, 1)
        for page in range(self._rng.randint(1, 3)):
            if page:
                path = self._rng.choice(list(sources.PAGES))
                referrer, browser.page = browser.page, self._origin + path
                await self._open(client, browser, referrer, path)
            for _ in range(self._rng.randint(0, 2)):
                await asyncio.sleep(every)
                beat = {**self._held(browser), "page": browser.page}
                await self._say(client, "beat", beat)
            await asyncio.sleep(self._rng.uniform(0.2, 0.9) * every)

    async def _ring(self, client: httpx.AsyncClient, browser: _Browser, number: str) -> None:
        """Call the number, wait as long as the call lasts, then tell of it like an exchange."""
        started = self._clock.now()
        end = callers.ending(utc(started).astimezone(ZoneInfo(ZONE)), self._rng)
        talk = min(end.talk_seconds, 180)
        await asyncio.sleep(end.ring_seconds + talk)
        body = msgspec.json.encode(
            {
                "call": f"live-{uuid4()}",
                "number": number,
                "caller": browser.phone,
                "direction": "inbound",
                "started_at": utc(started).isoformat(timespec="milliseconds"),
                "outcome": end.outcome,
                "ring_seconds": end.ring_seconds,
                "talk_seconds": talk,
            }
        )
        answer = await client.post(self._hook, content=body, headers=self._signed(body))
        answer.raise_for_status()

    def _signed(self, body: bytes) -> dict[str, str]:
        stamp = str(self._clock.now() // SECOND)
        digest = hmac.new(self._secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "X-Ringtrail-Timestamp": stamp,
            "X-Ringtrail-Signature": f"sha256={digest}",
        }

    def _held(self, browser: _Browser) -> dict[str, Any]:
        return {"visit": browser.visit, "leases": browser.leases}

    async def _say(
        self, client: httpx.AsyncClient, door: str, body: dict[str, Any]
    ) -> httpx.Response:
        now = self._clock.now() // 1000
        told = {"event_id": str(uuid4()), "site": self._site, "at": now, "sent_at": now, **body}
        answer = await client.post(
            f"/v1/{door}",
            content=msgspec.json.encode(told),
            headers={
                "Origin": self._origin,
                "Content-Type": "text/plain;charset=UTF-8",
                "User-Agent": _BROWSER,
            },
        )
        answer.raise_for_status()
        return answer

    def _browser(self) -> _Browser:
        """A browser that is not under way: one that came before, or a new one."""
        if self._browsers and self._rng.random() < _RETURNING:
            return self._browsers.pop(self._rng.randrange(len(self._browsers)))
        withheld = self._rng.random() < 0.05
        return _Browser(None if withheld else callers.number(self._rng.randrange(13_000)))
