"""The command line; the only reader of the environment.

Exit codes: 0 done, 1 failed, 2 wrong usage. A command that needs the warehouse asks the running
app over its Unix socket, and opens the file itself only when nothing serves.
"""

import asyncio
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Literal

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import exporters
from ringtrail import (
    app_socket,
    attribution_compare,
    attribution_credit,
    attribution_match,
    branch_keeping,
    corrections,
    corrections_list,
    doctor,
    importing,
    logs,
    pool,
    pool_health,
    pool_keeping,
    pool_size,
    server,
    site_money,
    site_rules,
    sources,
    store,
    telephony,
    told_reports,
)
from ringtrail import demo as demonstration
from ringtrail.core.clock import SystemClock, utc
from ringtrail.core.database import migrate as migrate_database
from ringtrail.core.database import open_engine
from ringtrail.core.errors import RingtrailError
from ringtrail.core.models import Role
from ringtrail.core.settings import Settings, read_settings
from ringtrail.core.warehouse import Warehouse
from ringtrail.platform import Platform

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Ringtrail: calls and their ads."
)
user = typer.Typer(no_args_is_help=True, help="People who sign in.")
key = typer.Typer(no_args_is_help=True, help="Keys for programs.")
export = typer.Typer(no_args_is_help=True, help="Take the facts out.")
attribution = typer.Typer(no_args_is_help=True, help="The marts, the models.")
site = typer.Typer(no_args_is_help=True, help="Websites that carry the script.")
app.add_typer(site, name="site")
app.add_typer(user, name="user")
app.add_typer(key, name="key")
app.add_typer(importing.app, name="import")
app.add_typer(corrections.app, name="correct")
corrections.app.command("list")(corrections_list.show)
app.add_typer(export, name="export")
app.add_typer(attribution, name="attribution")
attribution.command("credit")(attribution_credit.credit)
app.add_typer(sources.app, name="sources")
app.add_typer(telephony.app, name="telephony")
app.add_typer(branch_keeping.app, name="branch")
app.add_typer(told_reports.app, name="report")
app.add_typer(pool.app, name="pool")
site.command("currency")(site_money.set_currency)
site.command("costs")(site_money.set_cost_rule)
site.command("rules")(site_rules.set_rules)
pool.app.command("add")(pool_keeping.add)
pool.app.command("change")(pool_keeping.change)
pool.app.command("list")(pool_keeping.show)
pool.app.command("import")(pool_keeping.take_file)
pool.app.command("export")(pool_keeping.give_file)
pool.app.command("health")(pool_health.health)
pool.app.add_typer(pool_keeping.number, name="number")
pool.app.command("size")(pool_size.size)
pool.app.command("simulate")(pool_size.run_simulation)
attribution.command("compare")(attribution_compare.compare_models)
attribution.command("fit")(attribution_match.make_fit)
attribution.command("fits")(attribution_match.list_fits)
_say = Console(stderr=True)


def main() -> None:
    """Entry point: errors that have a message for a person are told without a trace."""
    logs.configure()
    try:
        app()
    except RingtrailError as error:
        _say.print(f"[red]ringtrail:[/red] {error.message}", soft_wrap=True, highlight=False)
        sys.exit(1)


@app.command()
def serve() -> None:
    """Run every role in one process."""
    platform = Platform(read_settings())
    application = server.create_app(platform)
    gate = server.add_dashboards(application, platform)
    _say.print(f"Ringtrail listens on http://{platform.settings.host}:{platform.settings.port}")
    asyncio.run(server.serve(platform, gate, server.as_operator(application)))


@app.command()
def demo(
    clean: Annotated[bool, typer.Option("--clean", help="Remove the demo's data and end.")] = False,
) -> None:
    """Run a demo with a month of a dental clinic's calls, and visitors that keep coming."""
    settings = read_settings()
    if clean:
        demonstration.clean(settings)
        _say.print(f"The demo's data in {settings.home} is gone.")
        return
    demonstration.run(settings, _say)


@app.command()
def migrate() -> None:
    """Bring both stores to this program's version."""
    settings = read_settings()
    settings.prepare()
    migrate_database(open_engine(settings.database))
    warehouse = Warehouse(settings.warehouse)
    warehouse.migrate()
    warehouse.close()
    _say.print("Both stores are at this program's version.")


