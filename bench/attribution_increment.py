"""What late visitors cost to take into the marts, beside a rebuild of everything.

    make bench      or: .venv/bin/python -m bench.attribution_increment [VISITS [ROUNDS]]

A warehouse of so many visits with their leases, calls, forms and links (`bench.facts`), counted by
the real upkeep. Then, in turns with rebuilds of everything:
- late: 1 % of the visits, by chance among those of the last days, so that calls and visits before
  and after them are counted already; they come as one batch, and `catch_up` is measured
- delivered: as many by the front door, each fact twice: measured are the second delivery, which the
  inbox knows for what it is, the loader's batches and `catch_up` after each
- scattered: 1 % of the visitors with all that they did in 400 days, as one batch; no intake takes
  facts that late, but an import may
Told are medians of wall and of the CPU of all threads, as ratios to the rebuild. Goal: whichever
way it comes, de-duplication and search included, it costs at most a rebuild / 2.5. When all have
come, the days, calls and credits that were kept up must be those of a rebuild, or the bench fails.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from attribution import Upkeep
from bench.facts import World
from ingest import Loader
from ringtrail.core.clock import HOUR, Micros, SystemClock
from ringtrail.core.database import Engine, migrate, open_engine
from ringtrail.core.inbox import put_each
from ringtrail.core.warehouse import Query, Warehouse

GOAL = 2.5
# Of counts the rows; of credits, which are sums of floats, to nine places.
_KEPT = Query(
    "kept",
    """SELECT 'mart_day' AS mart, count(*) AS rows, sum(hash(account, site, day, traffic, visits,
      calls, answered, attributed) % 1000000007)::HUGEINT AS digest FROM mart_day
    UNION ALL SELECT 'mart_call', count(*),
      sum(hash(call, day, match, lease, visit, visitor, traffic) % 1000000007)::HUGEINT
    FROM mart_call
    UNION ALL SELECT 'mart_credit', count(*),
      sum(hash(conversion, touch, traffic, touch_day, round(weight_linear, 9)) % 1000000007)
        ::HUGEINT
    FROM mart_credit ORDER BY mart""",
)


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock and of all processors."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def median(took: list[Took]) -> Took:
    return Took(
        statistics.median(one.wall for one in took), statistics.median(one.cpu for one in took)
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """The stores and what works on them."""

    world: World
    engine: Engine
    warehouse: Warehouse
    upkeep: Upkeep

    def lain(self, part: int) -> Took:
        """`catch_up` of a part whose facts lie in the fact tables."""
        with self.warehouse.transaction() as transaction:
            self.world.tell(transaction, part)
        return timed(self.upkeep.catch_up)

    def delivered(self, part: int) -> Took:
        """A part by the front door, from its second delivery on."""
        with self.warehouse.transaction() as transaction:
            facts = list(self.world.facts(transaction, part))
        # Received soon, as by a collector whose loader stood still: later ones would be stale.
        each = [(fact, Micros(fact.occurred_at + HOUR)) for fact in facts]
        loader = Loader(
            self.engine, self.warehouse, SystemClock(),
            batch_loaded=lambda _: self.upkeep.catch_up(),
        )  # fmt: skip

        # Done once by a program that starts, and not by each delivery.
        loader.recover()

        def deliver() -> None:
            with self.engine.execution_options(writes=True).begin() as connection:
                put_each(connection, each)

        def work() -> None:
            deliver()
            if (moved := loader.run()) != len(facts):
                sys.exit(f"{moved} facts were loaded of {len(facts)} delivered twice")
            if self.upkeep.behind():
                sys.exit("the marts do not hold what was loaded; the log says why")

        deliver()
        return timed(work)


@contextmanager
def opened(folder: Path, world: World) -> Iterator[Bench]:
    """A warehouse with all but the parts of `world`, not counted yet."""
    engine = open_engine(f"sqlite:///{folder / 'ringtrail.sqlite3'}")
    migrate(engine)
    warehouse = Warehouse(folder / "warehouse.duckdb")
    warehouse.migrate()
    try:
        with warehouse.transaction() as transaction:
            world.tell(transaction)
        yield Bench(world, engine, warehouse, Upkeep(warehouse))
    finally:
        warehouse.close()
        engine.dispose()


def main(visits: int = 3_000_000, rounds: int = 3) -> None:
    before = os.getloadavg()[0]
    world = World(visits, SystemClock().now(), scattered=rounds, recent=2 * rounds)
    took: dict[str, list[Took]] = {"late": [], "delivered": [], "scattered": []}
    # Beside the code, which lies on a disk: /tmp may be memory.
    with TemporaryDirectory(dir=Path.home()) as name, opened(Path(name), world) as one:
        whole = [timed(one.upkeep.rebuild)]
        for turn in range(rounds):
            took["late"].append(one.lain(rounds + turn))
            took["delivered"].append(one.delivered(2 * rounds + turn))
            took["scattered"].append(one.lain(turn))
            kept = one.warehouse.rows(_KEPT)
            whole.append(timed(one.upkeep.rebuild))
        if kept != (made := one.warehouse.rows(_KEPT)):
            sys.exit(f"what was kept up is not what a rebuild gives: {kept}, {made}")
    base = median(whole)
    sys.stdout.write(
        f"{visits:,} visits, {rounds} rounds; a rebuild takes {base.wall:.2f} s, "
        f"{base.cpu:.2f} s of CPU\n"
    )
    for name, runs in took.items():
        part = median(runs)
        sys.stdout.write(
            f"rebuild / 1 % {name:10} {base.wall / part.wall:6.2f} of the time (goal {GOAL}), "
            f"{base.cpu / part.cpu:6.2f} of the CPU: {part.wall:.2f} s, {part.cpu:.2f} s\n"
        )
    sys.stdout.write(
        f"load average {before:.2f} before, {os.getloadavg()[0]:.2f} after; "
        f"{os.cpu_count()} processors\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
