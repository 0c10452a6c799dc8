"""How much of a site's pool one network may hold: a half, unless set otherwise.

Five hundred browsers of one farm must not take every number away from people. Called by
`tracking.screening` when a visit begins, and with each sign of life of a visit. The ledger is this
process's own and is in memory: it is keyed by visit, so that work that runs twice counts once, and
a restart forgives. What can go wrong: a mobile carrier's visitors share few addresses; those
beyond the share see the business number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from ringtrail.core.clock import MINUTE, SECOND, Micros


@dataclass(frozen=True, slots=True)
class Stock:
    """The smallest pool of a site: how many numbers, and how long one stays with a visit."""

    numbers: int
    held_seconds: int


@dataclass(frozen=True, slots=True)
class _Known:
    stock: Stock
    until: int


class Shares:
    """Which visits of which network hold numbers now. Used by the writer's thread alone."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._stocks: dict[int, _Known] = {}
        # The visits of a network and until when they hold, those that were seen last at the end.
        self._held: dict[tuple[int, str], dict[UUID, int]] = {}
        self._holders: dict[UUID, tuple[int, str]] = {}
        self._swept_at = 0

    def __len__(self) -> int:
        """How many networks are in the ledger."""
        return len(self._held)

    def take(
        self, site: int, network: str, visit: UUID, now: Micros, count: Callable[[], Stock]
    ) -> bool:
        """Whether the visit may hold a number; `count` asks the store, once a minute a site."""
        stock = self._stock(site, now, count)
        if not stock.numbers:
            return True
        self._sweep(now)
        key = (site, network)
        held = self._held.setdefault(key, {})
        while held and held[first := next(iter(held))] <= now:
            del held[first], self._holders[first]
        if visit not in held and len(held) >= max(1, int(stock.numbers * self._share)):
            return False
        self._holders[visit] = key
        self._renew(key, visit, now)
        return True

    def keep(self, visit: UUID, now: Micros) -> None:
        """The visit was seen: what it holds, it holds on, wherever it is seen from."""
        if key := self._holders.get(visit):
            self._renew(key, visit, now)

    def _renew(self, key: tuple[int, str], visit: UUID, now: Micros) -> None:
        held = self._held[key]
        held.pop(visit, None)
        held[visit] = now + self._stocks[key[0]].stock.held_seconds * SECOND

    def _stock(self, site: int, now: Micros, count: Callable[[], Stock]) -> Stock:
        known = self._stocks.get(site)
        if known is None or known.until <= now:
            known = self._stocks[site] = _Known(count(), now + MINUTE)
        return known.stock

    def _sweep(self, now: Micros) -> None:
        """Once a minute, forget the networks that hold nothing any more."""
        if now - self._swept_at < MINUTE:
            return
        self._swept_at = now
        for key, held in list(self._held.items()):
            if next(reversed(held.values()), 0) <= now:
                for visit in self._held.pop(key):
                    del self._holders[visit]
