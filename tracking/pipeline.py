"""A page view on its way from the browser to the stores: an ordered list of named steps.

Each step takes and returns frozen `Hit`s; a step that fills a hit's `answer` or `dropped` ends its
way. Page views that the writer has in one window go through the steps together, so that what a step
asks or writes is one statement for all of them. All run inside one transaction, called by
`tracking.api`. What can go wrong with a body is refused before; whoever takes no number is dropped
by the steps of `tracking.screening`. Two page views of one person do not go together: the second
must find what the first has left.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace
from prometheus_client import Counter

from numbers_pool import store as pool
from numbers_pool.lease import Card, Shown
from ringtrail.core import facts
from ringtrail.core.clock import Micros
from ringtrail.core.facts import Fact, Visit, sent_at
from ringtrail.core.identifiers import derived, fact_id
from ringtrail.core.inbox import Told, answers, put_together
from tracking import store as visits
from tracking.address import scrub
from tracking.answer import answer_with
from tracking.channel import channel
from tracking.hit import Hit, Ledgers, Page, Step, each, found
from tracking.noting import store as notes
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
from tracking.source import classify, own_hosts, unfilled
from tracking.store import KnownSite, Store
from tracking.visit import Ongoing, continues

_SHORT = 255  # characters of a text that a fact keeps
_DROPPED = Counter("ringtrail_hits_dropped", "Hits that were not stored", ["reason"])
_COOKIELESS = Counter(
    "ringtrail_cookieless_pages", "Pages of visitors without a memory", ["site", "channel"]
)
_UNFILLED = Counter(
    "ringtrail_unfilled_macros", "Visits whose address has a macro that nobody filled in", ["site"]
)
_OVERFLOW = Counter("ringtrail_overflow_visits", "Visits that found no free number", ["site"])


def answer_repeated_event(store: Store, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The same event gets the same answer and is stored once."""
    site = _site(hits)
    pages = [fact_id(site.account, "page", str(hit.body.event_id)) for hit in hits]
    known = answers(store, pages)
    late = [hit.body.event_id for hit in hits if hit.late]
    known_late = visits.answers(store, site.id, late) if late else {}
    if not known and not known_late:
        return hits
    return [
        replace(hit, answer=known.get(page) or known_late.get(hit.body.event_id))
        for hit, page in zip(hits, pages, strict=True)
    ]


@each
def find_source(_store: Store, hit: Hit) -> Hit:
    hosts = own_hosts(hit.site.origins)
    return replace(hit, source=classify(hit.body.url, hit.body.referrer or "", hosts))


@each
def answer_cookieless(store: Store, hit: Hit) -> Hit:
    """A visitor without a memory sees the numbers of their source; nothing is written.

    So there is nothing either that a no could take away.
    """
    if hit.body.mode != "cookieless":
        return hit
    (numbers,) = pool.static_numbers(store, site=hit.site.id, entries=[_entry(hit)])
    shown = hit.ledgers.written.beside(store, hit.site.id, numbers, hit.received_at)
    return replace(hit, answer=answer_with(hit, shown, beat_every=0))


