"""Takes the numbers of a pool that are free for longest and opens leases on them.

Called by `numbers_pool.leasing` for visits that hold none of the pool. Nothing free is no error:
the visit keeps the business number and a fact tells which pool overflowed.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    false,
    func,
    insert,
    select,
    true,
    update,
)

from numbers_pool.closing.store import close_each, end_each
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


class Claimant(msgspec.Struct, frozen=True, gc=False):
    """Who asks for a number: a visit, the visitor if known, and the card for whoever answers.

    Pools that stand in for a number of `without` are left alone: a static number is shown there.
    """

    visit: UUID
    visitor: UUID | None
    card: Card
    without: Collection[str] = ()


class Given(NamedTuple):
    """What a claimant gets of one pool, and what that tells."""

    shown: Shown
    facts: list[Fact]


class Opening(msgspec.Struct, frozen=True, gc=False):
    """A lease to be: `chosen` if chance chose the visit for an audit, `audit` if it gets one."""

    number_id: int
    number: str
    who: Claimant
    life: Life
    chosen: bool
    audit: bool


def allocate(
    store: Connection, pool: Any, claimants: Sequence[Claimant], now: Micros
) -> list[Given]:
    """For each the number that is free for longest; without one the business number."""
    chosen = [drawn(who.visit, pool.audit_share) for who in claimants]
    room = _room(store, pool, now) if any(chosen) else 0.0
    numbers = _longest_free(store, pool, now, len(claimants))
    former = close_each(store, [number.holder for number in numbers if number.holder])
    openings = [
        Opening(
            number.id,
            number.e164,
            who,
            Life(now),
            chosen=chance,
            # Each number that was given before leaves one less.
            audit=chance and room > place + 1,
        )
        for place, (number, who, chance) in enumerate(zip(numbers, claimants, chosen, strict=False))
    ]
    given = [
        Given(shown, [former[number.holder], fact] if number.holder in former else [fact])
        for number, (shown, fact) in zip(numbers, _open(store, pool, openings), strict=True)
    ]
    return given + [_overflow(pool, who, now) for who in claimants[len(numbers) :]]


def hand_over(
    store: Connection, pool: Any, handed: Sequence[tuple[Any, Claimant]], now: Micros
) -> list[Given]:
    """The numbers that visitors' former visits still hold, under leases of the new visits.

    What a former lease had promised (a pin, an audit) the new one keeps.
    """
    chosen = [drawn(who.visit, pool.audit_share) for _, who in handed]
    room = _room(store, pool, now) if any(chosen) else 0.0
    openings = []
    for (held, who), chance in zip(handed, chosen, strict=True):
        life = Life(Micros(max(now, held.opened_at)), pinned_until=held.pinned_until)
        if held.audit:
            life = life.pinned(held.held_until)
        number = (held.number_id, held.number)
        openings.append(Opening(*number, who, life, chosen=chance, audit=chance and room > 0))
        # One whose hold had run out was free until now.
        room -= held.held_until <= now
    ends = {
        held.id: opening.life.last_seen for (held, _), opening in zip(handed, openings, strict=True)
    }
    former = end_each(store, ends)
    return [
        Given(shown, [former[held.id], fact] if held.id in former else [fact])
        for (held, _), (shown, fact) in zip(handed, _open(store, pool, openings), strict=True)
    ]


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


def _overflow(pool: Any, who: Claimant, now: Micros) -> Given:
    fact = PoolOverflow(
        account=pool.account_id,
        site=pool.site_id,
        occurred_at=now,
        source_id=f"{who.visit}:{pool.pool_id}",
        visit=who.visit,
        pool=pool.pool_id,
    )
    return Given(shown(pool, pool.original, None), [fact])


def _room(store: Connection, pool: Any, now: Micros) -> float:
    """How many numbers are free beyond the share that audits leave to others."""
    free, numbers = _COUNT.one_or_none(store, {"the_pool": pool.pool_id, "now": now})
    return float(free - pool.audit_free_share * numbers)


def _longest_free(store: Connection, pool: Any, now: Micros, most: int) -> list[Any]:
    """The numbers to take, locked, and with their former holders; as many as are free.

    None is locked that is not taken: another collector would pass it by.
    """
    values = {"the_pool": pool.pool_id, "now": now, "most": most}
    if pool.match == "off":
        return _LONGEST_FREE.all(store, values)
    alike = _LONGEST_FREE_ALIKE.all(store, values)
    if len(alike) == most or pool.match == "require":
        return alike
    return alike + _LONGEST_FREE_OTHER.all(store, values | {"most": most - len(alike)})


def _finding(*which: ColumnElement[bool]) -> Prepared:
    return Prepared(
        select(NUMBER.c.id, NUMBER.c.e164, NUMBER.c.holder)
        .where(NUMBER.c.pool_id == bindparam("the_pool"), NUMBER.c.free_at <= bindparam("now"))
        .where(*which)
        .order_by(NUMBER.c.free_at, NUMBER.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )


_LONGEST_FREE = _finding()
_LONGEST_FREE_ALIKE = _finding(NUMBER.c.alike.is_(true()))
_LONGEST_FREE_OTHER = _finding(NUMBER.c.alike.is_(false()))
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
    store: Connection, pool: Any, openings: Sequence[Opening]
) -> list[tuple[Shown, LeaseOpened]]:
    """New leases as the holders of their numbers."""
    news = [(identifiers.mint(), one) for one in openings]
    rows = [_row(pool, new, one) for new, one in news]
    _HOLD.run_each(
        store,
        [
            {"the_number": one.number_id, "the_lease": new, "until": row["held_until"]}
            for (new, one), row in zip(news, rows, strict=True)
        ],
    )
    _OPEN.run_each(store, rows)
    return [(shown(pool, one.number, new), _fact(pool, new, one)) for new, one in news]


def _row(pool: Any, new: UUID, one: Opening) -> dict[str, Any]:
    life = one.life
    return {
        "id": new,
        "account_id": pool.account_id,
        "site_id": pool.site_id,
        "pool_id": pool.pool_id,
        "number": one.number,
        "visit": one.who.visit,
        "visitor": one.who.visitor,
        "opened_at": life.last_seen,
        "last_seen": life.last_seen,
        "held_until": life.held_until(terms_of(pool, audit=one.audit)),
        "pinned_until": life.pinned_until,
        "audit": one.audit,
        "closed": False,
        "card": one.who.card,
    }


def _fact(pool: Any, new: UUID, one: Opening) -> LeaseOpened:
    return LeaseOpened(
        account=pool.account_id,
        site=pool.site_id,
        occurred_at=one.life.last_seen,
        source_id=str(new),
        lease=new,
        visit=one.who.visit,
        pool=pool.pool_id,
        number=one.number,
        drawn=one.chosen,
        audit=one.audit,
    )
