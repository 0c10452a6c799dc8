"""Numbers given, kept, let go and taken over, on both operational stores."""

from collections.abc import Callable
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from numbers_pool import Holder, Shown, store
from ringtrail.core.clock import Micros
from ringtrail.core.errors import RingtrailError
from ringtrail.core.facts import Fact, LeaseClosed, LeaseOpened, PoolOverflow, decode, encode
from ringtrail.core.models import Lease
from tests.numbers_pool.house import CARD, ORIGINAL, A, B, C, House, at

Build = Callable[..., House]


def test_a_visit_is_given_a_number_and_keeps_it(house: Build) -> None:
    shop = house(beat_seconds=20, hold_seconds=100, cooldown_seconds=10)
    shown, facts = shop.lease(A, 0)
    assert shown == Shown(ORIGINAL, shop.numbers[0], shown.lease, 100, 20, False)
    assert shown.lease is not None
    assert facts == [
        LeaseOpened(
            account=shop.account,
            site=shop.site,
            occurred_at=at(0),
            source_id=str(shown.lease),
            lease=shown.lease,
            visit=A,
            pool=shop.pool,
            number=shown.number,
        )
    ]
    assert shop.lease(A, 50) == (shown, [])
    held = shop.holder(shown.number, 159)
    assert held == Holder(shown.lease, A, at(0), at(50), at(160), shop.site, CARD)
    assert shop.holder(shown.number, 160) is None
    assert store.holders(shop.store, shown.number, Micros(at(0) - 1)) == []


def test_a_later_visit_of_the_page_rewrites_the_card(house: Build) -> None:
    shop = house()
    shown, _ = shop.lease(A, 0)
    shop.lease(A, 1, CARD.turned_to("/wheels"))
    assert (held := shop.holder(shown.number, 1)) and held.card.page == "/wheels"
    assert shop.beat(A, shown.lease, 2, page="/cart") == shop.beat(A, shown.lease, 3) == ([], [])
    assert (held := shop.holder(shown.number, 3)) and held.card == CARD.turned_to("/cart")


def test_the_longest_free_number_goes_first(house: Build) -> None:
    shop = house(3, hold_seconds=100, cooldown_seconds=10)
    first = [shop.lease(visit, n)[0] for n, visit in enumerate((A, B, C))]
    assert [s.number for s in first] == shop.numbers
    shop.leave(C, first[2].lease, 5)
    shop.leave(A, first[0].lease, 6)
    second = [shop.lease(uuid4(), 500)[0].number for _ in range(3)]
    assert second == [shop.numbers[2], shop.numbers[0], shop.numbers[1]]


def test_without_a_free_number_the_original_stays(house: Build) -> None:
    shop = house(1)
    shop.lease(A, 0)
    shown, facts = shop.lease(B, 1)
    assert shown == Shown(ORIGINAL, ORIGINAL, None, 900, 30, True)
    (told,) = facts
    assert isinstance(told, PoolOverflow)
    assert (told.visit, told.pool) == (B, shop.pool)
    (again,) = shop.lease(B, 5)[1]
    assert again.id() == told.id()


def test_leaving_starts_the_cooldown_and_a_beat_takes_it_back(house: Build) -> None:
    shop = house(1, hold_seconds=100, cooldown_seconds=10)
    shown, _ = shop.lease(A, 0)
    shop.leave(A, shown.lease, 5)
    assert shop.lease(B, 14)[0].overflow
    assert (held := shop.holder(shown.number, 5)) and held.held_until == at(15)
    assert shop.beat(A, shown.lease, 14) == ([], [])
    assert (held := shop.holder(shown.number, 14)) and held.held_until == at(124)
    shop.leave(A, shown.lease, 20)
    assert shop.lease(B, 30)[0].number == shown.number


