"""Which numbers of a site's pools stand in its pages; whose pool a number is now decides."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, false, select

from numbers_pool.lease import Shown
from ringtrail.core.database import Prepared
from ringtrail.core.models import HardCodedNumber, Lease, NumberPool, TrackingNumber

Store = Connection
_WRITTEN: Table = vars(HardCodedNumber)["__table__"]
_NUMBER: Table = vars(TrackingNumber)["__table__"]
_POOL: Table = vars(NumberPool)["__table__"]
_LEASE: Table = vars(Lease)["__table__"]
_OF_SITE = Prepared(
    select(_WRITTEN.c.number, _POOL.c.original)
    .join(_NUMBER, _NUMBER.c.e164 == _WRITTEN.c.number)
    .join(_POOL, _POOL.c.id == _NUMBER.c.pool_id)
    .where(_WRITTEN.c.site_id == bindparam("site"), _POOL.c.site_id == bindparam("site"))
    .distinct()
    .order_by(_WRITTEN.c.number)
)


def of_site(store: Store, site: int) -> dict[str, str]:
    """Each number of the site's pools that was reported, and the original of its pool."""
    return {row.number: row.original for row in _OF_SITE.all(store, {"site": site})}


def of_visit(store: Store, site: int, visit: UUID, numbers: Sequence[str]) -> list[Shown]:
    """What the visit shows in place of those `numbers`, as far as it holds one of their pool."""
    rows = store.execute(
        select(_NUMBER.c.e164, _LEASE.c.number, _POOL.c.hold_seconds, _POOL.c.beat_seconds)
        .join(_POOL, _POOL.c.id == _NUMBER.c.pool_id)
        .join(_LEASE, _LEASE.c.pool_id == _POOL.c.id)
        .where(_NUMBER.c.e164.in_(numbers), _POOL.c.site_id == site, _LEASE.c.site_id == site)
        .where(_LEASE.c.visit == visit, _LEASE.c.closed.is_(false()))
        .where(_LEASE.c.number != _NUMBER.c.e164)
        .order_by(_NUMBER.c.e164)
    )
    return [
        Shown(
            original=row.e164,
            number=row.number,
            lease=None,
            expires_in=row.hold_seconds,
            beat_seconds=row.beat_seconds,
            overflow=False,
        )
        for row in rows
    ]
