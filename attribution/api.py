"""GET /api/v1/attribution/compare: for a program with a key, a person with a session, the CLI."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from attribution.credit.compare import Asked, compare
from ringtrail.core.auth import Scoped
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Warehouse

_PRIVATE = {"cache-control": "no-store"}


def routes(warehouse: Warehouse, scope_of: Callable[[Request], Scoped | None]) -> list[Route]:
    """What attribution answers by itself; reports go through dashboards and exporters."""

    async def comparison(request: Request) -> Response:
        try:
            scope = scope_of(request)
            if scope is None:
                raise Refused(401, "key", "send `Authorization: Bearer KEY` or sign in")
            asked = _asked(request)
            found = await asyncio.to_thread(compare, warehouse, scope, asked)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        return Response(msgspec.json.encode(found), headers=_PRIVATE, media_type="application/json")

    handler: Callable[[Request], Awaitable[Response]] = comparison
    return [Route("/api/v1/attribution/compare", handler, methods=["GET"])]


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
