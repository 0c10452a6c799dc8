"""One network holds its share of a pool, and no more, at any moment."""

from uuid import UUID, uuid4

import pytest

from ringtrail.core.clock import MINUTE, SECOND, Micros, SetClock
from tracking.share import Shares, Stock

FARM, HOME = "203.0.113.0/24", "198.51.100.0/24"
STOCK = Stock(numbers=20, held_seconds=1500)


class Ledger:
    def __init__(self, share: float, clock: SetClock) -> None:
        self._shares = Shares(share)
        self._clock = clock
        self.stock = STOCK
        self.counted = 0

    def take(self, network: str = FARM, visit: UUID | None = None, site: int = 1) -> bool:
        return self._shares.take(site, network, visit or uuid4(), self._clock.now(), self._count)

    def keep(self, visit: UUID) -> None:
        self._shares.keep(visit, self._clock.now())

    def _count(self) -> Stock:
        self.counted += 1
        return self.stock


@pytest.fixture
def ledger(clock: SetClock) -> Ledger:
    return Ledger(0.2, clock)


def test_500_visits_of_one_network_take_its_share_and_the_others_theirs(ledger: Ledger) -> None:
    assert sum(ledger.take() for _ in range(500)) == 4
    assert sum(ledger.take(HOME) for _ in range(3)) == 3
    assert sum(ledger.take(site=2) for _ in range(500)) == 4


def test_a_visit_counts_once_however_often_it_is_told(ledger: Ledger) -> None:
    visit = uuid4()
    assert all(ledger.take(visit=visit) for _ in range(50))
    assert sum(ledger.take() for _ in range(50)) == 3
    assert ledger.take(visit=visit)


def test_what_ran_out_may_be_taken_again(ledger: Ledger, clock: SetClock) -> None:
    assert sum(ledger.take() for _ in range(9)) == 4
    clock.forward(seconds=1499)
    assert not ledger.take()
    clock.forward(seconds=1)
    assert sum(ledger.take() for _ in range(9)) == 4


def test_a_visit_that_is_seen_holds_on(ledger: Ledger, clock: SetClock) -> None:
    visits = [uuid4() for _ in range(4)]
    assert all(ledger.take(visit=visit) for visit in visits)
    for _ in range(100):
        clock.forward(minutes=5)
        for visit in visits:
            ledger.keep(visit)
        assert not ledger.take()
    ledger.keep(uuid4())
    clock.forward(minutes=25)
    assert ledger.take()


@pytest.mark.parametrize(
    ("share", "numbers", "taken"), [(0.2, 2, 1), (0.5, 2, 1), (1, 2, 2), (0.2, 9, 1), (0.2, 10, 2)]
)
def test_a_small_pool_leaves_one_number_for_everybody(
    clock: SetClock, share: float, numbers: int, taken: int
) -> None:
    ledger = Ledger(share, clock)
    ledger.stock = Stock(numbers, 1500)
    assert sum(ledger.take() for _ in range(50)) == taken


def test_without_numbers_there_is_nothing_to_share(ledger: Ledger) -> None:
    ledger.stock = Stock(0, 0)
    assert all(ledger.take() for _ in range(50))


def test_the_store_is_asked_once_a_minute(ledger: Ledger, clock: SetClock) -> None:
    for _ in range(120):
        ledger.take()
        clock.forward(seconds=1)
    assert ledger.counted == 2


def test_networks_that_hold_nothing_are_forgotten() -> None:
    shares = Shares(0.2)
    now = 0
    for number in range(3000):
        now = number * SECOND
        shares.take(1, f"network {number}", uuid4(), Micros(now), lambda: Stock(20, 300))
    assert len(shares) <= (300 * SECOND + 2 * MINUTE) // SECOND
