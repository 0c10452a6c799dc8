"""How pools and numbers stand: for `ringtrail pool list`, `export` and the checks of `import`."""

from typing import Any

from sqlalchemy import Connection, Row, select

from numbers_pool.branches.store import branches
from numbers_pool.claiming.store import POOL_COLUMNS, terms_of
from numbers_pool.fixed.rule import Declared
from numbers_pool.keeping.standing import PoolStanding, Standing, state
from numbers_pool.keeping.store import declared_by
from numbers_pool.keeping.table import Known, Place
from numbers_pool.lease import Life, Terms
from ringtrail.core.clock import Micros
from ringtrail.core.models import Site
from ringtrail.core.models.numbers import LEASE, NUMBER, OWNERSHIP, POOL, STATIC

_SITE = vars(Site)["__table__"]


def standings(store: Connection, *, now: Micros, account: int | None = None) -> list[Standing]:
    """Every number that is or was somebody's, by its present or last owner, oldest first."""
    doing = {row.e164: row for row in store.execute(_numbers())}
    rows = select(OWNERSHIP).order_by(OWNERSHIP.c.since, OWNERSHIP.c.id)
    newest = {row.number: row for row in store.execute(rows)}
    return [
        _standing(row, doing.get(row.number), now)
        for row in sorted(newest.values(), key=lambda row: row.id)
        if account in (None, row.account_id)
    ]


def pools(store: Connection, *, now: Micros, account: int | None = None) -> list[PoolStanding]:
    """Every pool with how many of its numbers are in which state."""
    counts: dict[int, dict[str, int]] = {}
    for one in standings(store, now=now):
        if one.pool is not None and one.state != "retired":
            counted = counts.setdefault(one.pool, {})
            counted[one.state] = counted.get(one.state, 0) + 1
    named = {one.branch: one.name for one in branches(store)}
    return [
        PoolStanding(
            pool=row.id,
            account=row.account_id,
            site=row.site_id,
            name=row.name,
            original=row.original,
            branch=named.get(row.branch_id),
            match=row.match,
            active=counts.get(row.id, {}).get("active", 0),
            cooling=counts.get(row.id, {}).get("cooling", 0),
            quarantined=counts.get(row.id, {}).get("quarantined", 0),
        )
        for row in store.execute(select(POOL).order_by(POOL.c.id))
        if account in (None, row.account_id)
    ]


def statics(store: Connection) -> dict[str, Declared]:
    """Every static number with its rule."""
    return {row.number: declared_by(row) for row in store.execute(select(STATIC))}


def known(store: Connection, *, now: Micros) -> Known:
    """What the rows of a file are held against."""
    return Known(
        sites={
            row.id: Place(row.account_id, row.id, row.region)
            for row in store.execute(select(_SITE))
        },
        pools={row.id: row.site_id for row in store.execute(select(POOL))},
        owned={one.number: one for one in standings(store, now=now) if one.state != "retired"},
        statics=statics(store),
    )


def _numbers() -> Any:
    """Numbers of pools with the lease that holds each."""
    life = (LEASE.c.last_seen, LEASE.c.left_at, LEASE.c.pinned_until, LEASE.c.audit)
    return (
        select(NUMBER.c.e164, NUMBER.c.free_at, NUMBER.c.holder, *life, *POOL_COLUMNS)
        .join_from(NUMBER, POOL, NUMBER.c.pool_id == POOL.c.id)
        .outerjoin(LEASE, LEASE.c.id == NUMBER.c.holder)
    )


def _standing(owned: Row[Any], number: Row[Any] | None, now: Micros) -> Standing:
    held: tuple[Life, Terms] | None = None
    if number is not None and number.holder is not None:
        life = Life(number.last_seen, number.left_at, number.pinned_until)
        held = (life, terms_of(number, audit=number.audit))
    retired = owned.until is not None
    free_at = None if number is None or retired else number.free_at
    return Standing(
        number=owned.number,
        account=owned.account_id,
        site=owned.site_id,
        role=owned.role,
        pool=owned.pool_id,
        state="retired" if retired else state(free_at or 0, held, now),
        free_at=free_at,
    )
