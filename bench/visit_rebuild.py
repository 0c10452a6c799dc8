"""What a visit waits for its number while the marts are rebuilt, beside what it waits otherwise.

    make bench        or: .venv/bin/python -m bench.visit_rebuild [VISITS [ROUNDS [RATE]]]

The product on one core with the facts of `bench.facts` in its warehouse. A client on the other core
sends new visits at a steady rate, for `QUIET` seconds and then for as long as the command
`ringtrail attribution rebuild` runs, which lets the serving process do the work; in turns. A visit
that is due while others wait is sent nevertheless, and waits from the moment at which it was due.
Told are p50 and p99 of both, over all rounds. Goal: p99 during a rebuild at most twice the other.
"""

import asyncio
import os
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from attribution import Upkeep
from bench.facts import World
from bench.visit import CLIENT_CORE, Running, prepare, serving, settle
from ringtrail.core.clock import SystemClock
from ringtrail.core.warehouse import Warehouse

GOAL = 2
QUIET = 15.0
NUMBERS = 1_000
_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/{}.0.0.0 Safari/537.36"
)
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Client:
    """Sends visits to one site over as many connections as are needed at once."""

    running: Running
    idle: list[Connection] = field(default_factory=list)

    def request(self) -> bytes:
        """A browser that nobody has seen opens a page from an advertisement."""
        chance, now = random.Random(), int(time.time() * 1000)
        source = chance.choice(("utm_source=google&utm_medium=cpc&gclid=Cj0KCQiA", ""))
        body = msgspec.json.encode({
            "event_id": uuid4(), "visitor": uuid4(), "site": self.running.key, "at": now,
            "sent_at": now, "url": f"https://shop.example/page/{chance.randrange(40)}?{source}",
            "referrer": "", "title": "Tyres and wheels", "screen": [1920, 1080],
            "language": "en-GB", "timezone": "Europe/London", "client_ids": {},
            "consent": {"state": "granted"},
        })  # fmt: skip
        address = ".".join(str(chance.randrange(1, 255)) for _ in range(3))
        lines = (
            "POST /v1/visit HTTP/1.1", f"Host: {urlsplit(self.running.origin).netloc}",
            "Origin: https://shop.example", "Content-Type: text/plain;charset=UTF-8",
            f"User-Agent: {_AGENT.format(chance.randrange(118, 142))}",
            f"X-Forwarded-For: {chance.randrange(77, 95)}.{address}",
            f"Content-Length: {len(body)}", "", "",
        )  # fmt: skip
        return "\r\n".join(lines).encode() + body

    async def connection(self) -> Connection:
        """The one that was used last; the server closes those that nobody needs for long."""
        while self.idle:
            reader, writer = self.idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        where = urlsplit(self.running.origin)
        return await asyncio.open_connection(where.hostname, where.port)

    async def visit(self, due: float) -> float:
        """Milliseconds from when it was due to its answer; ends the bench unless that is 200."""
        reader, writer = connection = await self.connection()
        writer.write(self.request())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if b"content-length" in line)
        await reader.readexactly(int(length.split(b":")[1]))
        took = (time.perf_counter() - due) * 1000
        if not head.startswith(b"HTTP/1.1 200"):
            sys.exit(f"a visit was not answered by 200: {head.decode()}")
        self.idle.append(connection)
        return took

    async def during(self, work: Awaitable[object], rate: float) -> list[float]:
        """What each of the visits waits that are due while `work` is done, `rate` a second."""
        busy = asyncio.ensure_future(work)
        began, sent = time.perf_counter(), list[asyncio.Task[float]]()
        while not busy.done():
            due = began + len(sent) / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent.append(asyncio.create_task(self.visit(due)))
        await busy
        return list(await asyncio.gather(*sent))


@asynccontextmanager
async def client(running: Running) -> AsyncIterator[Client]:
    made = Client(running)
    try:
        yield made
    finally:
        for _, writer in made.idle:
            writer.close()


async def rebuild(home: Path) -> None:
    """The command as an operator gives it."""
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ringtrail", "attribution", "rebuild",
        env=os.environ | {"RINGTRAIL_HOME": str(home), "RINGTRAIL_DATABASE_URL": "",
                          "RINGTRAIL_WAREHOUSE_URL": ""},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, told = await command.communicate()
    if command.returncode:
        sys.exit(f"the rebuild failed: {told.decode()}")


async def measure(running: Running, home: Path, rounds: int, rate: float) -> None:
    quiet, busy, seconds = list[float](), list[float](), list[float]()
    async with client(running) as one:
        await one.during(asyncio.sleep(3), rate)  # whatever is loaded at first is not compared
        for _ in range(rounds):
            quiet += await one.during(asyncio.sleep(QUIET), rate)
            await asyncio.to_thread(settle, running)
            began = time.perf_counter()
            busy += await one.during(rebuild(home), rate)
            seconds.append(time.perf_counter() - began)
            await asyncio.to_thread(settle, running)
    sys.stdout.write(f"{rounds} rebuilds of {statistics.median(seconds):.1f} s\n")
    for name, took in (("no rebuild", quiet), ("rebuild", busy)):
        sys.stdout.write(
            f"{name:10} {len(took):6} visits at {rate:g} a second: p50 "
            f"{statistics.median(took):7.2f} ms, p99 {p99(took):8.2f} ms\n"
        )
    sys.stdout.write(f"p99 rebuild / none {p99(busy) / p99(quiet):.2f} (goal at most {GOAL})\n")


def p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[-1]


def main(visits: int = 1_000_000, rounds: int = 3, rate: int = 150) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        sys.stdout.write("bench.visit_rebuild skipped: server and client need a core each\n")
        return
    before = os.getloadavg()[0]
    # Beside the code, which lies on a disk: /tmp may be memory, where a commit costs nothing.
    with TemporaryDirectory(dir=Path.home()) as name:
        home = Path(name) / "home"
        key = prepare(home, NUMBERS)
        warehouse = Warehouse(home / "warehouse.duckdb")
        warehouse.migrate()
        with warehouse.transaction() as transaction:
            World(visits, SystemClock().now()).tell(transaction)
        Upkeep(warehouse).rebuild()
        warehouse.close()
        os.sched_setaffinity(0, {CLIENT_CORE})
        sys.stdout.write(f"{visits:,} visits in the warehouse\n")
        with serving("durable", home, key) as running:
            asyncio.run(measure(running, home, rounds, rate))
    sys.stdout.write(f"load average {before:.2f} before, {os.getloadavg()[0]:.2f} after\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
