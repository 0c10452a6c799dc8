"""POST /api/v1/corrections, /undo and /person: a decision of a person goes into the inbox.

GET /api/v1/corrections lists what was corrected.

For a person with a session, who decides in their own name, for a program with a key and for the
command line, which say who decides. What is refused leaves nothing behind. A session is read from a
cookie, so the body must be declared as JSON: no other site's page can send that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from attribution.answers import CorrectionRow
from attribution.leads.corrections import (
    Body,
    CorrectionBody,
    Decider,
    PersonBody,
    UndoBody,
    decide,
)
from attribution.leads.listing import PersonDecisionRow, corrections, person_decisions
from ringtrail.core.auth import Scoped
from ringtrail.core.body import malformed, read_body
from ringtrail.core.errors import Refused
from ringtrail.core.inbox import put
from ringtrail.core.warehouse import Warehouse
from ringtrail.platform import Platform

PATHS: dict[str, type[Body]] = {
    "/api/v1/corrections": CorrectionBody,
    "/api/v1/corrections/undo": UndoBody,
    "/api/v1/corrections/person": PersonBody,
}
LIST = "/api/v1/corrections"


class Asking(NamedTuple):
    """Whose account it is, and who asks where a session tells."""

    scope: Scoped
    name: str | None


Who = Callable[[Request], Asking | None]


class Taken(msgspec.Struct, frozen=True):
    """`correction` is what to undo."""

    correction: str


class Listed(msgspec.Struct, frozen=True):
    """The newest first; `persons`: who is who, told where not one call or contact is asked for."""

    corrections: list[CorrectionRow]
    persons: list[PersonDecisionRow]


def routes(platform: Platform, who: Who) -> list[Route]:
    """The three ways in, and the list."""
    ways_in = [
        Route(path, _route(platform, who, body), methods=["POST"]) for path, body in PATHS.items()
    ]
    return [*ways_in, Route(LIST, _list_route(platform, who), methods=["GET"])]


def take(platform: Platform, asking: Asking, asked: Body) -> Taken:
    """Put the decision into the inbox, in the calling thread."""
    decider = Decider(asking.scope, _by(asking, asked), platform.clock.now())
    correction, fact = decide(platform.warehouse, decider, asked)
    platform.writer.immediate(lambda store: put(store, [fact], decider.at))
    return Taken(str(correction))


def listed(warehouse: Warehouse, scope: Scoped, event: UUID | None) -> Listed:
    """What was corrected of a call or a contact, or all that was decided in the account."""
    persons = person_decisions(warehouse, scope) if event is None else []
    return Listed(corrections(warehouse, scope, event), persons)


def _by(asking: Asking, asked: Body) -> str:
    if asking.name is not None and asked.by not in (None, asking.name):
        raise Refused(400, "by", "whoever has signed in decides in their own name", "by")
    by = asking.name or asked.by
    if by is None:
        raise Refused(400, "by", "say who decides", "by")
    return by


def _route(
    platform: Platform, who: Who, body: type[Body]
) -> Callable[[Request], Awaitable[Response]]:
    decoder = msgspec.json.Decoder(body)

    async def correct(request: Request) -> Response:
        try:
            asking = await _asking(who, request)
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                told = "send the body as application/json"
                raise Refused(400, "malformed", told, "content-type")
            told_body = await read_body(request, platform.settings.max_body_bytes)
            try:
                asked = decoder.decode(told_body)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise malformed(error) from error
            taken = await asyncio.to_thread(take, platform, asking, asked)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        return Response(msgspec.json.encode(taken), 202, media_type="application/json")

    return correct


def _list_route(platform: Platform, who: Who) -> Callable[[Request], Awaitable[Response]]:
    async def listing(request: Request) -> Response:
        try:
            scope = (await _asking(who, request)).scope
            event = _event(request.query_params.get("event", ""))
            found = await asyncio.to_thread(listed, platform.warehouse, scope, event)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        content = msgspec.json.encode(found)
        return Response(
            content, headers={"cache-control": "no-store"}, media_type="application/json"
        )

    return listing


async def _asking(who: Who, request: Request) -> Asking:
    asking = await asyncio.to_thread(who, request)
    if asking is None:
        raise Refused(401, "key", "send `Authorization: Bearer KEY` or sign in")
    return asking


def _event(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        told = "`event` must be the id of a call or a contact"
        raise Refused(400, "malformed", told, "event") from None
