"""Static numbers out of the store: without a memory, and through a visit."""

from collections.abc import Callable

import pytest

from numbers_pool import Shown, store
from numbers_pool.fixed.rule import Declared
from numbers_pool.keeping.standing import Owner
from ringtrail.core.errors import RingtrailError
from ringtrail.core.facts import NumberOwned
from tests.numbers_pool.fixed.test_rule import AVITO, REFERRER, From
from tests.numbers_pool.house import ORIGINAL, A, B, House, at

Build = Callable[..., House]
NUMBER = "+74950005555"
STANDS_FOR = Declared(NUMBER, ORIGINAL, "referrer", ("avito.ru",), "avito", "referral", "autumn")


def declare(shop: House, declared: Declared = STANDS_FOR, seconds: int = 0) -> NumberOwned:
    (fact,) = store.add_static(
        shop.store, account=shop.account, site=shop.site, declared=declared, now=at(seconds)
    )
    assert isinstance(fact, NumberOwned)
    return fact


def ask(shop: House, origin: From = AVITO, referrer: str = REFERRER) -> list[Shown]:
    entry = store.Entry(origin, referrer, "https://a.example/")
    (shown,) = store.static_numbers(shop.store, site=shop.site, entries=[entry])
    return shown


def test_a_static_number_is_chosen_without_a_memory(house: Build) -> None:
    shop, other = house(1), house(1)
    fact = declare(shop)
    assert (fact.role, fact.source, fact.medium, fact.campaign) == (
        "static", "avito", "referral", "autumn",
    )  # fmt: skip
    (shown,) = ask(shop)
    assert (shown.original, shown.number, shown.lease, shown.overflow) == (
        ORIGINAL, NUMBER, None, False,
    )  # fmt: skip
    assert ask(shop, referrer="") == []
    assert ask(other) == []
    assert store.owner(shop.store, NUMBER, at(5)) == Owner(shop.account, shop.site, "static")


def test_a_visit_keeps_the_number_it_began_with(house: Build) -> None:
    shop = house(1)
    declare(shop)
    began = ask(shop)
    store.begin_static(shop.store, site=shop.site, began={A: began}, now=at(0))
    assert store.continue_static(shop.store, site=shop.site, visits=[A, B]) == {A: began}
    store.forget(shop.store, now=at(86_401))
    assert store.continue_static(shop.store, site=shop.site, visits=[A]) == {}


def test_a_retired_static_number_is_shown_no_more(house: Build) -> None:
    shop = house(1)
    declare(shop)
    store.begin_static(shop.store, site=shop.site, began={A: ask(shop)}, now=at(0))
    (fact,) = store.retire(shop.store, number=NUMBER, now=at(10))
    assert isinstance(fact, NumberOwned)
    assert (fact.until, fact.source, fact.campaign) == (at(10), "avito", "autumn")
    assert ask(shop) == []
    assert store.continue_static(shop.store, site=shop.site, visits=[A]) == {}


def test_what_cannot_be_a_rule_is_refused(house: Build) -> None:
    shop = house(1)
    with pytest.raises(RingtrailError, match="needs a pattern"):
        declare(shop, Declared(NUMBER, ORIGINAL, "referrer", (), "avito", "referral"))
    with pytest.raises(RingtrailError, match=f"in pool {shop.pool} already"):
        declare(shop, Declared(shop.numbers[0], ORIGINAL, "always", (), "avito", "referral"))
    assert ask(shop) == []
