"""Parts of the line die, calls go on, and the warehouse has each of them once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story.line import Line, open_line
from tests.story.shop import NUMBERS
from tests.telephony_bridge.lab import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
ROUTED = NUMBERS[0]


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with open_line(tmp_path) as line, line.shop:
        line.give(ROUTED, "slow")
        yield line


def known(line: Line) -> str:
    """What Asterisk's own database knows of the number."""
    return line.lab.cli(f"database get rt-route {ROUTED}")


def test_a_call_rings_without_astdb_and_platform_and_is_told_when_it_is_back(line: Line) -> None:
    lab, shop = line.lab, line.shop
    until(lambda: lab.phone("slow") in known(line), "the route is in AstDB")
    shop.stop()
    lab.kill_asterisk()
    (database,) = lab.files.glob("lib/astdb.sqlite3")
    database.unlink()
    lab.start_asterisk()
    assert lab.phone("slow") not in known(line)

    assert lab.call(ROUTED, caller="+447700900600", hold=1.2).good == 1
    assert line.told("call") == 0

    shop.start()
    until(lambda: line.told("call") == 1, "the call is taken in")
    until(lambda: lab.phone("slow") in known(line), "the route is in AstDB again")
    shop.stop()
    (fact,) = shop.facts("SELECT * FROM fact_call")
    assert (fact["number"], fact["caller"]) == (ROUTED, "+447700900600")
    assert (fact["outcome"], fact["destination"]) == ("answered", lab.phone("slow"))
    assert fact["talk_seconds"] >= 1
    assert shop.facts("SELECT call FROM mart_call") == [{"call": fact["call"]}]


def test_calls_that_asterisk_takes_with_it_are_told_as_lost(line: Line) -> None:
    lab, shop = line.lab, line.shop
    alive = lab.dial(NUMBERS[1], count=10, rate=20, hold=60)
    until(lambda: sum(call.answered_at is not None for call in line.live()) == 10, "ten calls talk")
    lab.kill_asterisk()
    alive.kill()
    assert line.told("call") == 0
    lab.start_asterisk()
    until(lambda: line.told("call") == 10, "ten calls have ended")
    assert line.live() == []
    shop.stop()
    found = shop.facts("SELECT key, outcome, talk_seconds FROM fact_call")
    assert len({fact["key"] for fact in found}) == len(found) == 10
    assert {(fact["outcome"], fact["talk_seconds"]) for fact in found} == {
        ("lost_in_pbx_restart", 0)
    }
