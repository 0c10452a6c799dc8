"""`ringtrail pool add|list|import|export` and `ringtrail pool number`: a person keeps the numbers.

Works beside a running app and without one: it touches the operational store alone. What cannot be
is refused and nothing is changed.
"""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from numbers_pool import store as pool
from numbers_pool.fixed.rule import Declared
from numbers_pool.keeping.table import Flaw, NewNumber, export, read
from ringtrail import keeping
from ringtrail.core import phone
from ringtrail.core.clock import Micros, utc
from ringtrail.core.errors import RingtrailError
from ringtrail.core.facts import Fact
from ringtrail.core.inbox import put
from ringtrail.core.settings import Settings
from tracking.channel import channel

number = typer.Typer(no_args_is_help=True, help="Single numbers.")
_say = Console(stderr=True)
InPool = Annotated[int, typer.Option("--pool", help="The pool's number.")]


def add(
    name: Annotated[str, typer.Argument(help="As people call it.")],
    original: Annotated[str, typer.Option(help="The business number that stands on the pages.")],
    tracking: Annotated[
        list[str] | None, typer.Option(help="A number of the pool; give each once.")
    ] = None,
    site: Annotated[int, typer.Option(help="The number of the site.")] = 1,
    branch: Annotated[int | None, typer.Option(help="The number of its branch.")] = None,
    match: Annotated[
        str,
        typer.Option(help="Numbers like the original come first or alone: off, prefer, require."),
    ] = "off",
    hold: Annotated[int, typer.Option(min=60, help="Seconds after the last sign of life.")] = 900,
    cooldown: Annotated[int, typer.Option(min=0, help="Seconds for those who call late.")] = 600,
    audit_share: Annotated[
        float, typer.Option(min=0, max=1, help="Of the visits, how many are audited.")
    ] = 0.02,
) -> None:
    """Add a pool of numbers to a site; prints its number."""

    def work(store: pool.Store, now: Micros, settings: Settings) -> int:
        place = keeping.place(store, site, now)
        made, facts = pool.create_pool(
            store, account=place.account, site=site, name=name, now=now, branch=branch, match=match,
            original=_e164(original, place.region),
            numbers=[_e164(text, place.region) for text in tracking or ()],
            hold_seconds=hold, cooldown_seconds=cooldown, audit_share=audit_share,
            quarantine_days=settings.quarantine_days,
        )  # fmt: skip
        put(store, facts, now)
        return made

    typer.echo(f"pool: {keeping.change(work)}")


def change(
    number: Annotated[int, typer.Argument(metavar="POOL", help="The pool's number.")],
    branch: Annotated[
        int | None, typer.Option(help="The number of its branch; 0 for none.")
    ] = None,
    match: Annotated[str | None, typer.Option(help="off, prefer or require.")] = None,
    hold: Annotated[int | None, typer.Option(min=60, help="Seconds.")] = None,
    cooldown: Annotated[int | None, typer.Option(min=0, help="Seconds.")] = None,
    audit_share: Annotated[
        float | None, typer.Option(min=0, max=1, help="Of the visits, how many are audited.")
    ] = None,
    audit_free_share: Annotated[
        float | None, typer.Option(min=0, max=1, help="How much of the pool must stay free.")
    ] = None,
    audit_seconds: Annotated[
        int | None, typer.Option(min=0, help="How long an audited number is kept.")
    ] = None,
) -> None:
    """Change a pool's branch, times, match or audits; what is not given stays as it is."""

    def work(store: pool.Store, now: Micros, _: Settings) -> None:
        facts = pool.change_pool(
            store, pool=number, now=now, branch=branch, match=match, hold_seconds=hold,
            cooldown_seconds=cooldown, audit_share=audit_share, audit_free_share=audit_free_share,
            audit_seconds=audit_seconds,
        )  # fmt: skip
        put(store, facts, now)

    keeping.change(work)


def show(account: keeping.OneAccount = None, as_json: keeping.AsJson = False) -> None:
    """Show pools, and every number with its state."""

    def work(store: pool.Store, now: Micros, _: Settings) -> tuple[list[Any], list[Any]]:
        told = (pool.pools, pool.standings)
        pools, numbers = (read(store, now=now, account=account) for read in told)
        return pools, numbers

    pools, numbers = keeping.change(work)
    if as_json:
        keeping.print_json(
            {"pools": [asdict(one) for one in pools], "numbers": [asdict(n) for n in numbers]}
        )
        return
    keeping.show_table(
        ("pool", "site", "branch", "name", "for", "match", "active", "cooling", "quarantined"),
        [
            (
                p.pool,
                p.site,
                p.branch,
                p.name,
                p.original,
                p.match,
                p.active,
                p.cooling,
                p.quarantined,
            )
            for p in pools
        ],
    )
    keeping.show_table(
        ("number", "site", "role", "pool", "state", "free from"),
        [(n.number, n.site, n.role, n.pool or "", n.state, _moment(n.free_at)) for n in numbers],
    )


