"""The frame of every connection to the outside: today, signed hooks that come in.

`POST /hooks/{connection}` finds the connection by its slug, verifies HMAC-SHA256 over the raw body
before reading it, and hands it to the handler registered for the connection's kind, inside one
transaction. A signature is good for a few minutes, so that a recorded request cannot be replayed
later; within them the inbox recognises the same fact.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from prometheus_client import Counter
from sqlalchemy import Connection as Transaction
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from ringtrail.core.body import read_body
from ringtrail.core.clock import SECOND, Clock, Micros
from ringtrail.core.database import Writer
from ringtrail.core.errors import Refused
from ringtrail.core.models import Connection, Site

Store = Transaction
_HOOKS = Counter("ringtrail_hooks", "Signed hooks by what became of them", ["result"])
_CONNECTION = Connection.__table__  # type: ignore[attr-defined]
_SITE = Site.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Hook:
    """A verified delivery."""

    account: int
    site: int
    region: str
    connection: str
    body: bytes
    received_at: Micros


Handler = Callable[[Store, Hook], dict[str, object]]


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Ringtrail-Signature for a body sent at `timestamp` (unix seconds)."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return "sha256=" + mac.hexdigest()


class Hooks:
    """The endpoint that all hooks come through."""

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        handlers: Mapping[str, Handler],
        *,
        tolerance_seconds: int,
        max_body: int,
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._handlers = handlers
        self._tolerance = tolerance_seconds * SECOND
        self._max_body = max_body

    async def receive(self, request: Request) -> Response:
        """POST /hooks/{connection}: 202 when taken, else the error of the contract."""
        try:
            body = await read_body(request, self._max_body)
            timestamp = request.headers.get("x-ringtrail-timestamp", "")
            signature = request.headers.get("x-ringtrail-signature", "")
            slug = request.path_params["connection"]

            def work(store: Store) -> dict[str, object]:
                return self._take(store, slug, timestamp, signature, body)

            answer = await self._writer.submit(work)
        except Refused as refused:
            _HOOKS.labels(refused.code).inc()
            return Response(
                msgspec.json.encode(refused.body()), refused.status, None, "application/json"
            )
        _HOOKS.labels("taken").inc()
        return Response(msgspec.json.encode(answer), 202, None, "application/json")

    def _take(
        self, store: Store, slug: str, timestamp: str, signature: str, body: bytes
    ) -> dict[str, object]:
        if not slug.isprintable():
            # PostgreSQL cannot even compare with a NUL.
            raise Refused(404, "connection", "no connection has this address")
        rows = select(_CONNECTION, _SITE.c.region).join(_SITE, _SITE.c.id == _CONNECTION.c.site_id)
        row = store.execute(rows.where(_CONNECTION.c.slug == slug)).one_or_none()
        if row is None or row.kind not in self._handlers:
            raise Refused(404, "connection", "no connection has this address")
        now = self._clock.now()
        if not hmac.compare_digest(sign(row.secret, timestamp, body).encode(), signature.encode()):
            raise Refused(403, "signature", "sign `timestamp.body` with the connection's secret")
        if not timestamp.isdecimal() or abs(now - int(timestamp) * SECOND) > self._tolerance:
            raise Refused(403, "stale", "the signature's timestamp is too far from now")
        hook = Hook(row.account_id, row.site_id, row.region, slug, body, now)
        return self._handlers[row.kind](store, hook)
