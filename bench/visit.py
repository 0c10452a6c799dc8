"""What POST /v1/visit costs: beside an empty handler, beside itself not durable, at any size.

    make bench        or: .venv/bin/python -m bench.visit [SECONDS [ROUNDS]]

Every request is a new visit with a browser of its own: it is screened, classified, gets a number by
a durable lease, and its facts go into the inbox, from which the loader takes them meanwhile. The
pool's numbers are free again at once, because a thousand numbers with a hold of minutes would be
gone in seconds; so each visit also ends the former lease of its number.

The server has one core, wrk the other. A load generator in Python is slower than the empty handler
and would hide it, so wrk (Debian's package) sends what visit.lua makes; without it the bench says
so and ends. Rounds of the three servers take turns, and the medians are compared:
- the ratio to the empty handler on the same granian and core (goal: at least 0.12)
- the ratio to the same program with SQLite's synchronous=OFF (goal: at least 0.6)
The second part measures the CPU time of the server's process per visit, which other programs of the
machine disturb less than time does, with 10 to 10,000 numbers and 0 to 1,000,000 stored visits.
"""

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench import visit_history
from ringtrail import store
from ringtrail.core.clock import SystemClock
from ringtrail.core.database import migrate, open_engine

SERVER_CORE, CLIENT_CORE = 0, 1
CONNECTIONS = 32
WARM = 2.0
KINDS = ("empty", "durable", "fast")
SIZES = (10, 100, 1_000, 10_000)
HISTORIES = (0, 100_000, 1_000_000)
FREE_AT_ONCE = "UPDATE number_pool SET hold_seconds = 0, cooldown_seconds = 0"


@dataclass(frozen=True, slots=True)
class Round:
    """One run of wrk; latencies in milliseconds, `cpu` in milliseconds a request."""

    rate: float
    p50: float
    p99: float
    cpu: float
    overflows: int


