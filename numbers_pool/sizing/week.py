"""A pool's traffic through the week, and what it asks of the pool: hour by hour, size by size.

`measured` takes what was seen, `given` what somebody expects; `by_hour` and `curve` answer for
both. Called by `ringtrail pool size`. The load of an hour is its visits times the mean time that a
number is held; one held far longer than an hour is felt later, which the simulator shows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from numbers_pool.sizing.erlang import blocking, late_fifo, late_random, numbers_needed, rest
from ringtrail.core.errors import RingtrailError

HOURS = 168
FEWEST_DAYS = 7
FEWEST_VISITS = 500


@dataclass(frozen=True, slots=True)
class HourSeen:
    """One hour of one day: seconds are sums over the `closed` leases that it began."""

    day: date
    hour: int
    visits: int
    overflows: int
    closed: int
    stay_seconds: float
    held_seconds: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """Visits an hour, by hour of the week from Monday 00:00 (or one rate, when it was given)."""

    rates: tuple[float, ...]
    seen: tuple[int, ...]
    """How often each hour came within the period; empty when the rate was given."""
    stay: float
    held: float
    """Mean seconds: on the pages, and from the first page until others may have the number."""
    visits: int = 0
    overflows: int = 0
    since: date | None = None
    until: date | None = None

    @property
    def busiest(self) -> int:
        """The place of the busiest hour in `rates`."""
        return max(range(len(self.rates)), key=self.rates.__getitem__)

    @property
    def peak(self) -> float:
        """Visits in the busiest hour."""
        return self.rates[self.busiest]

    @property
    def careful_peak(self) -> float:
        """What the busiest hour may have by two standard errors of its mean; itself if given."""
        if not self.seen:
            return self.peak
        return self.peak + 2 * sqrt(self.peak / self.seen[self.busiest])

    def load(self, rate: float) -> float:
        """Erlangs offered by `rate` visits an hour."""
        return rate * self.held / 3600


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the week (0 = Monday 00:00) and the numbers that it asks for."""

    slot: int
    visits: float
    load: float
    numbers: int


@dataclass(frozen=True, slots=True)
class Point:
    """What a pool of that size would do; shares are 0..1, `rest` is mean seconds."""

    numbers: int
    blocking: float
    """In the busiest hour."""
    blocking_week: float
    """Of all visits of the week."""
    late: float
    """A late call in the busiest hour finds another holder."""
    late_week: float
    """The same of the late calls of a whole week, which come as the visits do."""
    late_random: float
    """In the busiest hour, if any free number were given instead of the longest free."""
    rest: float
    """From a release to the next holder, in the busiest hour."""


def given(rate: float, stay: float, hold: float) -> Traffic:
    """One hour of `rate` visits; seconds of `stay`, and of `hold` after it."""
    if rate < 0 or stay < 0 or hold < 0:
        raise RingtrailError("visits an hour, stay and hold cannot be below 0", status=400)
    return Traffic((rate,), (), stay, stay + hold)


def measured(hours: Sequence[HourSeen], since: date, until: date) -> Traffic:
    """The mean week of the whole days from `since` to `until` (inclusive).

    Hours before `since` only show that visits came earlier: without any, the day of the first visit
    is left out, as it was not watched from its beginning. RingtrailError when too little is left to
    say anything.
    """
    if hours:
        since = max(since, min(hour.day for hour in hours) + timedelta(days=1))
    kept = [hour for hour in hours if since <= hour.day <= until]
    days, closed = (until - since).days + 1, sum(hour.closed for hour in kept)
    if not hours or days < FEWEST_DAYS or closed < FEWEST_VISITS:
        days = max(days, 0) if hours else 0
        raise RingtrailError(
            f"{closed} finished visits on {days} whole days say too little: it takes "
            f"{FEWEST_VISITS} on {FEWEST_DAYS}. Give --arrivals, --stay and --hold meanwhile",
            status=409,
        )
    visits, seen = [0] * HOURS, [0] * HOURS
    for hour in kept:
        visits[hour.day.weekday() * 24 + hour.hour] += hour.visits
    for offset in range(days):
        first = (since + timedelta(days=offset)).weekday() * 24
        for slot in range(first, first + 24):
            seen[slot] += 1
    return Traffic(
        rates=tuple(count / times for count, times in zip(visits, seen, strict=True)),
        seen=tuple(seen),
        stay=sum(hour.stay_seconds for hour in kept) / closed,
        held=sum(hour.held_seconds for hour in kept) / closed,
        visits=sum(visits),
        overflows=sum(hour.overflows for hour in kept),
        since=since,
        until=until,
    )


def by_hour(traffic: Traffic, goal: float) -> list[Hour]:
    """Each hour of the week with the numbers that keep blocking at or below `goal`."""
    hours = []
    for slot, rate in enumerate(traffic.rates):
        load = traffic.load(rate)
        hours.append(Hour(slot, rate, load, numbers_needed(load, goal)))
    return hours


def curve(traffic: Traffic, sizes: Sequence[int], delay: float) -> list[Point]:
    """What pools of `sizes` would do; a late call comes `delay` seconds after the release."""
    return [_point(traffic, numbers, delay) for numbers in sizes]


def _point(traffic: Traffic, numbers: int, delay: float) -> Point:
    rate, load = traffic.peak / 3600, traffic.load(traffic.peak)

    def blocked(hourly: float) -> float:
        return blocking(traffic.load(hourly), numbers)

    def late(hourly: float) -> float:
        return late_fifo(traffic.load(hourly), numbers, hourly / 3600, delay)

    return Point(
        numbers=numbers,
        blocking=blocked(traffic.peak),
        blocking_week=_of_the_week(traffic, blocked),
        late=late(traffic.peak),
        late_week=_of_the_week(traffic, late),
        late_random=late_random(load, numbers, rate, delay),
        rest=rest(load, numbers, rate),
    )


def sizes_to_show(load: float, *of_interest: int) -> list[int]:
    """Sizes around the load, from far too small to ample, and those `of_interest`."""
    around = (round(load * share) for share in (0.6, 0.8, 1, 1.2, 1.4, 1.7, 2, 2.5, 3))
    return sorted({size for size in (*around, *of_interest) if size > 0})


def _of_the_week(traffic: Traffic, share: Callable[[float], float]) -> float:
    """The mean over all visits of what is true of a `share` of those of an hour, by its rate."""
    whole = sum(traffic.rates)
    return sum(rate * share(rate) for rate in traffic.rates) / whole if whole else 0.0
