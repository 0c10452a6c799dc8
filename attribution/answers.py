"""The shapes of the reports' answers, read by dashboards and exporters."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Basis = Literal["call", "visit"]
"""Whose day decides the period of a credit: that of the call or contact, or of the visit."""


@dataclass(slots=True)
class Totals:
    """Counts of one slice of visits and calls."""

    visits: int = 0
    calls: int = 0
    answered: int = 0
    missed: int = 0
    first_time: int = 0
    attributed: int = 0
    wait_seconds: int = 0
    talk_seconds: int = 0


@dataclass(slots=True)
class AcquisitionRow(Totals):
    """Counts of one channel, source, medium and campaign."""

    channel: str = ""
    source: str = ""
    medium: str = ""
    campaign: str | None = None


@dataclass(slots=True)
class DayChannel:
    """Visits and calls of one site-local day in one channel."""

    day: date
    channel: str
    visits: int
    calls: int


@dataclass(slots=True)
class Acquisition:
    """One period, and the equally long period before it."""

    totals: Totals
    previous: Totals
    days: list[DayChannel]
    previous_days: list[tuple[date, int, int]]
    rows: list[AcquisitionRow]
    previous_calls: dict[str, int]


@dataclass(frozen=True, slots=True)
class CreditedTraffic:
    """How many calls and contacts a model credits to one channel, source, medium and campaign."""

    channel: str
    source: str
    medium: str
    campaign: str | None
    credited: float


@dataclass(slots=True)
class CallRow:
    """One call as the log shows it; `started_at` is in the site's zone."""

    call: str
    started_at: datetime
    caller: str | None
    number: str
    source: str | None
    medium: str | None
    campaign: str | None
    channel: str | None
    outcome: str
    wait_seconds: int
    talk_seconds: int
    match: str


@dataclass(slots=True)
class CallPage:
    """Rows `[start, stop)` of a sorted log and how many the whole log has."""

    rows: list[CallRow]
    total: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A visit that held the number when it rang; `left_at` is when it was last seen, once it left.

    `got_it`: the call is this visit's. The source is None where the visit itself is not known.
    """

    got_it: bool
    opened_at: datetime
    left_at: datetime | None
    channel: str | None
    source: str | None
    medium: str | None
    campaign: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class JourneyVisit:
    """A visit before a call, with what each rule model gives it; `at` None: no visit led to it."""

    at: datetime | None
    called: bool
    channel: str
    source: str
    medium: str
    campaign: str | None
    landing: str | None
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why one call has its source; times are in the site's zone, the journey's oldest visit first.

    Only inbound calls are divided: others have no journey.
    """

    started_at: datetime
    caller: str | None
    number: str
    outcome: str
    match: str
    holders: list[Holder]
    journey: list[JourneyVisit]


@dataclass(frozen=True, slots=True)
class Begun:
    """Whether anything was ever counted: visits by the script, calls by the webhook."""

    visits: bool
    calls: bool


@dataclass(frozen=True, slots=True)
class UnknownNumber:
    """A number that was called and that no pool and no route of the account knows."""

    number: str
    calls: int
