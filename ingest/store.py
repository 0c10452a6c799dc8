"""The loader's statements on the inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from ringtrail.core.clock import Micros
from ringtrail.core.facts import Fact
from ringtrail.core.inbox import BROWSER_KINDS, BROWSER_LEDGER, LEDGER
from ringtrail.core.models import DeadLetter, InboxRow

_INBOX = InboxRow.__table__  # type: ignore[attr-defined]
_DEAD = DeadLetter.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Claimed:
    """An inbox row with its body."""

    fact_id: UUID
    account_id: int
    kind: str
    received_at: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Decoded:
    """A fact that can be loaded."""

    fact: Fact
    fact_id: UUID
    received_at: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is on its way to the warehouse: facts that wait, the oldest's receipt, dead letters."""

    waiting: int
    oldest: int | None
    dead_letters: dict[str, int]


def backlog(store: Connection) -> Backlog:
    """How much waits in the inbox and, by reason, how much could not be taken."""
    unclaimed = _INBOX.c.batch.is_(None)
    claimed = _INBOX.c.batch.isnot(None) & _INBOX.c.body.isnot(None)
    counts = [store.scalar(select(func.count()).where(part)) or 0 for part in (unclaimed, claimed)]
    oldest = store.scalar(
        select(_INBOX.c.received_at).where(unclaimed).order_by(_INBOX.c.seq).limit(1)
    )
    letters = store.execute(select(_DEAD.c.reason, func.count()).group_by(_DEAD.c.reason))
    return Backlog(sum(counts), oldest, {reason: count for reason, count in letters})


def stamp(store: Connection, batch: UUID, size: int) -> int:
    """Claim up to `size` waiting rows; returns how many."""
    waiting = select(_INBOX.c.seq).where(_INBOX.c.batch.is_(None)).order_by(_INBOX.c.seq)
    chosen = waiting.limit(size).with_for_update(skip_locked=True).scalar_subquery()
    return store.execute(
        update(_INBOX).where(_INBOX.c.seq.in_(chosen)).values(batch=batch)
    ).rowcount


def unfinished(store: Connection) -> Sequence[UUID]:
    """Batches that were stamped and not emptied, oldest first."""
    rows = select(_INBOX.c.batch).where(_INBOX.c.batch.isnot(None), _INBOX.c.body.isnot(None))
    return store.scalars(rows.distinct().order_by(_INBOX.c.batch)).all()


def claimed(store: Connection, batch: UUID) -> list[Claimed]:
    """The rows of a batch that still have a body, in their order of arrival."""
    columns: list[Any] = [_INBOX.c[name] for name in Claimed.__slots__]
    rows = select(*columns).where(_INBOX.c.batch == batch, _INBOX.c.body.isnot(None))
    return [Claimed(*row) for row in store.execute(rows.order_by(_INBOX.c.seq))]


def empty(store: Connection, batch: UUID) -> None:
    """Drop the bodies of a batch."""
    store.execute(update(_INBOX).where(_INBOX.c.batch == batch).values(body=None))


def bury(store: Connection, row: Claimed, reason: str, detail: str) -> None:
    """Keep a row that could not be decoded as a dead letter."""
    letter = {name: getattr(row, name) for name in Claimed.__slots__}
    store.execute(insert(_DEAD).values(**letter, reason=reason, detail=detail))


def forget(store: Connection, now: Micros) -> int:
    """Drop ledger lines that are older than a second delivery may be; returns how many."""
    browser = _INBOX.c.kind.in_(BROWSER_KINDS)
    emptied = _INBOX.c.body.is_(None) & _INBOX.c.batch.isnot(None)
    old = (browser & (_INBOX.c.received_at < now - BROWSER_LEDGER)) | (
        _INBOX.c.received_at < now - LEDGER
    )
    return store.execute(delete(_INBOX).where(emptied & old)).rowcount
