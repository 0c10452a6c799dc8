"""The rules of a lease's time and the visit's card."""

from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from numbers_pool import Card
from numbers_pool.lease import Life, Terms, drawn
from ringtrail.core.clock import SECOND, Micros

CARD = Card("yandex", "cpc", "autumn", None, "paid_search", "/tyres", "/tyres")
NOW = Micros(1_700_000_000 * SECOND)
TERMS = Terms(hold_seconds=900, cooldown_seconds=600)
TIMES = st.integers(0, 10**15).map(Micros)


def after(seconds: int) -> Micros:
    return Micros(NOW + seconds * SECOND)


def test_a_lease_lives_through_hold_and_cooldown() -> None:
    assert Life(NOW).held_until(TERMS) == after(1500)


def test_an_unload_leaves_only_the_cooldown() -> None:
    assert Life(NOW).left(after(40)).held_until(TERMS) == after(640)


def test_a_sign_of_life_takes_an_unload_back() -> None:
    assert Life(NOW).left(after(40)).seen(after(50)) == Life(after(50))


@given(TIMES, TIMES)
def test_time_never_moves_backward(first: Micros, second: Micros) -> None:
    life = Life(first)
    assert life.seen(second).last_seen == max(first, second)
    assert life.left(second) == Life(max(first, second), left_at=max(first, second))


def test_a_pin_only_puts_the_end_later() -> None:
    life = Life(NOW)
    assert life.pinned(after(1800)).held_until(TERMS) == after(1800)
    assert life.pinned(after(1800)).pinned(after(60)).left(after(40)).held_until(TERMS) == after(
        1800
    )
    assert life.pinned(after(60)).held_until(TERMS) == after(1500)


def test_an_audit_holds_from_the_last_sign_of_life_even_after_an_unload() -> None:
    audit = Terms(900, 600, audit_seconds=21_600)
    assert Life(NOW).seen(after(100)).held_until(audit) == after(21_700)
    assert Life(NOW).left(after(40)).held_until(audit) == after(21_640)


def test_a_visitor_is_there_within_the_hold_and_until_the_unload() -> None:
    assert Life(NOW).live(TERMS, after(899))
    assert not Life(NOW).live(TERMS, after(900))
    assert not Life(NOW).left(after(1)).live(TERMS, after(2))


def test_chance_draws_the_share_and_the_same_visits_each_time() -> None:
    visits = [UUID(int=number) for number in range(20_000)]
    chosen = [visit for visit in visits if drawn(visit, 0.02)]
    # 400 expected, standard deviation 20.
    assert 320 < len(chosen) < 480
    assert chosen == [visit for visit in visits if drawn(visit, 0.02)]
    assert set(chosen) <= {visit for visit in visits if drawn(visit, 0.05)}
    assert not any(drawn(visit, 0) for visit in visits)
    assert all(drawn(visit, 1) for visit in visits)


def test_a_card_survives_its_storage() -> None:
    assert Card.from_json(msgspec.json.decode(msgspec.json.encode(CARD))) == CARD


def test_a_card_turns_to_a_known_page_only() -> None:
    assert CARD.turned_to(None) == CARD
    assert CARD.turned_to("/wheels").page == "/wheels"
    assert CARD.turned_to("/wheels").landing == "/tyres"
