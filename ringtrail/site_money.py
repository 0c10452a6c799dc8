"""`ringtrail site currency` and `ringtrail site costs`: how a site's costs are shown."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import typer
from rich.console import Console

from ringtrail import store
from ringtrail.core.clock import SystemClock
from ringtrail.core.database import Writer, migrate, open_engine
from ringtrail.core.inbox import put
from ringtrail.core.money import Unreadable, currency, parse_decimal
from ringtrail.core.money_facts import CostRule, key_of
from ringtrail.core.settings import read_settings

_say = Console(stderr=True)
_CENT = Decimal("0.01")
Key = Annotated[str, typer.Argument(help="The site's key, as in its script's line.")]


def set_currency(key: Key, code: Annotated[str, typer.Argument(help="EUR")]) -> None:
    """Let a site's reports be in one currency; costs in others are converted by dated rates."""
    try:
        found = currency(code)
    except Unreadable as error:
        raise typer.BadParameter(str(error)) from error
    engine = open_engine(read_settings().database)
    migrate(engine)
    store.set_currency(engine, SystemClock(), key, found)
    _say.print(f"Reports of the site are in {found}.")


def set_cost_rule(
    key: Key,
    from_day: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day it holds.")
    ],
    source: Annotated[
        str | None, typer.Option(help="As in the spend: google; all others without it.")
    ] = None,
    vat: Annotated[str, typer.Option(help="Per cent of the net cost.")] = "0",
    fee: Annotated[str, typer.Option(help="Per cent of the net cost, an agency's.")] = "0",
    with_vat: Annotated[
        bool, typer.Option("--with-vat/--without-vat", help="How costs are shown.")
    ] = False,
) -> None:
    """Say from a day on which VAT and fee belong to a source's costs."""
    engine = open_engine(read_settings().database)
    migrate(engine)
    place = store.place_of_site(engine, key)
    now, day = SystemClock().now(), from_day.date()
    rule_key = key_of(place.site, source, day)
    rule = CostRule(
        account=place.account, site=place.site, occurred_at=now, source_id=f"{rule_key}:{now}",
        key=rule_key, told_at=now, source=source, from_day=day, vat_percent=_percent(vat),
        fee_percent=_percent(fee), with_vat=with_vat,
    )  # fmt: skip
    Writer(engine).immediate(lambda connection: put(connection, [rule], now))
    of, shown = source or "other sources", "with" if with_vat else "without"
    _say.print(f"From {day} on costs of {of} are shown {shown} VAT, fee of {fee} % included.")


def _percent(text: str) -> Decimal:
    try:
        found = parse_decimal(text, "," if "," in text else ".")
    except Unreadable as error:
        raise typer.BadParameter(str(error)) from error
    if not 0 <= found <= 1000 or found % _CENT:
        raise typer.BadParameter(f"{text!r} is no percentage with two digits after the point")
    return found
