"""`ringtrail correct list`: what people corrected, with the ids by which it can be taken back.

Asks the running app over its Unix socket if there is one, else opens the warehouse itself.
"""

import sys
from typing import Annotated
from uuid import UUID

import msgspec
import typer

from attribution.answers import CorrectionRow
from attribution.leads.listing import PersonDecisionRow
from ringtrail import app_socket
from ringtrail.core.errors import RingtrailError
from ringtrail.core.settings import read_settings
from ringtrail.correcting import LIST, Listed, listed
from ringtrail.platform import Platform


def show(
    event: Annotated[
        UUID | None, typer.Option(help="The id of a call or a contact; all without it.")
    ] = None,
    account: Annotated[int, typer.Option(help="The account's number.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """What was corrected of calls, contacts and persons, and the ids to undo it by."""
    found = _listed(event, account)
    if as_json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return
    lines = [
        (one.decided_at, f"{one.correction}  {one.of} {one.event}: {_said(one)}{_state(one)}", one)
        for one in found.corrections
    ] + [(one.decided_at, f"{one.decision}  {_who(one)}", one) for one in found.persons]
    for at, line, one in sorted(lines, key=lambda told: told[0], reverse=True):
        typer.echo(line)
        typer.echo(f"    {one.decided_by}, {at:%Y-%m-%d %H:%M} UTC: {one.why}")
    if not lines:
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
        return listed(platform.warehouse, platform.auth.whole(account), event)
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


def _who(one: PersonDecisionRow) -> str:
    """The decision in the words of `ringtrail correct person`."""
    nodes = f"{one.one} {one.other}" if one.other else one.one
    undone = f" (taken back by {one.undone_by})" if one.undone_by else ""
    return f"person {one.action} {nodes}{undone}"


def _state(one: CorrectionRow) -> str:
    if one.undone_by is not None:
        return f" (taken back by {one.undone_by}: {one.undone_why})"
    return "" if one.counts else " (replaced by a later one)"
