"""What a ring asks: whose is the number, and which visits held it. Needs no warehouse."""

from sqlalchemy import Connection, or_, select

from numbers_pool.keeping.standing import Owner
from numbers_pool.lease import Card, Holder
from ringtrail.core.clock import Micros
from ringtrail.core.models.numbers import LEASE, OWNERSHIP


def owner(store: Connection, number: str, at: Micros) -> Owner | None:
    """Who had the number at that moment; None if nobody had."""
    row = store.execute(
        select(OWNERSHIP).where(
            OWNERSHIP.c.number == number,
            OWNERSHIP.c.since <= at,
            or_(OWNERSHIP.c.until.is_(None), at < OWNERSHIP.c.until),
        )
    ).one_or_none()
    return None if row is None else Owner(row.account_id, row.site_id, row.role, row.pool_id)


def holders(store: Connection, number: str, at: Micros) -> list[Holder]:
    """Who held `number` at that moment, the newest lease first."""
    rows = store.execute(
        select(LEASE)
        .where(LEASE.c.number == number, LEASE.c.opened_at <= at, at < LEASE.c.held_until)
        .order_by(LEASE.c.opened_at.desc(), LEASE.c.id.desc())
    )
    return [
        Holder(
            lease=row.id,
            visit=row.visit,
            opened_at=row.opened_at,
            last_seen=row.last_seen,
            held_until=row.held_until,
            site=row.site_id,
            card=Card.from_json(row.card),
        )
        for row in rows
    ]
