"""Static numbers: asked without a memory, or once for a visit whose later pages show the same."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select

from numbers_pool.fixed.rule import Origin, choose
from numbers_pool.keeping.store import declared_by
from numbers_pool.lease import Shown
from ringtrail.core.clock import Micros
from ringtrail.core.database import Prepared, among
from ringtrail.core.models.numbers import STATIC, STATIC_SHOWN

_KEPT_SECONDS = 900
_BEAT_SECONDS = 30
_OF_SITE = Prepared(
    select(STATIC).where(STATIC.c.site_id == bindparam("site")).order_by(STATIC.c.id)
)
_BEGUN = Prepared(
    select(STATIC_SHOWN.c.visit, STATIC.c.original, STATIC.c.number)
    .join(STATIC_SHOWN, STATIC_SHOWN.c.number == STATIC.c.number)
    .where(among(STATIC_SHOWN.c.visit, "visits"), STATIC.c.site_id == bindparam("site"))
    .order_by(STATIC.c.id)
)


class Entry(NamedTuple):
    """How somebody came; `referrer` and `landing` are addresses as the browser told."""

    source: Origin
    referrer: str
    landing: str


def static_numbers(store: Connection, *, site: int, entries: Sequence[Entry]) -> list[list[Shown]]:
    """For each entry the static numbers that stand for it, one per original.

    Nothing is written, so it is enough for visitors without a memory.
    """
    declared = [declared_by(row) for row in _OF_SITE.all(store, {"site": site})]
    if not declared:
        return [[] for _ in entries]
    return [
        [_shown(one.original, one.number) for one in choose(declared, *entry)] for entry in entries
    ]


def begin_static(
    store: Connection, *, site: int, began: Mapping[UUID, Sequence[Shown]], now: Micros
) -> None:
    """Remember what each visit began with."""
    rows = [
        {"visit": visit, "number": one.number, "site_id": site, "shown_at": now}
        for visit, numbers in began.items()
        for one in numbers
    ]
    if rows:
        store.execute(insert(STATIC_SHOWN), rows)


def continue_static(
    store: Connection, *, site: int, visits: Sequence[UUID]
) -> dict[UUID, list[Shown]]:
    """What visits began with, as far as those numbers still stand for something there."""
    begun: dict[UUID, list[Shown]] = {}
    for row in _BEGUN.all(store, {"visits": visits, "site": site}):
        begun.setdefault(row.visit, []).append(_shown(row.original, row.number))
    return begun


def _shown(original: str, number: str) -> Shown:
    return Shown(
        original=original,
        number=number,
        lease=None,
        expires_in=_KEPT_SECONDS,
        beat_seconds=_BEAT_SECONDS,
        overflow=False,
    )
