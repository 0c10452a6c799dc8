"""Live calls, scraps, owners and the journal's position in the operational store.

Every write belongs to one transaction of `intake.take`. A position moves only from where its reader
believes it to be, so that two processes that read one journal cannot both count it: the slower one
gets `Moved` and starts again from what the other has written.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select, update
from sqlmodel import SQLModel

from numbers_pool import Holder
from numbers_pool import store as pool
from ringtrail.core.clock import Micros
from ringtrail.core.models import (
    Destination,
    JournalPosition,
    JournalScrap,
    LiveCall,
    Route,
    Site,
    Trunk,
)
from telephony_bridge.asterisk.call_assembler import Live, Owner
from telephony_bridge.asterisk.journal import Position

Store = Connection


def _table(model: type[SQLModel]) -> Table:
    table: Table = vars(model)["__table__"]
    return table


_LIVE = _table(LiveCall)
_POSITION = _table(JournalPosition)
_SCRAP = _table(JournalScrap)
_TRUNK = _table(Trunk)
_ROUTE = _table(Route)
_SITE = _table(Site)
_DESTINATION = _table(Destination)


class Moved(Exception):
    """Another process has read on in the same journal."""


def position(store: Store, journal: str) -> Position | None:
    """How far `journal` was read; None for one that never was."""
    return _as_position(store.execute(_at(journal)).one_or_none())


def move(store: Store, journal: str, before: Position | None, after: Position) -> None:
    """Move the journal's position from `before`; raises `Moved` if it is not there."""
    stored = _as_position(store.execute(_at(journal).with_for_update()).one_or_none())
    if stored != before:
        raise Moved(journal)
    values = {
        "inode": after.inode,
        "first_line": after.first_line,
        "byte_offset": after.offset,
    }
    if stored is None:
        store.execute(insert(_POSITION).values(journal=journal, **values))
    elif after != before:
        here = _POSITION.c.journal == journal
        store.execute(update(_POSITION).where(here).values(**values))


def _at(journal: str) -> Any:
    columns = (_POSITION.c.inode, _POSITION.c.first_line, _POSITION.c.byte_offset)
    return select(*columns).where(_POSITION.c.journal == journal)


def _as_position(row: Row[Any] | None) -> Position | None:
    return None if row is None else Position(row.inode, row.first_line, row.byte_offset)


def alive(store: Store, keys: Collection[str]) -> dict[str, Live]:
    """Those of the calls that have not ended."""
    if not keys:
        return {}
    rows = store.execute(select(_LIVE).where(_LIVE.c.key.in_(keys)))
    return {row.key: _as_live(row) for row in rows}


def all_alive(store: Store, journal: str) -> dict[str, Live]:
    """Every call of the journal that has not ended."""
    rows = store.execute(select(_LIVE).where(_LIVE.c.journal == journal).order_by(_LIVE.c.key))
    return {row.key: _as_live(row) for row in rows}


def _as_live(row: Row[Any]) -> Live:
    return Live(
        key=row.key,
        account=row.account_id,
        site=row.site_id,
        trunk=row.trunk_id,
        number=row.number,
        known=row.known,
        caller=row.caller,
        presentation=row.presentation,
        destination=row.destination,
        started_at=row.started_at,
        answered_at=row.answered_at,
    )


def open_calls(store: Store, journal: str, calls: Sequence[tuple[Live, list[Holder]]]) -> None:
    """Keep calls that are alive, each with who held its number when it rang."""
    rows = [
        {
            "key": live.key,
            "journal": journal,
            "account_id": live.account,
            "site_id": live.site,
            "trunk_id": live.trunk,
            "number": live.number,
            "known": live.known,
            "caller": live.caller,
            "presentation": live.presentation,
            "destination": live.destination,
            "started_at": live.started_at,
            "answered_at": live.answered_at,
            "candidates": [_candidate(holder) for holder in holders],
        }
        for live, holders in calls
    ]
    if rows:
        store.execute(insert(_LIVE), rows)


def _candidate(holder: Holder) -> dict[str, Any]:
    return {
        "lease": str(holder.lease),
        "visit": str(holder.visit),
        "site": holder.site,
        "opened_at": holder.opened_at,
        "last_seen": holder.last_seen,
        "held_until": holder.held_until,
        "card": holder.card.to_json(),
    }


def answer_call(store: Store, live: Live) -> None:
    """Keep when a live call was picked up."""
    here = _LIVE.c.key == live.key
    store.execute(update(_LIVE).where(here).values(answered_at=live.answered_at))


def close_calls(store: Store, keys: Collection[str]) -> None:
    """Forget calls that have ended."""
    if keys:
        store.execute(delete(_LIVE).where(_LIVE.c.key.in_(keys)))


def keep_scraps(
    store: Store, journal: str, scraps: Sequence[tuple[bytes, str]], read_at: Micros
) -> None:
    """Keep lines that could not be read, each with its reason, for a person to read."""
    if scraps:
        rows = [
            {"journal": journal, "line": line, "reason": reason, "read_at": read_at}
            for line, reason in scraps
        ]
        store.execute(insert(_SCRAP), rows)


def owner(store: Store, number: str, trunk: int | None, at: Micros) -> Owner | None:
    """Whose `number` was when it rang: its pool's owner, else its route's, else its trunk's.

    A number has one owner at a time on the whole installation. Its route says at which of the
    owner's sites it counts. None if nobody is to be found.
    """
    line = store.execute(
        select(_TRUNK.c.id, _TRUNK.c.account_id, _TRUNK.c.site_id, _TRUNK.c.region).where(
            _TRUNK.c.id == trunk
        )
    ).one_or_none()
    routed = store.execute(
        select(_ROUTE.c.account_id, _ROUTE.c.site_id).where(_ROUTE.c.number == number)
    ).one_or_none()
    owned = pool.owner(store, number, at)
    if owned is not None and (routed is None or routed.account_id != owned.account):
        account, site = owned.account, owned.site
    elif routed is not None:
        account, site = routed.account_id, routed.site_id
    elif line is not None:
        return Owner(line.account_id, line.site_id, False, line.id, line.region)
    else:
        return None
    if line is not None:
        return Owner(account, site, True, line.id, line.region)
    region = store.scalar(select(_SITE.c.region).where(_SITE.c.id == site))
    return Owner(account, site, True, None, region)


def routes(store: Store) -> dict[str, str]:
    """Where each routed number rings: number -> SIP address."""
    rows = store.execute(
        select(_ROUTE.c.number, _DESTINATION.c.uri).join_from(
            _ROUTE, _DESTINATION, _ROUTE.c.destination_id == _DESTINATION.c.id
        )
    )
    return {row.number: row.uri for row in rows}
