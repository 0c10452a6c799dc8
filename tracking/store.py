"""The intake's operational queries: sites, the current visit, answers already given."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from numbers_pool import store as pool
from ringtrail.core.clock import Micros
from ringtrail.core.models import (
    AnsweredEvent,
    CurrentVisit,
    Lease,
    NumberPool,
    Site,
    TrackingNumber,
)
from tracking.network import Network, read_networks
from tracking.share import Stock
from tracking.source import Source
from tracking.visit import IDLE, Ongoing

Store = Connection
_SITE = Site.__table__  # type: ignore[attr-defined]
_VISIT = CurrentVisit.__table__  # type: ignore[attr-defined]
_ANSWER = AnsweredEvent.__table__  # type: ignore[attr-defined]
_LEASE = Lease.__table__  # type: ignore[attr-defined]
_POOL = NumberPool.__table__  # type: ignore[attr-defined]
_NUMBER = TrackingNumber.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site as the intake needs it."""

    id: int
    account: int
    origins: frozenset[str]
    region: str
    own_networks: tuple[Network, ...]


def site(store: Store, key: str) -> KnownSite | None:
    """The site with this public key."""
    row = store.execute(select(_SITE).where(_SITE.c.key == key)).one_or_none()
    if row is None:
        return None
    own = read_networks(tuple(row.own_networks))
    return KnownSite(row.id, row.account_id, frozenset(row.origins), row.region, own)


def answered(store: Store, site: int, event: UUID) -> bytes | None:
    """The answer that this event got before."""
    rows = select(_ANSWER.c.body).where(_ANSWER.c.event_id == event, _ANSWER.c.site_id == site)
    return store.execute(rows).scalar()


def remember(store: Store, site: int, event: UUID, body: bytes, now: Micros) -> None:
    """Keep the answer for a second delivery."""
    row = {"event_id": event, "site_id": site, "body": body, "received_at": now}
    store.execute(insert(_ANSWER).values(row))


def ongoing(store: Store, site: int, visit: UUID) -> Ongoing | None:
    """The visit with this id, if it may still go on."""
    names = ("id", "visitor", "last_seen", "source", "medium", "campaign", "click_id")
    rows = select(*(_VISIT.c[name] for name in names))
    row = store.execute(rows.where(_VISIT.c.id == visit, _VISIT.c.site_id == site)).one_or_none()
    return None if row is None else Ongoing(*row)


def begin(store: Store, site: int, visit: UUID, visitor: UUID, source: Source, now: Micros) -> None:
    """A visit begins."""
    store.execute(
        insert(_VISIT).values(
            id=visit,
            site_id=site,
            visitor=visitor,
            started_at=now,
            last_seen=now,
            source=source.source,
            medium=source.medium,
            campaign=source.campaign,
            click_id=source.click_id,
        )
    )


def touch(store: Store, site: int, visit: UUID, now: Micros) -> bool:
    """The visit was seen; False when the site has no such visit."""
    seen = update(_VISIT).where(_VISIT.c.id == visit, _VISIT.c.site_id == site)
    return store.execute(seen.values(last_seen=now)).rowcount == 1


def withdraw(store: Store, site: int, visit: UUID, now: Micros) -> None:
    """Consent was taken back: the visit is forgotten here and its numbers cool down."""
    own = (_LEASE.c.visit == visit, _LEASE.c.site_id == site, _LEASE.c.closed.is_(False))
    leases = store.scalars(select(_LEASE.c.id).where(*own)).all()
    pool.leave(store, site=site, visit=visit, leases=leases, now=now)
    store.execute(delete(_VISIT).where(_VISIT.c.id == visit, _VISIT.c.site_id == site))


def stock(store: Store, site: int) -> Stock:
    """The smallest of the site's pools that has numbers; none at all is a stock of 0."""
    row = store.execute(
        select(func.count(), func.max(_POOL.c.hold_seconds + _POOL.c.cooldown_seconds))
        .join_from(_NUMBER, _POOL, _NUMBER.c.pool_id == _POOL.c.id)
        .where(_POOL.c.site_id == site)
        .group_by(_POOL.c.id)
        .order_by(func.count())
        .limit(1)
    ).one_or_none()
    return Stock(0, 0) if row is None else Stock(*row)


def forget(store: Store, now: Micros, answers_before: Micros) -> None:
    """Drop visits that cannot go on and answers that cannot be asked for again."""
    store.execute(delete(_VISIT).where(_VISIT.c.last_seen < now - 48 * IDLE))
    store.execute(delete(_ANSWER).where(_ANSWER.c.received_at < answers_before))
