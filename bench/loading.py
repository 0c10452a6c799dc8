"""What the way from the inbox to the warehouse costs a page view, by its steps.

    make bench        or: .venv/bin/python -m bench.loading [VISITS [BATCH]]

The inbox holds new visits as `tracking.pipeline` tells them: visit, page, the former lease of the
number and the new one on one line. The real loader takes them in batches as large as at 3,000
visits a second, each followed by the real upkeep of the marts. Told is CPU time, which other
programs of the machine disturb less than time does: of the loader's own thread, and of all others,
which are DuckDB's.

Beside it is a limit: to read the same rows and to parse their JSON, into nothing that is ours.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import msgspec

from attribution import Upkeep
from ingest import Loader, store
from ringtrail.core.clock import Micros, SystemClock
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.facts import LeaseClosed, LeaseOpened, Page, Visit
from ringtrail.core.identifiers import mint
from ringtrail.core.inbox import Told, put_together
from ringtrail.core.warehouse import Warehouse

WINDOW = 50
STEPS = ("read", "write", "empty", "upkeep")
SOURCES = (
    ("google", "cpc", "Paid Search", "autumn"),
    ("yandex", "organic", "Organic Search", None),
    ("newsletter", "email", "Email", "week 47"),
    ("(direct)", "(none)", "Direct", None),
)


def told(index: int, now: Micros, ended: UUID) -> tuple[Told, UUID]:
    """What a visit tells that gets the number of a lease that `ended`; and its own lease."""
    visit, lease, event = mint(), mint(), str(uuid4())
    site: dict[str, Any] = {"account": 1, "site": 1, "occurred_at": now}
    source, medium, channel, campaign = SOURCES[index % len(SOURCES)]
    url, number = f"https://shop.example/page/{index % 40}", f"+4420{index % 1000:08d}"
    facts = (
        Visit(
            **site, source_id=event, visit=visit, visitor=uuid4(), landing=url, title="Tyres",
            source=source, medium=medium, channel=channel, campaign=campaign, rule="utm",
            referrer="https://www.google.com/", language="en-GB", timezone="Europe/London",
            screen="1920x1080", client_ids={"ga": f"GA1.1.{index}.{now}"},
            consent={"state": "granted"}, device="desktop", os="Windows", browser_name="Chrome",
            country="GB",
        ),
        Page(**site, source_id=event, visit=visit, url=url, title="Tyres"),
        LeaseClosed(
            **site, source_id=str(ended), lease=ended, number=number, last_seen=now, held_until=now
        ),
        LeaseOpened(
            **site, source_id=str(lease), lease=lease, visit=visit, pool=1, number=number
        ),
    )  # fmt: skip
    return Told(facts, b"x" * 500), lease


def fill(engine: Engine, visits: int) -> None:
    """Tell so many visits, in transactions as large as the writer's."""
    writer, clock, ended = Writer(engine), SystemClock(), mint()
    for first in range(0, visits, WINDOW):
        events, now = [], clock.now()
        for index in range(first, min(first + WINDOW, visits)):
            event, ended = told(index, now, ended)
            events.append(event)
        writer.immediate(partial(put_together, events=events, received_at=now))


def limit(engine: Engine, visits: int) -> float:
    """Seconds of CPU to read the rows and to parse them."""
    began = time.thread_time()
    with engine.connect() as connection:
        for row in store.waiting(connection, 0, visits):
            msgspec.json.decode(row[-1])
    return time.thread_time() - began


def load(engine: Engine, warehouse: Warehouse, batch: int) -> Iterator[tuple[str, float, float]]:
    """Load what waits; for each step of each batch the CPU seconds of its thread and of others."""
    upkeep = Upkeep(warehouse)
    loader = Loader(engine, warehouse, SystemClock(), size=batch)

    def timed(step: str, work: Callable[[], Any]) -> tuple[Any, tuple[str, float, float]]:
        whole, own = time.process_time(), time.thread_time()
        value = work()
        own = time.thread_time() - own
        return value, (step, own, time.process_time() - whole - own)

    while True:
        taken, read = timed(STEPS[0], loader.read)
        if taken is None:
            return
        yield read
        yield timed(STEPS[1], partial(loader.write, taken))[1]
        yield timed(STEPS[2], partial(loader.empty, taken))[1]
        yield timed(STEPS[3], upkeep.catch_up)[1]


def main(visits: int = 100_000, batch: int = 15_000) -> None:
    with TemporaryDirectory(dir=Path.home()) as name:
        engine = open_engine(f"sqlite:///{Path(name) / 'ringtrail.sqlite3'}")
        migrate(engine)
        fill(engine, visits)
        warehouse = Warehouse(Path(name) / "warehouse.duckdb")
        warehouse.migrate()
        least = limit(engine, visits)
        costs: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for step, own, others in load(engine, warehouse, batch):
            costs[step][0] += own
            costs[step][1] += others
        warehouse.close()
        engine.dispose()
    a_visit = 1e6 / visits
    sys.stdout.write(f"{visits:,} visits in batches of {batch:,}; microseconds of CPU a visit\n")
    for step, (own, others) in costs.items():
        line = f"{step:8} {own * a_visit:6.1f} loader's thread {others * a_visit:6.1f} DuckDB's"
        sys.stdout.write(f"{line}\n")
    whole = sum(map(sum, costs.values()))
    sys.stdout.write(
        f"in all   {whole * a_visit:6.1f}\n"
        f"read / rows read and parsed alone  {costs['read'][0] / least:.1f}\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
