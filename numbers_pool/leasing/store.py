"""Numbers for visits: given, kept, let go, pinned; `numbers_pool.store` says what always holds."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from numbers_pool.claiming.store import (
    POOL_COLUMNS,
    Claimant,
    allocate,
    hand_over,
    shown,
    terms_of,
)
from numbers_pool.lease import Card, Life, Shown
from ringtrail.core.clock import Micros
from ringtrail.core.database import Prepared
from ringtrail.core.facts import Fact
from ringtrail.core.models.numbers import LEASE, NUMBER, POOL

_POOLS = Prepared(
    select(*POOL_COLUMNS)
    .where(POOL.c.account_id == bindparam("account"), POOL.c.site_id == bindparam("site"))
    .order_by(POOL.c.id)
)


def lease(
    store: Connection,
    *,
    account: int,
    site: int,
    visit: UUID,
    card: Card,
    now: Micros,
    visitor: UUID | None = None,
    without: Collection[str] = (),
) -> tuple[list[Shown], list[Fact]]:
    """One number per pool of the site; what the visit still holds is renewed, not changed.

    What a former visit of `visitor` still holds goes over to this one. Pools that stand in for a
    number of `without` are left alone: there a static number is shown.
    """
    held = _held(store, site, visit, visitor)
    own = {row.pool_id: row for row in held if row.visit == visit}
    former = {row.pool_id: row for row in held if row.visit != visit}
    who = Claimant(visit, visitor, card)
    numbers: list[Shown] = []
    facts: list[Fact] = []
    for pool in _POOLS.all(store, {"account": account, "site": site}):
        if pool.original in without:
            continue
        if pool.pool_id not in own and pool.pool_id in former:
            number, news = hand_over(store, pool, former[pool.pool_id], who, now)
        else:
            number, news = _obtain(store, pool, own.get(pool.pool_id), who, now)
        numbers.append(number)
        facts += news
    return numbers, facts


def beat(
    store: Connection,
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
    numbers: list[Shown] = []
    facts: list[Fact] = []
    current = {row.pool_id: row for row in held}
    for pool in _lost(store, site, visit, lost):
        card = Card.from_json(pool.card).turned_to(page)
        who = Claimant(visit, pool.visitor, card)
        number, news = _obtain(store, pool, current.get(pool.pool_id), who, now)
        numbers.append(number)
        facts += news
    return numbers, facts


def leave(
    store: Connection, *, site: int, visit: UUID, leases: Sequence[UUID], now: Micros
) -> None:
    """Start the cool-down of the visit's leases; a later beat takes that back."""
    for row in _held(store, site, visit):
        if row.id in leases:
            _move(store, row, _life(row).left(now), Card.from_json(row.card))


def pin(store: Connection, *, site: int, visit: UUID, lease: UUID, until: Micros) -> bool:
    """Hold one of the visit's leases at least until then; others' and lost ones are ignored.

    Returns whether it was one.
    """
    for row in _held(store, site, visit):
        if row.id == lease:
            _move(store, row, _life(row).pinned(until), Card.from_json(row.card))
            return True
    return False


def _held(store: Connection, site: int, visit: UUID, visitor: UUID | None = None) -> Sequence[Any]:
    """The leases whose numbers the visit still has, expired or not, oldest first; locked.

    With a visitor, those of their other visits too.
    """
    _lock_visit(store, visit)
    values = {"the_visit": visit, "the_visitor": visitor, "the_site": site}
    locking = _LOCK_HELD if visitor is None else _LOCK_HELD_BY
    locked = [row.id for row in locking.all(store, values)]
    if not locked:
        return []
    whose = LEASE.c.visit == visit
    if visitor is not None:
        whose = or_(whose, LEASE.c.visitor == visitor)
    return store.execute(
        _with_pool()
        .add_columns(NUMBER.c.id.label("number_id"))
        .join(NUMBER, NUMBER.c.holder == LEASE.c.id)
        .where(NUMBER.c.id.in_(locked), whose, LEASE.c.site_id == site)
        .order_by(LEASE.c.opened_at, LEASE.c.id)
    ).all()


