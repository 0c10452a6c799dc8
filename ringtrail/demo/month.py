"""Eight invented weeks of a dental clinic, as the facts that the intakes would have written.

`ringtrail.cli` puts them into the inbox when a demo starts, so that every report has something to
show. Pure: the same arguments give the same facts, identifiers included, so filling twice changes
nothing. Facts come in the order of their receipt; none is later than `until`, and a lease that
would still be held then is closed at `until`, because no operational store knows of it.
"""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from numbers_pool.lease import Life, Terms, drawn
from ringtrail.core.clock import DAY, HOUR, MINUTE, SECOND, Micros, utc
from ringtrail.core.facts import (
    Call,
    Contact,
    Fact,
    LeaseClosed,
    LeaseOpened,
    Page,
    Visit,
    restated,
)
from ringtrail.demo import callers, sources

ZONE = "Europe/London"
ORIGIN = "https://lumen-dental.example"
COOLDOWN = 10 * MINUTE
DAYS = 56
_IDLE = 30 * MINUTE
_RETURNING = 0.24
_REMEMBERED = 2500
_SCREENS = ("390x844", "412x915", "1920x1080", "1536x864", "1440x900")


@dataclass(frozen=True, slots=True)
class Habits:
    """What a clinic may do by which its calls can be audited; by itself it does neither.

    `audit_share` of the visits are drawn for an audit; the other terms are a pool's own defaults.
    Of the visitors, `forms` leave their phone in a form, of those who call `callers_forms`.
    """

    audit_share: float = 0.0
    audit_seconds: int = 21_600
    audit_free_share: float = 0.5
    forms: float = 0.0
    callers_forms: float = 0.0


def facts(
    account: int,
    site: int,
    numbers: Sequence[str],
    until: Micros,
    days: int = DAYS,
    seed: int = 7,
    visits_a_day: int = 420,
    *,
    pool: int = 1,
    habits: Habits | None = None,
) -> Iterator[tuple[Fact, Micros]]:
    """Each fact with its time of receipt, in that order."""
    story = _Story(account, site, pool, numbers, until, random.Random(seed), habits or Habits())
    for at in _arrivals(until - days * DAY, until, visits_a_day, story.rng):
        yield from story.told(at)
        story.visit(at)
        story.saved_number_rings(at)
    yield from story.told(until)


def _arrivals(since: int, until: int, a_day: int, rng: random.Random) -> Iterator[int]:
    """The moments at which visits begin: a Poisson process, thinned to the clinic's week."""
    zone = ZoneInfo(ZONE)
    if a_day <= 0:
        return
    pace = a_day * callers.BUSIEST / callers.MEAN / DAY
    at = since + round(rng.expovariate(pace))
    while at < until:
        if rng.random() * callers.BUSIEST < callers.bustle(utc(at).astimezone(zone)):
            yield at
        at += max(round(rng.expovariate(pace)), 1)


@dataclass
class _Visitor:
    """A browser, and the person at it."""

    id: UUID
    screen: str
    left: int = 0
    phone: str | None = None
    withheld: bool = False
    called: int = 0


