"""Whose a number is, over time: added, moved, retired, in quarantine, and whose a call then is."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from numbers_pool import store
from numbers_pool.keeping.standing import Owner, state
from numbers_pool.lease import Life, Terms
from ringtrail.core.clock import DAY
from ringtrail.core.errors import RingtrailError
from ringtrail.core.facts import Fact, LeaseClosed, NumberOwned
from ringtrail.core.models.numbers import NUMBER, OWNERSHIP
from tests.numbers_pool.house import A, B, House, at

Build = Callable[..., House]
DAY_SECONDS = 86_400


def owned(facts: list[Fact]) -> list[tuple[int, str, int, int | None]]:
    return [(f.account, f.role, f.since, f.until) for f in facts if isinstance(f, NumberOwned)]


def test_the_first_owner_has_the_past_too(house: Build) -> None:
    shop = house(1)
    for seconds in (-1_000_000, 0, 1_000_000):
        here = Owner(shop.account, shop.site, "pool", shop.pool)
        assert store.owner(shop.store, shop.numbers[0], at(seconds)) == here
    assert store.owner(shop.store, "+10000000000", at(0)) is None


def test_a_moved_number_is_whose_it_was_at_the_ring(house: Build) -> None:
    shop, other = house(1), house(1)
    number = shop.numbers[0]
    facts = store.move(shop.store, number=number, pool=other.pool, now=at(100))
    assert owned(facts) == [
        (shop.account, "pool", 0, at(100)),
        (other.account, "pool", at(100), None),
    ]
    before, after = (store.owner(shop.store, number, at(s)) for s in (99, 100))
    assert before == Owner(shop.account, shop.site, "pool", shop.pool)
    assert after == Owner(other.account, other.site, "pool", other.pool)


def test_a_moved_number_is_nobodys_for_sixty_days(house: Build) -> None:
    shop, other = house(1), house(0)
    held, _ = shop.lease(A, 0)
    facts = store.move(shop.store, number=shop.numbers[0], pool=other.pool, now=at(50))
    (closed,) = [fact for fact in facts if isinstance(fact, LeaseClosed)]
    assert (closed.lease, closed.held_until) == (held.lease, at(50))
    assert shop.holder(held.number, 50) is None
    assert shop.beat(A, held.lease, 60)[0][0].overflow
    end = 50 + 60 * DAY_SECONDS
    assert other.lease(B, end - 1)[0].overflow
    assert other.close(end - 1) == []
    assert other.lease(B, end)[0].number == shop.numbers[0]


def test_another_site_of_the_account_waits_too_and_another_pool_does_not(house: Build) -> None:
    shop = house(1)
    sibling = shop.new_pool([], original="+78121234567")
    first, shop.site = shop.site, shop.new_site()
    elsewhere = shop.new_pool([], original="+78121234567")
    store.move(shop.store, number=shop.numbers[0], pool=sibling, now=at(100))
    assert shop.store.scalar(select(NUMBER.c.free_at)) == at(100)
    store.move(shop.store, number=shop.numbers[0], pool=elsewhere, now=at(200), quarantine_days=7)
    assert shop.store.scalar(select(NUMBER.c.free_at)) == at(200) + 7 * DAY
    # Back home: the other site had it until now.
    store.move(shop.store, number=shop.numbers[0], pool=sibling, now=at(300), quarantine_days=7)
    assert shop.store.scalar(select(NUMBER.c.free_at)) == at(300) + 7 * DAY
    assert store.owner(shop.store, shop.numbers[0], at(250)) == Owner(
        shop.account, shop.site, "pool", elsewhere
    )
    assert first != shop.site


def test_a_number_moved_within_its_site_outwaits_its_lease(house: Build) -> None:
    shop = house(1, hold_seconds=100, cooldown_seconds=10)
    shop.lease(A, 0)
    sibling = shop.new_pool([], original="+78121234567")
    store.move(shop.store, number=shop.numbers[0], pool=sibling, now=at(50))
    assert shop.store.scalar(select(NUMBER.c.free_at)) == at(110)


def test_a_retired_number_is_nobodys_and_comes_back_to_another_only_after_a_while(
    house: Build,
) -> None:
    shop, other = house(1), house(0)
    number = shop.numbers[0]
    assert owned(store.retire(shop.store, number=number, now=at(10))) == [
        (shop.account, "pool", 0, at(10))
    ]
    assert store.owner(shop.store, number, at(10)) is None
    with pytest.raises(RingtrailError, match="nobody's"):
        store.retire(shop.store, number=number, now=at(11))
    store.add(shop.store, pool=other.pool, numbers=[number], now=at(20))
    assert other.lease(A, 9 + 60 * DAY_SECONDS)[0].overflow
    assert other.lease(A, 10 + 60 * DAY_SECONDS)[0].number == number


def test_a_number_that_comes_back_home_waits_for_nobody(house: Build) -> None:
    shop = house(1)
    store.retire(shop.store, number=shop.numbers[0], now=at(10))
    store.add(shop.store, pool=shop.pool, numbers=shop.numbers, now=at(20))
    assert shop.lease(A, 20)[0].number == shop.numbers[0]


def test_a_number_has_one_owner_at_a_time(house: Build) -> None:
    shop, other = house(1), house(0)
    with pytest.raises(RingtrailError, match=f"is in pool {shop.pool} already"):
        store.add(shop.store, pool=other.pool, numbers=shop.numbers, now=at(0))
    with pytest.raises(RingtrailError, match="already"):
        store.add_control(
            shop.store, account=other.account, site=other.site, number=shop.numbers[0], now=at(0)
        )
    with pytest.raises(RingtrailError, match="in no pool"):
        store.move(shop.store, number="+74950009999", pool=other.pool, now=at(0))


def test_a_control_number_is_owned_and_never_shown(house: Build) -> None:
    shop = house(0)
    (fact,) = store.add_control(
        shop.store, account=shop.account, site=shop.site, number="+74950001234", now=at(0)
    )
    assert isinstance(fact, NumberOwned) and fact.role == "control"
    assert store.owner(shop.store, "+74950001234", at(0)) == Owner(
        shop.account, shop.site, "control"
    )
    assert shop.lease(A, 1)[0].overflow


def test_no_two_stretches_of_a_number_overlap(house: Build) -> None:
    shop, other = house(1), house(0)
    for step, pool in enumerate((other.pool, shop.pool, other.pool)):
        store.move(shop.store, number=shop.numbers[0], pool=pool, now=at(step))
    stretches = shop.store.execute(
        select(OWNERSHIP.c.since, OWNERSHIP.c.until)
        .where(OWNERSHIP.c.number == shop.numbers[0])
        .order_by(OWNERSHIP.c.id)
    ).all()
    assert [tuple(row) for row in stretches] == [
        (0, at(0)), (at(0), at(1)), (at(1), at(2)), (at(2), None),
    ]  # fmt: skip


def test_a_pool_is_changed_from_the_next_sign_of_life_on(house: Build) -> None:
    shop = house(1, hold_seconds=100, cooldown_seconds=10)
    shown, _ = shop.lease(A, 0)
    store.change_pool(shop.store, pool=shop.pool, now=at(1), hold_seconds=300, audit_share=None)
    assert (held := shop.holder(shown.number, 1)) and held.held_until == at(110)
    shop.beat(A, shown.lease, 5)
    assert (held := shop.holder(shown.number, 5)) and held.held_until == at(315)
    with pytest.raises(RingtrailError, match="no match"):
        store.change_pool(shop.store, pool=shop.pool, now=at(1), match="perhaps")
    with pytest.raises(RingtrailError, match="no pool 9999"):
        store.change_pool(shop.store, pool=9999, now=at(1), match="off")


def test_states() -> None:
    terms = Terms(hold_seconds=100, cooldown_seconds=10)
    held = (Life(at(0)), terms)
    assert state(at(110), held, at(110)) == "active"
    assert state(at(110), held, at(99)) == "active"
    assert state(at(110), held, at(100)) == "cooling"
    assert state(at(20), (Life(at(0)).left(at(10)), terms), at(15)) == "cooling"
    assert state(at(110), None, at(109)) == "quarantined"
    assert state(at(110), None, at(110)) == "active"


def test_a_stretch_of_no_length_hides_no_later_one(house: Build) -> None:
    """Clocks that are behind make a stretch that ends as it begins, and another begins there."""
    shop = house(1)
    number, pool = shop.numbers[0], shop.pool
    store.retire(shop.store, number=number, now=at(50))
    for added, retired in ((40, 45), (41, 90)):
        store.add(shop.store, pool=pool, numbers=[number], now=at(added))
        store.retire(shop.store, number=number, now=at(retired))
    store.add(shop.store, pool=pool, numbers=[number], now=at(60))
    rows = shop.store.execute(select(OWNERSHIP).order_by(OWNERSHIP.c.id)).all()
    stretches = [(row.since, row.until) for row in rows if row.number == number]
    assert stretches == [(0, at(50)), (at(50), at(50)), (at(50), at(90)), (at(90), None)]
