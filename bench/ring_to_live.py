"""How long it takes from a ring's line in Asterisk's journal to its live call with the source.

    make bench        or: .venv/bin/python -m bench.ring_to_live [CALLS [A_SECOND]]

SIPp places real calls, through Kamailio and Asterisk, to a number that a visitor holds. Beside them
runs the bridge of `ringtrail serve` with a SQLite of its own, synchronous=FULL. Measured is
`Bridge.ring_samples`: from the line read to the return of the commit after which the live call
stands with who held the number. Before that come Asterisk's own time and the look for new lines,
every 20 ms. Each live call is looked up; one without its source fails the bench.

The limit: on the same disk and in the same run, before the calls and after them, one small row is
committed by sqlite3 alone with synchronous=FULL, as often a second as the calls come: a machine
that has slept between two of them is slower than one that has not. A live call that survives a
power cut cannot be there sooner. The ratio is the p50 of the rings over the p50 of these. Told as
well is what such commits take back to back.
"""

import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import structlog
from sqlalchemy import select

from numbers_pool import Card
from numbers_pool import store as pool
from ringtrail import store
from ringtrail.core.clock import SystemClock
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.models import LiveCall
from telephony_bridge import Bridge, Pbx
from telephony_bridge.plan import store as plan
from tests.telephony_bridge import lab as line
from tests.telephony_bridge.lab import SECRET, Lab

COMMITS = 100
"""In each of the passes before and after the calls."""
HOLD = 0.5
NUMBER = "+442079460101"
SITE = store.NewSite(
    "Bench", ("https://shop.example",), "Europe/London", "GB", "+442079460958", (NUMBER,)
)
CARD = Card("google", "cpc", "implants", None, "paid_search", "/", "/")


def bare_commits(folder: Path, pause: float) -> list[float]:
    """Seconds of each commit of one small row by SQLite alone, after a pause of seconds."""
    took = []
    with closing(sqlite3.connect(folder / "limit.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS small (key TEXT PRIMARY KEY, at INTEGER)")
        for _ in range(COMMITS):
            time.sleep(pause)
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO small VALUES (?, ?)", (f"rt1-{began}", 1))
            connection.execute("COMMIT")
            took.append(time.perf_counter() - began)
    return took


def prepare(lab: Lab, engine: Engine) -> None:
    """A visitor who holds the number, a phone that it rings, a line that runs."""
    migrate(engine)
    clock = SystemClock()
    account = store.open_account(engine, clock, "Bench")
    site = store.open_site(engine, clock, account, SITE).site
    with engine.execution_options(writes=True).begin() as connection:
        pool.lease(connection, account=account, site=site, visit=UUID(int=7), card=CARD,
                   now=clock.now())  # fmt: skip
    fast = plan.add_destination(engine, account=account, name="fast", uri=lab.phone("fast"))
    plan.add_trunk(engine, site=site, name="Carrier", addresses=[lab.carrier], default=fast.id)
    lab.render(plan.read(engine))
    lab.start()


@contextmanager
def bridged(lab: Lab, engine: Engine) -> Iterator[Bridge]:
    """The bridge at work, as `ringtrail.platform` runs it."""
    writer = Writer(engine)
    writer.start()
    pbx = Pbx(lab.journal_path, str(lab.placement.manager), SECRET)
    bridge = Bridge(pbx, engine, writer, SystemClock())
    bridge.start()
    try:
        yield bridge
    finally:
        bridge.stop()
        writer.stop()


def sourced(engine: Engine) -> set[str]:
    """The live calls that carry their source at this moment."""
    with engine.connect() as connection:
        rows = connection.execute(select(vars(LiveCall)["__table__"])).all()
    return {
        row.key
        for row in rows
        if [candidate["card"]["campaign"] for candidate in row.candidates] == [CARD.campaign]
    }


def ring(lab: Lab, engine: Engine, calls: int, a_second: float) -> tuple[list[float], int]:
    """Seconds of each ring, and how many calls went well."""
    seen: set[str] = set()
    with bridged(lab, engine) as bridge:
        dialling = lab.dial(NUMBER, count=calls, rate=a_second, hold=HOLD)
        while dialling.process.poll() is None:
            seen |= sourced(engine)
            time.sleep(HOLD / 5)
        good = dialling.done().good
        samples = list(bridge.ring_samples)
    if len(seen) != len(samples):
        sys.exit(f"{len(samples)} rings were taken in, {len(seen)} live calls had their source")
    return samples, good


def percentiles(seconds: list[float]) -> str:
    cuts = [cut * 1000 for cut in statistics.quantiles(seconds, n=100)]
    return f"p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms of {len(seconds)}"


def main(calls: int = 300, a_second: float = 20) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    if line.missing():
        sys.exit(line.missing())
    # Beside the lab, which lies on a disk: /tmp may be memory, where a commit costs nothing.
    with TemporaryDirectory(dir=line.CHROOT.parent) as name, Lab() as lab:
        folder = Path(name)
        engine = open_engine(f"sqlite:///{folder / 'bench.sqlite3'}")
        prepare(lab, engine)
        before, pause = os.getloadavg()[0], 1 / a_second
        limit, at_once = bare_commits(folder, pause), bare_commits(folder, 0)
        rings, good = ring(lab, engine, calls, a_second)
        limit, at_once = limit + bare_commits(folder, pause), at_once + bare_commits(folder, 0)
        engine.dispose()
    ratio = statistics.median(rings) / statistics.median(limit)
    told = (
        f"{calls} SIP calls at {a_second:g} a second, {good} answered; SQLite, synchronous=FULL",
        f"ring -> live call with source    {percentiles(rings)}",
        f"limit: one bare commit           {percentiles(limit)}",
        f"the same, back to back           {percentiles(at_once)}",
        f"ratio of the p50s, ring to limit {ratio:.1f}",
        f"load average {before:.2f} before, {os.getloadavg()[0]:.2f} after; "
        f"{os.cpu_count()} processors",
    )
    sys.stdout.writelines(text + "\n" for text in told)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
