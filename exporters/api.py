"""GET /api/v1/calls.csv and its kin: for a program with a key, a person with a session, the CLI."""

from collections.abc import Callable
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from attribution.reports import Reports
from exporters.exports import EXPORTS, Export
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import Clock, utc
from ringtrail.core.errors import Refused

_MONTH = timedelta(days=31)


def routes(
    reports: Reports, clock: Clock, scope_of: Callable[[Request], Scoped | None]
) -> list[Route]:
    def serving(export: Export) -> Callable[[Request], Response]:
        def serve(request: Request) -> Response:
            try:
                scope = scope_of(request)
                if scope is None:
                    raise Refused(401, "key", "send `Authorization: Bearer KEY` or sign in")
                since, until = _period(request, clock)
                outcome = request.query_params.get("outcome") or None
            except Refused as refused:
                return JSONResponse(refused.body(), refused.status)
            name = f"{export.name}_{since}_{until}.csv"
            return StreamingResponse(
                export.csv(reports, scope, since, until, outcome),
                media_type="text/csv; charset=utf-8",
                headers={
                    "content-disposition": f'attachment; filename="{name}"',
                    "cache-control": "no-store",
                },
            )

        return serve

    return [
        Route(f"/api/v1/{export.name}.csv", serving(export), methods=["GET"]) for export in EXPORTS
    ]


def _period(request: Request, clock: Clock) -> tuple[date, date]:
    today = utc(clock.now()).date()
    # A site east of Greenwich is a day ahead; without `until` nothing may be left out.
    until = _day(request, "until", today + timedelta(days=1))
    earliest = date.min + _MONTH
    since = _day(request, "since", max(until, earliest) - _MONTH)
    if since > until:
        raise Refused(400, "period", "`since` must not be after `until`", "since")
    return since, until


def _day(request: Request, name: str, default: date) -> date:
    text = request.query_params.get(name)
    try:
        return default if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise Refused(400, "period", f"`{name}` must be a day like 2026-11-23", name) from error
