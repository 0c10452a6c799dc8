"""Ends leases whose time has run out, or whose number another visit takes; forgets old ones."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    delete,
    exists,
    false,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from ringtrail.core.clock import DAY, Micros
from ringtrail.core.database import Prepared, among
from ringtrail.core.facts import Fact, LeaseClosed
from ringtrail.core.models.numbers import LEASE, NUMBER, STATIC_SHOWN

HISTORY = 30 * DAY
_VISIT_OVER = DAY


def close_expired(store: Connection, *, now: Micros, limit: int = 500) -> list[Fact]:
    """Close leases whose time has run out, the oldest first, at most `limit` of them.

    A number that is being renewed or taken over this very moment is left to whoever does it.
    """
    over = (LEASE.c.closed.is_(false()), LEASE.c.held_until <= now)
    expired = store.scalars(
        select(LEASE.c.id).where(*over).order_by(LEASE.c.held_until, LEASE.c.id).limit(limit)
    ).all()
    if not expired:
        return []
    number = NUMBER.alias()
    unlocked = (
        select(number.c.id)
        .where(number.c.holder.in_(expired), number.c.free_at <= now)
        .with_for_update(skip_locked=True)
    )
    store.execute(update(NUMBER).where(NUMBER.c.id.in_(unlocked)).values(holder=None))
    held = exists().where(NUMBER.c.holder == LEASE.c.id)
    rows = store.execute(_closing(LEASE.c.id.in_(expired), LEASE.c.held_until <= now, ~held)).all()
    return [_fact(row) for row in sorted(rows, key=lambda row: (row.held_until, row.id))]


def forget(store: Connection, *, now: Micros) -> None:
    """Drop leases that ended more than 30 days ago; the warehouse keeps their facts."""
    old = LEASE.c.closed.is_(True) & (LEASE.c.held_until < now - HISTORY)
    store.execute(delete(LEASE).where(old))
    store.execute(delete(STATIC_SHOWN).where(STATIC_SHOWN.c.shown_at < now - _VISIT_OVER))


def end_each(store: Connection, ends: Mapping[UUID, Micros]) -> dict[UUID, Fact]:
    """Close leases before their time: somebody else has the number from that moment on.

    None may have been opened later than it ends. A fact for each that was not closed yet.
    """
    _CUT.run_each(store, [{"the_lease": lease, "now": now} for lease, now in ends.items()])
    return close_each(store, tuple(ends))


def close_each(store: Connection, leases: Sequence[UUID]) -> dict[UUID, Fact]:
    """Close those that are not closed yet; a fact for each."""
    if not leases:
        return {}
    return {row.id: _fact(row) for row in _CLOSE.all(store, {"leases": leases})}


def _closing(*which: ColumnElement[bool]) -> ReturningUpdate[Any]:
    return (
        update(LEASE)
        .where(*which, LEASE.c.closed.is_(false()))
        .values(closed=True)
        .returning(
            LEASE.c.id,
            LEASE.c.account_id,
            LEASE.c.site_id,
            LEASE.c.number,
            LEASE.c.last_seen,
            LEASE.c.held_until,
        )
    )


_CLOSE = Prepared(_closing(among(LEASE.c.id, "leases")))
_CUT = Prepared(
    update(LEASE)
    .where(LEASE.c.id == bindparam("the_lease"), LEASE.c.closed.is_(false()))
    .where(LEASE.c.held_until > bindparam("now"))
    .values(
        held_until=bindparam("now"),
        # The clock of whoever saw the visitor last may be ahead.
        last_seen=case(
            (LEASE.c.last_seen > bindparam("now"), bindparam("now")), else_=LEASE.c.last_seen
        ),
    )
)


def _fact(row: Any) -> Fact:
    return LeaseClosed(
        account=row.account_id,
        site=row.site_id,
        occurred_at=row.held_until,
        source_id=str(row.id),
        lease=row.id,
        number=row.number,
        last_seen=row.last_seen,
        held_until=row.held_until,
    )
