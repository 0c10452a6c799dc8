"""Time, as an argument: whoever needs the present asks a Clock that it was given.

Inside, time is whole microseconds of UTC since 1970 (`Micros`), the precision that both stores
keep; a site's zone appears only where a person reads.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import NewType, Protocol

Micros = NewType("Micros", int)

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells the present."""

    def now(self) -> Micros:
        """Microseconds of UTC since 1970."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Micros:
        return Micros(time.time_ns() // 1000)


class SetClock:
    """A clock that stands until it is moved: for tests and for replaying the past."""

    def __init__(self, at: datetime | Micros) -> None:
        self._now = micros(at) if isinstance(at, datetime) else at

    def now(self) -> Micros:
        return self._now

    def set(self, at: Micros) -> None:
        self._now = at

    def forward(self, **spans: float) -> None:
        """Move on by `timedelta(**spans)`."""
        self._now = Micros(self._now + round(timedelta(**spans) / timedelta(microseconds=1)))


def micros(at: datetime) -> Micros:
    """An aware datetime as microseconds; a naive one is a programming error."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return Micros((at - _EPOCH) // timedelta(microseconds=1))


def utc(at: int) -> datetime:
    """Microseconds as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=at)
