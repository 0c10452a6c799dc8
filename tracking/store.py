"""The intake's operational queries: sites, the current visit, answers already given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from numbers_pool import store as pool
from ringtrail.core.clock import DAY, Micros
from ringtrail.core.database import Prepared, among
from ringtrail.core.models import (
    AnsweredEvent,
    CurrentVisit,
    HardCodedNumber,
    Lease,
    NumberPool,
    RecentContact,
    Site,
    TrackingNumber,
)
from tracking.contact import Told
from tracking.network import Network, read_networks
from tracking.noting import store as notes
from tracking.share import Stock
from tracking.source import Source
from tracking.visit import IDLE, Ongoing

Store = Connection
HARD_CODED_KEPT = 7 * DAY
# A page that names its visitors in its address must not fill the table.
_PAGES_OF_A_NUMBER = 20
# Sets our advisory locks apart from others' in the same database.
_CONTACTS_LOCK = 0x52434F4E
_SITE = Site.__table__  # type: ignore[attr-defined]
_VISIT = CurrentVisit.__table__  # type: ignore[attr-defined]
_ANSWER = AnsweredEvent.__table__  # type: ignore[attr-defined]
_CONTACT = RecentContact.__table__  # type: ignore[attr-defined]
_HARD_CODED = HardCodedNumber.__table__  # type: ignore[attr-defined]
_LEASE = Lease.__table__  # type: ignore[attr-defined]
_POOL = NumberPool.__table__  # type: ignore[attr-defined]
_NUMBER = TrackingNumber.__table__  # type: ignore[attr-defined]
# Of every hit.
_SITE_OF_KEY = Prepared(select(_SITE).where(_SITE.c.key == bindparam("key")))
_ANSWERED = Prepared(
    select(_ANSWER.c.event_id, _ANSWER.c.body).where(
        among(_ANSWER.c.event_id, "events"), _ANSWER.c.site_id == bindparam("site")
    )
)
_REMEMBER = Prepared(insert(_ANSWER))
_BEGIN = Prepared(insert(_VISIT))
_ONGOING = Prepared(
    select(
        *(
            _VISIT.c[name]
            for name in ("id", "visitor", "last_seen", "source", "medium", "campaign", "click_id")
        )
    ).where(among(_VISIT.c.id, "visits"), _VISIT.c.site_id == bindparam("site"))
)
_TOUCH = Prepared(
    update(_VISIT)
    .where(among(_VISIT.c.id, "visits"), _VISIT.c.site_id == bindparam("site"))
    .values(last_seen=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site as the intake needs it."""

    id: int
    account: int
    origins: frozenset[str]
    region: str
    own_networks: tuple[Network, ...]
    contact_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact as far as it was told."""

    id: UUID
    occurred_at: int
    way: str
    told: Told
    page: str | None
    visit: UUID | None
    visitor: UUID | None


def site(store: Store, key: str) -> KnownSite | None:
    """The site with this public key."""
    row = _SITE_OF_KEY.one_or_none(store, {"key": key})
    if row is None:
        return None
    own = read_networks(tuple(row.own_networks))
    return KnownSite(
        id=row.id,
        account=row.account_id,
        origins=frozenset(row.origins),
        region=row.region,
        own_networks=own,
        contact_fields=tuple(row.contact_fields),
    )


def answered(store: Store, site: int, event: UUID) -> bytes | None:
    """The answer that this event got before."""
    return answers(store, site, [event]).get(event)


def answers(store: Store, site: int, events: Sequence[UUID]) -> dict[UUID, bytes]:
    """The answers that these events got before."""
    rows = _ANSWERED.all(store, {"events": events, "site": site})
    return {row.event_id: row.body for row in rows}


def remember(store: Store, site: int, told: Mapping[UUID, bytes], now: Micros) -> None:
    """Keep the answer of each event for a second delivery."""
    _REMEMBER.run_each(
        store,
        [
            {"event_id": event, "site_id": site, "body": body, "received_at": now}
            for event, body in told.items()
        ],
    )


def ongoing(store: Store, site: int, visit: UUID) -> Ongoing | None:
    """The visit with this id, if it may still go on."""
    return all_ongoing(store, site, [visit]).get(visit)


def all_ongoing(store: Store, site: int, visits: Sequence[UUID]) -> dict[UUID, Ongoing]:
    """Those of the visits that may still go on."""
    rows = _ONGOING.all(store, {"visits": visits, "site": site}) if visits else []
    return {row.id: Ongoing(*row) for row in rows}


class Begun(msgspec.Struct, frozen=True, gc=False):
    """A visit that begins."""

    visit: UUID
    visitor: UUID
    source: Source
    at: Micros


def begin(store: Store, site: int, begun: Sequence[Begun]) -> None:
    """Visits begin."""
    _BEGIN.run_each(
        store,
        [
            {
                "id": one.visit,
                "site_id": site,
                "visitor": one.visitor,
                "started_at": one.at,
                "last_seen": one.at,
                "source": one.source.source,
                "medium": one.source.medium,
                "campaign": one.source.campaign,
                "click_id": one.source.click_id,
            }
            for one in begun
        ],
    )


def touch(store: Store, site: int, visits: Sequence[UUID], now: Micros) -> int:
    """The visits were seen; how many of them may still go on."""
    return _TOUCH.run(store, {"visits": visits, "site": site, "now": now}) if visits else 0


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


def lock_contacts(store: Store, site: int) -> None:
    """Wait until no other transaction looks for a contact of this site that is not there yet."""
    if store.dialect.name == "postgresql":
        store.execute(select(func.pg_advisory_xact_lock(_CONTACTS_LOCK, site)))


def recent_contact(
    store: Store, site: int, phone: str | None, email: str | None, visit: UUID | None, since: Micros
) -> KnownContact | None:
    """The newest contact told since then with this phone or e-mail.

    Where one of the two has neither, the visit that both were told in makes them one.
    """
    nameless = (_CONTACT.c.phone.is_(None), _CONTACT.c.email.is_(None))
    same = [_CONTACT.c.phone == phone, _CONTACT.c.email == email]
    same += [(_CONTACT.c.visit == visit) & nameless[0] & nameless[1]]
    if phone is None and email is None:
        same = [_CONTACT.c.visit == visit]
    row = store.execute(
        select(_CONTACT)
        .where(_CONTACT.c.site_id == site, _CONTACT.c.told_at >= since, or_(*same))
        .order_by(_CONTACT.c.told_at.desc(), _CONTACT.c.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    told = Told(row.vendor, row.form, row.phone, row.email, row.name, row.message, row.fields)
    return KnownContact(row.id, row.occurred_at, row.way, told, row.page, row.visit, row.visitor)


def keep_contact(store: Store, site: int, contact: KnownContact, now: Micros, *, new: bool) -> None:
    """Write what is known of a contact, for the next telling."""
    told = contact.told
    values = {
        "site_id": site, "occurred_at": contact.occurred_at, "told_at": now, "way": contact.way,
        "vendor": told.vendor, "form": told.form, "phone": told.phone, "email": told.email,
        "name": told.name, "message": told.message, "page": contact.page,
        "visit": contact.visit, "visitor": contact.visitor, "fields": dict(told.fields),
    }  # fmt: skip
    if new:
        store.execute(insert(_CONTACT).values(id=contact.id, **values))
    else:
        store.execute(update(_CONTACT).where(_CONTACT.c.id == contact.id).values(**values))


def note_hard_coded(store: Store, site: int, number: str, page: str, now: Micros) -> bool:
    """A number was found on a page; False unless it is one of the site's pools."""
    pools = select(_POOL.c.id).where(_POOL.c.site_id == site)
    own = select(_NUMBER.c.id).where(_NUMBER.c.e164 == number, _NUMBER.c.pool_id.in_(pools))
    if store.execute(own).first() is None:
        return False
    here = (_HARD_CODED.c.site_id == site, _HARD_CODED.c.number == number)
    seen = update(_HARD_CODED).where(*here, _HARD_CODED.c.page == page).values(last_seen=now)
    if store.execute(seen).rowcount == 0:
        pages = store.scalar(select(func.count()).select_from(_HARD_CODED).where(*here)) or 0
        if pages < _PAGES_OF_A_NUMBER:
            row = {"site_id": site, "number": number, "page": page, "last_seen": now}
            store.execute(insert(_HARD_CODED).values(row))
    return True


def forget(store: Store, now: Micros, answers_before: Micros) -> None:
    """Drop visits that cannot go on, answers that cannot be asked for again, and old notes."""
    notes.forget(store, now)
    store.execute(delete(_VISIT).where(_VISIT.c.last_seen < now - 48 * IDLE))
    store.execute(delete(_ANSWER).where(_ANSWER.c.received_at < answers_before))
    store.execute(delete(_CONTACT).where(_CONTACT.c.told_at < answers_before))
    store.execute(delete(_HARD_CODED).where(_HARD_CODED.c.last_seen < now - HARD_CODED_KEPT))
