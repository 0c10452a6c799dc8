"""Static numbers: asked without a memory, or once for a visit whose later pages show the same."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select

from numbers_pool.fixed.rule import Origin, choose
from numbers_pool.keeping.store import declared_by
from numbers_pool.lease import Shown
from ringtrail.core.clock import Micros
from ringtrail.core.database import Prepared
from ringtrail.core.models.numbers import STATIC, STATIC_SHOWN

_KEPT_SECONDS = 900
_BEAT_SECONDS = 30
_OF_SITE = Prepared(
    select(STATIC).where(STATIC.c.site_id == bindparam("site")).order_by(STATIC.c.id)
)
_BEGUN = Prepared(
    select(STATIC.c.original, STATIC.c.number)
    .join(STATIC_SHOWN, STATIC_SHOWN.c.number == STATIC.c.number)
    .where(STATIC_SHOWN.c.visit == bindparam("visit"), STATIC.c.site_id == bindparam("site"))
    .order_by(STATIC.c.id)
)


def static_numbers(
    store: Connection, *, site: int, source: Origin, referrer: str, landing: str
) -> list[Shown]:
    """The static numbers for who comes from there, one per original; nothing is written.

    For visitors without a memory; `landing` and `referrer` are addresses as the browser told.
    """
    rows = _OF_SITE.all(store, {"site": site})
    chosen = choose([declared_by(row) for row in rows], source, referrer, landing)
    return [_shown(one.original, one.number) for one in chosen]


def begin_static(
    store: Connection, *, site: int, visit: UUID, numbers: Sequence[Shown], now: Micros
) -> None:
    """Remember what a visit began with."""
    rows = [
        {"visit": visit, "number": one.number, "site_id": site, "shown_at": now} for one in numbers
    ]
    if rows:
        store.execute(insert(STATIC_SHOWN), rows)


def continue_static(store: Connection, *, site: int, visit: UUID) -> list[Shown]:
    """What the visit began with, as far as those numbers still stand for something there."""
    rows = _BEGUN.all(store, {"visit": visit, "site": site})
    return [_shown(row.original, row.number) for row in rows]


def _shown(original: str, number: str) -> Shown:
    return Shown(
        original=original,
        number=number,
        lease=None,
        expires_in=_KEPT_SECONDS,
        beat_seconds=_BEAT_SECONDS,
        overflow=False,
    )
