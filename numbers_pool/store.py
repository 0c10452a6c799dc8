"""Pools, numbers and leases in the operational store; the same statements on both databases.

Between transactions a number's `holder` names a lease that is not closed, and its `free_at` is
that lease's `held_until`; a closed lease is nobody's holder; a visit has at most one lease of a
pool that is not closed.

Every change locks the visit, then its numbers in the order of their ids, then leases and pools. In
that order two requests never wait for each other in a circle: a free number is taken, and an
expired one closed, only if nobody has it locked. SQLite has no such locks and needs none: there the
caller's transaction must have begun as a writing one.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlmodel import SQLModel

from numbers_pool.lease import Card, Holder, Life, Shown
from ringtrail.core import identifiers
from ringtrail.core.clock import DAY, Micros
from ringtrail.core.facts import Fact, LeaseClosed, LeaseOpened
from ringtrail.core.models import Lease, NumberPool, TrackingNumber

Store = Connection

HISTORY = 30 * DAY
_E164 = re.compile(r"\+[0-9]{3,15}")


def _table(model: type[SQLModel]) -> Table:
    table: Table = vars(model)["__table__"]
    return table


_POOL = _table(NumberPool)
_NUMBER = _table(TrackingNumber)
_LEASE = _table(Lease)
_POOL_COLUMNS = (
    _POOL.c.id.label("pool_id"),
    _POOL.c.account_id,
    _POOL.c.site_id,
    _POOL.c.original,
    _POOL.c.beat_seconds,
    _POOL.c.hold_seconds,
    _POOL.c.cooldown_seconds,
)


def lease(
    store: Store, *, account: int, site: int, visit: UUID, card: Card, now: Micros
) -> tuple[list[Shown], list[Fact]]:
    """One number per pool of the site; what the visit still holds is renewed, not changed."""
    held = {row.pool_id: row for row in _held(store, site, visit)}
    pools: Sequence[Row[Any]] = store.execute(
        _pools().where(_POOL.c.account_id == account, _POOL.c.site_id == site).order_by(_POOL.c.id)
    ).all()
    shown: list[Shown] = []
    facts: list[Fact] = []
    for pool in pools:
        number, news = _obtain(store, pool, held.get(pool.pool_id), visit, card, now)
        shown.append(number)
        facts += news
    return shown, facts


def beat(
    store: Store,
    *,
    site: int,
    visit: UUID,
    leases: Sequence[UUID],
    page: str | None,
    now: Micros,
) -> tuple[list[Shown], list[Fact]]:
    """Keep the visit's leases; returns numbers only in place of those that it had lost.

    Leases that are unknown or another's are ignored.
    """
    held = _held(store, site, visit)
    lost = set(leases) - {row.id for row in held}
    for row in held:
        if row.id in leases:
            _move(store, row, _life(row).seen(now), Card.from_json(row.card).turned_to(page))
    shown: list[Shown] = []
    facts: list[Fact] = []
    current = {row.pool_id: row for row in held}
    for pool in _lost(store, site, visit, lost):
        card = Card.from_json(pool.card).turned_to(page)
        number, news = _obtain(store, pool, current.get(pool.pool_id), visit, card, now)
        shown.append(number)
        facts += news
    return shown, facts


def leave(store: Store, *, site: int, visit: UUID, leases: Sequence[UUID], now: Micros) -> None:
    """Start the cool-down of the visit's leases; a later beat takes that back."""
    for row in _held(store, site, visit):
        if row.id in leases:
            _move(store, row, _life(row).left(now), Card.from_json(row.card))


def close_expired(store: Store, *, now: Micros, limit: int = 500) -> list[Fact]:
    """Close leases whose time has run out, the oldest first, at most `limit` of them.

    A number that is being renewed or taken over this very moment is left to whoever does it.
    """
    over = (_LEASE.c.closed.is_(false()), _LEASE.c.held_until <= now)
    expired = store.scalars(
        select(_LEASE.c.id).where(*over).order_by(_LEASE.c.held_until, _LEASE.c.id).limit(limit)
    ).all()
    if not expired:
        return []
    number = _NUMBER.alias()
    unlocked = (
        select(number.c.id)
        .where(number.c.holder.in_(expired), number.c.free_at <= now)
        .with_for_update(skip_locked=True)
    )
    store.execute(update(_NUMBER).where(_NUMBER.c.id.in_(unlocked)).values(holder=None))
    held = exists().where(_NUMBER.c.holder == _LEASE.c.id)
    return _close(store, _LEASE.c.id.in_(expired), _LEASE.c.held_until <= now, ~held)


