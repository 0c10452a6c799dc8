"""A page view on its way from the browser to the stores: an ordered list of named steps.

Each step takes and returns one frozen `Hit`; a step that fills `answer` or `dropped` ends the way.
All steps run inside one transaction of the group-committing writer, called by `tracking.api`. What
can go wrong with a body is refused before; whoever takes no number is dropped by the steps of
`tracking.screening`.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace
from prometheus_client import Counter

from numbers_pool import store as pool
from numbers_pool.lease import Card, Shown
from ringtrail.core import phone
from ringtrail.core.clock import Micros
from ringtrail.core.facts import Fact, Page, Visit, sent_at
from ringtrail.core.identifiers import derived
from ringtrail.core.inbox import BROWSER_LEDGER, put_together
from tracking import store as visits
from tracking.address import scrub
from tracking.channel import channel
from tracking.client import Client
from tracking.cookie import visitor_cookie
from tracking.hit import Hit, Ledgers, Step, found
from tracking.noting import store as notes
from tracking.schemas import VisitBody
from tracking.screening import (
    drop_bot,
    drop_over_share,
    drop_own_traffic,
    drop_prerender,
    drop_without_consent,
    new_visit,
    refuse_over_rate,
    refuse_unknown_origin,
)
from tracking.source import Source, classify, own_hosts, unfilled
from tracking.store import KnownSite, Store
from tracking.visit import continues

_SHORT = 255  # characters of a text that a fact keeps
_DROPPED = Counter("ringtrail_hits_dropped", "Hits that were not stored", ["reason"])
_COOKIELESS = Counter(
    "ringtrail_cookieless_pages", "Pages of visitors without a memory", ["site", "channel"]
)
_UNFILLED = Counter(
    "ringtrail_unfilled_macros", "Visits whose address has a macro that nobody filled in", ["site"]
)
_OVERFLOW = Counter("ringtrail_overflow_visits", "Visits that found no free number", ["site"])


def answer_repeated_event(store: Store, hit: Hit) -> Hit:
    """The same event gets the same answer and is stored once."""
    return replace(hit, answer=visits.answered(store, hit.site.id, hit.body.event_id))


def find_source(_store: Store, hit: Hit) -> Hit:
    hosts = own_hosts(hit.site.origins)
    return replace(hit, source=classify(hit.body.url, hit.body.referrer or "", hosts))


def answer_cookieless(store: Store, hit: Hit) -> Hit:
    """A visitor without a memory sees the numbers of their source; nothing is written.

    So there is nothing either that a no could take away.
    """
    if hit.body.mode != "cookieless":
        return hit
    numbers = _numbers_of_source(store, hit, found(hit.source))
    shown = hit.ledgers.written.beside(store, hit.site.id, numbers, hit.received_at)
    return replace(hit, answer=_answer(hit, shown, beat_every=0))


def continue_visit(store: Store, hit: Hit) -> Hit:
    """The visit that the browser says it is in, if this hit belongs to it."""
    body, source = hit.body, found(hit.source)
    ongoing = visits.ongoing(store, hit.site.id, body.visit) if body.visit else None
    if ongoing is None or not continues(ongoing, body.visitor, source, hit.received_at):
        return hit
    visits.touch(store, hit.site.id, ongoing.id, hit.received_at)
    return replace(hit, visit=ongoing.id, visitor=ongoing.visitor)


def begin_visit(store: Store, hit: Hit) -> Hit:
    """Identifiers come from the event's own id, so that a retry cannot make a second visit."""
    if hit.visit is not None:
        return hit
    visitor = hit.body.visitor or derived(hit.body.event_id, f"visitor:{hit.site.id}")
    visit, seen = new_visit(hit), hit.received_at
    if seen - hit.occurred_at > BROWSER_LEDGER:
        # Too old to be stored: the page that comes after it begins a visit that is.
        seen = hit.occurred_at
    visits.begin(store, hit.site.id, visit, visitor, found(hit.source), seen)
    return replace(hit, visit=visit, visitor=visitor, begins=True)


def note_unfilled_macros(store: Store, hit: Hit) -> Hit:
    """An advertisement whose macros nobody filled in: money that cannot be told apart."""
    if hit.begins and (macros := unfilled(hit.body.url)):
        notes.note_unfilled(store, hit.site.id, macros, hit.received_at)
        return replace(hit, unfilled=True)
    return hit


def lease_numbers(store: Store, hit: Hit) -> Hit:
    """Numbers that stand for the visit's source, and a leased one of every other pool."""
    source, page, visit = found(hit.source), scrub(hit.body.url), found(hit.visit)
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
    site, visit = hit.site.id, found(hit.visit)
    if not hit.begins:
        return pool.continue_static(store, site=site, visit=visit)
    numbers = _numbers_of_source(store, hit, source)
    pool.begin_static(store, site=site, visit=visit, numbers=numbers, now=hit.received_at)
    return numbers


