"""Which numbers a hit is answered with, on both operational stores: static, leased, kept."""

from typing import Any

import pytest
from sqlalchemy import Engine

from numbers_pool import store as pool
from numbers_pool.fixed.rule import Declared
from ringtrail.core.clock import MINUTE, Micros, SetClock
from ringtrail.core.database import Writer
from ringtrail.core.facts import LeaseClosed, LeaseOpened
from ringtrail.store import Opened
from tests.tracking.browser import Browser, facts

STATIC = "+74950005555"
ORIGINAL = "+74951234567"


@pytest.fixture
def visitor(database: Engine, site: Opened, clock: SetClock) -> Browser:
    return Browser(database, site, clock)


def declare(database: Engine, site: Opened, now: Micros) -> None:
    declared = Declared(STATIC, ORIGINAL, "landing", ("utm_source=yandex",), "yandex", "cpc")

    def work(store: pool.Store) -> None:
        pool.add_static(store, account=site.account, site=site.site, declared=declared, now=now)

    Writer(database).immediate(work)


def shown(answer: Any) -> list[tuple[str, bool]]:
    return [(one["number"], one["lease"] is not None) for one in answer["numbers"]]


def test_a_static_number_takes_no_lease_and_stays_for_the_visit(
    database: Engine, site: Opened, clock: SetClock, visitor: Browser
) -> None:
    declare(database, site, clock.now())
    assert shown(visitor.open()) == [(STATIC, False)]
    clock.forward(minutes=1)
    later = visitor.open(url="https://shop.example/contact", referrer="https://shop.example/tyres")
    assert shown(later) == [(STATIC, False)]
    assert not later["numbers"][0]["overflow"]
    assert [fact for fact in facts(database) if isinstance(fact, LeaseOpened)] == []


def test_whom_no_rule_fits_gets_a_number_of_the_pool(
    database: Engine, site: Opened, clock: SetClock, visitor: Browser
) -> None:
    declare(database, site, clock.now())
    assert shown(visitor.open(url="https://shop.example/", referrer="")) == [
        (site.numbers[0], True)
    ]


def test_a_visitor_who_returns_within_the_hold_gets_the_same_number(
    database: Engine, clock: SetClock, visitor: Browser
) -> None:
    first = visitor.open()
    visit = visitor.visit
    clock.forward(minutes=10)
    again = visitor.open(url="https://shop.example/tyres?utm_source=google&utm_medium=cpc")
    assert visitor.visit != visit
    assert again["visitor"] == first["visitor"]
    assert shown(again) == shown(first)
    assert again["numbers"][0]["lease"] != first["numbers"][0]["lease"]
    (closed,) = [fact for fact in facts(database) if isinstance(fact, LeaseClosed)]
    assert str(closed.lease) == first["numbers"][0]["lease"]
    assert closed.held_until == clock.now()
    assert closed.last_seen == clock.now() - 10 * MINUTE


def test_another_visitor_gets_another_number(
    database: Engine, site: Opened, clock: SetClock, visitor: Browser
) -> None:
    one, other = visitor.open(), Browser(database, site, clock).open()
    assert shown(one) != shown(other)