class _Story:
    """The clinic while the weeks go by: who was here, which number is free, what is yet to tell."""

    def __init__(
        self,
        account: int,
        site: int,
        pool: int,
        numbers: Sequence[str],
        until: int,
        rng: random.Random,
        habits: Habits,
    ) -> None:
        self.rng = rng
        self._habits = habits
        # By itself, so that the clinic's visits and calls are the same with and without forms.
        self._writing = random.Random(until)
        self._numbers = len(numbers)
        self._account, self._site, self._pool, self._until = account, site, pool, until
        self._zone = ZoneInfo(ZONE)
        # Ordered by the moment from which the number is free: the longest free comes first.
        self._free = [(0, place, number) for place, number in enumerate(numbers)]
        self._visitors: list[_Visitor] = []
        self._callers: list[tuple[_Visitor, str]] = []
        self._untold: list[tuple[int, int, Fact]] = []
        self._order = count()
        self._people = count()
        self._calls = count(1)

    def told(self, at: int) -> Iterator[tuple[Fact, Micros]]:
        """What has been received by `at`."""
        while self._untold and self._untold[0][0] <= at:
            received, _, fact = heapq.heappop(self._untold)
            yield fact, Micros(received)

    def visit(self, at: int) -> None:
        """Somebody opens the site, looks at pages, perhaps calls."""
        visitor, returning = self._visitor(at)
        source = sources.choose_return(self.rng) if returning else sources.choose(self.rng)
        arrival = sources.arrive(source, self.rng)
        stays = [self._stay() for _ in range(self.rng.choices((1, 2, 3, 4), (46, 28, 17, 9))[0])]
        left = visitor.left = at + sum(stays)
        visit = self._uuid()
        place = heapq.heappop(self._free) if self._free and self._free[0][0] <= at else None
        self._tell(self._visit_fact(visit, visitor, source, arrival, at, place is None), at)
        self._pages(visit, arrival, at, stays)
        if place is None:
            return
        _, rank, number = place
        chosen, audit = self._audit(visit, at)
        terms = Terms(0, COOLDOWN // SECOND, self._habits.audit_seconds if audit else 0)
        held_until = Life(Micros(left), Micros(left)).held_until(terms)
        heapq.heappush(self._free, (held_until, rank, number))
        self._lease(visit, number, at, left, held_until, chosen, audit)
        chance = source.calls * (1.6 if visitor.called else 1.0) * callers.urge(self._local(at))
        calls = self.rng.random() < chance
        share = self._habits.callers_forms if calls else self._habits.forms
        if self._writing.random() < share:
            self._leaves_a_form(visit, visitor, arrival, at, left)
        if calls:
            self._visitor_rings(visitor, number, at, left)

    def saved_number_rings(self, at: int) -> None:
        """Now and then somebody calls without a visit: a kept number, or a mistake."""
        if self.rng.random() >= 0.006 * callers.urge(self._local(at)):
            return
        when = at + round(self.rng.uniform(0, 40) * MINUTE)
        if self._callers and self.rng.random() < 0.7:
            visitor, number = self.rng.choice(self._callers)
            self._ring(visitor, number, when)
        elif self._free:
            stranger = _Visitor(self._uuid(), "")
            self._ring(stranger, self.rng.choice(self._free)[2], when)

    def _audit(self, visit: UUID, at: int) -> tuple[bool, bool]:
        """Whether the visit, whose number is taken already, was drawn for an audit and gets it."""
        habits = self._habits
        if not drawn(visit, habits.audit_share):
            return False, False
        others = sum(free_at <= at for free_at, _, _ in self._free)
        return True, others > habits.audit_free_share * self._numbers

    def _visitor(self, at: int) -> tuple[_Visitor, bool]:
        if self._visitors and self.rng.random() < _RETURNING:
            known = self.rng.choice(self._visitors)
            if known.left + _IDLE < at:
                return known, True
        visitor = _Visitor(self._uuid(), self.rng.choice(_SCREENS))
        if len(self._visitors) < _REMEMBERED:
            self._visitors.append(visitor)
        else:
            self._visitors[self.rng.randrange(_REMEMBERED)] = visitor
        return visitor, False

    def _visit_fact(
        self,
        visit: UUID,
        visitor: _Visitor,
        source: sources.Source,
        arrival: sources.Arrival,
        at: int,
        overflow: bool,
    ) -> Visit:
        address = ORIGIN + arrival.path
        return Visit(
            account=self._account,
            site=self._site,
            occurred_at=at,
            source_id=str(visit),
            visit=visit,
            visitor=visitor.id,
            landing=f"{address}?{arrival.query}" if arrival.query else address,
            referrer=source.referrer,
            title=sources.PAGES[arrival.path],
            source=source.source,
            medium=source.medium,
            campaign=source.campaign,
            content=arrival.content,
            term=arrival.term,
            channel=source.channel,
            click_id_type=source.click,
            click_id=arrival.click_id,
            rule=source.rule,
            language="en-GB",
            timezone=ZONE,
            screen=visitor.screen,
            consent={"state": "granted"},
            overflow=overflow,
        )

    def _pages(self, visit: UUID, arrival: sources.Arrival, at: int, stays: list[int]) -> None:
        path = arrival.path
        for turn, stay in enumerate(stays):
            page = Page(
                account=self._account,
                site=self._site,
                occurred_at=at,
                source_id=f"{visit}:{turn}",
                visit=visit,
                url=ORIGIN + path,
                title=sources.PAGES[path],
            )
            self._tell(page, at)
            at += stay
            path = self.rng.choice([other for other in sources.PAGES if other != path])

    def _leaves_a_form(
        self, visit: UUID, visitor: _Visitor, arrival: sources.Arrival, at: int, left: int
    ) -> None:
        when = at + round(self._writing.uniform(0.2, 1) * (left - at))
        contact = UUID(int=self._writing.getrandbits(128), version=4)
        told = Contact(
            account=self._account,
            site=self._site,
            occurred_at=when,
            source_id=str(contact),
            key=str(contact),
            contact=contact,
            told_at=when,
            way="form",
            vendor="form",
            form="appointment",
            phone=self._phone(visitor),
            page=ORIGIN + arrival.path,
            visit=visit,
            visitor=visitor.id,
        )
        self._tell(told, when)

    def _lease(
        self,
        visit: UUID,
        number: str,
        at: int,
        left: int,
        held_until: int,
        chosen: bool,
        audit: bool,
    ) -> None:
        lease = self._uuid()
        opened = LeaseOpened(
            account=self._account,
            site=self._site,
            occurred_at=at,
            source_id=str(lease),
            lease=lease,
            visit=visit,
            pool=self._pool,
            number=number,
            drawn=chosen,
            audit=audit,
        )
        held_until = min(held_until, self._until)
        closed = LeaseClosed(
            account=self._account,
            site=self._site,
            occurred_at=held_until,
            source_id=str(lease),
            lease=lease,
            number=number,
            last_seen=min(left, self._until),
            held_until=held_until,
        )
        self._tell(opened, at)
        self._tell(closed, held_until)

    def _visitor_rings(self, visitor: _Visitor, number: str, at: int, left: int) -> None:
        draw = self.rng.random()
        if draw < 0.65:
            when = at + round(self.rng.uniform(0.25, 1) * (left - at))
        elif draw < 0.9:
            when = left + round(self.rng.triangular(0, 0.98, 0.1) * COOLDOWN)
        else:
            when = left + COOLDOWN + round(self.rng.expovariate(1 / (9 * HOUR)))
        self._ring(visitor, number, when)
        self._callers.append((visitor, number))

    def _ring(self, visitor: _Visitor, number: str, at: int) -> None:
        local = self._local(at)
        end = callers.ending(local, self.rng)
        ended = at + (end.ring_seconds + end.talk_seconds) * SECOND
        if visitor.called == 0:
            visitor.withheld = self.rng.random() < 0.04
        caller = self._phone(visitor)
        visitor.called += 1
        key = f"demo-{next(self._calls):06d}"
        call = Call(
            account=self._account,
            site=self._site,
            occurred_at=at,
            source_id=restated(key, f"{number} {at} {end}".encode()),
            key=key,
            call=self._uuid(),
            told_at=ended,
            number=number,
            caller=None if visitor.withheld else caller,
            outcome=end.outcome,
            ring_seconds=end.ring_seconds,
            talk_seconds=end.talk_seconds,
        )
        self._tell(call, ended)
        again = end.outcome != "answered" and visitor.called < 3 and self.rng.random() < 0.5
        if again:
            self._ring(visitor, number, ended + round(self.rng.uniform(1, 6) * MINUTE))

    def _phone(self, visitor: _Visitor) -> str:
        if visitor.phone is None:
            visitor.phone = callers.number(next(self._people))
        return visitor.phone

    def _local(self, at: int) -> datetime:
        return utc(at).astimezone(self._zone)

    def _tell(self, fact: Fact, at: int) -> None:
        """To be received shortly after `at`; what would come after the end is not told."""
        if max(at, fact.occurred_at) <= self._until:
            # The same for all of one moment, so that a visit is told before its first page.
            delay = 20_000 + at * 7919 % 380_000
            received = min(at + delay, self._until)
            heapq.heappush(self._untold, (received, next(self._order), fact))

    def _stay(self) -> int:
        return round(min(max(self.rng.lognormvariate(4.0, 0.8), 4), 900) * SECOND)

    def _uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)
