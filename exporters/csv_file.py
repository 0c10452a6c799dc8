"""Rows as CSV, written in pieces, safe to open in a spreadsheet.

A cell that a spreadsheet would read as a formula gets a leading apostrophe (OWASP, CSV injection),
masked or not. Phones keep their plus sign, being plus and digits only, with stars where masked.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

# The wide signs are what a Japanese or Chinese spreadsheet takes for the narrow ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_PHONE = re.compile(r"\+(?:[0-9]{3,15}|[0-9 -]*\*\*[0-9 *-]*)\Z")
Masks = Mapping[str, Callable[[str], str]]


def csv_lines(
    columns: Sequence[str], chunks: Iterator[Sequence[Mapping[str, Any]]], masks: Masks
) -> Iterator[str]:
    """The text in pieces, header first; the cells of a column in `masks` are written through it."""
    yield _lines([columns])
    for chunk in chunks:
        yield _lines([[_cell(row[name], masks.get(name)) for name in columns] for row in chunk])


def _cell(value: Any, mask: Callable[[str], str] | None) -> str:
    if value is None:
        return ""
    if mask is not None:
        return _harmless(mask(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bool):
        return str(value).lower()
    return _harmless(str(value))


def _harmless(text: str) -> str:
    if text.startswith(_FORMULA) and not _PHONE.match(text):
        return "'" + text
    return text


def _lines(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
