"""Calls as CSV, streamed in chunks, safe to open in a spreadsheet.

A cell that a spreadsheet would read as a formula gets a leading apostrophe (OWASP, CSV injection);
phones keep their plus sign, being plus and digits only.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from attribution.reports import Reports
from ringtrail.core import phone
from ringtrail.core.auth import Scoped

COLUMNS = (
    "started_at", "call", "direction", "outcome", "caller", "number", "first_time",
    "ring_seconds", "menu_seconds", "hold_seconds", "talk_seconds", "channel", "source", "medium",
    "campaign", "content", "term", "gclid", "click_id_type", "click_id", "landing", "match",
    "lease", "visit", "visitor", "candidates",
)  # fmt: skip
_MASKED_ROLES = ("employee", "accountant")
# The wide signs are what a Japanese or Chinese spreadsheet takes for the narrow ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_PHONE = re.compile(r"\+[0-9]{3,15}\Z")


def calls_csv(
    reports: Reports, scope: Scoped, since: date, until: date, outcome: str | None = None
) -> Iterator[str]:
    """The CSV text in pieces, header first; `until` inclusive, times in the site's zone."""
    yield _lines([COLUMNS])
    masked = scope.role in _MASKED_ROLES
    for chunk in reports.call_rows(scope, since, until, outcome):
        yield _lines([[_cell(name, row[name], masked) for name in COLUMNS] for row in chunk])


def _cell(name: str, value: Any, masked: bool) -> str:
    if value is None:
        return ""
    if name == "caller" and masked:
        return phone.mask(value)
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
