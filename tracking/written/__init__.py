"""Numbers of a pool that somebody has written into a page: what each visitor sees in their place.

Everybody would see such a number, and it may be another visitor's: an answer to a page names the
visit's own number to show there, like any other. Called by `tracking.pipeline`, `tracking.event`
and `tracking.api`. A page that was reported to another process is known here within a minute.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from numbers_pool.lease import Shown
from ringtrail.core.clock import MINUTE, Micros
from tracking.written import store as pages
from tracking.written.store import Store


class WrittenNumbers:
    """Which numbers stand in the sites' pages. Used by the writer's thread alone."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Mapping[str, str], int]] = {}

    def beside(
        self, store: Store, site: int, shown: Sequence[Shown], now: Micros
    ) -> tuple[Shown, ...]:
        """What stands for the written numbers of the same pools, then `shown`.

        In this order, for the page puts a leased number back to the last original that it has
        heard of, and that is to be the business number.
        """
        written, until = self._known.get(site, ({}, 0))
        if until <= now:
            written = pages.of_site(store, site)
            self._known[site] = (written, now + MINUTE)
        if not written:
            return tuple(shown)
        ours = {one.original: one for one in shown}
        instead = [
            stands_for(number, ours[original])
            for number, original in written.items()
            if original in ours and number not in ours and number != ours[original].number
        ]
        return (*instead, *shown)

    def forget(self, site: int) -> None:
        """Something was reported of this site."""
        self._known.pop(site, None)


def stands_for(written: str, shown: Shown) -> Shown:
    """The visit's number in the place of the written one; it takes no other from the pool."""
    return replace(shown, original=written, lease=None)
