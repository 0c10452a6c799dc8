"""A CSV file as people export it: found encoding, delimiter and header, then row by row.

Used by `ingest.files.reading`. The header may stand below a few lines of title; its columns are
found by the names that exports give them, in any order. Nothing is guessed that changes a figure:
a file that cannot be told is refused with what to do.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from ringtrail.core.errors import RingtrailError

_PIECE = 1 << 20
# Titles of exports ("Campaign report", the period) are two or three lines.
_TITLE_LINES = 20
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What is no text begins with these bytes; the way out of each.
_AS_CSV = (
    "save the sheet that has the figures as CSV (Excel and LibreOffice: File, Save As; Google "
    "Sheets: File, Download) and import that file"
)
_STARTS = {
    b"PK\x03\x04": "is a zip archive: unpack it and import the CSV in it",
    b"\xd0\xcf\x11\xe0": f"is an Excel workbook: {_AS_CSV}",
    b"\x1f\x8b": "is compressed: unpack it with gunzip and import the CSV in it",
    b"%PDF": "is a PDF: export the same figures as CSV",
}
_UNIT = re.compile(r"^(.*?)\s*[(,]\s*([^(),]+?)\)?\s*$")
_TOTAL = re.compile(r"^\s*(grand |sub)?(total|итого|всего|รวม)", re.IGNORECASE)

Aliases = Mapping[str, Sequence[str]]
"""Our name of a column -> the names that exports give it, the best first."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the rows of a file begin and which of its columns are ours."""

    path: Path
    encoding: str
    delimiter: str
    header_line: int
    width: int
    columns: dict[str, int]
    headers: dict[str, str]
    units: dict[str, str]
    unused: list[str] = field(default_factory=list)


def open_sheet(
    path: Path, aliases: Aliases, required: Sequence[str], encoding: str | None = None
) -> Sheet:
    """Find encoding, delimiter and header; RingtrailError when there is no such file or header."""
    try:
        if told := _no_text(path):
            raise RingtrailError(f"{path.name} {told}")
        found = encoding or _encoding(path)
        lines = _first_lines(path, found)
        best = max(
            (_sheet(path, found, mark, line, cells, aliases)
             for mark in _DELIMITERS
             for line, cells in _cells(lines, mark)),
            key=lambda sheet: len(sheet.columns.keys() & set(required)) * 100 + len(sheet.columns),
            default=None,
        )  # fmt: skip
    except BadZipFile as error:
        raise RingtrailError(f"{path.name} is damaged: export or download it again") from error
    except (UnicodeError, csv.Error) as error:
        raise _broken(path, found, error) from error
    except (OSError, LookupError) as error:
        raise RingtrailError(f"{path} cannot be read: {error}") from error
    missing = [name for name in required if best is None or name not in best.columns]
    if best is None or missing:
        told = ", ".join(f"{name} ({' or '.join(aliases[name][:3])})" for name in missing)
        raise RingtrailError(f"{path.name} has no header with the columns {told or required}")
    return best


def rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Each row below the header with the number of its line; empty lines are left out.

    RingtrailError for bytes that the encoding has not, and for a quote that never ends.
    """
    try:
        with sheet.path.open(encoding=sheet.encoding, newline="") as file:
            for _ in range(sheet.header_line):
                file.readline()
            reader = csv.reader(file, delimiter=sheet.delimiter)
            for cells in reader:
                if any(cells):
                    yield sheet.header_line + reader.line_num, cells
    except (UnicodeError, csv.Error) as error:
        raise _broken(sheet.path, sheet.encoding, error) from error


def _no_text(path: Path) -> str | None:
    """What a file is that cannot be a CSV, and what to do instead; None of all others."""
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        return "is empty"
    if is_zipfile(path):
        with ZipFile(path) as archive:
            names = set(archive.namelist())
        if "[Content_Types].xml" in names or "content.xml" in names:
            return f"is a workbook: {_AS_CSV}"
    return next((told for mark, told in _STARTS.items() if start.startswith(mark)), None)


def _broken(path: Path, encoding: str, error: Exception) -> RingtrailError:
    if isinstance(error, csv.Error):
        return RingtrailError(f"{path.name} is no CSV: {error}")
    return RingtrailError(
        f"{path.name} is not {encoding} throughout: name the right one with --encoding"
    )


def is_total(cells: Sequence[str]) -> bool:
    """Whether an export's line of totals stands here instead of a row."""
    first = next((cell for cell in cells if cell.strip()), "")
    return bool(_TOTAL.match(first))


def _encoding(path: Path) -> str:
    """UTF-8 when all of the file is; UTF-16 by its mark; else the code page of Russian Windows."""
    with path.open("rb") as file:
        piece = file.read(_PIECE)
        for mark, name in _BOMS:
            if piece.startswith(mark):
                return name
        if piece[1:200:2].count(0) > len(piece[1:200:2]) * 0.4:
            return "utf-16-le"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece:
                decoder.decode(piece)
                piece = file.read(_PIECE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "windows-1251"
    return "utf-8"


def _first_lines(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as file:
        return [line for _, line in zip(range(_TITLE_LINES), file, strict=False)]


def _cells(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines, start=1):
        yield from ((number, cells) for cells in csv.reader([line], delimiter=delimiter))


def _sheet(
    path: Path, encoding: str, delimiter: str, line: int, cells: list[str], aliases: Aliases
) -> Sheet:
    known = {_plain(alias): (rank, name)
             for name, words in aliases.items()
             for rank, alias in enumerate((name, *words))}  # fmt: skip
    ranks: dict[str, tuple[int, int]] = {}
    units: dict[str, str] = {}
    for place, cell in enumerate(cells):
        word, unit = cell, None
        if _plain(cell) not in known and (parts := _UNIT.match(cell)):
            word, unit = parts[1], parts[2]
        if (found := known.get(_plain(word))) is None:
            continue
        rank, name = found
        if (rank, place) < ranks.get(name, (len(known), 0)):
            ranks[name] = (rank, place)
            units.pop(name, None)
            if unit:
                units[name] = unit
    columns = {name: place for name, (_, place) in ranks.items()}
    used = set(columns.values())
    return Sheet(
        path, encoding, delimiter, line, len(cells), columns,
        headers={name: cells[place].strip() for name, place in columns.items()},
        units=units,
        unused=[cell.strip() for place, cell in enumerate(cells) if place not in used and cell],
    )  # fmt: skip


def _plain(header: str) -> str:
    return "".join(letter for letter in header.casefold() if letter.isalnum())
