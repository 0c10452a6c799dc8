"""How fast events and pages may come: buckets of tokens, which fill evenly.

Called by `tracking.screening` for pages of an address and of a site, by `tracking.api` for their
beats and leaves and for the events of a network. In memory, each process for itself; what was not
asked for a while is full again and forgotten. What can go wrong: many people share one address, as
those of a mobile carrier do; a page of theirs beyond the limit is told when to try again.
"""

from collections.abc import Hashable

from ringtrail.core.clock import MINUTE, SECOND, Micros


class Pace:
    """At most `a_minute` on average and at once; 0 is no limit."""

    def __init__(self, a_minute: int = 60) -> None:
        self._cost = MINUTE // a_minute if a_minute else 0
        # Until when each bucket is not full: the moment at which all that was taken is back.
        self._full_at: dict[Hashable, int] = {}
        self._swept_at = 0

    def __len__(self) -> int:
        """How many buckets are remembered."""
        return len(self._full_at)

    def wait(self, key: Hashable, now: Micros) -> int:
        """Take a token of `key`: 0, or in how many seconds there will be one."""
        if not self._cost:
            return 0
        self._sweep(now)
        full_at = max(self._full_at.get(key, 0), now) + self._cost
        missing = full_at - now - MINUTE
        if missing > 0:
            return -(-missing // SECOND)
        self._full_at[key] = full_at
        return 0

    def _sweep(self, now: Micros) -> None:
        if now - self._swept_at >= MINUTE:
            self._swept_at = now
            self._full_at = {key: at for key, at in self._full_at.items() if at > now}


class PagePace:
    """How many pages a minute one address may open, and one site may have; 0 is no limit.

    Beats and leaves have one of their own, so that open pages take nothing from new ones.

    Used by the writer's thread alone.
    """

    def __init__(self, of_address: int = 0, of_site: int = 0) -> None:
        self._addresses = Pace(of_address)
        self._sites = Pace(of_site)

    def wait(self, site: int, address: str | None, now: Micros) -> int:
        """0, or in how many seconds a page of this address may be opened again.

        One that its own address holds back does not count against the site. None is an address of
        no one on the public internet: it has no limit of its own.
        """
        held = self._addresses.wait((site, address), now) if address else 0
        return held or self._sites.wait(site, now)
