"""How fast one network may send events: a bucket of tokens for each, which fills evenly.

Called by `tracking.api` before anything is stored. In memory, each process for itself; what was not
asked for a while is full again and forgotten.
"""

from collections.abc import Hashable

from ringtrail.core.clock import MINUTE, Micros


class Pace:
    """At most `a_minute` on average and at once."""

    def __init__(self, a_minute: int = 60) -> None:
        self._cost = MINUTE // a_minute
        # Until when each bucket is not full: the moment at which all that was taken is back.
        self._full_at: dict[Hashable, int] = {}
        self._swept_at = 0

    def __len__(self) -> int:
        """How many buckets are remembered."""
        return len(self._full_at)

    def allows(self, key: Hashable, now: Micros) -> bool:
        """Take a token of `key`, if there is one."""
        self._sweep(now)
        full_at = max(self._full_at.get(key, 0), now) + self._cost
        if full_at - now > MINUTE:
            return False
        self._full_at[key] = full_at
        return True

    def _sweep(self, now: Micros) -> None:
        if now - self._swept_at >= MINUTE:
            self._swept_at = now
            self._full_at = {key: at for key, at in self._full_at.items() if at > now}
