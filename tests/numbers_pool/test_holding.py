"""Who may keep a number for longer: a returning visitor, a click on the number, an audit."""

from collections.abc import Callable
from uuid import UUID

import pytest

from numbers_pool import store
from numbers_pool.lease import drawn
from ringtrail.core.facts import LeaseClosed, LeaseOpened
from tests.numbers_pool.house import CARD, ORIGINAL, A, B, C, House, at

Build = Callable[..., House]
ANNA, BORIS = UUID(int=101), UUID(int=102)
SHORT = {"hold_seconds": 100, "cooldown_seconds": 10}


def test_a_returning_visitor_gets_the_number_that_is_held_for_them(house: Build) -> None:
    shop = house(3, **SHORT)
    before, _ = shop.lease(A, 0, visitor=ANNA)
    shop.lease(B, 1, visitor=BORIS)
    again, facts = shop.lease(C, 90, visitor=ANNA)
    assert again.number == before.number
    assert again.lease != before.lease
    closed, opened = facts
    assert isinstance(closed, LeaseClosed) and isinstance(opened, LeaseOpened)
    assert (closed.lease, closed.held_until) == (before.lease, at(90))
    assert (opened.lease, opened.visit, opened.number) == (again.lease, C, before.number)
    assert (held := shop.holder(before.number, 89)) and held.visit == A
    assert (held := shop.holder(before.number, 90)) and held.visit == C
    assert shop.lease(C, 95, visitor=ANNA) == (again, [])


def test_a_visitor_who_returns_after_another_took_the_number_gets_the_next(house: Build) -> None:
    shop = house(2, **SHORT)
    before, _ = shop.lease(A, 0, visitor=ANNA)
    shop.lease(B, 0, visitor=BORIS)
    assert shop.lease(UUID(int=9), 110, visitor=UUID(int=109))[0].number == before.number
    assert shop.lease(C, 111, visitor=ANNA)[0].number == shop.numbers[1]


def test_nobody_gets_the_number_of_another_sites_visitor(house: Build) -> None:
    shop, other = house(1), house(1)
    shop.lease(A, 0, visitor=ANNA)
    shown, facts = other.lease(B, 1, visitor=ANNA)
    assert shown.number == other.numbers[0]
    assert [type(fact) for fact in facts] == [LeaseOpened]


def test_an_old_tab_is_answered_with_a_number_of_its_own(house: Build) -> None:
    shop = house(2, **SHORT)
    old, _ = shop.lease(A, 0, visitor=ANNA)
    new, _ = shop.lease(B, 10, visitor=ANNA)
    (shown,), _ = shop.beat(A, old.lease, 20)
    assert shown.number == shop.numbers[1]
    assert shop.beat(B, new.lease, 30) == ([], [])
    assert shop.beat(A, shown.lease, 30) == ([], [])


def test_a_click_on_the_number_pins_it(house: Build) -> None:
    shop = house(1, **SHORT)
    shown, _ = shop.lease(A, 0)
    shop.pin(A, shown.lease, 1800)
    shop.leave(A, shown.lease, 5)
    assert shop.close(1799) == []
    assert shop.lease(B, 1799)[0].overflow
    assert (held := shop.holder(shown.number, 1799)) and held.visit == A
    assert shop.lease(B, 1800)[0].number == shown.number


def test_a_pin_of_another_visit_changes_nothing(house: Build) -> None:
    shop = house(1, **SHORT)
    shown, _ = shop.lease(A, 0)
    shop.pin(B, shown.lease, 1800)
    assert (held := shop.holder(shown.number, 1)) and held.held_until == at(110)


def test_what_was_pinned_stays_pinned_in_the_next_visit(house: Build) -> None:
    shop = house(1, **SHORT)
    shown, _ = shop.lease(A, 0, visitor=ANNA)
    shop.pin(A, shown.lease, 1800)
    again, _ = shop.lease(B, 50, visitor=ANNA)
    assert (held := shop.holder(again.number, 50)) and held.held_until == at(1800)


def test_an_audit_lease_is_held_for_the_whole_horizon(house: Build) -> None:
    shop = house(3, **SHORT, audit_share=1.0)
    shown, (opened,) = shop.lease(A, 0)
    assert isinstance(opened, LeaseOpened) and (opened.drawn, opened.audit) == (True, True)
    shop.leave(A, shown.lease, 60)
    assert (held := shop.holder(shown.number, 60)) and held.held_until == at(60 + 21_600)
    taken = {shop.lease(UUID(int=n), 20_000 + n)[0].number for n in range(20, 25)}
    assert shown.number not in taken


def test_an_audit_starves_nobody(house: Build) -> None:
    shop = house(4, **SHORT, audit_share=1.0, audit_free_share=0.5)
    told = [shop.lease(UUID(int=n), 0)[1][0] for n in range(1, 5)]
    chances = [(f.drawn, f.audit) for f in told if isinstance(f, LeaseOpened)]
    # The first leaves three of four free, more than half; the others do not.
    assert chances == [(True, True), (True, False), (True, False), (True, False)]


def test_a_pool_of_two_is_never_audited(house: Build) -> None:
    shop = house(2, **SHORT, audit_share=1.0)
    (opened,) = shop.lease(A, 0)[1]
    assert isinstance(opened, LeaseOpened) and (opened.drawn, opened.audit) == (True, False)


def test_who_is_audited_follows_from_the_visit_alone(house: Build) -> None:
    shop = house(40, **SHORT, audit_share=0.3, audit_free_share=0.0)
    visits = [UUID(int=n) for n in range(1, 41)]
    told = [shop.lease(visit, 0)[1][0] for visit in visits]
    audits = [f.visit for f in told if isinstance(f, LeaseOpened) and f.audit]
    assert audits == [visit for visit in visits if drawn(visit, 0.3)]
    assert 0 < len(audits) < 40


@pytest.mark.parametrize(
    ("match", "given"),
    [
        ("off", ["+74950001111", "+78120002222", "+74950003333"]),
        ("prefer", ["+74950001111", "+74950003333", "+78120002222"]),
        ("require", ["+74950001111", "+74950003333", ORIGINAL]),
    ],
)
def test_like_is_given_for_like(house: Build, match: str, given: list[str]) -> None:
    shop = house(0)
    numbers = ["+74950001111", "+78120002222", "+74950003333"]
    shop.site = shop.new_site()
    shop.new_pool(numbers, original="+74959999999", match=match)
    shown = [shop.lease(visit, n)[0] for n, visit in enumerate((A, B, C))]
    original = {ORIGINAL: "+74959999999"}
    assert [s.number for s in shown] == [original.get(number, number) for number in given]
    assert shown[2].overflow == (match == "require")


def test_a_pool_gives_nothing_where_a_static_number_stands(house: Build) -> None:
    shop = house(1)
    shown, facts = store.lease(
        shop.store, account=shop.account, site=shop.site, visit=A, card=CARD, now=at(0),
        without={ORIGINAL},
    )  # fmt: skip
    assert (shown, facts) == ([], [])
