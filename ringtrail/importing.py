"""`ringtrail import spend|deals|rates|aliases FILE`: what people export becomes facts.

Works beside a running app and without one: it walks the file, writes one row into the inbox, and
the loader takes the file's rows in. On a machine of its own it needs the app's RINGTRAIL_HOME,
where the rows wait as a file. A file with a bad row changes nothing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape

from ingest.files import Given, Preview, read
from ingest.files.aliases import read_aliases
from ingest.files.reading import BadRow
from ringtrail import keeping, store
from ringtrail.core.clock import SystemClock, utc
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.facts import Fact
from ringtrail.core.inbox import put
from ringtrail.core.money import Unreadable, currency
from ringtrail.core.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True, help="Bring figures in from files.")
_say = Console(stderr=True)

File = Annotated[Path, typer.Argument(help="A CSV file with a header.")]
Site = Annotated[int, typer.Option(help="The number of the site.")]
Connection = Annotated[str, typer.Option(help="Your name for where the figures come from.")]
Currency = Annotated[
    str | None, typer.Option(help="Of rows that name none: EUR; the site's without it.")
]
Decimal = Annotated[
    Literal[".", ","] | None, typer.Option(help="The decimal mark, where one figure may be two.")
]
DateFormat = Annotated[
    Literal["dmy", "mdy", "ymd"] | None, typer.Option(help="The order of day, month and year.")
]
Encoding = Annotated[str | None, typer.Option(help="Where it is found wrongly: windows-1252.")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Take the other rows.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what is in the file, take nothing.")]


@app.command("spend")
def spend(
    file: File,
    site: Site = 1,
    connection: Connection = "csv",
    source: Annotated[
        str | None, typer.Option(help="Of rows that name none, as in utm_source: google")
    ] = None,
    medium: Annotated[
        str | None, typer.Option(help="Of rows that name none; cpc without it.")
    ] = None,
    currency: Currency = None,
    vat_included: Annotated[
        bool | None, typer.Option("--vat/--no-vat", help="Whether the costs include VAT.")
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="The file is all that was spent on its days: what it lacks is void."
        ),
    ] = False,
    credit_notes: Annotated[
        bool, typer.Option("--credit-notes", help="Costs below zero are credits, not mistakes.")
    ] = False,
    decimal: Decimal = None,
    date_format: DateFormat = None,
    encoding: Encoding = None,
    skip_bad: SkipBad = False,
    dry_run: DryRun = False,
    as_json: keeping.AsJson = False,
) -> None:
    """Import what advertising cost: a row for each day and campaign, or finer."""
    engine, settings = _opened()
    given = _given(
        engine, site, connection, currency=currency, mark=decimal, order=date_format,
        source=source, medium=medium, vat_included=vat_included, replace=replace,
        credit_notes=credit_notes,
    )  # fmt: skip
    _take(engine, settings, file, "spend", given, encoding, skip_bad, dry_run, as_json)


@app.command("deals")
def deals(
    file: File,
    site: Site = 1,
    connection: Connection = "csv",
    currency: Currency = None,
    decimal: Decimal = None,
    date_format: DateFormat = None,
    encoding: Encoding = None,
    skip_bad: SkipBad = False,
    dry_run: DryRun = False,
    as_json: keeping.AsJson = False,
) -> None:
    """Import deals: how each stands, or each of its changes with a date in changed_at."""
    engine, settings = _opened()
    given = _given(engine, site, connection, currency=currency, mark=decimal, order=date_format)
    _take(engine, settings, file, "deal", given, encoding, skip_bad, dry_run, as_json)


@app.command("rates")
def rates(
    file: File,
    site: Annotated[int, typer.Option(help="A site of the account, for its currency.")] = 1,
    connection: Annotated[str, typer.Option(help="Who says so: ecb")] = "csv",
    currency: Annotated[
        str | None, typer.Option(help="What the rates are in: EUR; the site's without it.")
    ] = None,
    decimal: Decimal = None,
    date_format: DateFormat = None,
    encoding: Encoding = None,
    skip_bad: SkipBad = False,
    dry_run: DryRun = False,
    as_json: keeping.AsJson = False,
) -> None:
    """Import what currencies were worth on each day; of all sites of the account."""
    engine, settings = _opened()
    given = _given(engine, site, connection, currency=currency, mark=decimal, order=date_format)
    _take(engine, settings, file, "rate", given, encoding, skip_bad, dry_run, as_json)


@app.command("aliases")
def aliases(
    file: File, site: Site = 1, connection: Connection = "csv", encoding: Encoding = None
) -> None:
    """Import what visits call the campaigns of a connection: of, campaign, source, medium."""
    engine, _ = _opened()
    found = list(read_aliases(file, _given(engine, site, connection), encoding))
    bad = [one for one in found if isinstance(one, BadRow)]
    _tell_bad(bad, len(bad))
    if bad:
        raise typer.Exit(1)
    facts: list[Fact] = [one for one in found if not isinstance(one, BadRow)]
    _put(engine, facts)
    _say.print(f"{len(facts)} aliases of {escape(connection)} hold from now on.")


def _opened() -> tuple[Engine, Settings]:
    settings = read_settings()
    settings.prepare()
    engine = open_engine(settings.database)
    migrate(engine)
    return engine, settings


def _given(
    engine: Engine, site: int, connection: str, *, currency: str | None = None, **said: Any
) -> Given:
    place = store.place_of_site(engine, site)
    zone, now = ZoneInfo(place.timezone), SystemClock().now()
    return Given(
        account=place.account,
        site=site,
        zone=zone,
        region=place.region,
        told_at=now,
        today=utc(now).astimezone(zone).date(),
        connection=connection,
        currency=_code(currency) if currency else place.currency,
        **said,
    )


def _code(text: str) -> str:
    try:
        return currency(text)
    except Unreadable as error:
        raise typer.BadParameter(str(error)) from error


def _take(
    engine: Engine, settings: Settings, file: Path, kind: str, given: Given, encoding: str | None,
    skip_bad: bool, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Walk the file, tell what is in it and hand it to the loader; exit 1 when a row is bad."""
    folder = None if dry_run else settings.home / "bulk"
    with _say.status(f"Reading {escape(file.name)}"):
        found = read(file, kind, given, folder, encoding=encoding, skip_bad=skip_bad)
    if found.bulk is not None:
        _put(engine, [found.bulk])
    preview = found.preview
    if as_json:
        keeping.print_json(
            {
                "imported": found.bulk is not None,
                "rows": preview.rows,
                "since": preview.since,
                "until": preview.until,
                "totals": preview.totals,
                "bad": preview.bad,
                "bad_rows": preview.bad_rows,
                "left_out": preview.left_out,
                "columns": preview.columns,
                "unused_columns": preview.unused,
                "encoding": preview.encoding,
                "delimiter": preview.delimiter,
            }
        )
    else:
        _tell(preview)
        _tell_bad(preview.bad_rows, preview.bad)
        _say.print(_outcome(preview, taken=found.bulk is not None, dry_run=dry_run))
    if not dry_run and found.bulk is None or dry_run and preview.bad and not skip_bad:
        raise typer.Exit(1)


