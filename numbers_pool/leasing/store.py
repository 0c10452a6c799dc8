"""Numbers for visits: given, kept, let go, pinned; `numbers_pool.store` says what always holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    bindparam,
    false,
    func,
    or_,
    select,
    union_all,
    update,
)

from numbers_pool.claiming.store import (
    POOL_COLUMNS,
    Claimant,
    Given,
    allocate,
    hand_over,
    shown,
    terms_of,
)
from numbers_pool.lease import Card, Life, Shown
from ringtrail.core.clock import Micros
from ringtrail.core.database import Prepared, among, listed
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
    """The same as `lease_each` for one visit."""
    who = Claimant(visit, visitor, card, without)
    return lease_each(store, account=account, site=site, claimants=[who], now=now)[0]


def lease_each(
    store: Connection, *, account: int, site: int, claimants: Sequence[Claimant], now: Micros
) -> list[tuple[list[Shown], list[Fact]]]:
    """One number per pool of the site; what a visit still holds is renewed, not changed.

    What a former visit of the visitor still holds goes over to the new one. No two of the claimants
    may be of one visit or one visitor.
    """
    holding = _holding(store, site, claimants)
    given: list[tuple[list[Shown], list[Fact]]] = [([], []) for _ in claimants]
    for pool in _POOLS.all(store, {"account": account, "site": site}):
        places = [at for at, who in enumerate(claimants) if pool.original not in who.without]
        asking = [claimants[at] for at in places]
        for at, got in zip(places, _of_pool(store, pool, asking, holding, now), strict=True):
            given[at][0].append(got.shown)
            given[at][1].extend(got.facts)
    return given


@dataclass(frozen=True, slots=True)
class _Holding:
    """The leases that are still held, by visit or visitor and by pool."""

    by_visit: Mapping[tuple[UUID, int], Any]
    by_visitor: Mapping[tuple[UUID | None, int], Any]


def _holding(store: Connection, site: int, claimants: Sequence[Claimant]) -> _Holding:
    visits = [who.visit for who in claimants]
    rows = _held(store, site, visits, [who.visitor for who in claimants if who.visitor])
    return _Holding(
        {(row.visit, row.pool_id): row for row in rows},
        {(row.visitor, row.pool_id): row for row in rows if row.visitor},
    )


def _of_pool(
    store: Connection, pool: Any, claimants: Sequence[Claimant], holding: _Holding, now: Micros
) -> list[Given]:
    """A number for each: their own first, so that nobody is given what another still holds."""
    renewed: list[tuple[Any, Life, Card]] = []
    handed: list[tuple[Any, Claimant]] = []
    new: list[Claimant] = []
    given: dict[UUID, Given] = {}
    for who in claimants:
        if own := holding.by_visit.get((who.visit, pool.pool_id)):
            renewed.append((own, _life(own).seen(now), who.card))
            given[who.visit] = Given(shown(pool, own.number, own.id), [])
        elif former := holding.by_visitor.get((who.visitor, pool.pool_id)):
            handed.append((former, who))
        else:
            new.append(who)
    _move(store, renewed)
    if handed:
        over = hand_over(store, pool, handed, now)
        given |= {who.visit: got for (_, who), got in zip(handed, over, strict=True)}
    if new:
        found = allocate(store, pool, new, now)
        given |= {who.visit: got for who, got in zip(new, found, strict=True)}
    return [given[who.visit] for who in claimants]


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
    held = _held(store, site, [visit])
    lost = set(leases) - {row.id for row in held}
    own = [row for row in held if row.id in leases]
    _move(store, [(row, _life(row).seen(now), _card(row).turned_to(page)) for row in own])
    holding = _Holding({(visit, row.pool_id): row for row in held}, {})
    numbers: list[Shown] = []
    facts: list[Fact] = []
    for pool in _lost(store, site, visit, lost):
        who = Claimant(visit, pool.visitor, _card(pool).turned_to(page))
        (got,) = _of_pool(store, pool, [who], holding, now)
        numbers.append(got.shown)
        facts += got.facts
    return numbers, facts


def leave(
    store: Connection, *, site: int, visit: UUID, leases: Sequence[UUID], now: Micros
) -> None:
    """Start the cool-down of the visit's leases; a later beat takes that back."""
    left = [row for row in _held(store, site, [visit]) if row.id in leases]
    _move(store, [(row, _life(row).left(now), _card(row)) for row in left])


