"""One key may go so fast and no faster; others are not held up by it."""

from ringtrail.core.clock import SECOND, Micros
from tracking.pace import Pace


def test_what_is_allowed_in_a_minute() -> None:
    pace, now = Pace(60), Micros(0)
    assert sum(pace.allows("farm", now) for _ in range(100)) == 60
    assert pace.allows("person", now)
    later = Micros(10 * SECOND)
    assert sum(pace.allows("farm", later) for _ in range(100)) == 10
    assert sum(pace.allows("farm", Micros(600 * SECOND)) for _ in range(100)) == 60


def test_what_was_quiet_is_forgotten() -> None:
    pace = Pace(60)
    for second in range(1000):
        pace.allows(f"network {second}", Micros(second * SECOND))
    assert len(pace) <= 61