def take_file(
    file: Annotated[Path, typer.Argument(help="A CSV file, or - for standard input.")],
    as_json: keeping.AsJson = False,
) -> None:
    """Add the numbers of a CSV file, all or none; says what is wrong with which line."""
    text = sys.stdin.read() if str(file) == "-" else _text(file)

    def work(store: pool.Store, now: Micros, settings: Settings) -> tuple[Any, Any]:
        new, flaws = read(io.StringIO(text, newline=""), pool.known(store, now=now))
        if not flaws:
            put(store, _added(store, new, now, settings), now)
        return new, flaws

    taken: Sequence[NewNumber]
    flaws: Sequence[Flaw]
    taken, flaws = keeping.change(work)
    if as_json:
        added = [] if flaws else [new.number for new in taken]
        keeping.print_json({"added": added, "flaws": [asdict(flaw) for flaw in flaws]})
    else:
        for flaw in flaws:
            typer.echo(f"line {flaw.line}: {flaw.told}", err=True)
    if flaws:
        _say.print("Nothing was changed.")
        raise typer.Exit(1)
    _say.print(f"{len(taken)} numbers were added.")


def give_file(
    account: keeping.OneAccount = None,
    out: Annotated[str, typer.Option(help="A file, or - for standard output.")] = "-",
) -> None:
    """Write the numbers in use as CSV, as `pool import` takes them."""

    def work(store: pool.Store, now: Micros, _: Settings) -> str:
        text = io.StringIO(newline="")
        standings = pool.standings(store, now=now, account=account)
        csv.writer(text, lineterminator="\n").writerows(export(standings, pool.statics(store)))
        return text.getvalue()

    text = keeping.change(work)
    if out == "-":
        sys.stdout.write(text)
    else:
        Path(out).write_text(text, encoding="utf-8")


@number.command("add")
def number_add(
    numbers: Annotated[list[str], typer.Argument(help="As dialled in the site's region.")],
    of_pool: Annotated[int | None, typer.Option("--pool", help="For visitors: the pool.")] = None,
    control: Annotated[bool, typer.Option("--control", help="Never to be shown.")] = False,
    site: Annotated[int, typer.Option(help="Of a static or control number: the site.")] = 1,
    source: Annotated[str, typer.Option(help="Static: the source that it stands for.")] = "",
    medium: Annotated[str, typer.Option(help="Static: the medium.")] = "",
    campaign: Annotated[str, typer.Option(help="Static: the campaign.")] = "",
    original: Annotated[str, typer.Option(help="Static: the number on the pages.")] = "",
    rule: Annotated[
        str, typer.Option(help="Static, for whom: landing, referrer, group or always.")
    ] = "",
    pattern: Annotated[
        list[str] | None, typer.Option(help="Static: utm_source=x, /path, host, source/medium.")
    ] = None,
) -> None:
    """Put numbers into a pool, let one stand for a source, or keep some as control numbers."""
    if [of_pool is not None, control, bool(source)].count(True) != 1:
        raise typer.BadParameter("give one of --pool, --control and --source")

    def work(store: pool.Store, now: Micros, settings: Settings) -> list[NewNumber]:
        home = pool.known(store, now=now).pools.get(of_pool, site) if of_pool else site
        place = keeping.place(store, home, now)
        e164 = [_e164(text, place.region) for text in numbers]
        role = "pool" if of_pool is not None else "control" if control else "static"
        target = _e164(original, place.region) if source else ""
        new = [
            NewNumber(one, role, place, of_pool, Declared(
                one, target, rule, tuple(pattern or ()), source, medium, campaign or None,
            ) if source else None)
            for one in e164
        ]  # fmt: skip
        put(store, _added(store, new, now, settings), now)
        return new

    for new in keeping.change(work):
        typer.echo(f"{new.number}: {new.role}")


@number.command("retire")
def number_retire(
    numbers: Annotated[list[str], typer.Argument(help="With the country: +7 495 123-45-67")],
) -> None:
    """Take numbers out of use: nobody's from now on; their past stays."""

    def work(store: pool.Store, now: Micros, _: Settings) -> None:
        for text in numbers:
            put(store, pool.retire(store, number=_e164(text, None), now=now), now)

    keeping.change(work)


@number.command("move")
def number_move(
    numbers: Annotated[list[str], typer.Argument(help="With the country: +7 495 123-45-67")],
    to: InPool,
) -> None:
    """Put numbers into another pool; one of another account or site is first given to nobody."""

    def work(store: pool.Store, now: Micros, settings: Settings) -> list[Fact]:
        days = settings.quarantine_days
        facts = [
            fact
            for text in numbers
            for fact in pool.move(
                store, number=_e164(text, None), pool=to, now=now, quarantine_days=days
            )
        ]
        put(store, facts, now)
        return facts

    keeping.change(work)


def _added(
    store: pool.Store, numbers: Sequence[NewNumber], now: Micros, settings: Settings
) -> list[Fact]:
    """Add the numbers; a static one with the channel of the source that it stands for."""
    told = [new if new.declared is None else _told_channel(new, new.declared) for new in numbers]
    return pool.add_all(store, told, now=now, quarantine_days=settings.quarantine_days)


def _told_channel(new: NewNumber, declared: Declared) -> NewNumber:
    found = channel(declared.source, declared.medium, declared.campaign)
    return replace(new, declared=replace(declared, channel=found))


def _e164(text: str, region: str | None) -> str:
    found = phone.parse(text, region)
    if found is None:
        raise RingtrailError(f"{text!r} is no phone number{f' of {region}' if region else ''}")
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RingtrailError(f"{file} cannot be read: {error}") from error


def _moment(at: int | None) -> str:
    return f"{utc(at).astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else ""
