"""The pools there are, as `ringtrail pool size` names them; the one reader of a store in here."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ringtrail.core.models import NumberPool, Site, TrackingNumber

_POOL, _NUMBER, _SITE = (vars(model)["__table__"] for model in (NumberPool, TrackingNumber, Site))


@dataclass(frozen=True, slots=True)
class KnownPool:
    """A pool with its times in seconds and how many numbers are in it."""

    id: int
    name: str
    site: int
    timezone: str
    hold: int
    cooldown: int
    numbers: int


def known(store: Connection, account: int) -> list[KnownPool]:
    """The pools of the account, the oldest first."""
    numbers = (
        select(func.count()).where(_NUMBER.c.pool_id == _POOL.c.id).correlate(_POOL)
    ).scalar_subquery()
    rows = store.execute(
        select(
            _POOL.c.id,
            _POOL.c.name,
            _POOL.c.site_id,
            _SITE.c.timezone,
            _POOL.c.hold_seconds,
            _POOL.c.cooldown_seconds,
            numbers,
        )
        .join_from(_POOL, _SITE, _POOL.c.site_id == _SITE.c.id)
        .where(_POOL.c.account_id == account)
        .order_by(_POOL.c.id)
    )
    return [KnownPool(*row) for row in rows]