def _numbers_of_source(store: Store, hit: Hit, source: Source) -> list[Shown]:
    referrer, landing = hit.body.referrer or "", hit.body.url
    return pool.static_numbers(
        store, site=hit.site.id, source=source, referrer=referrer, landing=landing
    )


def tell_facts(_store: Store, hit: Hit) -> Hit:
    page = Page(
        account=hit.site.account,
        site=hit.site.id,
        occurred_at=hit.occurred_at,
        source_id=str(hit.body.event_id),
        visit=found(hit.visit),
        url=scrub(hit.body.url),
        title=_cut(hit.body.title),
    )
    begun: tuple[Fact, ...] = (_visit_fact(hit),) if hit.begins else ()
    return replace(hit, facts=(*begun, page, *hit.facts))


def store_facts(store: Store, hit: Hit) -> Hit:
    put_together(store, hit.facts, hit.received_at)
    return hit


def answer_numbers(store: Store, hit: Hit) -> Hit:
    beat = min((number.beat_seconds for number in hit.shown), default=30)
    shown = hit.ledgers.written.beside(store, hit.site.id, hit.shown, hit.received_at)
    body = _answer(hit, shown, beat_every=beat)
    visits.remember(store, hit.site.id, hit.body.event_id, body, hit.received_at)
    return replace(hit, answer=body)


STEPS: tuple[Step, ...] = (
    refuse_unknown_origin,
    refuse_over_rate,
    drop_prerender,
    drop_bot,
    drop_own_traffic,
    find_source,
    answer_cookieless,
    drop_without_consent,
    answer_repeated_event,
    continue_visit,
    drop_over_share,
    begin_visit,
    note_unfilled_macros,
    lease_numbers,
    tell_facts,
    store_facts,
    answer_numbers,
)


def run(
    store: Store,
    body: VisitBody,
    site: KnownSite,
    client: Client,
    ledgers: Ledgers,
    now: Micros,
) -> Hit:
    """Pass a hit through the steps, up to the one that answers or drops it."""
    occurred, _ = sent_at(now, body.at, body.sent_at)
    hit = Hit(
        body=body,
        site=site,
        client=client,
        ledgers=ledgers,
        received_at=now,
        occurred_at=occurred,
    )
    for step in STEPS:
        hit = step(store, hit)
        if hit.answer is not None or hit.dropped is not None:
            return hit
    raise AssertionError("the last step answers")


def count(hit: Hit) -> None:
    """Count what became of a hit; after its commit, since the work before may run twice."""
    if hit.body.mode == "cookieless" and not hit.dropped:
        source = found(hit.source)
        name = channel(source.source, source.medium, source.campaign)
        _COOKIELESS.labels(str(hit.site.id), name).inc()
    if hit.dropped:
        _DROPPED.labels(hit.dropped).inc()
    if hit.unfilled:
        _UNFILLED.labels(str(hit.site.id)).inc()
    if hit.begins and any(number.overflow for number in hit.shown):
        _OVERFLOW.labels(str(hit.site.id)).inc()


def _answer(hit: Hit, numbers: Sequence[Shown], *, beat_every: int) -> bytes:
    answer: dict[str, object] = {
        "visitor": hit.visitor,
        "visit": hit.visit,
        "beat_every": beat_every,
        "numbers": [on_page(number) for number in numbers],
    }
    if hit.visitor:
        answer["cookie"] = visitor_cookie(hit.visitor, hit.client.origin, hit.site.origins)
    return msgspec.json.encode(answer)


def on_page(number: Shown) -> dict[str, object]:
    """A number as the script needs it: which digits to look for, what to write instead."""
    return {
        **_spelled(number.original, number.number),
        "lease": number.lease,
        "expires_in": number.expires_in,
        "overflow": number.overflow,
    }


@lru_cache(maxsize=16_384)
def _spelled(original: str, number: str) -> dict[str, str]:
    """What follows from the digits alone; numbers are few and are shown often.

    The country's code is that of both numbers; empty where they are of two countries.
    """
    code = phone.country_code(number)
    return {
        "original": original,
        "number": number,
        "country_code": code if code == phone.country_code(original) else "",
        "trunk_prefix": phone.trunk_prefix(original),
        "national": phone.national(number),
        "international": phone.international(number),
    }


def _visit_fact(hit: Hit) -> Visit:
    body, source = hit.body, found(hit.source)
    device, place = hit.client.device, hit.client.place
    return Visit(
        account=hit.site.account,
        site=hit.site.id,
        occurred_at=hit.occurred_at,
        source_id=str(body.event_id),
        visit=found(hit.visit),
        visitor=found(hit.visitor),
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
        client_ids={name: value[:_SHORT] for name, value in body.client_ids.items() if value},
        consent=body.consent.words(),
        device=device.device,
        os=device.os,
        browser_name=device.browser,
        country=place.country,
        region=place.region,
        city=place.city,
        overflow=any(number.overflow for number in hit.shown),
    )


def _cut(title: str | None) -> str | None:
    return title[:_SHORT] if title else None
