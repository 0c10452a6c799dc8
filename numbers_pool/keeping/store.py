"""Pools and numbers as a person keeps them: added, moved, retired, listed.

Called by `ringtrail pool` and by the set-up of a site. Whose a number is has a stretch of time for
each owner (`number_ownership`); every change returns the facts of it, for the inbox of the same
transaction. A number that comes from another account or site is given to nobody for the quarantine.
What cannot be is refused with a `RingtrailError` before anything is written.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from numbers_pool.area import MATCHES, alike
from numbers_pool.branches.store import described, refuse_foreign_branch
from numbers_pool.closing.store import end_each
from numbers_pool.fixed.rule import Declared
from numbers_pool.keeping.standing import Owner
from numbers_pool.keeping.table import NewNumber
from ringtrail.core.clock import DAY, Micros
from ringtrail.core.errors import RingtrailError
from ringtrail.core.facts import Fact, NumberOwned
from ringtrail.core.models import Route
from ringtrail.core.models.numbers import LEASE, NUMBER, OWNERSHIP, POOL, STATIC

QUARANTINE_DAYS = 60
_E164 = re.compile(r"\+[0-9]{3,15}")
_ROUTE = vars(Route)["__table__"]


def create_pool(
    store: Connection,
    *,
    account: int,
    site: int,
    name: str,
    original: str,
    numbers: Sequence[str],
    now: Micros,
    branch: int | None = None,
    match: str = "off",
    quarantine_days: float = QUARANTINE_DAYS,
    **numbered: float,
) -> tuple[int, list[Fact]]:
    """A pool with its numbers, to be given out in the order given; returns its id.

    `numbered`: beat_seconds, hold_seconds, cooldown_seconds, audit_share, audit_free_share,
    audit_seconds, where they are not the model's own.
    """
    for number in (original, *numbers):
        refuse_other_than_e164(number)
    _refuse_match(match)
    if branch is not None:
        refuse_foreign_branch(store, branch, site)
    named = {"account_id": account, "site_id": site, "name": name, "original": original}
    values = {**named, "branch_id": branch, "match": match, **numbered}
    pool: int = store.execute(insert(POOL).values(**values).returning(POOL.c.id)).scalar_one()
    owned = add(store, pool=pool, numbers=numbers, now=now, quarantine_days=quarantine_days)
    return pool, [described(store, pool_of(store, pool), now), *owned]


def change_pool(
    store: Connection,
    *,
    pool: int,
    now: Micros,
    match: str | None = None,
    branch: int | None = None,
    **numbered: float | None,
) -> list[Fact]:
    """Change a pool's match, branch or any of `create_pool`'s `numbered`; None leaves one as it is.

    Branch 0 is none. Leases that are held go on under the new times from their next sign of life.
    """
    of = pool_of(store, pool)
    if match is not None:
        _refuse_match(match)
    if branch:
        refuse_foreign_branch(store, branch, of.site_id)
    values: dict[str, object] = {**numbered, "match": match, "branch_id": branch}
    changed = {name: value for name, value in values.items() if value is not None}
    if branch == 0:
        changed["branch_id"] = None
    if changed:
        store.execute(update(POOL).where(POOL.c.id == pool).values(**changed))
    return [] if branch is None else [described(store, pool_of(store, pool), now)]


def add(
    store: Connection,
    *,
    pool: int,
    numbers: Sequence[str],
    now: Micros,
    quarantine_days: float = QUARANTINE_DAYS,
) -> list[Fact]:
    """Put numbers that nobody has into a pool."""
    of = pool_of(store, pool)
    facts: list[Fact] = []
    for number in numbers:
        refuse_other_than_e164(number)
        owner = Owner(of.account_id, of.site_id, "pool", pool)
        facts.append(_take(store, number, owner, now))
        store.execute(
            insert(NUMBER).values(
                account_id=of.account_id,
                pool_id=pool,
                e164=number,
                free_at=_free_at(store, number, owner, quarantine_days),
                alike=alike(number, of.original),
            )
        )
    return facts


def add_control(
    store: Connection, *, account: int, site: int, number: str, now: Micros
) -> list[Fact]:
    """Keep a number that is never shown: who calls it has dialled wrong or was told to."""
    refuse_other_than_e164(number)
    return [_take(store, number, Owner(account, site, "control"), now)]


def add_static(
    store: Connection, *, account: int, site: int, declared: Declared, now: Micros
) -> list[Fact]:
    """Let a number stand for a source where its rule is true."""
    refuse_other_than_e164(declared.number)
    refuse_other_than_e164(declared.original)
    if flaw := declared.flaw():
        raise RingtrailError(flaw, status=400)
    fact = _take(store, declared.number, Owner(account, site, "static"), now, declared)
    values = {"account_id": account, "site_id": site, **asdict(declared)}
    store.execute(insert(STATIC).values(values))
    return [fact]


def add_all(
    store: Connection,
    numbers: Sequence[NewNumber],
    *,
    now: Micros,
    quarantine_days: float = QUARANTINE_DAYS,
) -> list[Fact]:
    """Add the rows of a file; the first that cannot be raises, and the caller undoes them all."""
    facts: list[Fact] = []
    for new in numbers:
        account, site = new.place.account, new.place.site
        if new.pool is not None:
            days = quarantine_days
            facts += add(store, pool=new.pool, numbers=[new.number], now=now, quarantine_days=days)
        elif new.declared is not None:
            facts += add_static(store, account=account, site=site, declared=new.declared, now=now)
        else:
            facts += add_control(store, account=account, site=site, number=new.number, now=now)
    return facts


def retire(store: Connection, *, number: str, now: Micros) -> list[Fact]:
    """Take a number out of use: nobody's from now on, its lease ended."""
    ended = _let_go(store, number, now)
    store.execute(delete(NUMBER).where(NUMBER.c.e164 == number))
    store.execute(delete(STATIC).where(STATIC.c.number == number))
    return ended


