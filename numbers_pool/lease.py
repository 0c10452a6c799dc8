"""The words of a lease and the rules of its time; pure, without a store.

        opened_at      last_seen          + hold            + cooldown = held_until
    --------|--- beats ----|----------------|----------------|----------> free for others
                           left_at          + cooldown = held_until       after an unload

A lease counts from `opened_at` up to, not including, `held_until`. A pin or an audit can only put
`held_until` later.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import asdict, replace

from ringtrail.core.clock import SECOND, Micros


class Card(msgspec.Struct, frozen=True, gc=False):
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


class Shown(msgspec.Struct, frozen=True, gc=False):
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


class Terms(msgspec.Struct, frozen=True, gc=False):
    """For how long a lease is held; `audit_seconds` is 0 for all but audit leases."""

    hold_seconds: int
    cooldown_seconds: int
    audit_seconds: int = 0


class Life(msgspec.Struct, frozen=True, gc=False):
    """How far a lease has come.

    The last sign of life, the unload if it was the last, and the moment up to which a click on the
    number pinned it.
    """

    last_seen: Micros
    left_at: Micros | None = None
    pinned_until: Micros | None = None

    def seen(self, now: Micros) -> "Life":
        """A sign of life takes an unload back; time never moves backward."""
        return replace(self, last_seen=max(self.last_seen, now), left_at=None)

    def left(self, now: Micros) -> "Life":
        """An unload is the last sign of life."""
        at = max(self.last_seen, now)
        return replace(self, last_seen=at, left_at=at)

    def pinned(self, until: Micros) -> "Life":
        """A pin never shortens another."""
        return replace(self, pinned_until=max(self.pinned_until or until, until))

    def live(self, terms: Terms, now: Micros) -> bool:
        """Whether the visitor is taken to be there still: not gone, and within the hold."""
        return self.left_at is None and now < self.last_seen + terms.hold_seconds * SECOND

    def held_until(self, terms: Terms) -> Micros:
        """From when on another visit may have the number."""
        if self.left_at is not None:
            cooled = self.left_at + terms.cooldown_seconds * SECOND
        else:
            cooled = self.last_seen + (terms.hold_seconds + terms.cooldown_seconds) * SECOND
        audited = self.last_seen + terms.audit_seconds * SECOND
        return Micros(max(cooled, audited, self.pinned_until or 0))


def drawn(visit: UUID, share: float) -> bool:
    """Whether chance chose the visit for an audit lease: the same answer whenever it is asked.

    The digest is of the id as it is written, so that whoever has the facts can draw again.
    """
    digest = sha256(b"audit:" + str(visit).encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64
