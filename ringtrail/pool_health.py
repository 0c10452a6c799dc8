"""`ringtrail pool health`: how near each pool came to its end, from stored facts.

Asks the running app over its Unix socket if there is one, else opens the warehouse itself.
"""

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from attribution.reports.pool_health import pool_health
from ringtrail import app_socket
from ringtrail.core.clock import SystemClock, utc
from ringtrail.core.errors import Refused, RingtrailError
from ringtrail.core.settings import Settings, read_settings
from ringtrail.platform import Platform

_PATH = "/api/v1/pool/health"


class Period(msgspec.Struct, frozen=True):
    """Whose pools, and which local days; `until` is inclusive."""

    account: int
    since: date
    until: date


class Health(msgspec.Struct, frozen=True):
    """A pool over a period; see attribution/reports/pool_health.sql for each figure."""

    site: int
    pool: int
    numbers: int
    peak: int
    peak_at: datetime | None
    visits: int
    overflows: int
    calls: int
    ambiguous: int
    drawn: int
    audits: int


def health(
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    account: Annotated[int, typer.Option(help="The account's number.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Show each pool's peak use, overflow visits and ambiguous calls; the last 28 days."""
    last = until.date() if until else utc(SystemClock().now()).date()
    first = since.date() if since else last - timedelta(days=27)
    if first > last:
        raise typer.BadParameter("--since must not be after --until")
    pools = _read(read_settings(), Period(account, first, last))
    if as_json:
        sys.stdout.write(msgspec.json.encode(pools).decode() + "\n")
        return
    heads = ("pool", "site", "numbers", "peak", "peak at (UTC)", "visits", "overflow", "calls",
             "ambiguous", "drawn", "audited")  # fmt: skip
    table = Table(*heads, box=None, pad_edge=False)
    for one in pools:
        peak_at = f"{one.peak_at:%Y-%m-%d %H:%M}" if one.peak_at else ""
        cells = (one.pool, one.site, one.numbers, one.peak, peak_at, one.visits, one.overflows,
                 one.calls, one.ambiguous, one.drawn, one.audits)  # fmt: skip
        table.add_row(*map(str, cells))
    Console().print(table)


def routes(platform: Platform) -> list[Route]:
    """For the operator alone."""
    return [Route(_PATH, _answer(platform), methods=["GET"])]


def _read(settings: Settings, asked: Period) -> list[Health]:
    with app_socket.running(settings) as running:
        if running is not None:
            query = {field: str(getattr(asked, field)) for field in asked.__struct_fields__}
            answer = running.get(_PATH, params=query)
            if answer.status_code != 200:
                raise RingtrailError(app_socket.told(answer))
            return msgspec.json.decode(answer.content, type=list[Health])
    platform = Platform(settings)
    try:
        return _ask(platform, asked)
    finally:
        platform.close()


def _ask(platform: Platform, asked: Period) -> list[Health]:
    scope = platform.auth.whole(asked.account)
    rows = pool_health(platform.warehouse, scope, asked.since, asked.until)
    return [msgspec.convert(row, Health) for row in rows]


def _answer(platform: Platform) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            if not request.scope.get("ringtrail.operator"):
                raise Refused(403, "operator", "use the CLI")
            asked = msgspec.convert(dict(request.query_params), Period, strict=False)
            found = _ask(platform, asked)
        except msgspec.ValidationError as error:
            return JSONResponse(Refused(400, "malformed", str(error)).body(), 400)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        return Response(msgspec.json.encode(found), media_type="application/json")

    return answer
