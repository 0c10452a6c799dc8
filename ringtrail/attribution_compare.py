"""`ringtrail attribution compare`: who wins and who loses when another model divides the credit.

Asks the running app, else opens the warehouse itself.
"""

import sys
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from attribution.credit.compare import MODELS, Asked, By, Comparison, Line, compare
from ringtrail import app_socket
from ringtrail.core.clock import SystemClock, utc
from ringtrail.core.errors import RingtrailError
from ringtrail.core.settings import Settings, read_settings
from ringtrail.platform import Platform


def _known(name: str) -> str:
    if name not in MODELS:
        raise typer.BadParameter(f"{name!r} is no model: choose from {', '.join(MODELS)}")
    return name


def _model(help_text: str) -> typer.models.ArgumentInfo:
    told = f"{help_text} One of {', '.join(MODELS)}."
    found: typer.models.ArgumentInfo = typer.Argument(help=told, metavar="MODEL", callback=_known)
    return found


Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


def compare_models(
    first: Annotated[str, _model("The model to start from.")],
    second: Annotated[str, _model("The model to compare with it.")],
    by: Annotated[By, typer.Option(help="What gets the credit.")] = "channel",
    since: Day = None,
    until: Day = None,
    order: Annotated[int, typer.Option(help="Steps that markov remembers.", min=1, max=4)] = 1,
    account: Annotated[int, typer.Option(help="The account's number.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Compare what two models give to whom; by days of the conversion, the last 31 unless told."""
    last = until.date() if until else utc(SystemClock().now()).date() + timedelta(days=1)
    begin = since.date() if since else last - timedelta(days=31)
    if begin > last:
        raise typer.BadParameter("--since must not be after --until")
    asked = Asked((first, second), by, begin, last, order)
    found = _read(read_settings(), account, asked)
    if as_json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return
    _print(found)


def _read(settings: Settings, account: int, asked: Asked) -> Comparison:
    with app_socket.running(settings) as running:
        if running is not None:
            query = msgspec.to_builtins(asked) | {"models": ",".join(asked.models)}
            answer = running.get(
                "/api/v1/attribution/compare", params=query | {"account": account}, timeout=600
            )
            if answer.status_code != 200:
                raise RingtrailError(app_socket.told(answer))
            return msgspec.json.decode(answer.content, type=Comparison)
    platform = Platform(settings)
    try:
        return compare(platform.warehouse, platform.auth.whole(account), asked)
    finally:
        platform.close()


def _print(found: Comparison) -> None:
    one, other = found.sides
    table = Table(title=_title(found.since, found.until), caption=_caption(found))
    table.add_column(found.by)
    for name in (one.model, other.model, "difference", "%"):
        table.add_column(name, justify="right")
    for line in found.lines:
        table.add_row(*_cells(line))
    console = Console()
    console.print(table)
    if not found.lines:
        console.print("No call or contact in this period: choose another by --since and --until.")


def _title(since: date, until: date) -> str:
    return f"Calls and contacts of {since} to {until}"


def _caption(found: Comparison) -> str:
    versions = ", ".join(f"{side.model} {side.version}" for side in found.sides)
    days = found.lookback_seconds / 86_400
    return f"{found.conversions:,.0f} conversions, look-back {days:g} days; versions: {versions}"


def _cells(line: Line) -> tuple[str, ...]:
    one, other = line.credits
    change = other - one
    share = f"{100 * change / one:+.0f}" if one else "–"
    colour = "green" if change > 5e-3 else "red" if change < -5e-3 else "dim"
    return (line.label, f"{one:,.2f}", f"{other:,.2f}", f"[{colour}]{change:+,.2f}[/]", share)
