"""GET /api/v1/attribution/compare and /api/v1/reports/{report}.

For a program with a key, a person with a session, the CLI. Days that are not told are the last 31.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from attribution.credit.compare import Asked, compare
from attribution.reports.answering import answer
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import Clock, utc
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Warehouse

_Read = Callable[[Scoped, Request], Awaitable[object]]
_PRIVATE = {"cache-control": "no-store"}
_MONTH = timedelta(days=31)


def routes(
    warehouse: Warehouse, clock: Clock, scope_of: Callable[[Request], Scoped | None]
) -> list[Route]:
    """What attribution answers by itself; reports go through dashboards and exporters."""

    async def comparison(scope: Scoped, request: Request) -> object:
        return await asyncio.to_thread(compare, warehouse, scope, _asked(request, clock))

    async def report(scope: Scoped, request: Request) -> object:
        # The account is read by `scope_of`, where an operator has to name one.
        told = [one for one in request.query_params.multi_items() if one[0] != "account"]
        told += _missing_days(request.query_params, clock).items()
        name = request.path_params["report"]
        return await asyncio.to_thread(answer, warehouse, scope, name, told)

    def answering(read: _Read) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            try:
                scope = await asyncio.to_thread(scope_of, request)
                if scope is None:
                    raise Refused(401, "key", "send `Authorization: Bearer KEY` or sign in")
                found = await read(scope, request)
            except Refused as refused:
                return JSONResponse(refused.body(), refused.status)
            body = msgspec.json.encode(found)
            return Response(body, headers=_PRIVATE, media_type="application/json")

        return serve

    return [
        Route("/api/v1/attribution/compare", answering(comparison), methods=["GET"]),
        Route("/api/v1/reports/{report}", answering(report), methods=["GET"]),
    ]


def _asked(request: Request, clock: Clock) -> Asked:
    told = dict(request.query_params) | _missing_days(request.query_params, clock)
    models = [model for model in told.pop("models", "").split(",") if model]
    if not models:
        raise Refused(400, "models", "`models` must name one or more, with commas", "models")
    try:
        asked = msgspec.convert({**told, "models": models}, Asked, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(400, "malformed", str(error)) from error
    if asked.since > asked.until:
        raise Refused(400, "period", "`since` must not be after `until`", "since")
    return asked


def _missing_days(told: Mapping[str, str], clock: Clock) -> dict[str, str]:
    """`since` and `until` as far as they are not told."""
    # A site east of Greenwich is a day ahead; without `until` nothing may be left out.
    last = utc(clock.now()).date() + timedelta(days=1)
    days = {} if "until" in told else {"until": str(last)}
    if "since" not in told:
        # What is no day is refused by whoever reads it.
        with suppress(ValueError):
            last = date.fromisoformat(told.get("until", str(last)))
        days["since"] = str(max(last, date.min + _MONTH) - _MONTH)
    return days
