"""What a pool was asked for, from the warehouse: by the running app if there is one, else alone.

`routes` are the app's side, on its Unix socket only; `hours` and `visits` are the command line's.
What travels is one JSON object a line, so that neither side holds a site's weeks twice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from attribution.reports.pool_traffic import PoolTraffic
from numbers_pool.sizing.week import HourSeen
from ringtrail import app_socket
from ringtrail.core.auth import Scoped
from ringtrail.core.errors import Refused, RingtrailError
from ringtrail.core.settings import Settings
from ringtrail.core.warehouse import Row
from ringtrail.platform import Platform

T = TypeVar("T")
Read = Callable[[Scoped, int, int, date, date], Iterator[Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pool's traffic: local days, `until` inclusive."""

    account: int
    site: int
    pool: int
    since: date
    until: date


class VisitSeen(msgspec.Struct, frozen=True):
    """A visit: when it asked, in seconds of UTC; how long it stayed and its number was kept."""

    asked_at: float
    stay_seconds: float | None
    kept_seconds: float | None


def hours(settings: Settings, asked: Asked) -> list[HourSeen]:
    """The hours in which a visit asked, oldest first."""
    return _read(settings, asked, "hours", HourSeen)


def visits(settings: Settings, asked: Asked) -> list[VisitSeen]:
    """Every visit, oldest first."""
    return _read(settings, asked, "visits", VisitSeen)


def routes(platform: Platform) -> list[Route]:
    """For the operator alone."""
    return [
        Route(f"/api/v1/pool/{name}", _answer(platform, read), methods=["GET"])
        for name, read in _reads(PoolTraffic(platform.warehouse)).items()
    ]


def _reads(traffic: PoolTraffic) -> dict[str, Read]:
    return {"hours": traffic.hours, "visits": traffic.visits}


def _read(settings: Settings, asked: Asked, name: str, kind: type[T]) -> list[T]:
    with app_socket.running(settings) as running:
        if running is not None:
            query = {field: str(getattr(asked, field)) for field in Asked.__dataclass_fields__}
            answer = running.get(f"/api/v1/pool/{name}", params=query)
            if answer.status_code != 200:
                raise RingtrailError(app_socket.told(answer))
            return msgspec.json.Decoder(kind).decode_lines(answer.content)
    platform = Platform(settings)
    try:
        scope = platform.auth.whole(asked.account)
        read = _reads(PoolTraffic(platform.warehouse))[name]
        chunks = read(scope, asked.site, asked.pool, asked.since, asked.until)
        return [msgspec.convert(row, kind) for chunk in chunks for row in chunk]
    finally:
        platform.close()


def _answer(platform: Platform, read: Read) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            if not request.scope.get("ringtrail.operator"):
                raise Refused(403, "operator", "use the CLI")
            asked = _asked(request)
            scope = platform.auth.whole(asked.account)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        chunks = read(scope, asked.site, asked.pool, asked.since, asked.until)
        encode = msgspec.json.Encoder().encode_lines
        return StreamingResponse(map(encode, chunks), media_type="application/x-ndjson")

    return answer


def _asked(request: Request) -> Asked:
    try:
        return msgspec.convert(dict(request.query_params), Asked, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(400, "malformed", str(error)) from error
