"""Notes about a site: browsers of its own people, macros that nobody filled in.

Called by steps of `tracking.pipeline` and `tracking.screening`, seldom. Strangers can cause a note,
so there is a most of each for a site; what is old goes first.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from ringtrail.core.clock import DAY, Micros
from ringtrail.core.models import OwnVisitor, UnfilledMacro

OWN_KEPT = 400 * DAY  # as long as the cookie that they are known by
MACROS_KEPT = 7 * DAY
MOST_OWN = 1_000
MOST_MACROS = 50
_OWN: Table = vars(OwnVisitor)["__table__"]
_MACRO: Table = vars(UnfilledMacro)["__table__"]


def own_visitors(store: Connection, site: int) -> frozenset[UUID]:
    """The browsers of the site's own people."""
    return frozenset(store.scalars(select(_OWN.c.visitor).where(_OWN.c.site_id == site)))


def mark_own(store: Connection, site: int, visitor: UUID, now: Micros) -> None:
    """From now on this browser is one of the site's own people."""
    unmark_own(store, site, visitor)
    values = {"site_id": site, "visitor": visitor, "marked_at": now}
    store.execute(insert(_OWN).values(values))
    newest = select(_OWN.c.visitor).where(_OWN.c.site_id == site)
    newest = newest.order_by(_OWN.c.marked_at.desc(), _OWN.c.visitor).limit(MOST_OWN)
    beyond = _OWN.c.visitor.not_in(newest.scalar_subquery())
    store.execute(delete(_OWN).where(_OWN.c.site_id == site, beyond))


def unmark_own(store: Connection, site: int, visitor: UUID) -> None:
    """This browser is a visitor's again."""
    store.execute(delete(_OWN).where(_OWN.c.site_id == site, _OWN.c.visitor == visitor))


def note_unfilled(
    store: Connection, site: int, found: Iterable[tuple[str, str]], now: Micros
) -> None:
    """A visit came with these parameters and macros."""
    for parameter, macro in found:
        here = (_MACRO.c.parameter == parameter, _MACRO.c.macro == macro)
        seen = update(_MACRO).where(_MACRO.c.site_id == site, *here).values(last_seen=now)
        if store.execute(seen).rowcount == 0:
            known = select(func.count()).select_from(_MACRO).where(_MACRO.c.site_id == site)
            if (store.scalar(known) or 0) < MOST_MACROS:
                row = {"site_id": site, "parameter": parameter, "macro": macro, "last_seen": now}
                store.execute(insert(_MACRO).values(row))


def forget(store: Connection, now: Micros) -> None:
    """Drop what is too old to act on."""
    store.execute(delete(_OWN).where(_OWN.c.marked_at < now - OWN_KEPT))
    store.execute(delete(_MACRO).where(_MACRO.c.last_seen < now - MACROS_KEPT))
