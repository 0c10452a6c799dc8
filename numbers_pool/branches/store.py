"""Branches: places of the business behind a site, each with pools of its own.

Called by `ringtrail branch` and, for the branch of a pool, by `numbers_pool.keeping`. What cannot
be is refused with a `RingtrailError`.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from ringtrail.core.clock import Micros
from ringtrail.core.errors import RingtrailError
from ringtrail.core.facts import PoolDescribed
from ringtrail.core.models import Branch
from ringtrail.core.models.numbers import POOL

BRANCH = vars(Branch)["__table__"]
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class BranchStanding:
    """A branch and how many pools it has."""

    branch: int
    account: int
    site: int
    name: str
    pools: int


def add_branch(store: Connection, *, account: int, site: int, name: str) -> int:
    """A branch of the site; returns its id."""
    name = name.strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise RingtrailError("give a name of one line, at most 255 characters", status=400)
    same = select(BRANCH.c.id).where(BRANCH.c.site_id == site, BRANCH.c.name == name)
    if (there := store.scalar(same)) is not None:
        raise RingtrailError(f"site {site} has a branch {name!r} already: {there}", status=409)
    values = {"account_id": account, "site_id": site, "name": name}
    made: int = store.execute(insert(BRANCH).values(values).returning(BRANCH.c.id)).scalar_one()
    return made


def branches(store: Connection, *, account: int | None = None) -> list[BranchStanding]:
    """Every branch, or those of one account."""
    pools = select(func.count()).where(POOL.c.branch_id == BRANCH.c.id).scalar_subquery()
    rows = store.execute(select(BRANCH, pools.label("pools")).order_by(BRANCH.c.id))
    return [
        BranchStanding(row.id, row.account_id, row.site_id, row.name, row.pools)
        for row in rows
        if account in (None, row.account_id)
    ]


def refuse_foreign_branch(store: Connection, branch: int, site: int) -> None:
    """`RingtrailError` for a branch that is none of the site's."""
    of = store.scalar(select(BRANCH.c.site_id).where(BRANCH.c.id == branch))
    if of is None:
        raise RingtrailError(
            f"there is no branch {branch}: see `ringtrail branch list`", status=404
        )
    if of != site:
        raise RingtrailError(f"branch {branch} is of site {of}, the pool of {site}", status=400)


def described(store: Connection, pool: Row[Any], now: Micros) -> PoolDescribed:
    """The fact of what a pool is called and which branch it is of, from `now` on."""
    branch = pool.branch_id
    named = select(BRANCH.c.name).where(BRANCH.c.id == branch)
    return PoolDescribed(
        account=pool.account_id,
        site=pool.site_id,
        occurred_at=now,
        source_id=f"{pool.id}:{branch}:{now}",
        pool=pool.id,
        name=pool.name,
        original=pool.original,
        branch=branch,
        branch_name=None if branch is None else store.scalar(named),
    )
