"""Numbers as a CSV file: one row a number, checked as a whole before any of it is taken. Pure.

`export` writes the columns that `read` takes, so that a file can go out, be edited and come back.
A number that stands already as its row says is no fault and changes nothing.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from numbers_pool.fixed.rule import Declared
from numbers_pool.keeping.standing import Standing
from ringtrail.core import phone

COLUMNS = (
    "number", "role", "site", "pool", "original", "rule", "patterns", "source", "medium",
    "campaign",
)  # fmt: skip
_ROLES = ("pool", "static", "control")
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """A site as a row needs it."""

    account: int
    site: int
    region: str


@dataclass(frozen=True, slots=True)
class Known:
    """What there is already: sites, the site of each pool, numbers in use, static rules."""

    sites: dict[int, Place]
    pools: dict[int, int]
    owned: dict[str, Standing]
    statics: dict[str, Declared]


@dataclass(frozen=True, slots=True)
class NewNumber:
    """A row that can be taken."""

    number: str
    role: str
    place: Place
    pool: int | None
    declared: Declared | None


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a line cannot be taken."""

    line: int
    told: str


class _Wrong(Exception):
    """A row's fault, for a person."""


def read(lines: Iterable[str], known: Known) -> tuple[list[NewNumber], list[Flaw]]:
    """The numbers to add, and what is wrong with which line; with a flaw nothing may be added."""
    rows = csv.DictReader(lines)
    heads = rows.fieldnames or []
    if strange := [head for head in heads if head not in COLUMNS]:
        return [], [Flaw(1, f"unknown column {strange[0]!r}: {', '.join(COLUMNS)}")]
    if missing := [head for head in ("number", "role") if head not in heads]:
        return [], [Flaw(1, f"the column {missing[0]!r} is missing")]
    new: list[NewNumber] = []
    flaws: list[Flaw] = []
    seen: dict[str, int] = {}
    for row in rows:
        try:
            if len(new) + len(flaws) >= MOST_ROWS:
                raise _Wrong(f"a file has at most {MOST_ROWS} rows")
            number = _row(row, known)
            if before := seen.get(number.number):
                raise _Wrong(f"{number.number} stands in line {before} already")
            seen[number.number] = rows.line_num
            if not _stands(number, known):
                new.append(number)
        except _Wrong as wrong:
            flaws.append(Flaw(rows.line_num, str(wrong)))
    return new, flaws


def export(standings: Iterable[Standing], statics: dict[str, Declared]) -> Iterator[list[str]]:
    """The heads and one row for each number in use."""
    yield list(COLUMNS)
    for one in standings:
        if one.state != "retired":
            rule = statics.get(one.number)
            yield [
                one.number,
                one.role,
                str(one.site),
                str(one.pool or ""),
                *(_cells(rule) if rule else [""] * 6),
            ]


def _cells(rule: Declared) -> list[str]:
    patterns = " ".join(rule.patterns)
    return [rule.original, rule.rule, patterns, rule.source, rule.medium, rule.campaign or ""]


def _row(row: dict[str, str | None], known: Known) -> NewNumber:
    if None in row or None in row.values():
        raise _Wrong("the row has not as many cells as the head")
    cells = {name: (value or "").strip() for name, value in row.items()}
    role = cells["role"]
    if role not in _ROLES:
        raise _Wrong(f"{role!r} is no role: give {', '.join(_ROLES)}")
    pool = _whole(cells, "pool") if role == "pool" else None
    if pool is not None and pool not in known.pools:
        raise _Wrong(f"there is no pool {pool}")
    if role != "pool" and cells.get("pool"):
        raise _Wrong(f"a {role} number is in no pool")
    site = known.pools[pool] if pool is not None else _whole(cells, "site")
    if site not in known.sites:
        raise _Wrong(f"there is no site {site}")
    if pool is not None and cells.get("site", str(site)) not in ("", str(site)):
        raise _Wrong(f"pool {pool} is of site {site}")
    place = known.sites[site]
    declared = _declared(cells, place) if role == "static" else None
    return NewNumber(_phone(cells["number"], place), role, place, pool, declared)


def _declared(cells: dict[str, str], place: Place) -> Declared:
    declared = Declared(
        number=_phone(cells["number"], place),
        original=_phone(cells.get("original", ""), place),
        rule=cells.get("rule", ""),
        patterns=tuple(cells.get("patterns", "").split()),
        source=cells.get("source", ""),
        medium=cells.get("medium", ""),
        campaign=cells.get("campaign") or None,
    )
    if flaw := declared.flaw():
        raise _Wrong(flaw)
    return declared


def _phone(text: str, place: Place) -> str:
    number = phone.parse(text, place.region)
    if number is None:
        raise _Wrong(f"{text!r} is no phone number of {place.region}")
    return number


def _whole(cells: dict[str, str], name: str) -> int:
    text = cells.get(name, "")
    if not text.isascii() or not text.isdigit():
        raise _Wrong(f"{name} {text!r} is no number")
    return int(text)


def _stands(new: NewNumber, known: Known) -> bool:
    """Whether the number is in use just as the row says; in any other use it is a fault."""
    one = known.owned.get(new.number)
    if one is None:
        return False
    as_told = (one.site, one.role, one.pool) == (new.place.site, new.role, new.pool)
    if not as_told or known.statics.get(new.number) != new.declared:
        where = f"pool {one.pool}" if one.pool else f"use as a {one.role} number of site {one.site}"
        raise _Wrong(f"{new.number} is in {where}: move or retire it first")
    return True
