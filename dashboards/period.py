"""What a report is about, read from an address or from the browser's store: period, model.

Who: every page and callback. Both sources are the browser's to forge, so every value is checked
and falls back to the last 28 days. What can go wrong: absurd spans; a period is at most 731 days
and never ends after today, the site's local today.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

from attribution.models.rules import RULES
from dashboards.reading import DateBasis

PRESETS = (7, 28, 90)
USUAL = 28
LONGEST = 731
METRICS = ("calls", "visits")
MODEL = "last_non_direct"
BASES: tuple[DateBasis, ...] = get_args(DateBasis)
BASIS: DateBasis = "sale"
SHOWN = ("money", "calls")
_COLUMN = re.compile(r"-?[a-z_]{1,32}\Z")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asked for: days inclusive, comparison, the chart's metric, the order.

    `model` divides calls, leads and deals among visits; `basis` says whose day the credit has.
    `show` is which columns a table has, "" where the reader has not chosen.
    `sort` is (column, descending); the columns are each page's own, which checks the name.
    """

    since: date
    until: date
    compare: bool = True
    metric: str = "calls"
    sort: tuple[str, bool] | None = None
    model: str = MODEL
    basis: DateBasis = BASIS
    show: str = ""

    @property
    def length(self) -> int:
        """How many days."""
        return (self.until - self.since).days + 1

    @property
    def before(self) -> tuple[date, date]:
        """The equally long period just before."""
        return self.since - timedelta(days=self.length), self.since - timedelta(days=1)

    def store(self, today: date) -> dict[str, object]:
        """The same for the browser's store."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "compare": self.compare,
            "metric": self.metric,
            "model": self.model,
            "basis": self.basis,
            "today": today.isoformat(),
        }


def asked(values: Mapping[str, object], today: date) -> Asked:
    """The period in these values, checked; `days` is a preset counted back from today."""
    compare = str(values.get("compare", "1")).lower() not in ("0", "false", "none")
    wanted = str(values.get("metric", ""))
    metric = wanted if wanted in METRICS else METRICS[0]
    since, until = _day(values.get("since")), _day(values.get("until"))
    if since is None or until is None or since > until or since > today:
        days = str(values.get("days", ""))
        length = int(days) if days in {str(preset) for preset in PRESETS} else USUAL
        since, until = today - timedelta(days=length - 1), today
    until = min(until, today)
    since = max(since, until - timedelta(days=LONGEST - 1))
    model, show = str(values.get("model", "")), str(values.get("show", ""))
    basis = next((one for one in BASES if one == values.get("basis")), BASIS)
    return Asked(
        since,
        until,
        compare,
        metric,
        _sort(values.get("sort")),
        model if model in RULES else MODEL,
        basis,
        show if show in SHOWN else "",
    )


def written(sort: tuple[str, bool] | None) -> str:
    """An order as addresses carry it: the column, with a minus when it descends."""
    return f"{'-' if sort[1] else ''}{sort[0]}" if sort else ""


def spelled(since: date, until: date) -> str:
    """A period in words: 25 Oct - 21 Nov 2026."""
    if since.year != until.year:
        return f"{since.day} {since:%b %Y} – {until.day} {until:%b %Y}"
    if since == until:
        return f"{until.day} {until:%b %Y}"
    return f"{since.day} {since:%b} – {until.day} {until:%b %Y}"


def _sort(value: object) -> tuple[str, bool] | None:
    if not isinstance(value, str) or not _COLUMN.match(value):
        return None
    return value.removeprefix("-"), value.startswith("-")


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
