"""A page view on its way from the browser to the stores: an ordered list of named steps.

Each step takes and returns one frozen `Hit`; a step that fills `answer` ends the way. All steps
run inside one transaction of the group-committing writer, called by `tracking.api`. What can go
wrong is refused before (`api`: site, origin, body); here a hit is only dropped by consent.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID, uuid5

import msgspec
from prometheus_client import Counter

from numbers_pool import store as pool
from numbers_pool.lease import Card, Shown
from ringtrail.core import phone
from ringtrail.core.clock import Micros
from ringtrail.core.facts import Fact, Page, Visit, sent_at
from ringtrail.core.inbox import put
from tracking import store as visits
from tracking.address import scrub
from tracking.channel import channel
from tracking.schemas import VisitBody
from tracking.source import Source, classify
from tracking.store import KnownSite, Store
from tracking.visit import continues

_DROPPED = Counter("ringtrail_hits_dropped", "Hits that were not stored", ["reason"])
_OVERFLOW = Counter("ringtrail_overflow_visits", "Visits that found no free number", ["site"])


@dataclass(frozen=True, slots=True)
class Hit:
    """One POST /v1/visit and what the steps have found so far."""

    body: VisitBody
    site: KnownSite
    received_at: Micros
    occurred_at: Micros
    source: Source | None = None
    visitor: UUID | None = None
    visit: UUID | None = None
    begins: bool = False
    shown: tuple[Shown, ...] = ()
    facts: tuple[Fact, ...] = ()
    dropped: str | None = None
    answer: bytes | None = None


T = TypeVar("T")
Step = Callable[[Store, Hit], Hit]


def answer_repeated_event(store: Store, hit: Hit) -> Hit:
    """The same event gets the same answer and is stored once."""
    return replace(hit, answer=visits.answered(store, hit.site.id, hit.body.event_id))


def drop_without_consent(_store: Store, hit: Hit) -> Hit:
    """A visitor who said no is answered without an identity and without numbers."""
    if hit.body.consent.get("state") not in ("denied", False):
        return hit
    nothing: dict[str, object] = {"visitor": None, "visit": None, "beat_every": 30, "numbers": []}
    return replace(hit, dropped="no_consent", answer=msgspec.json.encode(nothing))


def find_source(_store: Store, hit: Hit) -> Hit:
    hosts = frozenset(origin.partition("://")[2].partition(":")[0] for origin in hit.site.origins)
    return replace(hit, source=classify(hit.body.url, hit.body.referrer or "", hosts))


def continue_or_begin_visit(store: Store, hit: Hit) -> Hit:
    """Identifiers come from the event's own id, so that a retry cannot make a second visit."""
    body, source = hit.body, _found(hit.source)
    ongoing = visits.ongoing(store, hit.site.id, body.visit) if body.visit else None
    if ongoing and continues(ongoing, body.visitor, source, hit.received_at):
        visits.touch(store, hit.site.id, ongoing.id, hit.received_at)
        return replace(hit, visit=ongoing.id, visitor=ongoing.visitor)
    visitor = body.visitor or uuid5(body.event_id, f"visitor:{hit.site.id}")
    visit = uuid5(body.event_id, f"visit:{hit.site.id}")
    visits.begin(store, hit.site.id, visit, visitor, source, hit.received_at)
    return replace(hit, visit=visit, visitor=visitor, begins=True)


def lease_numbers(store: Store, hit: Hit) -> Hit:
    """Numbers that stand for the visit's source, and a leased one of every other pool."""
    source, page, visit = _found(hit.source), scrub(hit.body.url), _found(hit.visit)
    card = Card(
        source=source.source,
        medium=source.medium,
        campaign=source.campaign,
        term=source.term,
        channel=channel(source.source, source.medium, source.campaign),
        landing=page,
        page=page,
    )
    fixed = _static_numbers(store, hit, source)
    shown, facts = pool.lease(
        store,
        account=hit.site.account,
        site=hit.site.id,
        visit=visit,
        visitor=hit.visitor,
        card=card,
        without={number.original for number in fixed},
        now=hit.received_at,
    )
    return replace(hit, shown=(*fixed, *shown), facts=(*hit.facts, *facts))