@app.command("doctor")
def examine(
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Look the installation over and say what to do; exit 1 when something fails."""
    settings = read_settings()
    with app_socket.running(settings) as running:
        findings = list(doctor.examine(settings, running))
    if as_json:
        sys.stdout.write(msgspec.json.encode(findings).decode() + "\n")
    else:
        table = Table(box=None, pad_edge=False)
        for column in ("what", "state", "found", "what to do"):
            table.add_column(column, overflow="fold")
        color = {"ok": "green", "warning": "yellow", "failure": "red"}
        for found in findings:
            state = f"[{color[found.state]}]{found.state}[/]"
            table.add_row(found.subject, state, escape(found.told), escape(found.advice))
        Console().print(table)
    if any(found.state == "failure" for found in findings):
        raise typer.Exit(1)


@site.command("add")
def site_add(
    name: str,
    origin: Annotated[list[str], typer.Option(help="Where its pages live: https://shop.example")],
    number: Annotated[str, typer.Option(help="The business number that stands on the pages.")],
    tracking: Annotated[list[str], typer.Option(help="A number of the pool; give each once.")],
    timezone: Annotated[str, typer.Option(help="The site's zone: Europe/London")],
    region: Annotated[str, typer.Option(help="How its numbers are dialled: GB")],
    account: Annotated[
        int | None, typer.Option(help="The account's number; a new account without it.")
    ] = None,
) -> None:
    """Set a website up: its pool of numbers, its script, its call webhook."""
    settings = read_settings()
    new = store.read_site(name, origin, timezone, region, number, tracking)
    settings.prepare()
    engine = open_engine(settings.database)
    migrate_database(engine)
    opened = store.open_site(engine, SystemClock(), account, new)
    here = settings.address
    for line in (
        f"account: {opened.account}",
        f'script:  <script async src="{here}/ringtrail.js" data-site="{opened.site_key}"></script>',
        f"webhook: {here}/hooks/{opened.hook}",
        f"secret:  {opened.hook_secret}",
        f"next:    ringtrail user add YOU@EXAMPLE --account {opened.account} --role administrator",
    ):
        typer.echo(line)


@site.command("change")
def site_change(
    key: Annotated[str, typer.Argument(help="The site's key, as in its script's line.")],
    own_network: Annotated[
        list[str] | None,
        typer.Option(help="Where the business's own people browse from (CIDR); give each."),
    ] = None,
    field: Annotated[
        list[str] | None, typer.Option(help="A field of its forms to keep with contacts.")
    ] = None,
) -> None:
    """Change a site's rules; what is left out becomes empty."""
    engine = open_engine(read_settings().database)
    networks, fields = own_network or [], field or []
    store.change_site(engine, key, own_networks=networks, contact_fields=fields)
    _say.print(f"Visits from {len(networks)} networks are not counted; {len(fields)} fields kept.")


@user.command("add")
def user_add(
    email: str,
    account: Annotated[int, typer.Option(help="The account's number.")] = 1,
    name: Annotated[str, typer.Option(help="As shown on the pages.")] = "",
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.marketer,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Let a person sign in."""
    settings = read_settings()
    settings.prepare()
    engine = open_engine(settings.database)
    migrate_database(engine)
    store.add_user(engine, SystemClock(), account, email, name or email, password, role)
    _say.print(f"{email} may sign in to account {account} as {role}.")


@key.command("add")
def key_add(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    account: Annotated[int, typer.Option(help="The account's number.")] = 1,
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.marketer,
) -> None:
    """A key for a program; it is shown this once."""
    settings = read_settings()
    settings.prepare()
    engine = open_engine(settings.database)
    migrate_database(engine)
    typer.echo(store.add_key(engine, SystemClock(), account, name, role))


Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
AccountNumber = Annotated[int, typer.Option(help="The account's number.")]
Form = Annotated[Literal["csv"], typer.Option("--format", help="csv")]
Out = Annotated[str, typer.Option(help="A file, or - for standard output.")]


@export.command("calls")
def export_calls(
    since: Day = None,
    until: Day = None,
    account: AccountNumber = 1,
    form: Form = "csv",
    out: Out = "-",
) -> None:
    """Calls with their source, lease and match."""
    _export(exporters.CALLS, since, until, account, out)


@export.command("contacts")
def export_contacts(
    since: Day = None,
    until: Day = None,
    account: AccountNumber = 1,
    form: Form = "csv",
    out: Out = "-",
) -> None:
    """People who left a phone or an e-mail in a form or a chat, with their source."""
    _export(exporters.CONTACTS, since, until, account, out)


def _export(
    kind: exporters.Export, since: datetime | None, until: datetime | None, account: int, out: str
) -> None:
    last = until.date() if until else utc(SystemClock().now()).date() + timedelta(days=1)
    first = since.date() if since else last - timedelta(days=31)
    if first > last:
        raise typer.BadParameter("--since must not be after --until")
    pieces = _pieces(kind, read_settings(), account, first, last)
    if out == "-":
        sys.stdout.writelines(pieces)
        return
    target = Path(out)
    # Whoever watches for the file never sees half of it, and an error leaves none.
    with NamedTemporaryFile("w", dir=target.parent, newline="", delete=False) as file:
        try:
            file.writelines(pieces)
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(target)
    _say.print(f"{kind.name.capitalize()} of {first} to {last} are in {out}.")


def _pieces(
    kind: exporters.Export, settings: Settings, account: int, since: date, until: date
) -> Iterator[str]:
    with app_socket.running(settings) as running:
        if running is not None:
            query: dict[str, str | int] = {
                "account": account,
                "since": str(since),
                "until": str(until),
            }
            with running.stream("GET", f"/api/v1/{kind.name}.csv", params=query) as answer:
                if answer.status_code != 200:
                    answer.read()
                    raise RingtrailError(app_socket.told(answer))
                yield from answer.iter_text()
            return
    platform = Platform(settings)
    try:
        scope = platform.auth.whole(account)
        yield from kind.csv(platform.reports, scope, since, until)
    finally:
        platform.close()


@attribution.command("rebuild")
def attribution_rebuild() -> None:
    """Compute the marts anew from the facts."""
    settings = read_settings()
    with app_socket.running(settings) as running:
        if running is not None:
            answer = running.post("/api/v1/attribution/rebuild", timeout=3600)
            if answer.status_code != 200:
                raise RingtrailError(app_socket.told(answer))
        else:
            platform = Platform(settings)
            platform.upkeep.rebuild()
            platform.close()
    _say.print("The marts are rebuilt from the facts.")
