"""Bridges that are killed, one after the other, each a step later than the one before.

    python -m tests.telephony_bridge.asterisk.dying URL JOURNAL

A step is a statement, a commit or the moment after one. Each bridge is a process of its own that
goes on where the killed one stopped; the first that lives to the journal's end is the last. Prints
how many were killed.
"""

import os
import signal
import sys
import threading
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import event

from ringtrail.core.clock import Micros, SetClock
from ringtrail.core.database import Writer, open_engine
from telephony_bridge import Bridge, Pbx
from tests.telephony_bridge.asterisk.lines import START


def live(url: str, journal: Path, last_step: int) -> NoReturn:
    """Read the journal to its end, or die by SIGKILL at a step of the writer's."""
    engine, steps, committed = open_engine(url), count(), threading.Event()

    def step(*_: Any) -> None:
        if threading.current_thread().name == "store-writer" and next(steps) == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", step)
    event.listen(engine, "commit", step)
    writer = Writer(engine)
    writer.after_commit(step)
    writer.after_commit(committed.set)
    writer.start()
    pbx = Pbx(journal, "127.0.0.1:1", "")
    clock = SetClock(Micros((START + 100) * 1_000_000))
    bridge = Bridge(pbx, engine, writer, clock, chunk=700)
    bridge.start()
    end = journal.stat().st_size
    while True:
        committed.wait()
        committed.clear()
        with engine.connect() as connection:
            read = connection.exec_driver_sql("SELECT byte_offset FROM journal_position").scalar()
        if read == end:
            break
    bridge.stop()
    writer.stop()
    os._exit(0)


def main(url: str, journal: Path) -> None:
    for last_step in count():
        child = os.fork()
        if child == 0:
            live(url, journal, last_step)
        _, status = os.waitpid(child, 0)
        if status == 0:
            sys.stdout.write(str(last_step))
            return
        if os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"bridge {last_step} ended by itself: {status}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
