"""What a visitor does on a page: leaves a phone or an e-mail, clicks a number.

Called by `tracking.api` inside one transaction of the writer. A form, a chat or a wish for a call
back becomes a contact; tellings of one person within a few minutes are one contact, told anew when
a later telling adds something. As whom a page knows its visitor becomes a fact, and so does a click
on a number, which also holds it longer. What a bot, the business's own people or somebody who said
no send is counted and stored nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec
from prometheus_client import Counter

from numbers_pool import store as pool
from numbers_pool.lease import Shown
from ringtrail.core import phone
from ringtrail.core.clock import MINUTE, Micros
from ringtrail.core.facts import Contact, Identified, NumberClicked, restated, sent_at
from ringtrail.core.identifiers import derived
from ringtrail.core.inbox import put
from tracking import store as visits
from tracking.address import scrub
from tracking.answer import on_page
from tracking.client import Client
from tracking.contact import Told, is_reachable, read_contact, read_identity
from tracking.schemas import EventBody
from tracking.screening import unwanted
from tracking.store import KnownContact, KnownSite, Store
from tracking.visit import Ongoing
from tracking.written.store import of_visit

PINNED = 30 * MINUTE
_MOST_WRITTEN = 50
_EVENTS = Counter("ringtrail_events", "Events of pages by kind and what became of them",
                  ["kind", "result"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to an event, and what it was counted as."""

    answer: bytes
    result: str


def run(
    store: Store, body: EventBody, site: KnownSite, client: Client, window: int, now: Micros
) -> Outcome:
    """Take an event; `window` (microseconds) is how long tellings of one person are one contact."""
    if body.consent.denied:
        if body.visit:
            visits.withdraw(store, site.id, body.visit, now)
        return left_out("no_consent")
    if reason := unwanted(client, site):
        return left_out(reason)
    if known := visits.answered(store, site.id, body.event_id):
        return Outcome(known, "repeated")
    contact, instead = None, list[Shown]()
    if body.kind == "click":
        result = _pin(store, body, site, now)
    elif body.kind == "custom" and body.fields.get("form") == "identify":
        result = _identify(store, body, site, now)
    elif body.kind == "custom":
        instead, result = _report(store, body, site, now)
    else:
        contact, result = _take(store, body, site, window, now)
    outcome = _answer(contact, result, instead)
    visits.remember(store, site.id, {body.event_id: outcome.answer}, now)
    return outcome


def left_out(reason: str) -> Outcome:
    """An event that is stored nowhere, counted by the reason."""
    return _answer(None, reason)


def count(body: EventBody, outcome: Outcome) -> None:
    """Count what became of an event; after its commit, since the work before may run twice."""
    _EVENTS.labels(body.kind, outcome.result).inc()


def _pin(store: Store, body: EventBody, site: KnownSite, now: Micros) -> str:
    """A person who taps a number calls a moment later; it must still be theirs."""
    try:
        lease = UUID(body.fields.get("lease") or "")
    except ValueError:
        return "ignored"
    if body.visit is None:
        return "ignored"
    until = Micros(now + PINNED)
    if not pool.pin(store, site=site.id, visit=body.visit, lease=lease, until=until):
        return "ignored"
    occurred, _ = sent_at(now, body.at, body.sent_at)
    clicked = NumberClicked(
        account=site.account,
        site=site.id,
        occurred_at=occurred,
        source_id=str(body.event_id),
        visit=body.visit,
        lease=lease,
    )
    put(store, [clicked], now)
    return "taken"


def _identify(store: Store, body: EventBody, site: KnownSite, now: Micros) -> str:
    """The page knows its visitor: for whoever joins a person's visits and calls, once a visit."""
    visit = visits.ongoing(store, site.id, body.visit) if body.visit else None
    found = read_identity(body.fields, site.region)
    if visit is None or found is None:
        return "ignored"
    occurred, _ = sent_at(now, body.at, body.sent_at)
    identified = Identified(
        account=site.account,
        site=site.id,
        occurred_at=occurred,
        source_id=restated(str(visit.id), msgspec.json.encode(found)),
        visit=visit.id,
        visitor=visit.visitor,
        phone=found.phone,
        email=found.email,
        customer=found.customer,
    )
    put(store, [identified], now)
    return "taken"


def _report(store: Store, body: EventBody, site: KnownSite, now: Micros) -> tuple[list[Shown], str]:
    """Numbers of a pool that stand in a page itself would be given to two people.

    Told as dialled, apart by spaces. Returns what this visit shows in their place.
    """
    page = scrub(body.fields.get("page") or body.page or "")
    if body.fields.get("name") != "hard_coded_number" or not page:
        return [], "ignored"
    told = (body.fields.get("number") or "").split()[:_MOST_WRITTEN]
    read = dict.fromkeys(phone.parse(number, site.region) for number in told)
    ours = [
        number
        for number in read
        if number and visits.note_hard_coded(store, site.id, number, page, now)
    ]
    if not ours:
        return [], "ignored"
    return of_visit(store, site.id, body.visit, ours) if body.visit else [], "taken"


def _take(
    store: Store, body: EventBody, site: KnownSite, window: int, now: Micros
) -> tuple[UUID | None, str]:
    """The contact of this telling, and whether it is a new one, more of one, or none."""
    visit = visits.ongoing(store, site.id, body.visit) if body.visit else None
    if not is_reachable(body.fields) and (body.kind != "chat" or visit is None):
        return None, "ignored"
    told = read_contact(body.fields, site.region, site.contact_fields)
    visits.lock_contacts(store, site.id)
    found = visits.recent_contact(
        store, site.id, told.phone, told.email, visit.id if visit else None, Micros(now - window)
    )
    if found is None:
        occurred, _ = sent_at(now, body.at, body.sent_at)
        contact = KnownContact(
            id=derived(body.event_id, f"contact:{site.id}"),
            occurred_at=occurred,
            way=body.kind,
            told=told,
            page=scrub(body.page) if body.page else None,
            visit=visit.id if visit else None,
            visitor=visit.visitor if visit else None,
        )
        result = "new"
    else:
        contact, result = _more(found, told, visit), "merged"
    visits.keep_contact(store, site.id, contact, now, new=found is None)
    put(store, [_fact(site, contact, now)], now)
    return contact.id, result


def _more(known: KnownContact, told: Told, visit: Ongoing | None) -> KnownContact:
    more = replace(known, told=known.told.merged(told))
    if known.visit is not None or visit is None:
        return more
    return replace(more, visit=visit.id, visitor=visit.visitor)


def _fact(site: KnownSite, contact: KnownContact, now: Micros) -> Contact:
    told = contact.told
    fact = Contact(
        account=site.account,
        site=site.id,
        occurred_at=contact.occurred_at,
        source_id="",
        key=str(contact.id),
        contact=contact.id,
        told_at=0,
        way=contact.way,
        vendor=told.vendor,
        form=told.form,
        phone=told.phone,
        email=told.email,
        name=told.name,
        message=told.message,
        page=contact.page,
        visit=contact.visit,
        visitor=contact.visitor,
        fields=dict(told.fields),
    )
    # What is told again without anything new is the same fact, whenever it comes.
    source_id = restated(fact.key, msgspec.json.encode(fact))
    return msgspec.structs.replace(fact, source_id=source_id, told_at=now)


def _answer(contact: UUID | None, result: str, instead: Sequence[Shown] = ()) -> Outcome:
    answer: dict[str, object] = {"contact": contact}
    if instead:
        answer["numbers"] = [on_page(number) for number in instead]
    return Outcome(msgspec.json.encode(answer), result)
