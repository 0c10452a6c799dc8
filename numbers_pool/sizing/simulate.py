"""Replays visits through a pool that need not exist: who would have gone without a number?

Called by `ringtrail pool simulate` with a site's own visits and by tests with invented ones. The
rules are those of `numbers_pool.store`: a visit takes a free number or goes without, keeps it for
its stay, and the number is kept for a while after. Unlike the formulas in `erlang` it assumes
nothing about when visits come, so rush hours and campaigns count.

What it leaves out: a visitor who comes back within the hold is another visit here, as in the facts.
"""

import heapq
import random
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Policy = Literal["fifo", "random"]
POLICIES: tuple[Policy, ...] = ("fifo", "random")


class Arrival(NamedTuple):
    """A visit: when it began, how long it was on the pages, and whether its end was told."""

    at: float
    stay: float
    left: bool
    """The page was unloaded, so that the cool-down begins at once; else the hold comes before."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What is tried, in seconds; `fifo` gives the longest free number, as the store does."""

    numbers: int
    hold: float
    cooldown: float
    policy: Policy = "fifo"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the visits that came after the warm-up."""

    visits: int
    blocked: int
    peak: int
    """The most numbers that were taken at once, the warm-up included."""
    rests: tuple[float, ...]
    """Seconds from each release to the number's next holder, sorted."""
    unused: tuple[float, ...]
    """For numbers not taken again: seconds from their release to the last arrival, sorted."""

    @property
    def blocking(self) -> float:
        """The share of visits that found no number free; nan without visits."""
        return self.blocked / self.visits if self.visits else float("nan")

    def late(self, delay: float) -> float:
        """The share of released numbers that had a new holder `delay` seconds later.

        Numbers whose fate at that moment was not seen any more do not count; nan if none is left.
        """
        taken = bisect_left(self.rests, delay)
        seen = len(self.rests) + len(self.unused) - bisect_left(self.unused, delay)
        return taken / seen if seen else float("nan")


def replay(arrivals: Iterable[Arrival], pool: Pool, *, warm_up: int = 0, seed: int = 1) -> Outcome:
    """Pass `arrivals`, in the order of their times, through `pool`.

    The first `warm_up` of them fill the pool without being counted. A stay is not changed by the
    pool. ValueError for arrivals out of order.
    """
    free: deque[int] | list[int] = (
        deque(range(pool.numbers)) if pool.policy == "fifo" else list(range(pool.numbers))
    )
    draw = random.Random(seed).random
    taken: list[tuple[float, int]] = []
    released: list[float | None] = [None] * pool.numbers
    rests: list[float] = []
    visits = blocked = peak = 0
    now = float("-inf")
    for place, (at, stay, left) in enumerate(arrivals):
        if at < now:
            raise ValueError("arrivals must come in the order of their times")
        now, counts = at, place >= warm_up
        while taken and taken[0][0] <= now:
            until, number = heapq.heappop(taken)
            released[number] = until if counts else None
            free.append(number)
        visits += counts
        if not free:
            blocked += counts
            continue
        number = free.popleft() if isinstance(free, deque) else _drawn(free, draw())
        since = released[number]
        if since is not None:
            rests.append(now - since)
        kept = pool.cooldown if left else pool.hold + pool.cooldown
        heapq.heappush(taken, (now + stay + kept, number))
        peak = max(peak, len(taken))
    unused = [now - since for number in free if (since := released[number]) is not None]
    return Outcome(visits, blocked, peak, tuple(sorted(rests)), tuple(sorted(unused)))


def _drawn(free: list[int], chance: float) -> int:
    """Any of the free numbers; the last takes its place, so that nothing is moved."""
    place = int(chance * len(free))
    number, free[place] = free[place], free[-1]
    free.pop()
    return number


def grid(
    arrivals: Sequence[Arrival],
    sizes: Sequence[int],
    holds: Sequence[float],
    cooldowns: Sequence[float],
    policies: Sequence[Policy] = POLICIES,
) -> list[tuple[Pool, Outcome]]:
    """Every combination, replayed over the same arrivals, in the order of the arguments."""
    pools = [
        Pool(numbers, hold, cooldown, policy)
        for numbers in sizes
        for hold in holds
        for cooldown in cooldowns
        for policy in policies
    ]
    return [(pool, replay(arrivals, pool)) for pool in pools]
