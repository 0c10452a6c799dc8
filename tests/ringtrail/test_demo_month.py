"""The demo's invented weeks: believable, repeatable, and possible with the numbers there are."""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from ringtrail.core.clock import DAY, Micros, utc
from ringtrail.core.facts import Call, Fact, LeaseClosed, LeaseOpened, Page, Visit, decode, encode
from ringtrail.demo import month

UNTIL = Micros(1_795_460_000_000_000)
NUMBERS = [f"+4420794610{index:02d}" for index in range(40)]
Told = list[tuple[Fact, Micros]]
Kind = TypeVar("Kind", bound=Fact)


@pytest.fixture(scope="module")
def told() -> Told:
    return list(month.facts(1, 2, NUMBERS, UNTIL, days=28))


def of(told: Told, kind: type[Kind]) -> list[Kind]:
    return [fact for fact, _ in told if isinstance(fact, kind)]


def test_the_same_seed_tells_the_same(told: Told) -> None:
    assert list(month.facts(1, 2, NUMBERS, UNTIL, days=28)) == told
    few = list(month.facts(1, 2, NUMBERS, UNTIL, days=2))
    assert list(month.facts(1, 2, NUMBERS, UNTIL, days=2, seed=8)) != few


def test_identifiers_are_unique(told: Told) -> None:
    assert len({fact.id() for fact, _ in told}) == len(told)


def test_every_fact_survives_the_way_to_the_warehouse(told: Told) -> None:
    for fact, _ in told:
        assert decode(fact.kind, encode(fact)) == fact


def test_facts_come_in_order_and_none_after_the_end(told: Told) -> None:
    received = [at for _, at in told]
    assert received == sorted(received)
    assert received[-1] <= UNTIL
    assert all(UNTIL - 28 * DAY <= fact.occurred_at <= at for fact, at in told)
    assert all(call.told_at <= UNTIL for call in of(told, Call))


@pytest.mark.parametrize("count", [3, 40])
def test_a_number_never_has_two_holders(count: int) -> None:
    few = list(month.facts(1, 2, NUMBERS[:count], UNTIL, days=7))
    opened = {fact.lease: fact for fact in of(few, LeaseOpened)}
    held: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for fact in of(few, LeaseClosed):
        assert fact.last_seen <= fact.held_until <= UNTIL
        held[fact.number].append((opened.pop(fact.lease).occurred_at, fact.held_until))
    assert not opened
    for spans in held.values():
        assert all(left[1] <= right[0] for left, right in pairwise(sorted(spans)))
    overflows = sum(visit.overflow for visit in of(few, Visit))
    assert len(of(few, Visit)) == overflows + sum(map(len, held.values()))
    assert bool(overflows) == (count == 3)


def test_calls_reach_numbers_of_the_pool_and_end_believably(told: Told) -> None:
    calls = of(told, Call)
    assert 250 < len(calls) < 800
    assert {call.number for call in calls} <= set(NUMBERS)
    outcomes = Counter(call.outcome for call in calls)
    assert set(outcomes) == {"answered", "missed", "busy", "abandoned"}
    assert 0.75 < outcomes["answered"] / len(calls) < 0.92
    callers = Counter(call.caller for call in calls)
    assert 0 < callers.pop(None) < 0.1 * len(calls)
    assert any(times > 1 for times in callers.values())


def test_visits_follow_the_clinics_week(told: Told) -> None:
    visits = of(told, Visit)
    zone = ZoneInfo("Europe/London")
    days = Counter(utc(visit.occurred_at).astimezone(zone).weekday() for visit in visits)
    hours = Counter(utc(visit.occurred_at).astimezone(zone).hour for visit in visits)
    assert 0.9 < len(visits) / (28 * 420) < 1.1
    assert days[0] > days[5]
    assert days[1] > days[6]
    assert hours[10] > 5 * hours[3]


def test_sources_cover_the_channels(told: Told) -> None:
    visits = of(told, Visit)
    assert {visit.channel for visit in visits} == {
        "Paid Search", "Organic Search", "Direct", "Paid Social", "Organic Social", "Email",
        "AI Assistant", "Referral",
    }  # fmt: skip
    campaigns = {visit.campaign for visit in visits if visit.channel == "Paid Search"}
    assert len(campaigns) == 4
    channels = defaultdict(list)
    for visit in visits:
        channels[visit.visitor].append(visit.channel)
    assert any(path[:2] == ["Paid Search", "Direct"] for path in channels.values())


def test_each_visit_opens_one_to_four_pages(told: Told) -> None:
    pages = Counter(page.visit for page in of(told, Page))
    assert set(pages.values()) == {1, 2, 3, 4}
    assert set(pages) == {visit.visit for visit in of(told, Visit)}


def test_nothing_is_told_of_no_visits_and_no_numbers() -> None:
    assert list(month.facts(1, 2, NUMBERS, UNTIL, visits_a_day=0)) == []
    bare = list(month.facts(1, 2, [], UNTIL, days=2))
    assert {fact.kind for fact, _ in bare} == {"visit", "page"}


def test_a_visit_is_told_before_what_happens_in_it(told: Told) -> None:
    known = set()
    for fact, _ in told:
        if isinstance(fact, Visit):
            known.add(fact.visit)
        elif isinstance(fact, Page | LeaseOpened):
            assert fact.visit in known
