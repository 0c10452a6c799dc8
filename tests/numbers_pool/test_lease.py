"""The rules of a lease's time and the visit's card."""

from hypothesis import given
from hypothesis import strategies as st

from numbers_pool import Card
from numbers_pool.lease import Life
from ringtrail.core.clock import SECOND, Micros

CARD = Card("yandex", "cpc", "autumn", None, "paid_search", "/tyres", "/tyres")
NOW = Micros(1_700_000_000 * SECOND)
TIMES = st.integers(0, 10**15).map(Micros)


def after(seconds: int) -> Micros:
    return Micros(NOW + seconds * SECOND)


def test_a_lease_lives_through_hold_and_cooldown() -> None:
    assert Life(NOW).held_until(900, 600) == after(1500)


def test_an_unload_leaves_only_the_cooldown() -> None:
    assert Life(NOW).left(after(40)).held_until(900, 600) == after(640)


def test_a_sign_of_life_takes_an_unload_back() -> None:
    assert Life(NOW).left(after(40)).seen(after(50)) == Life(after(50))


@given(TIMES, TIMES)
def test_time_never_moves_backward(first: Micros, second: Micros) -> None:
    life = Life(first)
    assert life.seen(second).last_seen == max(first, second)
    assert life.left(second) == Life(max(first, second), left_at=max(first, second))


def test_a_card_survives_its_storage() -> None:
    assert Card.from_json(CARD.to_json()) == CARD


def test_a_card_turns_to_a_known_page_only() -> None:
    assert CARD.turned_to(None) == CARD
    assert CARD.turned_to("/wheels").page == "/wheels"
    assert CARD.turned_to("/wheels").landing == "/tyres"
