"""`ringtrail site rules`: from which day on what counts as a target call, a lead, an own phone."""

import re
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from ringtrail import store
from ringtrail.core import phone as phones
from ringtrail.core.clock import Micros, SystemClock
from ringtrail.core.database import Writer, migrate, open_engine
from ringtrail.core.facts import Fact
from ringtrail.core.inbox import put
from ringtrail.core.lead_facts import OwnPhone, SiteRule
from ringtrail.core.money_facts import key_of
from ringtrail.core.settings import read_settings

_say = Console(stderr=True)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")


def set_rules(
    key: Annotated[str, typer.Argument(help="The site's key, as in its script's line.")],
    from_day: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day it holds.")
    ],
    target_seconds: Annotated[
        int | None, typer.Option(help="As much talk makes a target call.", min=1, max=86_400)
    ] = None,
    lead_days: Annotated[
        int | None,
        typer.Option(help="Within as many days contacts are one lead.", min=1, max=366),
    ] = None,
    hours: Annotated[
        list[str] | None,
        typer.Option(help="Days and spans: 'mon-fri 09:00-13:00 14:00-18:00'; give each."),
    ] = None,
    internal: Annotated[
        list[str] | None, typer.Option(help="A phone of the business's own people; give each.")
    ] = None,
    test: Annotated[
        list[str] | None, typer.Option(help="A phone that tests are made from; give each.")
    ] = None,
    self_test: Annotated[
        list[str] | None, typer.Option(help="A phone that the program tests from; give each.")
    ] = None,
    no_longer: Annotated[
        list[str] | None, typer.Option(help="A phone that is nobody's of these any more.")
    ] = None,
) -> None:
    """Change from a day on what counts; the days before keep the rules they had."""
    engine = open_engine(read_settings().database)
    migrate(engine)
    place, now = store.place_of_site(engine, key), SystemClock().now()
    rules = {"target_seconds": target_seconds, "lead_days": lead_days, "hours": _hours(hours or [])}
    facts: list[Fact] = [
        _rule(place, now, from_day, name, value) for name, value in rules.items() if value
    ]
    used = {"internal": internal, "test": test, "self_test": self_test, "none": no_longer}
    told = [(use, text) for use, texts in used.items() for text in texts or []]
    numbers = [_phone(text, place.region) for _, text in told]
    if twice := {number for number in numbers if numbers.count(number) > 1}:
        raise typer.BadParameter(f"{', '.join(sorted(twice))} is given twice")
    for (use, _), number in zip(told, numbers, strict=True):
        facts.append(_own_phone(place, now, from_day, number, use))
    if not facts:
        raise typer.BadParameter("say what changes, for example --target-seconds 90")
    Writer(engine).immediate(lambda connection: put(connection, facts, now))
    _say.print(f"From {from_day:%Y-%m-%d} on {len(facts)} rules are others.")


def _rule(place: store.Place, now: Micros, from_day: datetime, name: str, value: Any) -> SiteRule:
    key = key_of(place.site, name, from_day.date())
    return SiteRule(
        account=place.account, site=place.site, occurred_at=now, source_id=f"{key}:{now}", key=key,
        told_at=now, rule=name, from_day=from_day.date(), **{name: value},
    )  # fmt: skip


def _own_phone(
    place: store.Place, now: Micros, from_day: datetime, number: str, use: str
) -> OwnPhone:
    key = key_of(number, from_day.date())
    return OwnPhone(
        account=place.account, site=0, occurred_at=now, source_id=f"{key}:{now}", key=key,
        told_at=now, phone=number, use=use, from_day=from_day.date(),
    )  # fmt: skip


def _phone(text: str, region: str) -> str:
    found = phones.parse(text, region)
    if found is None:
        raise typer.BadParameter(f"{text!r} is no phone number")
    return found


def _hours(lines: list[str]) -> dict[str, str]:
    """By weekday, 1 being Monday, when the business is open."""
    found: dict[str, str] = {}
    for line in lines:
        days, *spans = line.lower().split()
        first, _, last = days.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise typer.BadParameter(f"{days!r} is neither a day like mon nor days like mon-fri")
        if not spans or not all(_SPAN.fullmatch(span) and _ends_later(span) for span in spans):
            raise typer.BadParameter(f"{line!r} has no spans like 09:00-18:00 after its days")
        meant = range(_DAYS.index(first), _DAYS.index(last or first) + 1)
        if not meant:
            raise typer.BadParameter(f"{days!r} ends before it begins")
        for day in meant:
            if str(day + 1) in found:
                raise typer.BadParameter(f"{_DAYS[day]} is given twice")
            found[str(day + 1)] = ",".join(spans)
    return found


def _ends_later(span: str) -> bool:
    begin, _, end = span.partition("-")
    return begin < end
