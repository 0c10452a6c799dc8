"""`ringtrail attribution fit` and `fits`: how likely visits call, measured; which fit judges calls.

Asks the running app over its Unix socket, else opens the warehouse itself. `routes` are the app's
side, `make_daily` its job of every day.
"""

import asyncio
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import structlog
import typer
from rich.console import Console
from rich.table import Table
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from attribution.match import Fit, render
from attribution.match.in_force import fits
from attribution.match.making import WINDOW, Weighed, made, made_today
from ringtrail import app_socket
from ringtrail.core.clock import Micros, SystemClock, micros, utc
from ringtrail.core.errors import Refused, RingtrailError
from ringtrail.core.settings import Settings, read_settings
from ringtrail.crunching import Crunching
from ringtrail.platform import Platform

_FIT, _FITS = "/api/v1/attribution/fit", "/api/v1/attribution/fits"
_HOUR_SECONDS = 3600
_WIDTH = 80
_log = structlog.get_logger()
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


class Asked(msgspec.Struct, frozen=True):
    """Which fit: of a site or of all, microseconds of UTC, `until` exclusive; put it in force?"""

    site: int | None
    since: int
    until: int
    use: bool


class Told(msgspec.Struct, frozen=True):
    """A fit that was kept, in words enough for a list; `used_at` where it is in force."""

    version: str
    site: int | None
    since: int
    until: int
    verdict: str
    labels: float
    error: float
    used_at: datetime | None
    used_by: str | None


def make_fit(
    site: Annotated[int | None, typer.Option(help="The site's number; all sites without.")] = None,
    since: Day = None,
    until: Day = None,
    use: Annotated[
        bool, typer.Option("--use", help="Judge all calls anew by it, from now on.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Fit the match on the facts of these days (UTC, both included), the last 90 unless told."""
    last = micros(until.replace(tzinfo=UTC) + timedelta(days=1)) if until else SystemClock().now()
    begin = micros(since.replace(tzinfo=UTC)) if since else last - WINDOW
    if begin >= last:
        raise typer.BadParameter("--since must not be after --until")
    body = _asked(read_settings(), Asked(site, begin, last, use))
    if as_json:
        sys.stdout.write(body.decode() + "\n")
        return
    found = Fit.from_json(body)
    for line in render(found).splitlines():
        typer.echo(textwrap.fill(line, _WIDTH, subsequent_indent="  ") if line else "")
    if use:
        typer.echo(f"In force: {found.version}. All calls of before are judged by it, too.")


def list_fits(
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """List the fits that were kept, and which of them judge calls now."""
    found = _listed(read_settings())
    if as_json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return
    if not found:
        typer.echo(
            "No fit was made yet: `ringtrail attribution fit` makes one. None is in force: calls "
            "are judged by the assumed rates."
        )
        return
    table = Table(box=None, pad_edge=False)
    for name in ("fit", "site", "days", "until", "labels", "ECE", "verdict", "in force"):
        table.add_column(name, no_wrap=True)
    for one in found:
        since, until = utc(one.since), utc(one.until)
        table.add_row(
            one.version, "all" if one.site is None else str(one.site),
            str((until - since).days), f"{until:%Y-%m-%d}", f"{one.labels:.0f}",
            f"{one.error:.3f}", one.verdict, f"{one.used_at:%Y-%m-%d}" if one.used_at else "",
        )  # fmt: skip
    Console().print(table)
    if not any(one.used_at for one in found):
        typer.echo("None is in force: calls are judged by the assumed rates.")


def routes(platform: Platform) -> list[Route]:
    """For the operator alone."""

    async def fit(request: Request) -> Response:
        try:
            _only_operator(request)
            asked = msgspec.json.decode(await request.body(), type=Asked)
            body = await asyncio.to_thread(_make, platform, asked)
        except msgspec.DecodeError as error:
            return JSONResponse(Refused(400, "malformed", str(error)).body(), 400)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        return Response(body, media_type="application/json")

    async def kept(request: Request) -> Response:
        try:
            _only_operator(request)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        found = await asyncio.to_thread(_kept, platform)
        return Response(msgspec.json.encode(found), media_type="application/json")

    return [Route(_FIT, fit, methods=["POST"]), Route(_FITS, kept, methods=["GET"])]


async def make_daily(platform: Platform) -> None:
    """Fit the sites whose last fit is a day old, for as long as the app runs.

    Cancelled, it returns once nothing is computed, read or written any more.
    """
    crunching = Crunching()
    while platform.settings.match_fits:
        making = asyncio.ensure_future(asyncio.to_thread(make_due, platform, crunching))
        try:
            for one in await asyncio.shield(making):
                _log.info("a match fit was made", fit=one.fit.version, site=one.fit.site,
                          verdict=one.fit.reliability.verdict, in_force=one.better)  # fmt: skip
        except asyncio.CancelledError:
            crunching.stop()
            await asyncio.wait([making])
            raise
        except Exception:
            _log.exception("the match was not fitted; what judged calls judges on")
        await asyncio.sleep(_HOUR_SECONDS)


def make_due(platform: Platform, crunching: Crunching) -> list[Weighed]:
    """The fits that are due now; CancelledError where the crunching is stopped."""
    return made_today(platform.warehouse, platform.clock.now(), platform.upkeep.use_fit, crunching)


def _only_operator(request: Request) -> None:
    if not request.scope.get("ringtrail.operator"):
        raise Refused(403, "operator", "use the CLI")


def _make(platform: Platform, asked: Asked) -> bytes:
    found = made(platform.warehouse, asked.site, Micros(asked.since), Micros(asked.until))
    if asked.use:
        platform.upkeep.use_fit(found, platform.clock.now(), "command line")
    return found.to_json()


def _kept(platform: Platform) -> list[Told]:
    return [
        Told(
            version=one.fit.version, site=one.fit.site, since=one.fit.since, until=one.fit.until,
            verdict=one.fit.reliability.verdict, labels=one.fit.reliability.labels,
            error=one.fit.reliability.ece, used_at=one.used_at, used_by=one.used_by,
        )
        for one in fits(platform.warehouse)
    ]  # fmt: skip


def _asked(settings: Settings, asked: Asked) -> bytes:
    with app_socket.running(settings) as running:
        if running is not None:
            answer = running.post(_FIT, content=msgspec.json.encode(asked), timeout=3600)
            if answer.status_code != 200:
                raise RingtrailError(app_socket.told(answer))
            return answer.content
    platform = Platform(settings)
    try:
        return _make(platform, asked)
    finally:
        platform.close()


def _listed(settings: Settings) -> list[Told]:
    with app_socket.running(settings) as running:
        if running is not None:
            answer = running.get(_FITS)
            if answer.status_code != 200:
                raise RingtrailError(app_socket.told(answer))
            return msgspec.json.decode(answer.content, type=list[Told])
    platform = Platform(settings)
    try:
        return _kept(platform)
    finally:
        platform.close()