def move(
    store: Connection,
    *,
    number: str,
    pool: int,
    now: Micros,
    quarantine_days: float = QUARANTINE_DAYS,
) -> list[Fact]:
    """Put a pool's number into another pool, its lease ended.

    Within a site it stays unused as long as the lease would have kept it; from another account or
    site it goes into quarantine.
    """
    of = pool_of(store, pool)
    row = store.execute(
        select(NUMBER).where(NUMBER.c.e164 == number).with_for_update()
    ).one_or_none()
    if row is None:
        raise RingtrailError(f"{number} is in no pool", status=404)
    ended = _let_go(store, number, now)
    owner = Owner(of.account_id, of.site_id, "pool", pool)
    taken = _take(store, number, owner, now)
    free_at = max(_free_at(store, number, owner, quarantine_days), row.free_at)
    store.execute(
        update(NUMBER)
        .where(NUMBER.c.id == row.id)
        .values(
            account_id=of.account_id,
            pool_id=pool,
            holder=None,
            free_at=free_at,
            alike=alike(number, of.original),
        )
    )
    return [*ended, taken]


def pool_of(store: Connection, pool: int) -> Row[Any]:
    """The pool's row; `RingtrailError` when there is none."""
    found = store.execute(select(POOL).where(POOL.c.id == pool)).one_or_none()
    if found is None:
        raise RingtrailError(f"there is no pool {pool}: see `ringtrail pool list`", status=404)
    return found


def _refuse_match(match: str) -> None:
    if match not in MATCHES:
        raise RingtrailError(f"{match!r} is no match: give {', '.join(MATCHES)}", status=400)


def refuse_other_than_e164(number: str) -> None:
    if not _E164.fullmatch(number):
        raise RingtrailError(f"not an E.164 number: {number!r}", status=400)


