"""Takes the number of a pool that is free for longest and opens a lease on it.

Called by `numbers_pool.leasing` for a visit that holds none of the pool. Nothing free is no error:
the visit keeps the business number and a fact tells which pool overflowed.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    bindparam,
    func,
    insert,
    select,
    true,
    update,
)

from numbers_pool.closing.store import close_held, end_now
from numbers_pool.lease import Card, Life, Shown, Terms, drawn
from ringtrail.core import identifiers
from ringtrail.core.clock import Micros
from ringtrail.core.database import Prepared
from ringtrail.core.facts import Fact, LeaseOpened, PoolOverflow
from ringtrail.core.models.numbers import LEASE, NUMBER, POOL

POOL_COLUMNS = (
    POOL.c.id.label("pool_id"),
    POOL.c.account_id,
    POOL.c.site_id,
    POOL.c.original,
    POOL.c.beat_seconds,
    POOL.c.hold_seconds,
    POOL.c.cooldown_seconds,
    POOL.c.match,
    POOL.c.audit_share,
    POOL.c.audit_free_share,
    POOL.c.audit_seconds,
)


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who asks for a number: a visit, the visitor if known, and the card for whoever answers."""

    visit: UUID
    visitor: UUID | None
    card: Card


def allocate(store: Connection, pool: Any, who: Claimant, now: Micros) -> tuple[Shown, list[Fact]]:
    """A lease on the number that is free for longest; without one the business number."""
    chosen = drawn(who.visit, pool.audit_share)
    audit = chosen and _roomy(store, pool, now, takes=1)
    number = _longest_free(store, pool, now)
    if number is None:
        overflow = PoolOverflow(
            account=pool.account_id,
            site=pool.site_id,
            occurred_at=now,
            source_id=f"{who.visit}:{pool.pool_id}",
            visit=who.visit,
            pool=pool.pool_id,
        )
        return shown(pool, pool.original, None), [overflow]
    former = [] if number.holder is None else close_held(store, number.holder)
    taken = (number.id, number.e164)
    new, opened = _open(store, pool, taken, who, Life(now), (chosen, audit))
    return shown(pool, number.e164, new), [*former, opened]


def hand_over(
    store: Connection, pool: Any, held: Any, who: Claimant, now: Micros
) -> tuple[Shown, list[Fact]]:
    """The number that the visitor's former visit still holds, under a lease of the new visit.

    What the former lease had promised (a pin, an audit) the new one keeps.
    """
    chosen = drawn(who.visit, pool.audit_share)
    audit = chosen and _roomy(store, pool, now, takes=0)
    now = Micros(max(now, held.opened_at))
    life = Life(now, pinned_until=held.pinned_until)
    if held.audit:
        life = life.pinned(held.held_until)
    former = end_now(store, now, LEASE.c.id == held.id)
    number = (held.number_id, held.number)
    new, opened = _open(store, pool, number, who, life, (chosen, audit))
    return shown(pool, held.number, new), [*former, opened]


def terms_of(pool: Any, *, audit: bool) -> Terms:
    """For how long the pool holds a lease."""
    seconds = pool.audit_seconds if audit else 0
    return Terms(pool.hold_seconds, pool.cooldown_seconds, seconds)


def shown(pool: Any, number: str, lease: UUID | None) -> Shown:
    """The number for the page; without a lease the pool has overflowed."""
    return Shown(
        original=pool.original,
        number=number,
        lease=lease,
        expires_in=pool.hold_seconds,
        beat_seconds=pool.beat_seconds,
        overflow=lease is None,
    )


def _roomy(store: Connection, pool: Any, now: Micros, *, takes: int) -> bool:
    """Whether so much of the pool stays free that an audit starves nobody."""
    free, numbers = _COUNT.one_or_none(store, {"the_pool": pool.pool_id, "now": now})
    return bool(free - takes > pool.audit_free_share * numbers)


def _longest_free(store: Connection, pool: Any, now: Micros) -> Any | None:
    """The number to take, locked, and with its former holder; none if all are held."""
    values = {"the_pool": pool.pool_id, "now": now}
    if pool.match != "off":
        found = _LONGEST_FREE_ALIKE.one_or_none(store, values)
        if found is not None or pool.match == "require":
            return found
    return _LONGEST_FREE.one_or_none(store, values)


def _finding(*, alike: bool) -> Prepared:
    which = [NUMBER.c.alike.is_(true())] if alike else []
    return Prepared(
        select(NUMBER.c.id, NUMBER.c.e164, NUMBER.c.holder)
        .where(NUMBER.c.pool_id == bindparam("the_pool"), NUMBER.c.free_at <= bindparam("now"))
        .where(*which)
        .order_by(NUMBER.c.free_at, NUMBER.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


_LONGEST_FREE, _LONGEST_FREE_ALIKE = _finding(alike=False), _finding(alike=True)
_HOLD = Prepared(
    update(NUMBER)
    .where(NUMBER.c.id == bindparam("the_number"))
    .values(holder=bindparam("the_lease"), free_at=bindparam("until"))
)
_OPENED = ("id", "account_id", "site_id", "pool_id", "number", "visit", "visitor", "opened_at",
           "last_seen", "held_until", "pinned_until", "audit", "closed", "card")  # fmt: skip
_OPEN = Prepared(insert(LEASE), _OPENED)
_COUNT = Prepared(
    select(
        func.count().filter(NUMBER.c.free_at <= bindparam("now")).label("free"),
        func.count().label("numbers"),
    ).where(NUMBER.c.pool_id == bindparam("the_pool"))
)


def _open(
    store: Connection,
    pool: Any,
    number: tuple[int, str],
    who: Claimant,
    life: Life,
    chance: tuple[bool, bool],
) -> tuple[UUID, LeaseOpened]:
    """A new lease as the holder of `number` (id, E.164); `chance` is (drawn, audit)."""
    new, (number_id, e164), (chosen, audit) = identifiers.mint(), number, chance
    held_until = life.held_until(terms_of(pool, audit=audit))
    _HOLD.run(store, {"the_number": number_id, "the_lease": new, "until": held_until})
    _OPEN.run(
        store,
        dict(
            id=new,
            account_id=pool.account_id,
            site_id=pool.site_id,
            pool_id=pool.pool_id,
            number=e164,
            visit=who.visit,
            visitor=who.visitor,
            opened_at=life.last_seen,
            last_seen=life.last_seen,
            held_until=held_until,
            pinned_until=life.pinned_until,
            audit=audit,
            closed=False,
            card=who.card.to_json(),
        ),
    )
    opened = LeaseOpened(
        account=pool.account_id,
        site=pool.site_id,
        occurred_at=life.last_seen,
        source_id=str(new),
        lease=new,
        visit=who.visit,
        pool=pool.pool_id,
        number=e164,
        drawn=chosen,
        audit=audit,
    )
    return new, opened
