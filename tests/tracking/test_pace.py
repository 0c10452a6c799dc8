"""One key may go so fast and no faster; others are not held up by it."""

from ringtrail.core.clock import SECOND, Micros
from tracking.pace import Pace, PagePace


def test_what_is_allowed_in_a_minute() -> None:
    pace, now = Pace(60), Micros(0)
    assert sum(not pace.wait("farm", now) for _ in range(100)) == 60
    assert not pace.wait("person", now)
    later = Micros(10 * SECOND)
    assert sum(not pace.wait("farm", later) for _ in range(100)) == 10
    assert sum(not pace.wait("farm", Micros(600 * SECOND)) for _ in range(100)) == 60


def test_who_waits_as_told_is_let_in_and_not_before() -> None:
    for a_minute in (1, 6, 60, 1000):
        pace, now = Pace(a_minute), Micros(7)
        while not (wait := pace.wait("farm", now)):
            pass
        assert wait == max(1, 60 // a_minute)
        assert pace.wait("farm", Micros(now + wait * SECOND)) == 0
        if a_minute < 60:
            pace, now = Pace(a_minute), Micros(7)
            while not pace.wait("farm", now):
                pass
            assert pace.wait("farm", Micros(now + (wait - 1) * SECOND)) == 1


def test_nought_is_no_limit_and_remembers_nothing() -> None:
    pace = Pace(0)
    assert not any(pace.wait("farm", Micros(0)) for _ in range(10_000))
    assert len(pace) == 0


def test_what_was_quiet_is_forgotten() -> None:
    pace = Pace(60)
    for second in range(1000):
        pace.wait(f"network {second}", Micros(second * SECOND))
    assert len(pace) <= 61


def test_an_address_that_is_held_back_takes_nothing_from_its_site() -> None:
    pace, now = PagePace(of_address=3, of_site=5), Micros(0)
    assert [pace.wait(1, "77.88.8.8/32", now) > 0 for _ in range(100)] == [False] * 3 + [True] * 97
    # Another site of the same address, and an address of no one, have their own.
    assert pace.wait(2, "77.88.8.8/32", now) == 0
    assert [pace.wait(1, None, now) > 0 for _ in range(4)] == [False, False, True, True]
    assert pace.wait(1, "8.8.8.8/32", now) > 0