def _locking(*, of_visitor: bool) -> Prepared:
    whose = [LEASE.c.visit == bindparam("the_visit")]
    if of_visitor:
        whose.append(LEASE.c.visitor == bindparam("the_visitor"))
    here = (LEASE.c.site_id == bindparam("the_site"), LEASE.c.closed.is_(false()))
    # Not OR: SQLite would read all that are open.
    theirs = [select(LEASE.c.id).where(one, *here) for one in whose]
    return Prepared(
        select(NUMBER.c.id)
        .where(NUMBER.c.holder.in_(union_all(*theirs)))
        .order_by(NUMBER.c.id)
        .with_for_update()
    )


_LOCK_HELD, _LOCK_HELD_BY = _locking(of_visitor=False), _locking(of_visitor=True)


def _lock_visit(store: Connection, visit: UUID) -> None:
    """Wait until no other transaction is busy with this visit.

    Two collectors that are asked for one visit at once would both find it without a number, and
    no row is there yet that they could lock. An advisory lock is a lock on the visit's name: half
    of its bits, so that at worst two visits wait for each other. A unique index would also refuse
    the second lease, but only after its number was claimed and as a failure of the request.
    """
    if store.dialect.name == "postgresql":
        name = literal(int.from_bytes(visit.bytes[8:], signed=True), BigInteger)
        store.execute(select(func.pg_advisory_xact_lock(name)))


def _lost(store: Connection, site: int, visit: UUID, leases: set[UUID]) -> list[Any]:
    """Those of `leases` that were once the visit's, with their pools: the newest of each pool."""
    if not leases:
        return []
    rows = store.execute(
        _with_pool()
        .where(LEASE.c.id.in_(leases), LEASE.c.visit == visit, LEASE.c.site_id == site)
        .order_by(POOL.c.id, LEASE.c.opened_at)
    )
    return list({row.pool_id: row for row in rows}.values())


def _with_pool() -> Select[Any]:
    names = ("id", "number", "visit", "visitor", "opened_at", "last_seen", "left_at")
    more = ("pinned_until", "held_until", "audit", "card")
    columns = [LEASE.c[name] for name in (*names, *more)]
    return select(*columns, *POOL_COLUMNS).join_from(LEASE, POOL, LEASE.c.pool_id == POOL.c.id)


def _obtain(
    store: Connection, pool: Any, held: Any | None, who: Claimant, now: Micros
) -> tuple[Shown, list[Fact]]:
    """The number that the visit has from the pool already, else the longest free, else none."""
    if held is not None:
        _move(store, held, _life(held).seen(now), who.card)
        return shown(pool, held.number, held.id), []
    return allocate(store, pool, who, now)


def _move(store: Connection, row: Any, life: Life, card: Card) -> None:
    """Write how far a held lease has come, to it and to its number."""
    held_until = life.held_until(terms_of(row, audit=row.audit))
    moved = {"the_id": row.id, "number_id": row.number_id, "held_until": held_until}
    _HOLD_UNTIL.run(store, moved)
    _MOVE.run(
        store,
        {
            **moved,
            "last_seen": life.last_seen,
            "left_at": life.left_at,
            "pinned_until": life.pinned_until,
            "card": card.to_json(),
        },
    )


_HOLD_UNTIL = Prepared(
    update(NUMBER)
    .where(NUMBER.c.id == bindparam("number_id"))
    .values(free_at=bindparam("held_until"))
)
_MOVED = ("last_seen", "left_at", "pinned_until", "held_until", "card")
_MOVE = Prepared(
    update(LEASE)
    .where(LEASE.c.id == bindparam("the_id"))
    .values({name: bindparam(name) for name in _MOVED})
)


def _life(row: Any) -> Life:
    return Life(last_seen=row.last_seen, left_at=row.left_at, pinned_until=row.pinned_until)