def _static_numbers(store: Store, hit: Hit, source: Source) -> list[Shown]:
    """What the visit began with: its later pages have another address and no referrer."""
    site, visit = hit.site.id, _found(hit.visit)
    if not hit.begins:
        return pool.continue_static(store, site=site, visit=visit)
    referrer = hit.body.referrer or ""
    numbers = pool.static_numbers(
        store, site=site, source=source, referrer=referrer, landing=hit.body.url
    )
    pool.begin_static(store, site=site, visit=visit, numbers=numbers, now=hit.received_at)
    return numbers


def tell_facts(_store: Store, hit: Hit) -> Hit:
    page = Page(
        account=hit.site.account,
        site=hit.site.id,
        occurred_at=hit.occurred_at,
        source_id=str(hit.body.event_id),
        visit=_found(hit.visit),
        url=scrub(hit.body.url),
        title=_cut(hit.body.title),
    )
    begun: tuple[Fact, ...] = (_visit_fact(hit),) if hit.begins else ()
    return replace(hit, facts=(*begun, page, *hit.facts))


def store_facts(store: Store, hit: Hit) -> Hit:
    put(store, hit.facts, hit.received_at)
    return hit


def answer_numbers(store: Store, hit: Hit) -> Hit:
    beat = min((number.beat_seconds for number in hit.shown), default=30)
    body = msgspec.json.encode(
        {
            "visitor": hit.visitor,
            "visit": hit.visit,
            "beat_every": beat,
            "numbers": [on_page(number) for number in hit.shown],
        }
    )
    visits.remember(store, hit.site.id, hit.body.event_id, body, hit.received_at)
    return replace(hit, answer=body)


STEPS: tuple[Step, ...] = (
    answer_repeated_event,
    drop_without_consent,
    find_source,
    continue_or_begin_visit,
    lease_numbers,
    tell_facts,
    store_facts,
    answer_numbers,
)


def run(store: Store, body: VisitBody, site: KnownSite, now: Micros) -> Hit:
    """Pass a hit through the steps, up to the one that fills its `answer`."""
    occurred, _ = sent_at(now, body.at, body.sent_at)
    hit = Hit(body=body, site=site, received_at=now, occurred_at=occurred)
    for step in STEPS:
        hit = step(store, hit)
        if hit.answer is not None:
            return hit
    raise AssertionError("the last step answers")


def count(hit: Hit) -> None:
    """Count what became of a hit; after its commit, since the work before may run twice."""
    if hit.dropped:
        _DROPPED.labels(hit.dropped).inc()
    if hit.begins and any(number.overflow for number in hit.shown):
        _OVERFLOW.labels(str(hit.site.id)).inc()


def on_page(number: Shown) -> dict[str, object]:
    """A number as the script needs it: which digits to look for, what to write instead."""
    return {
        "original": number.original,
        "number": number.number,
        "country_code": phone.country_code(number.number),
        "trunk_prefix": phone.trunk_prefix(number.original),
        "national": phone.national(number.number),
        "international": phone.international(number.number),
        "lease": number.lease,
        "expires_in": number.expires_in,
        "overflow": number.overflow,
    }


def _visit_fact(hit: Hit) -> Visit:
    body, source = hit.body, _found(hit.source)
    return Visit(
        account=hit.site.account,
        site=hit.site.id,
        occurred_at=hit.occurred_at,
        source_id=str(body.event_id),
        visit=_found(hit.visit),
        visitor=_found(hit.visitor),
        landing=scrub(body.url),
        referrer=scrub(body.referrer) if body.referrer else None,
        title=_cut(body.title),
        source=source.source,
        medium=source.medium,
        campaign=source.campaign,
        content=source.content,
        term=source.term,
        channel=channel(source.source, source.medium, source.campaign),
        click_id_type=source.click_id_type,
        click_id=source.click_id,
        rule=source.rule,
        language=body.language,
        timezone=body.timezone,
        screen="x".join(map(str, body.screen)) if body.screen else None,
        client_ids={name: value for name, value in body.client_ids.items() if value},
        consent={name: str(value) for name, value in body.consent.items() if value is not None},
        overflow=any(number.overflow for number in hit.shown),
    )


def _cut(title: str | None) -> str | None:
    return title[:255] if title else None


def _found(value: T | None) -> T:
    if value is None:
        raise AssertionError("an earlier step fills this")
    return value