def test_a_takeover_closes_the_former_lease_once(house: Build) -> None:
    shop = house(1, hold_seconds=100, cooldown_seconds=10)
    former, _ = shop.lease(A, 0)
    assert former.lease is not None
    shop.beat(A, former.lease, 7)
    shown, facts = shop.lease(B, 117)
    closed = LeaseClosed(
        account=shop.account,
        site=shop.site,
        occurred_at=at(117),
        source_id=str(former.lease),
        lease=former.lease,
        number=former.number,
        last_seen=at(7),
        held_until=at(117),
    )
    assert facts[0] == closed
    assert isinstance(facts[1], LeaseOpened)
    assert all(decode(fact.kind, encode(fact)) == fact for fact in facts)
    assert shop.close(118) == []
    assert (held := shop.holder(shown.number, 117)) and held.visit == B
    assert (held := shop.holder(shown.number, 116)) and held.visit == A


def test_a_lost_lease_is_replaced(house: Build) -> None:
    shop = house(2, hold_seconds=100, cooldown_seconds=10)
    former, _ = shop.lease(A, 0)
    shop.lease(B, 1)
    shop.lease(C, 110)
    (shown,), facts = shop.beat(A, former.lease, 111, page="/cart")
    assert (shown.number, shown.overflow) == (shop.numbers[1], False)
    assert [type(fact) for fact in facts] == [LeaseClosed, LeaseOpened]
    assert (held := shop.holder(shown.number, 111)) and held.card == CARD.turned_to("/cart")
    assert shop.beat(A, former.lease, 112) == ([shown], [])
    assert shop.beat(A, shown.lease, 113) == ([], [])


def test_a_lost_lease_without_a_free_number_gives_the_original_back(house: Build) -> None:
    shop = house(1, hold_seconds=100, cooldown_seconds=10)
    former, _ = shop.lease(A, 0)
    shop.lease(B, 110)
    (shown,), facts = shop.beat(A, former.lease, 111)
    assert (shown.number, shown.lease, shown.overflow) == (ORIGINAL, None, True)
    assert [type(fact) for fact in facts] == [PoolOverflow]


def test_leases_are_forgotten_thirty_days_after_their_end(house: Build) -> None:
    shop = house(2, hold_seconds=100, cooldown_seconds=10)
    shop.lease(A, 0)
    held, _ = shop.lease(B, 0)
    shop.close(110)
    shop.lease(B, 120)
    for days, left in ((30, 3), (31, 1)):
        store.forget(shop.store, now=at(110 + days * 86_400))
        assert len(shop.store.execute(select(vars(Lease)["__table__"])).all()) == left
    assert shop.holder(held.number, 50) is None


def test_a_late_beat_keeps_a_number_that_nobody_took(house: Build) -> None:
    shop = house(1, hold_seconds=100, cooldown_seconds=10)
    shown, _ = shop.lease(A, 0)
    assert shop.beat(A, shown.lease, 5000) == ([], [])
    assert shop.close(5001) == []


def test_foreign_and_unknown_leases_are_ignored(house: Build) -> None:
    shop, other = house(), house()
    shown, _ = shop.lease(A, 0)
    before = shop.holder(shown.number, 1)
    for visit, lease in ((B, shown.lease), (A, uuid4())):
        assert shop.beat(visit, lease, 50) == ([], [])
        shop.leave(visit, lease, 50)
    assert other.beat(A, shown.lease, 50) == ([], [])
    other.leave(A, shown.lease, 50)
    assert shop.holder(shown.number, 1) == before


def test_time_never_moves_backward(house: Build) -> None:
    shop = house(hold_seconds=100, cooldown_seconds=10)
    shown, _ = shop.lease(A, 50)
    shop.beat(A, shown.lease, 20)
    assert (held := shop.holder(shown.number, 60)) and held.last_seen == at(50)
    shop.leave(A, shown.lease, 20)
    assert (held := shop.holder(shown.number, 59)) and held.held_until == at(60)


