"""Calls to numbers that nobody set up are told of, with what to do."""

from dashboards.pages.call_log.unknown import notice
from dashboards.reading import UnknownNumber


def test_without_such_calls_nothing_is_said() -> None:
    assert notice([]) is None


def test_the_most_called_are_named_and_the_rest_counted() -> None:
    found = [UnknownNumber(f"+44207946070{n}", 9 - n) for n in range(5)]
    told = str(notice(found))
    assert "35 calls" in told
    assert "+44 20 7946 0700 (9)" in told and "+44 20 7946 0702 (7)" in told
    assert "0703" not in told and "and 2 more" in told
    assert "ringtrail telephony route add" in told
    assert "1 call'" in str(notice([UnknownNumber("0550", 1)]))
