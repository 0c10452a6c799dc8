"""Days and moments as people write them; read in the site's zone.

`01.06.2026` and `2026-06-01` mean one day; `01/06/2026` may mean two and is refused unless the
order was declared.
"""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from ringtrail.core.clock import Micros, micros
from ringtrail.core.money import Unreadable

Order = Literal["dmy", "mdy", "ymd"]
_PARTS = re.compile(r"^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})$", re.ASCII)
_DIGITS = re.compile(r"^\d{8}$", re.ASCII)
_TIME = re.compile(r"^\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?$", re.ASCII)
_NAMED = ("%b %d, %Y", "%d %b %Y", "%B %d, %Y", "%d %B %Y")
_YEARS = range(2000, 2200)


@lru_cache(maxsize=4096)
def parse_day(text: str, order: Order | None = None) -> date:
    """The day that `text` names, without a time; raises `Unreadable`."""
    plain = text.strip()
    if _DIGITS.match(plain):
        return _day(plain[:4], plain[4:6], plain[6:], text)
    if parts := _PARTS.match(plain):
        return _ordered((parts[1], parts[3], parts[4]), parts[2], order, text)
    for form in _NAMED:
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    head, _, tail = plain.partition(" " if " " in plain else "T")
    if tail and set(tail) <= set("0:. ") and _PARTS.match(head):
        return parse_day(head, order)
    raise Unreadable(f"{text!r} is no date: write it like 2026-06-01")


def parse_moment(text: str, zone: ZoneInfo, order: Order | None = None) -> Micros:
    """A day, with or without a time, of the site's zone or with its own offset."""
    plain = text.strip()
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        head, _, tail = plain.partition(" ")
        if _TIME.match(tail.strip()):
            found = datetime.combine(parse_day(head, order), _clock(tail.strip(), text))
        else:
            found = datetime.combine(parse_day(plain, order), time())
    _refuse_other_centuries(found.year, text)
    local = found if found.tzinfo else found.replace(tzinfo=zone)
    return micros(local.astimezone(UTC))


def _ordered(parts: tuple[str, str, str], mark: str, order: Order | None, text: str) -> date:
    first, second, third = parts
    if len(first) == 4:
        return _day(first, second, third, text)
    if len(third) not in (2, 4):
        raise Unreadable(f"{text!r} is no date: write it like 2026-06-01")
    if order is None:
        if mark != "." and int(first) <= 12 and int(second) <= 12:
            raise Unreadable(f"{text!r} may be two days: say --date-format dmy or mdy")
        order = "mdy" if int(second) > 12 else "dmy"
    if order == "ymd":
        return _day(first, second, third, text)
    day, month = (second, first) if order == "mdy" else (first, second)
    return _day(third, month, day, text)


def _day(year: str, month: str, day: str, text: str) -> date:
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        raise Unreadable(f"{text!r} is no day of the calendar") from None
    _refuse_other_centuries(found.year, text)
    return found


def _clock(tail: str, text: str) -> time:
    try:
        return time.fromisoformat(tail if tail[1] != ":" else f"0{tail}")
    except ValueError:
        raise Unreadable(f"{text!r} is no time of the day") from None


def _refuse_other_centuries(year: int, text: str) -> None:
    if year not in _YEARS:
        raise Unreadable(f"{text!r} does not lie between {_YEARS.start} and {_YEARS.stop}")
