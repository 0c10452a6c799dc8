"""POST and GET /api/v1/told: reports that are kept, and what they would say now.

For a program with a key, a person with a session, `ringtrail report`. A session is read from a
cookie, so what is kept must be declared as JSON: no other site's page can send that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from attribution.replay.reports import Asked, tell, then_and_now, told
from ringtrail.core.auth import Scoped
from ringtrail.core.body import malformed, read_body
from ringtrail.core.clock import Clock
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Warehouse

_PRIVATE = {"cache-control": "no-store"}
_MOST = 4_096


class TellBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which report is told, as `Asked`, and to whom."""

    asked: Asked
    to: Annotated[str, Meta(max_length=200)] = ""


def routes(
    warehouse: Warehouse, clock: Clock, scope_of: Callable[[Request], Scoped | None]
) -> list[Route]:
    """Keep a report, list those that were kept, compare one with now."""

    async def post(request: Request, scope: Scoped) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise Refused(400, "malformed", "send the body as application/json", "content-type")
        try:
            body = msgspec.json.decode(await read_body(request, _MOST), type=TellBody)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise malformed(error) from error
        kept, figures = await asyncio.to_thread(
            tell, warehouse, scope, body.asked, at=clock.now(), to=body.to
        )
        return _json({"told": kept, "figures": figures}, 201)

    async def listing(_request: Request, scope: Scoped) -> Response:
        return _json({"reports": await asyncio.to_thread(told, warehouse, scope)})

    async def compared(request: Request, scope: Scoped) -> Response:
        try:
            report = UUID(request.path_params["report"])
        except ValueError as error:
            raise _missing() from error
        found = await asyncio.to_thread(then_and_now, warehouse, scope, report)
        if found is None:
            raise _missing()
        return _json(found)

    return [
        Route("/api/v1/told", _guarded(post, scope_of), methods=["POST"]),
        Route("/api/v1/told", _guarded(listing, scope_of), methods=["GET"]),
        Route("/api/v1/told/{report}", _guarded(compared, scope_of), methods=["GET"]),
    ]


def _missing() -> Refused:
    told = "no such report: `ringtrail report list` or GET /api/v1/told tells which were kept"
    return Refused(404, "report", told, "report")


def _guarded(
    answer: Callable[[Request, Scoped], Awaitable[Response]],
    scope_of: Callable[[Request], Scoped | None],
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        try:
            scope = await asyncio.to_thread(scope_of, request)
            if scope is None:
                raise Refused(401, "key", "send `Authorization: Bearer KEY` or sign in")
            return await answer(request, scope)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)

    return guarded


def _json(content: Any, status: int = 200) -> Response:
    return Response(
        msgspec.json.encode(content), status, headers=_PRIVATE, media_type="application/json"
    )
