"""How long the acquisition report takes on the rollup of many visits.

    make bench        or: .venv/bin/python -m bench.report_query [VISITS [DRAWS]]

The facts of `bench.facts` over 400 days and five sites, what each paid campaign cost on each day,
and a deal of every tenth call and contact; counted by one rebuild of the real upkeep. Then the
reads that the Acquisition page makes, `Reports.acquisition` (a period and the one before it) and
`Reports.money` by one model, for periods of 30 and of 365 days that end on a day drawn at random.
Told are the least, p50 and p95 of the wall time of a read and the mean of its CPU. Goal: p95 below
50 ms.
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
from uuid import UUID

from attribution import Reports, Upkeep
from bench.facts import ACCOUNT, SITES, World
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import SECOND, SystemClock
from ringtrail.core.warehouse import Query, Transaction, Warehouse

GOAL = 50
MODEL = "position"
PERIODS = (30, 365)
_ROWS = Query("rows", "SELECT count(*) AS rows, sum(visits)::BIGINT AS visits FROM mart_day")
_KEPT = Query(
    "kept",
    """SELECT (SELECT count(*) FROM mart_channel_day) AS channel_days,
      (SELECT count(*) FROM mart_credit) AS credits,
      (SELECT count(*) FROM mart_credit_week) AS credit_weeks,
      (SELECT count(*) FROM mart_cost) AS costs,
      (SELECT count(*) FROM mart_conversion WHERE kind = 'deal') AS deals""",
)
_SPEND = Query(
    "bench spend",
    """INSERT INTO fact_spend BY NAME
    SELECT uuid() AS fact_id, $batch::UUID AS batch, account, site, day::TIMESTAMP AS occurred_at,
      occurred_at AS received_at, concat_ws(' ', day, campaign) AS key, occurred_at AS told_at,
      'ads' AS connection, day, source, medium, campaign, 'GBP' AS currency,
      (0.4 * visits + 0.0001 * (hash(day, campaign) % 10000))::DECIMAL(18,4) AS cost,
      visits AS clicks, 20 * visits AS impressions, false AS vat_included
    FROM (
      SELECT account, site, source, medium, campaign, occurred_at::DATE AS day, count(*) AS visits
      FROM fact_visit WHERE medium = 'cpc' GROUP BY ALL)""",
)
_DEALS = Query(
    "bench deals",
    """INSERT INTO fact_deal BY NAME
    SELECT uuid() AS fact_id, $batch::UUID AS batch, account, site, won_at AS occurred_at,
      won_at AS received_at, 'deal of ' || event AS key, won_at AS told_at, 'crm' AS connection,
      'won' AS status, (20 + hash(event) % 2000)::DECIMAL(18,4) AS amount,
      (0.4 * amount)::DECIMAL(18,4) AS margin, 'GBP' AS currency, phone, email
    FROM (
      SELECT account, site, call AS event, occurred_at + INTERVAL 1 HOUR AS won_at, caller AS phone,
        NULL AS email FROM fact_call
      UNION ALL BY NAME
      SELECT account, site, contact AS event, occurred_at + INTERVAL 1 HOUR AS won_at, phone, email
      FROM fact_contact)
    WHERE hash(event, 'won') % 10 = 0""",
)
Read = Callable[[date, date], Awaitable[object]]


def tell_money(transaction: Transaction, batch: UUID) -> None:
    """What advertising cost and what deals brought, as told with this batch."""
    for query in (_SPEND, _DEALS):
        transaction.run(query, {"batch": str(batch)})


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
        told = await reports.money(scope, since, until, model=MODEL, basis="sale")
        if not (told.totals.cost and told.totals.revenue):
            sys.exit(f"no cost or no revenue from {since} to {until}: nothing is measured")
        return told

    reads: tuple[tuple[str, Read], ...] = (
        ("acquisition", acquisition), (f"money, {MODEL}", money),
    )  # fmt: skip
    for name, read in reads:
        for days in PERIODS:
            await drawn(read, days, newest, 3)
            took, cpu = await drawn(read, days, newest, draws)
            p95 = statistics.quantiles(took, n=20)[-1]
            sys.stdout.write(
                f"{name:19} {days:3} days: least {min(took):5.1f}, p50 "
                f"{statistics.median(took):5.1f}, p95 {p95:5.1f} ms (goal {GOAL}), "
                f"{cpu:.1f} ms of CPU\n"
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
            tell_money(transaction, world.tell(transaction))
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
        kept = warehouse.rows(_KEPT)[0]
        sys.stdout.write(", ".join(f"{count:,} {name}" for name, count in kept.items()) + "\n")
        newest = datetime.fromtimestamp(world.until / SECOND, UTC).date()
        asyncio.run(measure(Reports(warehouse), newest, draws))
        warehouse.close()
    sys.stdout.write(
        f"load average {before:.2f} before, {os.getloadavg()[0]:.2f} after; "
        f"{os.cpu_count()} processors\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
