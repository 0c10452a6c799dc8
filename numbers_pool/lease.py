"""The words of a lease and the rules of its time; pure, without a store.

        opened_at      last_seen          + hold            + cooldown = held_until
    --------|--- beats ----|----------------|----------------|----------> free for others
                           left_at          + cooldown = held_until       after an unload

A lease counts from `opened_at` up to, not including, `held_until`.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from ringtrail.core.clock import SECOND, Micros


@dataclass(frozen=True, slots=True)
class Card:
    """What whoever answers a ring is told of the visit; stored as JSON in the lease."""

    source: str
    medium: str
    campaign: str | None
    term: str | None
    channel: str
    landing: str
    page: str

    def turned_to(self, page: str | None) -> "Card":
        """The card once the visitor is on `page`; None if the page is not known."""
        return self if page is None else replace(self, page=page)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "Card":
        return cls(**body)


@dataclass(frozen=True, slots=True)
class Shown:
    """One number for the page: `number` takes the place of `original`."""

    original: str
    number: str
    lease: UUID | None
    expires_in: int
    beat_seconds: int
    overflow: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Who held a number at the moment of a ring."""

    lease: UUID
    visit: UUID
    opened_at: int
    last_seen: int
    held_until: int
    site: int
    card: Card


@dataclass(frozen=True, slots=True)
class Life:
    """How far a lease has come: the last sign of life, and the unload if it was the last."""

    last_seen: Micros
    left_at: Micros | None = None

    def seen(self, now: Micros) -> "Life":
        """A sign of life takes an unload back; time never moves backward."""
        return Life(last_seen=max(self.last_seen, now))

    def left(self, now: Micros) -> "Life":
        """An unload is the last sign of life."""
        at = max(self.last_seen, now)
        return Life(last_seen=at, left_at=at)

    def held_until(self, hold_seconds: int, cooldown_seconds: int) -> Micros:
        """From when on another visit may have the number."""
        if self.left_at is not None:
            return Micros(self.left_at + cooldown_seconds * SECOND)
        return Micros(self.last_seen + (hold_seconds + cooldown_seconds) * SECOND)
