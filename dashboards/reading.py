"""What the dashboards ask of the reports; the shapes of the answers are attribution's.

Who: every page reads through `Reports`; the composition root hands in the implementation
(`attribution.Reports`). What can go wrong: an answer that does not add up (rows against totals).
The pages show what they are given and never repair it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from attribution.answers import (
    Acquisition,
    AcquisitionMoney,
    AcquisitionRow,
    Begun,
    CallPage,
    CallRow,
    CorrectionRow,
    DateBasis,
    DayChannel,
    Evidence,
    Holder,
    Interval,
    JourneyVisit,
    Judged,
    Money,
    MoneyGap,
    MoneyProblem,
    MoneyRow,
    Totals,
    UnknownNumber,
)
from ringtrail.core.auth import Scoped

__all__ = [
    "Acquisition",
    "AcquisitionMoney",
    "AcquisitionRow",
    "Begun",
    "CallPage",
    "CallRow",
    "CorrectionRow",
    "DateBasis",
    "DayChannel",
    "Evidence",
    "Holder",
    "Interval",
    "JourneyVisit",
    "Judged",
    "Money",
    "MoneyGap",
    "MoneyProblem",
    "MoneyRow",
    "Reports",
    "Scoped",
    "Setup",
    "Sites",
    "Totals",
    "Unfilled",
    "UnknownNumber",
]


@dataclass(frozen=True, slots=True)
class Setup:
    """What connects a site: its script's key, the last part of its call webhook's address."""

    name: str
    key: str
    hook: str | None


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A parameter of landing pages that came with an advertising system's macro, not its value."""

    parameter: str
    macro: str


class Sites(Protocol):
    """The sites of a reader: how to connect them, and what is wrong with their advertisements."""

    async def setups(self, scope: Scoped) -> list[Setup]: ...

    async def unfilled(self, scope: Scoped) -> list[Unfilled]: ...


class Reports(Protocol):
    """The reads behind the pages; `until` is inclusive, days are the site's local days."""

    async def acquisition(self, scope: Scoped, since: date, until: date) -> Acquisition: ...

    async def money(
        self, scope: Scoped, since: date, until: date, *, model: str, basis: DateBasis
    ) -> AcquisitionMoney: ...

    async def begun(self, scope: Scoped) -> Begun: ...

    async def calls(
        self,
        scope: Scoped,
        since: date,
        until: date,
        *,
        start: int,
        stop: int,
        sort: tuple[str, bool] | None,
        outcome: str | None,
    ) -> CallPage: ...

    async def evidence(self, scope: Scoped, call: UUID) -> Evidence | None: ...

    async def unknown_numbers(
        self, scope: Scoped, since: date, until: date
    ) -> list[UnknownNumber]: ...
