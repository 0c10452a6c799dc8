"""Describes the plain routes, in /api/openapi.json for programs and on /api/docs for people.

FastAPI describes only its own routes, and its docs page fetches scripts from other hosts. Called
once by `ringtrail.server`. The bodies' schemas come from the msgspec structs that decode them, so
the description cannot drift from what is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import jinja2
import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from attribution.leads.corrections import CorrectionBody, PersonBody, UndoBody
from attribution.replay.api import TellBody
from attribution.reports.catalogue import REPORTS
from attribution.reports.registry import DIMENSIONS, METRICS
from telephony_bridge.webhook import CallBody
from tracking.schemas import BeatBody, EventBody, LeaveBody, VisitBody


@dataclass(frozen=True, slots=True)
class Described:
    """One operation as a reader of /api/docs sees it; `refusals` are status -> error code."""

    method: str
    path: str
    tag: str
    summary: str
    answers: dict[int, str]
    refusals: dict[int, str] = field(default_factory=dict)
    body: type[msgspec.Struct] | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    bearer: bool = False


_PUBLIC = {400: "malformed", 403: "origin", 404: "site", 413: "size"}
OPERATIONS = (
    Described(
        "post", "/v1/visit", "website", "A page was opened; answers with the numbers to show",
        {200: "visitor, visit, beat_every, numbers, cookie"}, {**_PUBLIC, 429: "rate"}, VisitBody,
    ),
    Described(
        "post", "/v1/beat", "website", "The page is still seen",
        {200: "numbers, when a lease was renewed"}, _PUBLIC, BeatBody,
    ),
    Described(
        "post", "/v1/leave", "website", "The page was unloaded; starts the cool-down",
        {204: "taken"}, _PUBLIC, LeaveBody,
    ),
    Described(
        "post", "/v1/event", "website", "A form, a chat, a click on a number",
        {202: "contact, or null; numbers, for those found in the page"},
        {**_PUBLIC, 429: "rate"}, EventBody,
    ),
    Described("get", "/ringtrail.js", "website", "The script for the website", {200: "the script"}),
    Described(
        "get", "/ringtrail-numbers.js", "website",
        "A smaller script that changes numbers and hears of no forms, chats and clicks",
        {200: "the script"},
    ),
    Described(
        "post", "/hooks/{connection}", "telephone", "A call has ended; signed by the sender",
        {202: "call, unknown_number, holders"},
        {400: "malformed", 403: "signature or stale", 404: "connection", 413: "size"}, CallBody,
        places={"connection": "the connection's address, shown when it was set up"},
        headers={
            "X-Ringtrail-Timestamp": "unix time in seconds",
            "X-Ringtrail-Signature": "sha256= and the hex HMAC-SHA256 of `timestamp.body`",
        },
    ),
    Described(
        "get", "/api/v1/calls.csv", "export", "Calls with their source, lease and match",
        {200: "CSV, one row a call"}, {400: "period", 401: "key"},
        parameters={"since": "first day, like 2026-11-01", "until": "last day, inclusive"},
        bearer=True,
    ),
    Described(
        "get", "/api/v1/contacts.csv", "export", "Contacts by forms and chats with their source",
        {200: "CSV, one row a contact"}, {400: "period", 401: "key"},
        parameters={"since": "first day, like 2026-11-01", "until": "last day, inclusive"},
        bearer=True,
    ),
    Described(
        "get", "/api/v1/attribution/compare", "report", "What several models give to whom",
        {200: "conversions, sides, lines"}, {400: "models, model or period", 401: "key"},
        parameters={
            "models": "names with commas between them", "by": "channel, source or campaign",
            "since": "first day, like 2026-11-01", "until": "last day, inclusive",
        },
        bearer=True,
    ),
    Described(
        "post", "/api/v1/told", "report", "Compute a report and keep it with its versions",
        {201: "told, figures"},
        {
            400: "malformed, model, basis, currency or period", 401: "key", 404: "site",
            413: "size",
        },
        TellBody, bearer=True,
    ),
    Described(
        "get", "/api/v1/told", "report", "The reports that were kept", {200: "reports"},
        {401: "key"}, bearer=True,
    ),
    Described(
        "get", "/api/v1/told/{report}", "report",
        "What a kept report said, what it would say now, and every difference by its cause",
        {200: "told, version_now, load_now, then, now, differences"},
        {401: "key", 404: "report"}, bearer=True,
    ),
    Described(
        "post", "/api/v1/corrections", "correction",
        "What is wrong about a call or a contact: one of source, match, flag, qualified",
        {202: "correction, the id to undo it by"},
        {400: "malformed or by", 401: "key", 403: "role", 404: "event", 413: "size"},
        CorrectionBody, bearer=True,
    ),
    Described(
        "get", "/api/v1/corrections", "correction",
        "What people corrected of calls, contacts and persons, the newest first",
        {200: "corrections, persons: each with its id, what it says, who decided, when and why"},
        {400: "malformed", 401: "key", 403: "role"},
        parameters={"event": "the id of a call or a contact; all if not told"}, bearer=True,
    ),
    Described(
        "post", "/api/v1/corrections/undo", "correction",
        "Takes a correction back, or a decision about a person",
        {202: "correction"},
        {400: "malformed or by", 401: "key", 403: "role", 404: "correction", 409: "correction",
         413: "size"},
        UndoBody, bearer=True,
    ),
    Described(
        "post", "/api/v1/corrections/person", "correction",
        "Two are one person, or two; or a phone, an e-mail, a browser tells of nobody",
        {202: "correction, the id to undo it by"},
        {400: "malformed or by", 401: "key", 403: "role", 413: "size"}, PersonBody, bearer=True,
    ),
    Described(
        "get", "/api/v1/reports/{report}", "report",
        "Figures with the statement behind them and the way to the rows below each",
        {200: "columns, rows, totals, more, sql, parameters, versions"},
        {400: "metrics, by, model, basis, limit or period", 401: "key", 403: "masked",
         404: "report or site"},
        parameters={
            "since": "first day of the site, like 2026-11-01", "until": "last day, inclusive",
            "site": "numbers of sites with commas between them; else all that the key may see",
            "by": f"empty for totals alone, else, with commas: {', '.join(DIMENSIONS)}",
            "metrics": f"with commas: {', '.join(METRICS)}",
            "model": "a rule model, last_non_direct if not told",
            "basis": "touch, lead or sale (if not told): whose day counts",
            "limit": "rows, 1000 if not told", "format": "json",
            "intervals": "true: 95 % intervals of shares, prices and returns",
            "channel": "only this value; each dimension is a filter, also with several values",
        },
        places={"report": f"one of {', '.join(REPORTS)}"},
        bearer=True,
    ),
)  # fmt: skip
_PAGE = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
    files("ringtrail").joinpath("api_docs.html").read_text(encoding="utf-8")
)
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "field": {"type": ["string", "null"]},
            },
        }
    },
}


def describe(app: FastAPI) -> None:
    """Add the plain routes to the application's description."""
    document = app.openapi()
    structs = [operation.body for operation in OPERATIONS if operation.body is not None]
    references, schemas = msgspec.json.schema_components(
        structs, ref_template="#/components/schemas/{name}"
    )
    bodies = dict(zip(structs, references, strict=True))
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update({**schemas, "Error": _ERROR})
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for operation in OPERATIONS:
        path = document["paths"].setdefault(operation.path, {})
        path[operation.method] = _operation(operation, bodies)
    page = _PAGE.render(document=document, fields=lambda told: list(_fields(told, schemas)))

    async def docs(_request: Request) -> Response:
        return HTMLResponse(page)

    app.router.routes.insert(0, Route("/api/docs", docs, methods=["GET"]))


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The body's fields and what each may be, in a few words."""
    if "requestBody" not in operation:
        return
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = schemas[name.rpartition("/")[2]]
    for field_name, shape in schema["properties"].items():
        required = "required" if field_name in schema["required"] else "optional"
        yield field_name, f"{_shape(shape)}, {required}"


def _shape(shape: dict[str, Any]) -> str:
    kinds = [part.get("format", part.get("type", "")) for part in shape.get("anyOf", [shape])]
    limits = [f"at most {part['maxLength']} characters"
              for part in shape.get("anyOf", [shape]) if "maxLength" in part]  # fmt: skip
    return ", ".join([" or ".join(filter(None, kinds)), *limits])


def _operation(described: Described, bodies: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    answers = {str(status): {"description": told} for status, told in described.answers.items()}
    refusals = {
        str(status): {"description": code, "content": error}
        for status, code in described.refusals.items()
    }
    places = {
        "path": described.places, "query": described.parameters, "header": described.headers
    }  # fmt: skip
    parameters = [
        {"name": name, "in": place, "required": place != "query", "description": told,
         "schema": {"type": "string"}}
        for place, named in places.items() for name, told in named.items()
    ]  # fmt: skip
    operation: dict[str, Any] = {
        "tags": [described.tag],
        "summary": described.summary,
        "responses": answers | refusals,
        "parameters": parameters,
    }
    if described.body is not None:
        content = {"application/json": {"schema": bodies[described.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    if described.bearer:
        operation["security"] = [{"key": []}]
    return operation
