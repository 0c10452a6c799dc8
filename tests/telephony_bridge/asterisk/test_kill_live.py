"""kill -9 of the platform during 200 real calls: SIPp and the warehouse count the same."""

import sys
import time
from pathlib import Path

import pytest

from tests.story.line import Line, open_line
from tests.story.shop import NUMBERS
from tests.telephony_bridge.lab import until

CALLS, RATE = 200, 10
AWAY = 20
"""Seconds from the kill to the start of the next process."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def rings(line: Line) -> int:
    """How many calls have come in, in all generations of the journal."""
    files = line.lab.journal_path.parent.glob("journal.json*")
    return sum(file.read_bytes().count(b'"RT_RING"') for file in files)


@pytest.mark.parametrize("renamed", [False, True], ids=["one-journal", "renamed-in-between"])
def test_each_answered_call_is_stored_once(tmp_path: Path, renamed: bool) -> None:
    with open_line(tmp_path) as line, line.shop as shop:
        calls = line.lab.dial(NUMBERS[0], count=CALLS, rate=RATE, hold=0.5)
        until(lambda: rings(line) >= 50, "50 calls")
        shop.kill()
        killed_at, before = time.monotonic(), line.told("call")
        if renamed:
            until(lambda: rings(line) >= 100, "100 calls")
            journal = line.lab.journal_path
            journal.rename(journal.with_name("journal.json-20260101"))
        until(lambda: time.monotonic() > killed_at + AWAY, "the platform was away")
        assert line.told("call") == before
        shop.start()
        good = calls.done().good
        until(lambda: line.told("call") == rings(line), "the journal is read to its end")
        shop.stop()
        found = shop.facts("SELECT key, outcome FROM fact_call")

        answered = [fact["key"] for fact in found if fact["outcome"] == "answered"]
        sys.stdout.write(
            f"{CALLS} calls: SIPp {good} good, journal {rings(line)} rings, DuckDB {len(answered)} "
            f"answered, {len(set(answered))} distinct; {before} were stored before the kill\n"
        )
        assert good > CALLS * 0.9
        assert len(answered) == good
        assert len({fact["key"] for fact in found}) == len(found)
        assert 0 < before < CALLS