def _put(engine: Engine, facts: Sequence[Fact]) -> None:
    now = SystemClock().now()
    Writer(engine).immediate(lambda connection: put(connection, facts, now))


def _tell(preview: Preview) -> None:
    columns = ", ".join(f"{name} = {head}" for name, head in preview.columns.items())
    lines = [
        f"{preview.encoding}, columns split by {preview.delimiter!r}: {columns}",
        f"not used: {', '.join(preview.unused)}" if preview.unused else "",
        f"{preview.left_out} lines of totals are left out" if preview.left_out else "",
        f"{preview.rows} rows of {preview.since} to {preview.until}" if preview.rows else "no rows",
        *(f"total: {amount:,.4f} {code}" for code, amount in sorted(preview.totals.items())),
    ]
    for line in filter(None, lines):
        typer.echo(line)


def _tell_bad(rows: Sequence[BadRow], count: int) -> None:
    for row in rows:
        typer.echo(f"line {row.line}: {row.told}", err=True)
    if count > len(rows):
        typer.echo(f"and {count - len(rows)} more", err=True)


def _outcome(preview: Preview, *, taken: bool, dry_run: bool) -> str:
    if dry_run:
        return "Nothing was taken: this is what the file holds."
    if not taken:
        if preview.bad:
            return f"Nothing was taken: {preview.bad} rows are bad; --skip-bad takes the others."
        return "Nothing was taken: the file has no rows."
    skipped = f", {preview.bad} bad ones left out" if preview.bad else ""
    return f"{preview.rows} rows are handed to the loader{skipped}; the reports have them next."
