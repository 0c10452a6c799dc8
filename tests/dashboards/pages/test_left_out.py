"""Calls that no figure counts are told of, by their reasons, with the way to them."""

from dashboards.pages.acquisition.left_out import line
from dashboards.pages.acquisition.view import report
from dashboards.period import Asked, asked
from dashboards.reading import Acquisition, AcquisitionMoney, Money, Totals
from tests.dashboards.conftest import TODAY


def now() -> Asked:
    return asked({"since": "2026-11-01", "until": "2026-11-20"}, TODAY)


def test_without_such_calls_nothing_is_said() -> None:
    assert line({}, now()) is None


def test_they_are_counted_by_reason_and_lead_to_the_call_log() -> None:
    told = str(line({"spam": 3, "self_test": 2}, now()))
    assert "'5 calls left out'" in told
    assert "': spam 3, self-test 2'" in told
    assert "/app/call-log?since=2026-11-01&until=2026-11-20&outcome=excluded" in told
    assert "'1 call left out'" in str(line({"test": 1}, now()))


def test_a_period_of_nothing_else_tells_them_too() -> None:
    found = Acquisition(Totals(), Totals(), [], [], [], {}, {"test": 4})
    money = AcquisitionMoney("last", "sale", "v", None, Money(), [], [], [])
    told = str(report(found, money, None, now()))
    assert "'4 calls left out'" in told
    assert "Nothing was counted" in told
