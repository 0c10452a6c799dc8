"""How long the acquisition report takes on the rollup of many visits.

    make bench        or: .venv/bin/python -m bench.report_query [VISITS [DRAWS]]

The facts of `bench.facts` over 400 days and five sites, counted by one rebuild of the real
upkeep. Then the reads that the Acquisition page makes, `Reports.acquisition` (a period
and the one before it) and `Reports.money` by one model, for periods of 30 and of 365 days that
end on a day drawn at random. Told are p50 and p95 of the wall time of a read and the mean of its
CPU. Goal: p95 of the acquisition reads below 50 ms.
"""

import asyncio
import os
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from attribution import Reports, Upkeep
from bench.facts import ACCOUNT, SITES, World
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import SECOND, SystemClock
from ringtrail.core.warehouse import Query, Warehouse

GOAL = 50
MODEL = "position"
PERIODS = (30, 365)
_ROWS = Query("rows", "SELECT count(*) AS rows, sum(visits)::BIGINT AS visits FROM mart_day")
Read = Callable[[date, date], Awaitable[object]]


async def drawn(read: Read, days: int, newest: date, draws: int) -> tuple[list[float], float]:
    """Milliseconds of each read, and the mean of their CPU."""
    chance = random.Random(days)
    took = []
    cpu = time.process_time()
    for _ in range(draws):
        until = newest - timedelta(days=chance.randrange(max(1, 395 - days)))
        began = time.perf_counter()
        await read(until - timedelta(days=days - 1), until)
        took.append((time.perf_counter() - began) * 1000)
    return took, (time.process_time() - cpu) / draws * 1000


async def measure(reports: Reports, newest: date, draws: int) -> None:
    scope = Scoped(ACCOUNT, SITES, "marketer")

    async def acquisition(since: date, until: date) -> object:
        found = await reports.acquisition(scope, since, until)
        if not found.totals.visits:
            sys.exit(f"no visit from {since} to {until}: nothing is measured")
        return found

    async def money(since: date, until: date) -> object:
        return await reports.money(scope, since, until, model=MODEL, basis="sale")

    reads: tuple[tuple[str, Read, str], ...] = (
        ("acquisition", acquisition, f" (goal {GOAL})"), (f"money, {MODEL}", money, ""),
    )  # fmt: skip
    for name, read, goal in reads:
        for days in PERIODS:
            await drawn(read, days, newest, 3)
            took, cpu = await drawn(read, days, newest, draws)
            p95 = statistics.quantiles(took, n=20)[-1]
            sys.stdout.write(
                f"{name:19} {days:3} days: p50 {statistics.median(took):6.1f} ms, "
                f"p95 {p95:6.1f} ms{goal}, {cpu:.1f} ms of CPU\n"
            )


def main(visits: int = 20_000_000, draws: int = 200) -> None:
    before = os.getloadavg()[0]
    world = World(visits, SystemClock().now())
    # Beside the code, which lies on a disk: /tmp may be memory.
    with TemporaryDirectory(dir=Path.home()) as name:
        warehouse = Warehouse(Path(name) / "warehouse.duckdb")
        warehouse.migrate()
        began = time.perf_counter()
        with warehouse.transaction() as transaction:
            world.tell(transaction)
        told = time.perf_counter()
        Upkeep(warehouse).rebuild()
        sys.stdout.write(
            f"{visits:,} visits told in {told - began:.0f} s, counted in "
            f"{time.perf_counter() - told:.0f} s\n"
        )
        held = warehouse.rows(_ROWS)[0]
        if held["visits"] != visits:
            sys.exit(f"the rollup counts {held['visits']} visits of {visits}")
        sys.stdout.write(f"{held['rows']:,} rows of mart_day; {draws} reads each\n")
        newest = datetime.fromtimestamp(world.until / SECOND, UTC).date()
        asyncio.run(measure(Reports(warehouse), newest, draws))
        warehouse.close()
    sys.stdout.write(
        f"load average {before:.2f} before, {os.getloadavg()[0]:.2f} after; "
        f"{os.cpu_count()} processors\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
