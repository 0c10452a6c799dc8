"""A log tells what failed and where, never the values that it failed on."""

import subprocess
import sys

PROGRAM = """
import structlog
from ringtrail import logs

logs.configure()


def take(caller: str) -> None:
    raise ValueError("cannot be stored")


try:
    take("+447700900123")
except ValueError:
    structlog.get_logger().exception("a call failed", account=7)
"""


def test_a_traceback_shows_no_values_and_leaves_standard_output_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert "a call failed" in done.stderr and "ValueError: cannot be stored" in done.stderr
    assert "7700900123" not in done.stderr
