"""`ringtrail report tell|list|then-and-now`: reports that are kept, and why they would differ now.

Asks the running app, else opens the warehouse itself.
"""

import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import httpx
import msgspec
import typer
from rich.console import Console
from rich.table import Table

from attribution.models.rules import RULES
from attribution.replay import Asked, Figures, ThenAndNow, Told, tell, then_and_now, told
from ringtrail import app_socket
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import SystemClock, utc
from ringtrail.core.errors import RingtrailError
from ringtrail.core.settings import read_settings
from ringtrail.core.warehouse import Warehouse
from ringtrail.platform import Platform

app = typer.Typer(no_args_is_help=True, help="Reports that were told, and what they would say now.")
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
AccountNumber = Annotated[int, typer.Option(help="The account's number.")]
AsJson = Annotated[bool, typer.Option("--json", help="For a program to read.")]
T = TypeVar("T")
WORDS = {
    "late_call": "calls that came late",
    "late_contact": "contacts that came late",
    "late_deal": "deals that came late",
    "late_visit": "visits that came late",
    "told_anew": "calls and contacts told anew",
    "deal": "deals that changed",
    "spend": "spend that changed",
    "cost_rule": "cost rules that changed",
    "rate": "rates of currencies",
    "campaign": "campaigns joined to other visits",
    "merge": "persons merged or split",
    "rematch": "calls matched to other visits",
    "rule": "rules of channels, sites or models",
    "erasure": "data that was erased",
    "correction": "corrections by hand",
    "other": "unexplained: please report it",
}


class _Kept(msgspec.Struct, frozen=True):
    told: Told
    figures: Figures


class _Listed(msgspec.Struct, frozen=True):
    reports: list[Told]


@app.command("tell")
def keep(
    since: Day = None,
    until: Day = None,
    model: Annotated[
        str, typer.Option(help=f"One of {', '.join(RULES)}.", metavar="MODEL")
    ] = "last_non_direct",
    basis: Annotated[
        Literal["touch", "lead", "sale"], typer.Option(help="Whose days count.")
    ] = "sale",
    to: Annotated[str, typer.Option(help="Whom it is for.")] = "",
    site: Annotated[
        int | None, typer.Option(help="Of one site; else of all, if they have one currency.")
    ] = None,
    account: AccountNumber = 1,
    as_json: AsJson = False,
) -> None:
    """Compute a report of these days, the last 31 unless told, and keep it with its versions."""
    last = until.date() if until else utc(SystemClock().now()).date() + timedelta(days=1)
    first = since.date() if since else last - timedelta(days=31)
    if first > last:
        raise typer.BadParameter("--since must not be after --until")
    asked = Asked(first, last, model, basis, site)
    found = _answer(
        lambda running: running.post(
            "/api/v1/told",
            params={"account": account},
            content=msgspec.json.encode({"asked": asked, "to": to}),
            headers={"content-type": "application/json"},
            timeout=600,
        ),
        lambda warehouse, scope: _Kept(
            *tell(warehouse, scope, asked, at=SystemClock().now(), to=to)
        ),
        _Kept,
        account,
    )
    if as_json:
        _write(found)
        return
    console = Console()
    console.print(f"Report {found.told.report}: {_what(found.told)}")
    console.print(_table({"told": found.figures}))
    console.print(f"Later: ringtrail report then-and-now {found.told.report}")


@app.command("list")
def listing(account: AccountNumber = 1, as_json: AsJson = False) -> None:
    """The reports that were kept, the newest first."""
    found = _answer(
        lambda running: running.get("/api/v1/told", params={"account": account}),
        lambda warehouse, scope: _Listed(told(warehouse, scope)),
        _Listed,
        account,
    )
    if as_json:
        _write(found)
        return
    console = Console()
    for one in found.reports:
        to = f", for {one.told_to}" if one.told_to else ""
        console.print(f"{one.report}  told {one.told_at:%Y-%m-%d %H:%M} UTC{to}: {_what(one)}")
    if not found.reports:
        console.print("No report was kept yet: ringtrail report tell")


@app.command("then-and-now")
def compare(
    report: Annotated[UUID, typer.Argument(help="As `ringtrail report list` tells it.")],
    account: AccountNumber = 1,
    as_json: AsJson = False,
) -> None:
    """What a report said, what it would say now, and the causes of each difference."""
    found = _answer(
        lambda running: running.get(
            f"/api/v1/told/{report}", params={"account": account}, timeout=600
        ),
        lambda warehouse, scope: _seen(then_and_now(warehouse, scope, report)),
        ThenAndNow,
        account,
    )
    if as_json:
        _write(found)
        return
    _print(found)


def _answer(
    ask: Callable[[httpx.Client], httpx.Response],
    compute: Callable[[Warehouse, Scoped], T],
    kind: type[T],
    account: int,
) -> T:
    settings = read_settings()
    with app_socket.running(settings) as running:
        if running is not None:
            answer = ask(running)
            if answer.status_code >= 400:
                raise RingtrailError(app_socket.told(answer))
            return msgspec.json.decode(answer.content, type=kind)
    platform = Platform(settings)
    try:
        return compute(platform.warehouse, platform.auth.whole(account))
    finally:
        platform.close()


def _seen(found: ThenAndNow | None) -> ThenAndNow:
    if found is None:
        raise RingtrailError("no such report: `ringtrail report list` tells those that were kept")
    return found


def _write(found: Any) -> None:
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


def _what(one: Told) -> str:
    return (
        f"{one.since} to {one.until}, {one.model}, days of the {one.basis}, version {one.version}, "
        f"load {one.load}{f', in {one.currency}' if one.currency else ''}"
    )


def _print(found: ThenAndNow) -> None:
    console = Console()
    console.print(f"Report {found.told.report}: {_what(found.told)}")
    console.print(f"Now: version {found.version_now}, load {found.load_now}")
    console.print(_table({f"told {found.told.told_at:%Y-%m-%d}": found.then, "now": found.now}))
    for cause, change in _by_cause(found).items():
        console.print(f"{WORDS.get(cause, cause)}: {_moved(change)}")
    if not found.differences:
        console.print("Nothing has changed since.")


def _by_cause(found: ThenAndNow) -> dict[str, Figures]:
    causes: dict[str, dict[str, float]] = {}
    for one in found.differences:
        sums = causes.setdefault(one.cause, {})
        for field in fields(Figures):
            sums[field.name] = sums.get(field.name, 0) + getattr(one.change, field.name)
    return {cause: msgspec.convert(sums, Figures, strict=False) for cause, sums in causes.items()}


def _table(told: dict[str, Figures]) -> Table:
    """A row a figure: side by side, eight of them are wider than a terminal."""
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for label in told:
        table.add_column(label, justify="right")
    for field in fields(Figures):
        table.add_row(field.name, *(_number(getattr(one, field.name)) for one in told.values()))
    return table


def _moved(change: Figures) -> str:
    """Each figure that a cause moved; a cause may move credit from one channel to another alone."""
    moved = {field.name: getattr(change, field.name) for field in fields(Figures)}
    parts = [f"{name} {_number(by, '+')}" for name, by in moved.items() if _number(by) != "0"]
    return ", ".join(parts) or "from one channel to another"


def _number(value: float, sign: str = "") -> str:
    return f"{value:{sign},.2f}".removesuffix(".00") if abs(value) > 5e-3 else "0"
