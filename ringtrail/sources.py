"""`ringtrail sources`: where visits came from, told anew when the rules have changed.

Asks the running app, or opens the stores itself when nothing serves.
"""

import sys
from datetime import datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from attribution import Days, Restatement
from ringtrail import app_socket
from ringtrail.core.errors import RingtrailError
from ringtrail.core.settings import Settings, read_settings
from ringtrail.platform import Platform

app = typer.Typer(no_args_is_help=True, help="Where visits came from.")
_say = Console(stderr=True)
_DAY = ["%Y-%m-%d"]


@app.callback()
def sources() -> None:
    """Keep `reclassify` a command below `sources`, while it is the only one."""


@app.command("reclassify")
def reclassify(
    since: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="The first day; all without it.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="The last day; all without it.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell, and store nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Tell of all visits anew where they came from, by the rules of this program."""
    if since and until and since > until:
        raise typer.BadParameter("--since must not be after --until")
    days = Days(since and since.date(), until and until.date(), dry_run)
    with _say.status("Classifying the visits"):
        found = _reclassify(read_settings(), days)
    if as_json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return
    if found.moved:
        table = Table("from", "to", "visits", box=None, pad_edge=False)
        table.columns[2].justify = "right"
        for moved in found.moved:
            table.add_row(moved.before, moved.after, f"{moved.visits:,}")
        Console().print(table)
    would = "" if found.stored else " Nothing was stored."
    typer.echo(
        f"{found.changed:,} of {found.visits:,} visits come from elsewhere by rules {found.rules}, "
        f"{sum(moved.visits for moved in found.moved):,} in another channel.{would}"
    )


def _reclassify(settings: Settings, days: Days) -> Restatement:
    with app_socket.running(settings) as running:
        if running is not None:
            answer = running.post(
                "/api/v1/sources/reclassify",
                content=msgspec.json.encode(days),
                timeout=3600,
            )
            if answer.status_code != 200:
                raise RingtrailError(app_socket.told(answer))
            return msgspec.json.decode(answer.content, type=Restatement)
    platform = Platform(settings)
    try:
        return platform.reclassify(days)
    finally:
        platform.close()
