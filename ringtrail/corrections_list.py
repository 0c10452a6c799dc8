"""`ringtrail correct list`: what people corrected, with the ids by which it can be taken back.

Asks the running app over its Unix socket if there is one, else opens the warehouse itself.
"""

import sys
from typing import Annotated
from uuid import UUID

import msgspec
import typer

from attribution.answers import CorrectionRow
from attribution.leads.listing import corrections
from ringtrail import app_socket
from ringtrail.core.errors import RingtrailError
from ringtrail.core.settings import read_settings
from ringtrail.correcting import LIST, Listed
from ringtrail.platform import Platform


def show(
    event: Annotated[
        UUID | None, typer.Option(help="The id of a call or a contact; all without it.")
    ] = None,
    account: Annotated[int, typer.Option(help="The account's number.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """What was corrected of calls and contacts, the newest first, and the ids to undo it by."""
    found = _listed(event, account)
    if as_json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return
    for one in found.corrections:
        typer.echo(f"{one.correction}  {one.of} {one.event}: {_said(one)}{_state(one)}")
        typer.echo(f"    {one.decided_by}, {one.decided_at:%Y-%m-%d %H:%M} UTC: {one.why}")
    if not found.corrections:
        typer.echo("Nothing was corrected.")


def _listed(event: UUID | None, account: int) -> Listed:
    settings = read_settings()
    with app_socket.running(settings) as running:
        if running is not None:
            asked = {"account": str(account)} | ({"event": str(event)} if event else {})
            answer = running.get(LIST, params=asked)
            if answer.status_code != 200:
                raise RingtrailError(app_socket.told(answer))
            return msgspec.json.decode(answer.content, type=Listed)
    platform = Platform(settings)
    try:
        return Listed(corrections(platform.warehouse, platform.auth.whole(account), event))
    finally:
        platform.close()


def _said(one: CorrectionRow) -> str:
    """The correction in the words of `ringtrail correct`."""
    if one.action == "source":
        return f"source {'/'.join(part for part in (one.source, one.medium, one.campaign) if part)}"
    if one.action == "match":
        return f"match {one.visit or 'nobody'}{', a label' if one.label else ''}"
    if one.action == "flag":
        return f"flag {one.flag}"
    return f"qualified {'yes' if one.qualified else 'no'}"


def _state(one: CorrectionRow) -> str:
    if one.undone_by is not None:
        return f" (taken back by {one.undone_by}: {one.undone_why})"
    return "" if one.counts else " (replaced by a later one)"