def continue_visit(store: Store, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The visits that the browsers say they are in, if these hits belong to them."""
    site, now = _site(hits).id, hits[0].received_at
    told = [hit.body.visit for hit in hits if hit.body.visit]
    known = visits.all_ongoing(store, site, told)
    continued = [_continued(hit, known) for hit in hits]
    visits.touch(store, site, [hit.visit for hit in continued if hit.visit], now)
    return continued


def _continued(hit: Hit, known: Mapping[UUID, Ongoing]) -> Hit:
    ongoing = known.get(hit.body.visit) if hit.body.visit else None
    if ongoing is None or not continues(
        ongoing, hit.body.visitor, found(hit.source), hit.received_at
    ):
        return hit
    return replace(hit, visit=ongoing.id, visitor=ongoing.visitor)


def begin_visit(store: Store, hits: Sequence[Hit]) -> Sequence[Hit]:
    """Identifiers come from the event's own id, so that a retry cannot make a second visit."""
    started = [hit if hit.visit else _started(hit) for hit in hits]
    begun = [
        visits.Begun(found(hit.visit), found(hit.visitor), found(hit.source), _seen(hit))
        for hit in started
        if hit.begins
    ]
    visits.begin(store, _site(hits).id, begun)
    return started


def _started(hit: Hit) -> Hit:
    visitor = hit.body.visitor or derived(hit.body.event_id, f"visitor:{hit.site.id}")
    return replace(hit, visit=new_visit(hit), visitor=visitor, begins=True)


def _seen(hit: Hit) -> Micros:
    # The page that comes after one that is too old to be stored begins a visit that is.
    return hit.occurred_at if hit.late else hit.received_at


@each
def note_unfilled_macros(store: Store, hit: Hit) -> Hit:
    """An advertisement whose macros nobody filled in: money that cannot be told apart."""
    if hit.begins and (macros := unfilled(hit.body.url)):
        notes.note_unfilled(store, hit.site.id, macros, hit.received_at)
        return replace(hit, unfilled=True)
    return hit


def lease_numbers(store: Store, hits: Sequence[Hit]) -> Sequence[Hit]:
    """Numbers that stand for the visit's source, and a leased one of every other pool."""
    site = _site(hits)
    fixed = _static_numbers(store, hits)
    claimants = [
        pool.Claimant(
            found(hit.visit), hit.visitor, _card(hit), {number.original for number in numbers}
        )
        for hit, numbers in zip(hits, fixed, strict=True)
    ]
    given = pool.lease_each(
        store, account=site.account, site=site.id, claimants=claimants, now=hits[0].received_at
    )
    return [
        replace(hit, shown=(*numbers, *shown), facts=(*hit.facts, *facts))
        for hit, numbers, (shown, facts) in zip(hits, fixed, given, strict=True)
    ]


def _card(hit: Hit) -> Card:
    source, page = found(hit.source), scrub(hit.body.url)
    return Card(
        source=source.source,
        medium=source.medium,
        campaign=source.campaign,
        term=source.term,
        channel=channel(source.source, source.medium, source.campaign),
        landing=page,
        page=page,
    )


def _static_numbers(store: Store, hits: Sequence[Hit]) -> list[list[Shown]]:
    """What each visit began with: its later pages have another address and no referrer."""
    site, now = _site(hits).id, hits[0].received_at
    new = [hit for hit in hits if hit.begins]
    old = [found(hit.visit) for hit in hits if not hit.begins]
    entered = pool.static_numbers(store, site=site, entries=[_entry(hit) for hit in new])
    began = {found(hit.visit): numbers for hit, numbers in zip(new, entered, strict=True)}
    pool.begin_static(store, site=site, began=began, now=now)
    known = began | (pool.continue_static(store, site=site, visits=old) if old else {})
    return [known.get(found(hit.visit), []) for hit in hits]


def _entry(hit: Hit) -> pool.Entry:
    return pool.Entry(found(hit.source), hit.body.referrer or "", hit.body.url)


@each
def tell_facts(_store: Store, hit: Hit) -> Hit:
    page = facts.Page(
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


def answer_numbers(store: Store, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The answer goes into the inbox with the facts; of what is too old for it, beside it."""
    now = hits[0].received_at
    answered = [_with_numbers(store, hit) for hit in hits]
    put_together(store, [Told(hit.facts, hit.answer) for hit in answered], now)
    late = {hit.body.event_id: found(hit.answer) for hit in answered if hit.late}
    visits.remember(store, _site(hits).id, late, now)
    return answered


def _with_numbers(store: Store, hit: Hit) -> Hit:
    beat = min((number.beat_seconds for number in hit.shown), default=30)
    shown = hit.ledgers.written.beside(store, hit.site.id, hit.shown, hit.received_at)
    return replace(hit, answer=answer_with(hit, shown, beat_every=beat))


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
    answer_numbers,
)


def run(
    store: Store,
    pages: Sequence[Page],
    sites: Mapping[str, KnownSite],
    ledgers: Ledgers,
    now: Micros,
) -> list[Hit]:
    """What becomes of each page view: a hit that is answered or dropped. `sites` by their keys."""
    hits = [_arrived(page, sites[page.body.site], ledgers, now) for page in pages]
    done = list(hits)
    for places in _apart(hits):
        passed = _through([hits[place] for place in places], store)
        for place, hit in zip(places, passed, strict=True):
            done[place] = hit
    return done


def _arrived(page: Page, site: KnownSite, ledgers: Ledgers, now: Micros) -> Hit:
    occurred, _ = sent_at(now, page.body.at, page.body.sent_at)
    return Hit(
        body=page.body,
        site=site,
        client=page.client,
        ledgers=ledgers,
        received_at=now,
        occurred_at=occurred,
    )


def _apart(hits: Sequence[Hit]) -> Iterator[list[int]]:
    """The places of hits that can go together: of one site, each of another person and event."""
    left = list(range(len(hits)))
    while left:
        site, seen = hits[left[0]].site.id, set[UUID | None]()
        together: list[int] = []
        later: list[int] = []
        for place in left:
            hit, body = hits[place], hits[place].body
            names = {body.event_id, body.visit, body.visitor} - {None}
            free = hit.site.id == site and seen.isdisjoint(names)
            (together if free else later).append(place)
            seen |= names
        yield together
        left = later


def _through(hits: Sequence[Hit], store: Store) -> list[Hit]:
    """The hits after all the steps, each up to the one that answers or drops it."""
    done = list(hits)
    going = list(range(len(done)))
    for step in STEPS:
        for place, hit in zip(going, step(store, [done[place] for place in going]), strict=True):
            done[place] = hit
        going = [at for at in going if done[at].answer is None and done[at].dropped is None]
        if not going:
            return done
    raise AssertionError("the last step answers")


def _site(hits: Sequence[Hit]) -> KnownSite:
    """The one site of hits that go together."""
    return hits[0].site


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
