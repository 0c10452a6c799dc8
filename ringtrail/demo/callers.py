"""How the demo clinic's callers behave: when they come, who they are, how a call ends.

Used by `month` for the past and by `simulator` for the present. Phone numbers are taken from the
ranges that Ofcom keeps for drama, so that no number here can ring at anybody's home; there are
about twelve thousand, after which they begin again and two people would share one.
"""

import random
from dataclasses import dataclass
from datetime import datetime

# Drama ranges of Ofcom, each followed by three digits; mobiles come first. The clinic's own numbers
# are those of London, +442079460.
_DRAMA = (
    "+447700900", "+441134960", "+441144960", "+441154960", "+441164960",
    "+441174960", "+441184960", "+441214960", "+441314960", "+441414960", "+441514960",
    "+441614960",
)  # fmt: skip
_HOURS = (
    0.10, 0.06, 0.04, 0.03, 0.04, 0.08, 0.22, 0.50, 0.85, 1.15, 1.30, 1.28,
    1.22, 1.12, 1.08, 1.05, 1.05, 1.10, 1.08, 1.00, 0.95, 0.80, 0.52, 0.25,
)  # fmt: skip
_WEEKDAYS = (1.22, 1.18, 1.12, 1.08, 0.98, 0.76, 0.66)
BUSIEST = max(_HOURS) * max(_WEEKDAYS)
MEAN = sum(_HOURS) / 24 * sum(_WEEKDAYS) / 7


@dataclass(frozen=True)
class Ending:
    """How a call went."""

    outcome: str
    ring_seconds: int
    talk_seconds: int


def bustle(local: datetime) -> float:
    """How many visitors come at this local hour, relative to `MEAN`."""
    return _HOURS[local.hour] * _WEEKDAYS[local.weekday()]


def answers(local: datetime) -> bool:
    """Whether the reception is staffed: weekdays 8 to 20, Saturdays 9 to 16."""
    if local.weekday() == 6:
        return False
    return 9 <= local.hour < 16 if local.weekday() == 5 else 8 <= local.hour < 20


def urge(local: datetime) -> float:
    """How ready people are to call at this local time: by night most only read."""
    return 1.0 if answers(local) else 0.25


def number(index: int) -> str:
    """The phone of the demo's `index`-th caller."""
    start, digits = divmod(index, 1000)
    return f"{_DRAMA[start % len(_DRAMA)]}{digits * 389 % 1000:03d}"


def ending(local: datetime, rng: random.Random) -> Ending:
    """How a call that rings at this local time ends; an answering service takes some by night."""
    draw = rng.random()
    lunch = local.hour in (12, 13)
    missed = 0.11 if lunch else 0.03
    if not answers(local):
        missed = 0.4
    if draw < missed:
        return Ending("missed", rng.randint(22, 60), 0)
    if draw < missed + 0.03:
        return Ending("busy", rng.randint(0, 2), 0)
    if draw < missed + (0.07 if lunch else 0.055):
        return Ending("abandoned", rng.randint(3, 18), 0)
    talk = min(max(round(rng.lognormvariate(4.85, 0.75)), 4), 2400)
    return Ending("answered", min(max(round(rng.lognormvariate(2.1, 0.5)), 1), 45), talk)