def forget(store: Store, *, now: Micros) -> None:
    """Drop leases that ended more than 30 days ago; the warehouse keeps their facts."""
    old = _LEASE.c.closed.is_(True) & (_LEASE.c.held_until < now - HISTORY)
    store.execute(delete(_LEASE).where(old))


def holders(store: Store, number: str, at: Micros) -> list[Holder]:
    """Who held `number` at that moment, the newest lease first."""
    rows = store.execute(
        select(_LEASE)
        .where(_LEASE.c.number == number, _LEASE.c.opened_at <= at, at < _LEASE.c.held_until)
        .order_by(_LEASE.c.opened_at.desc(), _LEASE.c.id.desc())
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


def owner(store: Store, account: int, number: str) -> tuple[int, int] | None:
    """The (site, pool) of a tracking number of the account."""
    row = store.execute(
        select(_POOL.c.site_id, _POOL.c.id)
        .join_from(_NUMBER, _POOL, _NUMBER.c.pool_id == _POOL.c.id)
        .where(_NUMBER.c.e164 == number, _NUMBER.c.account_id == account)
    ).one_or_none()
    return None if row is None else (row.site_id, row.id)


def create_pool(
    store: Store,
    *,
    account: int,
    site: int,
    name: str,
    original: str,
    numbers: Sequence[str],
    beat_seconds: int = 30,
    hold_seconds: int = 900,
    cooldown_seconds: int = 600,
) -> int:
    """A pool with its numbers, all free, to be given out in the order given; returns its id."""
    for number in (original, *numbers):
        if not _E164.fullmatch(number):
            raise ValueError(f"not an E.164 number: {number!r}")
    pool: int = store.execute(
        insert(_POOL)
        .values(
            account_id=account,
            site_id=site,
            name=name,
            original=original,
            beat_seconds=beat_seconds,
            hold_seconds=hold_seconds,
            cooldown_seconds=cooldown_seconds,
        )
        .returning(_POOL.c.id)
    ).scalar_one()
    rows = [{"account_id": account, "pool_id": pool, "e164": n, "free_at": 0} for n in numbers]
    if rows:
        store.execute(insert(_NUMBER), rows)
    return pool


def _held(store: Store, site: int, visit: UUID) -> Sequence[Row[Any]]:
    """The leases whose numbers the visit still has, expired or not, oldest first; locked."""
    _lock_visit(store, visit)
    own = select(_LEASE.c.id).where(
        _LEASE.c.visit == visit, _LEASE.c.site_id == site, _LEASE.c.closed.is_(false())
    )
    locked = store.scalars(
        select(_NUMBER.c.id)
        .where(_NUMBER.c.holder.in_(own))
        .order_by(_NUMBER.c.id)
        .with_for_update()
    ).all()
    if not locked:
        return []
    return store.execute(
        _with_pool()
        .add_columns(_NUMBER.c.id.label("number_id"))
        .join(_NUMBER, _NUMBER.c.holder == _LEASE.c.id)
        .where(_NUMBER.c.id.in_(locked), _LEASE.c.visit == visit)
        .order_by(_LEASE.c.opened_at, _LEASE.c.id)
    ).all()


def _lock_visit(store: Store, visit: UUID) -> None:
    """Wait until no other transaction is busy with this visit.

    Two collectors that are asked for one visit at once would both find it without a number, and
    no row is there yet that they could lock. An advisory lock is a lock on the visit's name: half
    of its bits, so that at worst two visits wait for each other. A unique index would also refuse
    the second lease, but only after its number was claimed and as a failure of the request.
    """
    if store.dialect.name == "postgresql":
        name = literal(int.from_bytes(visit.bytes[8:], signed=True), BigInteger)
        store.execute(select(func.pg_advisory_xact_lock(name)))


def _lost(store: Store, site: int, visit: UUID, leases: set[UUID]) -> list[Row[Any]]:
    """Those of `leases` that were once the visit's, with their pools: the newest of each pool."""
    if not leases:
        return []
    rows = store.execute(
        _with_pool()
        .where(_LEASE.c.id.in_(leases), _LEASE.c.visit == visit, _LEASE.c.site_id == site)
        .order_by(_POOL.c.id, _LEASE.c.opened_at)
    )
    return list({row.pool_id: row for row in rows}.values())


def _pools() -> Select[Any]:
    return select(*_POOL_COLUMNS)


def _with_pool() -> Select[Any]:
    columns = (_LEASE.c.id, _LEASE.c.number, _LEASE.c.last_seen, _LEASE.c.left_at, _LEASE.c.card)
    return select(*columns, *_POOL_COLUMNS).join_from(_LEASE, _POOL, _LEASE.c.pool_id == _POOL.c.id)


def _obtain(
    store: Store, pool: Row[Any], held: Row[Any] | None, visit: UUID, card: Card, now: Micros
) -> tuple[Shown, list[Fact]]:
    """The number that the visit has from the pool already, else the longest free, else none."""
    if held is not None:
        _move(store, held, _life(held).seen(now), card)
        return _shown(pool, held.number, held.id), []
    return _allocate(store, pool, visit, card, now)


def _allocate(
    store: Store, pool: Row[Any], visit: UUID, card: Card, now: Micros
) -> tuple[Shown, list[Fact]]:
    held_until = Life(now).held_until(pool.hold_seconds, pool.cooldown_seconds)
    number = _claim(store, pool.pool_id, held_until, now)
    if number is None:
        return _shown(pool, pool.original, None), []
    facts = [] if number.holder is None else _close(store, _LEASE.c.id == number.holder)
    new = identifiers.mint()
    store.execute(update(_NUMBER).where(_NUMBER.c.id == number.id).values(holder=new))
    store.execute(
        insert(_LEASE).values(
            id=new,
            account_id=pool.account_id,
            site_id=pool.site_id,
            pool_id=pool.pool_id,
            number=number.e164,
            visit=visit,
            opened_at=now,
            last_seen=now,
            held_until=held_until,
            closed=False,
            card=card.to_json(),
        )
    )
    opened = LeaseOpened(
        account=pool.account_id,
        site=pool.site_id,
        occurred_at=now,
        source_id=str(new),
        lease=new,
        visit=visit,
        pool=pool.pool_id,
        number=number.e164,
    )
    return _shown(pool, number.e164, new), [*facts, opened]


def _claim(store: Store, pool: int, held_until: Micros, now: Micros) -> Row[Any] | None:
    """Take the longest-free number; `holder` of the row returned is still the former one."""
    candidate = _NUMBER.alias()
    longest_free = (
        select(candidate.c.id)
        .where(candidate.c.pool_id == pool, candidate.c.free_at <= now)
        .order_by(candidate.c.free_at, candidate.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return store.execute(
        update(_NUMBER)
        .where(_NUMBER.c.id == longest_free)
        .values(free_at=held_until)
        .returning(_NUMBER.c.id, _NUMBER.c.e164, _NUMBER.c.holder)
    ).one_or_none()


def _move(store: Store, row: Row[Any], life: Life, card: Card) -> None:
    """Write how far a held lease has come, to it and to its number."""
    held_until = life.held_until(row.hold_seconds, row.cooldown_seconds)
    store.execute(update(_NUMBER).where(_NUMBER.c.id == row.number_id).values(free_at=held_until))
    store.execute(
        update(_LEASE)
        .where(_LEASE.c.id == row.id)
        .values(
            last_seen=life.last_seen,
            left_at=life.left_at,
            held_until=held_until,
            card=card.to_json(),
        )
    )


def _close(store: Store, *which: ColumnElement[bool]) -> list[Fact]:
    """Close those leases that are not closed yet; a fact for each, the oldest first."""
    rows = store.execute(
        update(_LEASE)
        .where(*which, _LEASE.c.closed.is_(false()))
        .values(closed=True)
        .returning(
            _LEASE.c.id,
            _LEASE.c.account_id,
            _LEASE.c.site_id,
            _LEASE.c.number,
            _LEASE.c.last_seen,
            _LEASE.c.held_until,
        )
    ).all()
    return [
        LeaseClosed(
            account=row.account_id,
            site=row.site_id,
            occurred_at=row.held_until,
            source_id=str(row.id),
            lease=row.id,
            number=row.number,
            last_seen=row.last_seen,
            held_until=row.held_until,
        )
        for row in sorted(rows, key=lambda row: (row.held_until, row.id))
    ]


def _life(row: Row[Any]) -> Life:
    return Life(last_seen=row.last_seen, left_at=row.left_at)


def _shown(pool: Row[Any], number: str, lease: UUID | None) -> Shown:
    return Shown(
        original=pool.original,
        number=number,
        lease=lease,
        expires_in=pool.hold_seconds,
        beat_seconds=pool.beat_seconds,
        overflow=lease is None,
    )