def _take(
    store: Connection, number: str, owner: Owner, now: Micros, declared: Declared | None = None
) -> NumberOwned:
    """Begin the owner's stretch, and drop the route by which another account had the number ring.

    The first stretch of all reaches back to the beginning of time: nobody of this installation had
    the number before, so a call of the past can only be this owner's.
    """
    stretches = select(OWNERSHIP).where(OWNERSHIP.c.number == number)
    newest = stretches.order_by(OWNERSHIP.c.since.desc(), OWNERSHIP.c.id.desc())
    last = store.execute(newest.limit(1)).one_or_none()
    if last is not None and last.until is None:
        where = f"pool {last.pool_id}" if last.pool_id else f"use as a {last.role} number"
        raise RingtrailError(f"{number} is in {where} already", status=409)
    since = 0 if last is None else max(now, last.until)
    # What a former owner had it ring must not ring for the new one.
    foreign = (_ROUTE.c.number == number, _ROUTE.c.account_id != owner.account)
    store.execute(delete(_ROUTE).where(*foreign))
    store.execute(
        insert(OWNERSHIP).values(
            number=number,
            account_id=owner.account,
            site_id=owner.site,
            role=owner.role,
            pool_id=owner.pool,
            since=since,
        )
    )
    return _owned(number, owner, since, None, now, declared)


def _let_go(store: Connection, number: str, now: Micros) -> list[Fact]:
    """End the present owner's stretch and the lease of the number."""
    store.execute(select(NUMBER.c.id).where(NUMBER.c.e164 == number).with_for_update())
    here = and_(OWNERSHIP.c.number == number, OWNERSHIP.c.until.is_(None))
    # Locked too: a number that is in no pool at this moment has no row to lock above.
    row = store.execute(select(OWNERSHIP).where(here).with_for_update()).one_or_none()
    if row is None:
        raise RingtrailError(f"{number} is nobody's", status=404)
    held = store.execute(
        select(LEASE.c.id, LEASE.c.opened_at)
        .join(NUMBER, NUMBER.c.holder == LEASE.c.id)
        .where(NUMBER.c.e164 == number)
    ).one_or_none()
    # The clock of whoever opened the lease or began the stretch may be ahead.
    until = Micros(max(now, row.since, held.opened_at if held else 0))
    store.execute(update(OWNERSHIP).where(OWNERSHIP.c.id == row.id).values(until=until))
    ended = end_each(store, {held.id: until}).values() if held else ()
    static = store.execute(select(STATIC).where(STATIC.c.number == number)).one_or_none()
    declared = None if static is None else declared_by(static)
    owner = Owner(row.account_id, row.site_id, row.role, row.pool_id)
    return [*ended, _owned(number, owner, row.since, until, now, declared)]


def declared_by(row: Row[Any]) -> Declared:
    """A row of `static_number` as the rules read it."""
    return Declared(
        number=row.number,
        original=row.original,
        rule=row.rule,
        patterns=tuple(row.patterns),
        source=row.source,
        medium=row.medium,
        campaign=row.campaign,
        channel=row.channel,
    )


def _free_at(store: Connection, number: str, owner: Owner, quarantine_days: float) -> int:
    """From when on visitors may have the number: after the quarantine of its other owners."""
    past = select(func.max(OWNERSHIP.c.until)).where(OWNERSHIP.c.number == number)
    other = or_(OWNERSHIP.c.account_id != owner.account, OWNERSHIP.c.site_id != owner.site)
    left: int | None = store.scalar(past)
    strangers: int | None = store.scalar(past.where(other))
    quarantine = round(quarantine_days * DAY)
    return max(left or 0, 0 if strangers is None else strangers + quarantine)


def _owned(
    number: str,
    owner: Owner,
    since: int,
    until: int | None,
    now: Micros,
    declared: Declared | None,
) -> NumberOwned:
    return NumberOwned(
        account=owner.account,
        site=owner.site,
        occurred_at=now,
        source_id=f"{number}:{since}:{until}",
        number=number,
        role=owner.role,
        pool=owner.pool,
        since=since,
        until=until,
        channel=None if declared is None else declared.channel,
        source=None if declared is None else declared.source,
        medium=None if declared is None else declared.medium,
        campaign=None if declared is None else declared.campaign,
    )
