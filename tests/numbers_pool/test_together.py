"""Visits that ask at once are served as if they had asked one after the other."""

from collections.abc import Callable, Sequence
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from numbers_pool import Shown, store
from numbers_pool.store import Claimant
from ringtrail.core.facts import Fact, LeaseClosed, LeaseOpened, PoolOverflow
from ringtrail.core.models.numbers import LEASE, NUMBER
from tests.numbers_pool.house import CARD, ORIGINAL, House, at

Build = Callable[..., House]
SHORT = {"hold_seconds": 100, "cooldown_seconds": 10, "audit_share": 0.5, "audit_seconds": 300}


def ask(
    shop: House, claimants: Sequence[Claimant], seconds: int
) -> list[tuple[list[Shown], list[Fact]]]:
    return store.lease_each(
        shop.store, account=shop.account, site=shop.site, claimants=claimants, now=at(seconds)
    )


def told(shop: House, facts: Sequence[Fact], whose: dict[UUID, UUID]) -> list[tuple[object, ...]]:
    """What the facts say but for what differs from house to house; leases by their visits."""
    told: list[tuple[object, ...]] = []
    for fact in facts:
        if isinstance(fact, LeaseOpened):
            whose[fact.lease] = fact.visit
            place = shop.numbers.index(fact.number)
            told.append(("opened", fact.visit, place, fact.drawn, fact.audit, fact.occurred_at))
        elif isinstance(fact, LeaseClosed):
            place = shop.numbers.index(fact.number)
            told.append(("closed", whose[fact.lease], place, fact.held_until, fact.last_seen))
        else:
            assert isinstance(fact, PoolOverflow)
            told.append(("overflow", fact.visit))
    return told


@pytest.mark.parametrize("seed", range(4))
def test_together_is_as_one_after_the_other(house: Build, seed: int) -> None:
    random = Random(seed)
    one_by_one, together = house(6, **SHORT), house(6, **SHORT)
    visits: dict[UUID, UUID] = {}
    leases: tuple[dict[UUID, UUID], ...] = ({}, {})
    outcomes: set[str] = set()
    for seconds in range(0, 1200, 30):
        visitors = random.sample(range(1, 9), random.randint(1, 5))
        asking = []
        for number in visitors:
            visitor = UUID(int=100 + number)
            visit = visits.get(visitor)
            if visit is None or random.random() < 0.5:
                visit = visits[visitor] = UUID(int=random.getrandbits(64))
            asking.append(Claimant(visit, visitor, CARD))
        # Whoever holds a number keeps it before a new one may have it.
        asking.sort(key=lambda who: standing(one_by_one, who))
        apart = [ask(one_by_one, [who], seconds)[0] for who in asking]
        at_once = ask(together, asking, seconds)
        for (shown, facts), (others, more) in zip(apart, at_once, strict=True):
            news = told(one_by_one, facts, leases[0])
            assert told(together, more, leases[1]) == news
            outcomes |= {str(kind) for kind, *_ in news} | ({"kept"} if not news else set())
            assert [place(one_by_one, one) for one in shown] == [
                place(together, one) for one in others
            ]
    assert outcomes == {"opened", "closed", "overflow", "kept"}


def standing(shop: House, who: Claimant) -> int:
    """0 for a visit that still has a number, 1 for a visitor who has, 2 for all others."""
    rows = shop.store.execute(
        select(LEASE.c.visit, LEASE.c.visitor)
        .join(NUMBER, NUMBER.c.holder == LEASE.c.id)
        .where(LEASE.c.site_id == shop.site)
    ).all()
    visits, visitors = {row.visit for row in rows}, {row.visitor for row in rows}
    return 0 if who.visit in visits else 1 if who.visitor in visitors else 2


def place(shop: House, shown: Shown) -> int | None:
    return None if shown.number == ORIGINAL else shop.numbers.index(shown.number)


def test_a_pool_that_some_are_not_to_see_is_left_alone_for_them(house: Build) -> None:
    shop = house(3)
    with_number, without = ask(
        shop,
        [
            Claimant(UUID(int=1), None, CARD),
            Claimant(UUID(int=2), None, CARD, without=frozenset({ORIGINAL})),
        ],
        0,
    )
    assert [one.number for one in with_number[0]] == [shop.numbers[0]]
    assert without == ([], [])


def test_numbers_that_are_alike_come_first_for_all(house: Build) -> None:
    shop = house(0)
    numbers = ["+442079460001", "+74951110001", "+74951110002"]
    shop.new_pool(numbers, match="prefer")
    claimants = [Claimant(UUID(int=visit), None, CARD) for visit in range(1, 5)]
    shown = [numbers[-1] for numbers, _ in ask(shop, claimants, 0)]
    assert [one.number for one in shown] == [
        "+74951110001", "+74951110002", "+442079460001", ORIGINAL,
    ]  # fmt: skip
