"""The loader's statements on the inbox."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from ringtrail.core.clock import Micros
from ringtrail.core.inbox import BROWSER_KINDS, BROWSER_LEDGER, LEDGER
from ringtrail.core.models import DeadLetter, InboxRow

_INBOX = InboxRow.__table__  # type: ignore[attr-defined]
_DEAD = DeadLetter.__table__  # type: ignore[attr-defined]
_WAITS = _INBOX.c.batch.is_(None)


class Waiting(NamedTuple):
    """An inbox row that no batch has taken; `fact_id` as the driver gives it, hex or a UUID."""

    seq: int
    fact_id: str | UUID
    account_id: int
    kind: str
    received_at: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is on its way to the warehouse: facts that wait, the oldest's receipt, dead letters."""

    waiting: int
    oldest: int | None
    dead_letters: dict[str, int]


_WAITING = (
    select(*(_INBOX.c[name] for name in Waiting._fields))
    .where(_WAITS, _INBOX.c.seq > bindparam("after", type_=BigInteger))
    .order_by(_INBOX.c.seq)
    .limit(bindparam("size", type_=Integer))
)

_URGED = select(
    func.max(_INBOX.c.seq), func.count(case((_INBOX.c.kind.not_in(BROWSER_KINDS), 1)))
).where(_WAITS, _INBOX.c.seq > bindparam("looked", type_=BigInteger))


def backlog(store: Connection) -> Backlog:
    """How much waits in the inbox and, by reason, how much could not be taken."""
    waiting = store.scalar(select(func.count()).where(_WAITS)) or 0
    oldest = store.scalar(
        select(_INBOX.c.received_at).where(_WAITS).order_by(_INBOX.c.seq).limit(1)
    )
    letters = store.execute(select(_DEAD.c.reason, func.count()).group_by(_DEAD.c.reason))
    return Backlog(waiting, oldest, {reason: count for reason, count in letters})


def waiting(store: Connection, after: int, size: int) -> Iterator[tuple[Any, ...]]:
    """Up to `size` rows beyond `after` that wait, in their order of arrival: fields of `Waiting`.

    They are the driver's own: what SQLAlchemy makes of a row costs more than to load it.
    """
    cursor: Any = store.execute(_WAITING, {"after": after, "size": size}).cursor
    return iter(cursor)


def urged(store: Connection, looked: int) -> tuple[int, bool]:
    """The last line that waits, and whether one beyond `looked` is no browser's passing word.

    A line that is committed out of its order may be missed.
    """
    last, urgent = store.execute(_URGED, {"looked": looked}).one()
    return last or looked, urgent > 0


def empty(store: Connection, batch: UUID, lines: Sequence[int]) -> None:
    """Drop the bodies of these rows, in ascending order, and keep the rest as the ledger's lines.

    A run of neighbours is one statement. Whatever is stored meanwhile has another number.
    """
    between = _INBOX.c.seq.between(bindparam("first"), bindparam("last"))
    runs = [{"first": first, "last": last} for first, last in _runs(lines)]
    store.execute(update(_INBOX).where(between).values(batch=batch, body=None), runs)


def empty_known(store: Connection, batch: UUID, facts: Sequence[UUID]) -> int:
    """Drop the bodies of facts that a batch brought; returns how many still had one."""
    known = update(_INBOX).where(_INBOX.c.fact_id.in_(facts), _WAITS)
    return store.execute(known.values(batch=batch, body=None)).rowcount


def _runs(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each stretch without a gap."""
    first = None
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        first = line if first is None else first
        if following != line + 1:
            yield first, line
            first = None


def bury(store: Connection, row: Waiting, reason: str, detail: str) -> None:
    """Keep a row that could not be decoded as a dead letter."""
    letter = row._asdict() | {"fact_id": UUID(str(row.fact_id)), "reason": reason, "detail": detail}
    del letter["seq"]
    store.execute(insert(_DEAD).values(**letter))


def forget(store: Connection, now: Micros) -> int:
    """Drop ledger lines that are older than a second delivery may be; returns how many."""
    browser = _INBOX.c.kind.in_(BROWSER_KINDS)
    emptied = _INBOX.c.body.is_(None) & _INBOX.c.batch.isnot(None)
    old = (browser & (_INBOX.c.received_at < now - BROWSER_LEDGER)) | (
        _INBOX.c.received_at < now - LEDGER
    )
    return store.execute(delete(_INBOX).where(emptied & old)).rowcount
