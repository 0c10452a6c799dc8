"""Walks a file once: tells what is in it, and keeps it as a parcel for the loader.

Called by `ringtrail import` and by the demo. Memory does not grow with the file, but for deals and
rates, whose keys are remembered to find a second row of one. Nothing reaches the inbox here: the
caller puts `Read.bulk` into it, or drops the parcel when a row was bad.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from ingest.files.deals import DealRows
from ingest.files.given import Given
from ingest.files.kinds import Cells, Kind
from ingest.files.parcel import Parcel, sweep
from ingest.files.rates import RateRows
from ingest.files.sheet import Sheet, is_total, open_sheet, rows
from ingest.files.spend import SpendRows
from ringtrail.core.facts import Fact
from ringtrail.core.identifiers import mint
from ringtrail.core.money import Unreadable
from ringtrail.core.money_facts import Bulk

KINDS: dict[str, type[Kind]] = {kind.name: kind for kind in (SpendRows, DealRows, RateRows)}
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: the number of its last line in the file, and why."""

    line: int
    told: str


@dataclass(slots=True)
class Preview:
    """What a file holds: rows that can be taken, their days, their sums by currency.

    `bad` counts all rows that cannot be taken, `bad_rows` names the first of them; `left_out` are
    lines of totals.
    """

    encoding: str
    delimiter: str
    columns: dict[str, str]
    unused: list[str]
    rows: int = 0
    since: date | None = None
    until: date | None = None
    totals: dict[str, Decimal] = field(default_factory=dict)
    left_out: int = 0
    bad: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)

    def refuse(self, line: int, told: str) -> None:
        self.bad += 1
        if len(self.bad_rows) < _SHOWN:
            self.bad_rows.append(BadRow(line, told))

    def count(self, kind: Kind, fact: Fact) -> None:
        self.rows += 1
        day = kind.day(fact)
        self.since = min(self.since or day, day)
        self.until = max(self.until or day, day)
        for currency, amount in kind.totals(fact):
            self.totals[currency] = self.totals.get(currency, Decimal(0)) + amount


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was walked; `bulk` names its parcel, None when nothing is to be taken."""

    preview: Preview
    bulk: Bulk | None


def read(
    path: Path,
    kind: str,
    given: Given,
    folder: Path | None,
    *,
    encoding: str | None = None,
    skip_bad: bool = False,
) -> Read:
    """Walk the file; its good rows go into a parcel in `folder`, unless that is None.

    No parcel stays of a file with a bad row, unless `skip_bad`, nor of one without a good row.
    RingtrailError for what is no such file.
    """
    reader = KINDS[kind]
    sheet = open_sheet(path, reader.aliases, reader.required, encoding)
    preview = Preview(sheet.encoding, sheet.delimiter, sheet.headers, sheet.unused)
    walk = _facts(sheet, reader(given, sheet.units), preview, identifier := mint())
    if folder is None:
        for _ in walk:
            pass
        return Read(preview, None)
    sweep(folder, given.told_at)
    parcel = Parcel(folder, kind, identifier)
    try:
        for fact, dated in walk:
            parcel.add(fact, dated=dated)
        if not preview.rows or (preview.bad and not skip_bad):
            parcel.discard()
            return Read(preview, None)
        found = parcel.close()
    except BaseException:
        parcel.discard()
        raise
    bulk = Bulk(
        account=given.account,
        site=0 if kind == "rate" else given.site,
        occurred_at=given.told_at,
        source_id=str(identifier),
        of=kind,
        file=str(parcel.path.resolve()),
        digest=found,
        rows=preview.rows,
        replace=given.replace,
    )
    return Read(preview, bulk)


def _facts(
    sheet: Sheet, kind: Kind, preview: Preview, identifier: object
) -> Iterator[tuple[Fact, bool]]:
    places = list(sheet.columns.items())
    width = max(sheet.columns.values()) + 1
    for turn, (line, found) in enumerate(rows(sheet)):
        cells = _named(places, width, found)
        try:
            if any(found[sheet.width :]):
                raise Unreadable("the row has more cells than the header: is a figure unquoted?")
            fact = kind.fact(cells, line, f"{identifier}:{turn}")
        except (Unreadable, msgspec.ValidationError, ValueError) as error:
            if is_total(found) and not _looks_dated(cells, kind):
                preview.left_out += 1
            else:
                preview.refuse(line, str(error))
            continue
        preview.count(kind, fact)
        yield fact, kind.dated(cells)


def _named(places: Sequence[tuple[str, int]], width: int, cells: list[str]) -> Cells:
    if len(cells) < width:
        cells = [*cells, *[""] * (width - len(cells))]
    return {name: cells[place] for name, place in places}


def _looks_dated(cells: Cells, kind: Kind) -> bool:
    return any(letter.isdigit() for letter in cells.get(kind.dated_by, ""))