@dataclass(frozen=True, slots=True)
class Running:
    """A server and the site that it serves."""

    process: subprocess.Popen[bytes]
    origin: str
    key: str

    def cpu_seconds(self) -> float:
        """What the process has used so far, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def prepare(home: Path, numbers: int, history: int = 0) -> str:
    """A site with a pool of so many numbers and visits of former days; returns its key."""
    home.mkdir()
    engine, clock = open_engine(f"sqlite:///{home / 'ringtrail.sqlite3'}"), SystemClock()
    migrate(engine)
    account = store.open_account(engine, clock, "Bench")
    made = tuple(f"+4420{index:08d}" for index in range(numbers))
    site = store.open_site(engine, clock, account, store.NewSite(
        "Shop", ("https://shop.example",), "Europe/London", "GB", "+442079460958", made,
    ))  # fmt: skip
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(FREE_AT_ONCE)
    if history:
        visit_history.write(home, engine, history, clock.now())
    engine.dispose()
    return site.site_key


@contextmanager
def serving(kind: str, home: Path, key: str) -> Iterator[Running]:
    """A server of that kind on its core, once it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # visit.lua names an address for each browser, as a proxy would.
    environment = os.environ | {
        "RINGTRAIL_HOME": str(home), "RINGTRAIL_PORT": str(port),
        "RINGTRAIL_DATABASE_URL": "", "RINGTRAIL_WAREHOUSE_URL": "",
        "RINGTRAIL_TRUSTED_PROXIES": "127.0.0.1", "RINGTRAIL_SITE_RATE": "0",
    }  # fmt: skip
    process = subprocess.Popen(
        ["taskset", "-c", str(SERVER_CORE), sys.executable, "-m", "bench.visit_server", kind],
        env=environment, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    running = Running(process, f"http://127.0.0.1:{port}", key)
    try:
        settle(running)
        yield running
    finally:
        process.send_signal(signal.SIGTERM if kind != "empty" else signal.SIGKILL)
        process.wait(120)


def settle(running: Running) -> None:
    """Return once the server answers and its loader has nothing left to do."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if running.process.poll() is not None:
            sys.exit("a server ended by itself; start it by hand to see why")
        try:
            answer = httpx.get(f"{running.origin}/readyz", timeout=60)
            if not answer.content or answer.json()["waiting"] == 0:
                return
        except httpx.ConnectError:
            pass
        time.sleep(0.1)
    sys.exit("a server did not become ready")


def load(running: Running, seconds: float) -> Round:
    """Send visits for so many seconds; ends the bench when one was not answered by 200."""
    settle(running)
    before = running.cpu_seconds()
    done = subprocess.run(
        ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s",
         "--timeout", "30s", "-s", str(Path(__file__).with_suffix(".lua")), running.origin,
         "--", running.key],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if not told["requests"]:
        sys.exit(f"no visit was answered within {seconds:g} s: the machine is too busy to measure")
    if told["refused"]:
        sys.exit(f"{told['refused']} of {told['requests']} visits were not answered by 200")
    settle(running)
    cpu = (running.cpu_seconds() - before) / told["requests"] * 1000
    rate = told["requests"] / told["seconds"]
    return Round(rate, told["p50"] / 1000, told["p99"] / 1000, cpu, told["overflows"])


def middle(rounds: list[Round]) -> Round:
    """The medians of the rounds."""
    names = ("rate", "p50", "p99", "cpu")
    values = {name: statistics.median(getattr(one, name) for one in rounds) for name in names}
    return Round(**values, overflows=sum(one.overflows for one in rounds))


def compare(folder: Path, seconds: float, rounds: int) -> Iterator[str]:
    """The three servers in turns."""
    homes = {kind: folder / kind for kind in KINDS}
    keys = {kind: prepare(home, 1_000) for kind, home in homes.items()}
    found: dict[str, list[Round]] = {kind: [] for kind in KINDS}
    for turn in range(rounds + 1):
        for kind in KINDS:
            with serving(kind, homes[kind], keys[kind]) as running:
                load(running, WARM)
                if turn:
                    found[kind].append(load(running, seconds))
    medians = {kind: middle(found[kind]) for kind in KINDS}
    for kind, name in zip(KINDS, ("empty handler", "visit, durable", "visit, synchronous=OFF"),
                          strict=True):  # fmt: skip
        one = medians[kind]
        yield (f"{name:24} {one.rate:8.0f} a second, p50 {one.p50:6.2f} ms, p99 {one.p99:7.2f} ms, "
               f"{one.cpu:.3f} ms of CPU, {one.overflows} overflows")  # fmt: skip
    durable = medians["durable"].rate
    yield f"durable / empty            {durable / medians['empty'].rate:.3f}   (goal 0.12)"
    yield f"durable / synchronous=OFF  {durable / medians['fast'].rate:.3f}   (goal 0.6)"


def flat(folder: Path, seconds: float, rounds: int) -> Iterator[str]:
    """CPU a visit by the size of the pool and by how many visits are stored.

    The least of the rounds: what another program of the machine adds is not the visit's.
    """
    cases = [(f"{size:,} numbers", size, 0) for size in SIZES]
    cases += [(f"{history:,} stored visits", 1_000, history) for history in HISTORIES]
    first: float | None = None
    for place, (name, numbers, history) in enumerate(cases):
        home = folder / f"case-{place}"
        key = prepare(home, numbers, history)
        with serving("durable", home, key) as running:
            load(running, WARM)
            one = min((load(running, seconds) for _ in range(rounds)), key=lambda one: one.cpu)
        shutil.rmtree(home)
        if place in (0, len(SIZES)):
            first = one.cpu
        yield (f"{name:24} {one.rate:8.0f} a second, {one.cpu:.3f} ms of CPU a visit, "
               f"ratio {one.cpu / (first or one.cpu):.2f}")  # fmt: skip


def main(seconds: float = 5, rounds: int = 3) -> None:
    if shutil.which("wrk") is None:
        sys.stdout.write("bench.visit skipped: wrk is not installed (apt-get install wrk)\n")
        return
    if len(os.sched_getaffinity(0)) < 2:
        sys.stdout.write("bench.visit skipped: server and client need a core each\n")
        return
    # Beside the code, which lies on a disk: /tmp may be memory, where a commit costs nothing.
    with TemporaryDirectory(dir=Path.home()) as name:
        before = os.getloadavg()[0]
        for lines in (compare(Path(name), seconds, rounds), flat(Path(name), seconds, rounds)):
            for line in lines:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
    sys.stdout.write(f"load average {before:.2f} before, {os.getloadavg()[0]:.2f} after\n")


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((float, int), sys.argv[1:], strict=False)))
