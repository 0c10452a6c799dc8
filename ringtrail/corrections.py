"""`ringtrail correct`: say what is wrong about a call, a contact or a person, and take it back.

Asks the running app over its Unix socket if there is one, else checks and stores it itself.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import typer
from rich.console import Console

from attribution.leads.corrections import Body
from ringtrail import app_socket, correcting
from ringtrail.core.errors import RingtrailError
from ringtrail.core.settings import read_settings
from ringtrail.platform import Platform

app = typer.Typer(no_args_is_help=True, help="Say what the program got wrong.")
person = typer.Typer(no_args_is_help=True, help="Say who is one person.")
app.add_typer(person, name="person")
_say = Console(stderr=True)

Why = Annotated[str, typer.Option(help="The reason, for whoever reads it later.")]
By = Annotated[str, typer.Option(help="Who decides.")]
Account = Annotated[int, typer.Option(help="The account's number.")]
Flag = Literal["spam", "test", "self_test", "internal", "none"]
Flagged = Annotated[
    Flag | None, typer.Option(help="Why it counts nowhere; none: it counts after all.")
]
Qualified = Annotated[Literal["yes", "no"] | None, typer.Option(help="Whether it is a good lead.")]
Node = Annotated[str, typer.Argument(help="phone:+442079460000, email:ann@a.example, cookie:ID")]
Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="A day on which the phones were theirs."),
]


@app.command()
def call(
    event: Annotated[
        UUID,
        typer.Argument(metavar="CALL", help="The call's id, as `ringtrail export calls` tells it."),
    ],
    why: Why,
    by: By,
    source: Annotated[
        str | None, typer.Option(help="Where it came from: SOURCE/MEDIUM or SOURCE/MEDIUM/CAMPAIGN")
    ] = None,
    match: Annotated[str | None, typer.Option(help="A visit's id, or nobody.")] = None,
    flag: Flagged = None,
    qualified: Qualified = None,
    label: Annotated[
        bool, typer.Option("--label", help="You know the visit: the match may learn from it.")
    ] = False,
    account: Account = 1,
) -> None:
    """Say of a call whose it was, that it counts nowhere, or that it is a good lead."""
    said = {**_source(source), "match": match, "flag": flag, "qualified": _yes(qualified)}
    asked = {"of": "call", "event": event, "why": why, "by": by, "label": label, **said}
    _correct("/api/v1/corrections", account, asked)


@app.command()
def contact(
    event: Annotated[
        UUID,
        typer.Argument(
            metavar="CONTACT", help="The contact's id, as `ringtrail export contacts` tells it."
        ),
    ],
    why: Why,
    by: By,
    flag: Flagged = None,
    qualified: Qualified = None,
    account: Account = 1,
) -> None:
    """Say of a contact that it counts nowhere, or that it is a good lead."""
    said = {"flag": flag, "qualified": _yes(qualified)}
    asked = {"of": "contact", "event": event, "why": why, "by": by, **said}
    _correct("/api/v1/corrections", account, asked)


@app.command()
def undo(
    correction: Annotated[
        UUID,
        typer.Argument(metavar="CORRECTION", help="The id that was told when it was made."),
    ],
    why: Why,
    by: By,
    account: Account = 1,
) -> None:
    """Take a correction back, or a decision about a person; both stay in the history."""
    asked = {"correction": correction, "why": why, "by": by}
    _correct("/api/v1/corrections/undo", account, asked)


@person.command()
def merge(
    one: Node, other: Node, why: Why, by: By, since: Since = None, account: Account = 1
) -> None:
    """Say that two are one person."""
    _decide("merge", one, other, since, why, by, account)


@person.command()
def split(
    one: Node, other: Node, why: Why, by: By, since: Since = None, account: Account = 1
) -> None:
    """Say that two are two persons, whatever links them."""
    _decide("split", one, other, since, why, by, account)


@person.command()
def stop(one: Node, why: Why, by: By, since: Since = None, account: Account = 1) -> None:
    """Say that a phone, an e-mail or a browser tells of nobody: an employee's, a test's."""
    _decide("stop", one, None, since, why, by, account)


def _decide(
    action: str, one: str, other: str | None, since: datetime | None, why: str, by: str,
    account: int,
) -> None:  # fmt: skip
    asked = {"action": action, "one": one, "other": other, "since": since, "why": why, "by": by}
    _correct("/api/v1/corrections/person", account, asked)


def _source(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    parts = text.split("/", 2)
    if len(parts) < 2:
        raise typer.BadParameter(f"{text!r} is not like google/cpc or google/cpc/spring-sale")
    return dict(zip(("source", "medium", "campaign"), parts, strict=False))


def _yes(text: str | None) -> bool | None:
    return None if text is None else text == "yes"


def _correct(path: str, account: int, asked: dict[str, Any]) -> None:
    """Hand the request over; the id by which it can be undone goes to standard output."""
    said = {name: value for name, value in asked.items() if value is not None}
    try:
        body: Body = msgspec.convert(said, correcting.PATHS[path], strict=False)
    except msgspec.ValidationError as error:
        raise typer.BadParameter(str(error)) from error
    settings = read_settings()
    with app_socket.running(settings) as running:
        if running is not None:
            headers = {"content-type": "application/json"}
            query = {"account": account}
            content = msgspec.json.encode(body)
            answer = running.post(path, params=query, content=content, headers=headers)
            if answer.status_code != 202:
                raise RingtrailError(app_socket.told(answer))
            taken = msgspec.json.decode(answer.content, type=correcting.Taken)
        else:
            platform = Platform(settings)
            try:
                asking = correcting.Asking(platform.auth.whole(account), None)
                taken = correcting.take(platform, asking, body)
            finally:
                platform.close()
    typer.echo(taken.correction)
    _say.print(
        "It counts with the next refresh of the marts; `ringtrail correct undo` takes it back."
    )