def test_expired_leases_close_once_the_oldest_first(house: Build) -> None:
    shop = house(3, hold_seconds=100, cooldown_seconds=10)
    leases = [str(shop.lease(visit, n)[0].lease) for n, visit in enumerate((A, B, C))]
    assert shop.close(109) == []
    assert [f.source_id for f in shop.close(111, limit=1)] == leases[:1]
    facts = shop.close(111)
    assert [(f.source_id, f.occurred_at) for f in facts] == [(leases[1], at(111))]
    assert [f.source_id for f in shop.close(500)] == leases[2:]
    assert shop.close(500) == []
    (shown,), news = shop.beat(A, UUID(leases[0]), 501)
    assert (shown.number, [type(f) for f in news]) == (shop.numbers[0], [LeaseOpened])


def test_each_pool_of_the_site_gives_a_number(house: Build) -> None:
    shop = house(1)
    second = shop.new_pool(["+78120000001"], original="+78121234567")
    shown, facts = store.lease(
        shop.store, account=shop.account, site=shop.site, visit=A, card=CARD, now=at(0)
    )
    assert [(s.original, s.number) for s in shown] == [
        (ORIGINAL, shop.numbers[0]),
        ("+78121234567", "+78120000001"),
    ]
    assert [f.pool for f in facts if isinstance(f, LeaseOpened)] == [shop.pool, second]
    assert house().lease(A, 1)[0].number not in {s.number for s in shown}


def test_a_pool_takes_only_phone_numbers_that_no_other_has(house: Build) -> None:
    shop = house()
    with pytest.raises(RingtrailError, match="8 495"):
        shop.new_pool(["8 495 123"])
    with pytest.raises(RingtrailError, match=f"is in pool {shop.pool} already"):
        shop.new_pool(shop.numbers[:1])


STEP = st.tuples(
    st.sampled_from(("lease", "lease", "beat", "beat", "leave", "close")),
    st.integers(0, 4),
    st.integers(0, 70),
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STEP, min_size=10, max_size=60), st.integers(1, 3))
def test_no_two_leases_share_a_number(
    database: Engine, steps: list[tuple[str, int, int]], numbers: int
) -> None:
    with database.execution_options(writes=True).connect() as connection:
        shop = House(connection, numbers, hold_seconds=60, cooldown_seconds=30)
        facts, now = _live(shop, steps)
        facts += shop.close(now + 1000)
        opened = [f.source_id for f in facts if isinstance(f, LeaseOpened)]
        closed = [f.source_id for f in facts if isinstance(f, LeaseClosed)]
        assert len(set(opened)) == len(opened)
        assert sorted(opened) == sorted(closed)
        table = vars(Lease)["__table__"]
        query = select(table).where(table.c.account_id == shop.account)
        for number in shop.numbers:
            rows = connection.execute(query.where(table.c.number == number)).all()
            spans = sorted((row.opened_at, row.held_until) for row in rows)
            assert all(a[1] <= b[0] for a, b in pairwise(spans))
        connection.rollback()


def _live(shop: House, steps: list[tuple[str, int, int]]) -> tuple[list[Fact], int]:
    """Play the steps; what each visit's page shows is told by the answers alone."""
    pages: dict[UUID, UUID | None] = {}
    facts: list[Fact] = []
    now = 0
    for what, who, wait in steps:
        now += wait
        visit = UUID(int=who + 1)
        shown: list[Shown] = []
        news: list[Fact] = []
        if what == "lease":
            one, news = shop.lease(visit, now)
            shown.append(one)
        elif what == "beat":
            shown, news = shop.beat(visit, pages.get(visit), now)
        elif what == "leave":
            shop.leave(visit, pages.get(visit), now)
        else:
            news = shop.close(now)
        for one in shown:
            pages[visit] = one.lease
            if one.lease is not None:
                assert (held := shop.holder(one.number, now)) and held.visit == visit
        facts += news
    return facts, now
