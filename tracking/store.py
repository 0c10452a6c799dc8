"""The intake's operational queries: sites, the current visit, answers already given."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from ringtrail.core.clock import Micros
from ringtrail.core.models import AnsweredEvent, CurrentVisit, Site
from tracking.source import Source
from tracking.visit import IDLE, Ongoing

Store = Connection
_SITE = Site.__table__  # type: ignore[attr-defined]
_VISIT = CurrentVisit.__table__  # type: ignore[attr-defined]
_ANSWER = AnsweredEvent.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site as the intake needs it."""

    id: int
    account: int
    origins: frozenset[str]


def site(store: Store, key: str) -> KnownSite | None:
    """The site with this public key."""
    row = store.execute(select(_SITE).where(_SITE.c.key == key)).one_or_none()
    return None if row is None else KnownSite(row.id, row.account_id, frozenset(row.origins))


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


def forget(store: Store, now: Micros, answers_before: Micros) -> None:
    """Drop visits that cannot go on and answers that cannot be asked for again."""
    store.execute(delete(_VISIT).where(_VISIT.c.last_seen < now - 48 * IDLE))
    store.execute(delete(_ANSWER).where(_ANSWER.c.received_at < answers_before))
