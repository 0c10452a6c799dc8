"""GET /api/v1/attribution/compare and /api/v1/reports/{report}.

For a program with a key, a person with a session, the CLI.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from attribution.credit.compare import Asked, compare
from attribution.reports.answering import answer
from ringtrail.core.auth import Scoped
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Warehouse

_Read = Callable[[Scoped, Request], Awaitable[object]]
_PRIVATE = {"cache-control": "no-store"}


def routes(warehouse: Warehouse, scope_of: Callable[[Request], Scoped | None]) -> list[Route]:
    """What attribution answers by itself; reports go through dashboards and exporters."""

    async def comparison(scope: Scoped, request: Request) -> object:
        return await asyncio.to_thread(compare, warehouse, scope, _asked(request))

    async def report(scope: Scoped, request: Request) -> object:
        # The account is read by `scope_of`, where an operator has to name one.
        told = [one for one in request.query_params.multi_items() if one[0] != "account"]
        name = request.path_params["report"]
        return await asyncio.to_thread(answer, warehouse, scope, name, told)

    def answering(read: _Read) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            try:
                scope = scope_of(request)
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


def _asked(request: Request) -> Asked:
    told = dict(request.query_params)
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