def pin(store: Connection, *, site: int, visit: UUID, lease: UUID, until: Micros) -> bool:
    """Hold one of the visit's leases at least until then; others' and lost ones are ignored.

    Returns whether it was one.
    """
    pinned = [row for row in _held(store, site, [visit]) if row.id == lease]
    _move(store, [(row, _life(row).pinned(until), _card(row)) for row in pinned])
    return bool(pinned)


def _held(
    store: Connection, site: int, visits: Sequence[UUID], visitors: Sequence[UUID] = ()
) -> Sequence[Any]:
    """The leases whose numbers the visits still have, expired or not, oldest first; locked.

    With visitors, those of their other visits too.
    """
    _lock_visits(store, visits)
    values = {"visits": visits, "visitors": visitors, "the_site": site}
    locking = _LOCK_HELD_BY if visitors else _LOCK_HELD
    locked = [row.id for row in locking.all(store, values)]
    return _HELD.all(store, {**values, "numbers": locked}) if locked else []


def _locking(*, of_visitors: bool) -> Prepared:
    whose = [among(LEASE.c.visit, "visits")]
    if of_visitors:
        whose.append(among(LEASE.c.visitor, "visitors"))
    here = (LEASE.c.site_id == bindparam("the_site"), LEASE.c.closed.is_(false()))
    # Not OR: SQLite would read all that are open.
    theirs = [select(LEASE.c.id).where(one, *here) for one in whose]
    return Prepared(
        select(NUMBER.c.id)
        .where(NUMBER.c.holder.in_(union_all(*theirs)))
        .order_by(NUMBER.c.id)
        .with_for_update()
    )


_LOCK_HELD, _LOCK_HELD_BY = _locking(of_visitors=False), _locking(of_visitors=True)
_NAMES = func.unnest(listed("names", BigInteger())).column_valued("name")
_LOCK_VISITS = Prepared(select(func.pg_advisory_xact_lock(_NAMES).label("locked")))


def _lock_visits(store: Connection, visits: Sequence[UUID]) -> None:
    """Wait until no other transaction is busy with one of these visits.

    Two collectors that are asked for one visit at once would both find it without a number, and
    no row is there yet that they could lock. An advisory lock is a lock on the visit's name: half
    of its bits, so that at worst two visits wait for each other. A unique index would also refuse
    the second lease, but only after its number was claimed and as a failure of the request.
    """
    if store.dialect.name == "postgresql":
        names = sorted(int.from_bytes(visit.bytes[8:], signed=True) for visit in visits)
        _LOCK_VISITS.all(store, {"names": names})


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


_HELD = Prepared(
    _with_pool()
    .add_columns(NUMBER.c.id.label("number_id"))
    .join(NUMBER, NUMBER.c.holder == LEASE.c.id)
    .where(among(NUMBER.c.id, "numbers"), LEASE.c.site_id == bindparam("the_site"))
    .where(or_(among(LEASE.c.visit, "visits"), among(LEASE.c.visitor, "visitors")))
    .order_by(LEASE.c.opened_at, LEASE.c.id)
)


def _move(store: Connection, moves: Sequence[tuple[Any, Life, Card]]) -> None:
    """Write how far held leases have come, to them and to their numbers."""
    rows = [
        {
            "the_id": row.id,
            "number_id": row.number_id,
            "held_until": life.held_until(terms_of(row, audit=row.audit)),
            "last_seen": life.last_seen,
            "left_at": life.left_at,
            "pinned_until": life.pinned_until,
            "card": card,
        }
        for row, life, card in moves
    ]
    _HOLD_UNTIL.run_each(store, rows)
    _MOVE.run_each(store, rows)


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


def _card(row: Any) -> Card:
    return Card.from_json(row.card)
