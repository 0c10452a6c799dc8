"""The switch of the business's own people: a page opened with `?ringtrail=off` counts them no more.

Called by `tracking.screening` for every hit, and for events. A browser is known by its visitor id,
so the switch holds as long as that is kept, on every page of the site, until `?ringtrail=on`. What
can go wrong: somebody who said no has no id; then the one page is left out and nothing is kept.
"""

from collections.abc import Set
from uuid import UUID

from ringtrail.core.clock import MINUTE, Micros
from tracking.noting import store as notes
from tracking.query import read
from tracking.store import Store

SWITCH = "ringtrail"
_WORDS = {"off": True, "on": False}


def switched(url: str) -> bool | None:
    """Whether this address switches the browser off (True) or on again (False)."""
    if f"{SWITCH}=" not in url:
        return None
    return _WORDS.get(read(url).query.get(SWITCH, ""))


class OwnVisitors:
    """Which browsers are the sites' own people's. Used by the writer's thread alone.

    Read from the store at most once a minute a site: another process's switch takes so long.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Set[UUID], int]] = {}

    def includes(self, store: Store, site: int, visitor: UUID | None, now: Micros) -> bool:
        """Whether this browser was switched off."""
        if visitor is None:
            return False
        own, until = self._known.get(site, (frozenset(), 0))
        if until <= now:
            own = notes.own_visitors(store, site)
            self._known[site] = (own, now + MINUTE)
        return visitor in own

    def switch(self, store: Store, site: int, visitor: UUID, now: Micros, *, off: bool) -> None:
        """Leave this browser out from now on, or count it again."""
        if off:
            notes.mark_own(store, site, visitor, now)
        else:
            notes.unmark_own(store, site, visitor)
        self._known.pop(site, None)
