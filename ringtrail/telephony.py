"""`ringtrail telephony`: sets a telephone line up, writes it for Kamailio and Asterisk, checks it.

Works beside a running app and without one: it touches the operational store alone. A call needs
none of it; what was written goes on working.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ringtrail.core.database import Engine, migrate, open_engine
from ringtrail.core.errors import RingtrailError
from ringtrail.core.settings import Settings, read_settings
from telephony_bridge.plan import check as checks
from telephony_bridge.plan import render as rendering
from telephony_bridge.plan import store
from telephony_bridge.plan.placement import placement

app = typer.Typer(no_args_is_help=True, help="Telephone lines: Kamailio, Asterisk, phones.")
trunk = typer.Typer(no_args_is_help=True, help="Carriers' lines that calls come from.")
phone = typer.Typer(no_args_is_help=True, help="What rings.")
route = typer.Typer(no_args_is_help=True, help="Which number rings which phone.")
app.add_typer(trunk, name="trunk")
app.add_typer(phone, name="phone")
app.add_typer(route, name="route")
_say = Console(stderr=True)
_NEXT = "next:  ringtrail telephony render"

AsJson = Annotated[bool, typer.Option("--json", help="For a program to read.")]


def _engine(settings: Settings) -> Engine:
    settings.prepare()
    engine = open_engine(settings.database)
    migrate(engine)
    return engine


@phone.command("add")
def phone_add(
    name: Annotated[str, typer.Argument(help="As people call it.")],
    uri: Annotated[str, typer.Argument(help="Its SIP address: sip:desk@192.0.2.7:5060")],
    account: Annotated[int, typer.Option(help="The account's number.")] = 1,
) -> None:
    """Add a phone, a PBX or a cloud line that calls can ring; prints its number."""
    added = store.add_destination(_engine(read_settings()), account=account, name=name, uri=uri)
    typer.echo(f"phone: {added.id}")
    typer.echo(f"next:  ringtrail telephony route add NUMBER {added.id} --site SITE")


@trunk.command("add")
def trunk_add(
    name: Annotated[str, typer.Argument(help="The carrier's name.")],
    address: Annotated[
        list[str], typer.Option(help="Where its calls come from, an IP or a network; repeat it.")
    ],
    site: Annotated[int, typer.Option(help="The number of the site it rings for.")] = 1,
    region: Annotated[
        str, typer.Option(help="How it writes numbers: GB; the site's region without it.")
    ] = "",
    number_from: Annotated[
        str, typer.Option(help="Where the number stands: request_uri, to or p_called_party_id.")
    ] = "request_uri",
    rule: Annotated[
        list[str] | None,
        typer.Option(help=r"A rule of its own, PATTERN=REPLACEMENT: '^0([0-9]{10})$=+7\1'"),
    ] = None,
    default: Annotated[
        int | None, typer.Option(help="The phone that numbers without a route ring.")
    ] = None,
) -> None:
    """Let a carrier send calls; prints the trunk's number."""
    added = store.add_trunk(
        _engine(read_settings()), site=site, name=name, addresses=address, region=region,
        number_from=number_from, rules=_rules(rule or ()), default=default,
    )  # fmt: skip
    typer.echo(f"trunk: {added.id}")
    if added.default is None:
        typer.echo("note:  numbers without a route are not found (404): --default names a phone")
    typer.echo(_NEXT)


def _rules(texts: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for text in texts:
        pattern, mark, replacement = text.rpartition("=")
        if not mark:
            raise typer.BadParameter(f"{text!r} is not PATTERN=REPLACEMENT", param_hint="--rule")
        found.append((pattern, replacement))
    return found


@route.command("add")
def route_add(
    number: Annotated[str, typer.Argument(help="As dialled in the site's region.")],
    phone: Annotated[int, typer.Argument(help="The phone's number.")],
    site: Annotated[int, typer.Option(help="The number of the site it is counted at.")] = 1,
) -> None:
    """Let a number ring a phone, from now on that one if it rang another before."""
    added = store.add_route(_engine(read_settings()), site=site, number=number, destination=phone)
    typer.echo(f"route: {added.number} rings phone {added.destination}")
    typer.echo(_NEXT)


@app.command("show")
def show(as_json: AsJson = False) -> None:
    """Show trunks, phones, routes, and numbers that no route names."""
    plan = store.read(_engine(read_settings()))
    if as_json:
        _print({**asdict(plan), "unrouted": [number.number for number in plan.unrouted]})
        return
    named = {destination.id: destination.name for destination in plan.destinations}
    _table(
        "trunk",
        ("number", "name", "calls from", "region", "number in", "else rings"),
        [
            (line.id, line.name, ", ".join(line.addresses), line.region, line.number_from,
             "nobody" if line.default is None else named.get(line.default, "?"))
            for line in plan.trunks
        ],
    )  # fmt: skip
    _table(
        "phone",
        ("number", "name", "address"),
        [(destination.id, destination.name, destination.uri) for destination in plan.destinations],
    )
    _table(
        "route",
        ("called", "rings"),
        [(known.number, named.get(known.destination, "?")) for known in plan.routes]
        + [(number.number, "its trunk's default") for number in plan.unrouted],
    )


def _table(title: str, heads: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    if not rows:
        typer.echo(f"no {title}: add one with `ringtrail telephony {title} add`")
        return
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    Console().print(table)
    typer.echo()


def _print(value: Any) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


@app.command("render")
def render(
    out: Annotated[
        Path | None, typer.Option(help="A folder; without it the PBX's own, RINGTRAIL_PBX_HOME.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the plan as the files of Kamailio and Asterisk; prints those that changed."""
    settings = read_settings()
    plan = store.read(_engine(settings))
    place = placement(settings, out)
    files = rendering.render(plan, place)
    target = out or place.files
    try:
        changed = rendering.write(files, target)
    except OSError as error:
        raise RingtrailError(f"{target} cannot be written: {error}") from error
    if as_json:
        _print({"folder": str(target), "changed": [str(path) for path in changed]})
        return
    for path in changed:
        typer.echo(str(path))
    then = " Next: `ringtrail telephony check`, then reload; see docs/telephony.md."
    _say.print(
        f"{len(changed)} of {len(files)} files changed.{then if changed else ''}", soft_wrap=True
    )


@app.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="What was rendered; RINGTRAIL_PBX_HOME without it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the real Kamailio and Asterisk over what was rendered; exit 1 when something is wrong."""
    settings = read_settings()
    plan = store.read(_engine(settings))
    place = placement(settings, folder)
    roots = [settings.pbx_root, settings.lab / "asterisk"]
    findings = checks.check(folder or place.files, rendering.render(plan, place), plan, roots)
    if as_json:
        _print(findings)
    else:
        for found in findings:
            color = "green" if found.good else "red"
            line = f"[{color}]{'ok' if found.good else 'wrong'}[/] {escape(found.subject)}: "
            Console().print(line + escape(found.told), soft_wrap=True, highlight=False)
            if found.advice:
                typer.echo(f"   {found.advice}")
    if not all(found.good for found in findings):
        raise typer.Exit(1)
