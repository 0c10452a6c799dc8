"""A telephone line on loopback addresses: SIPp -> Kamailio -> Asterisk 22 -> SIPp, all real.

Each lab has addresses 127.x.y.* and a folder in the chroot of its own, so two can run at once. The
chroot is made by `make telephony`. Used by the tests of the dial plan and by the story.

    with Lab() as lab:
        lab.render(plan)        # addresses: lab.carrier, lab.phone("fast"), ...
        lab.start()
        lab.call("+74951234567")
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Any, Self, TypeVar
from urllib.parse import parse_qs

import pytest

from telephony_bridge.plan.dial_plan import Plan
from telephony_bridge.plan.placement import Address, Placement
from telephony_bridge.plan.render import render, write
from tests.telephony_bridge.caller import SCENARIOS, WAYS, Calls, Dialling, Way

CHROOT = Path(os.environ.get("RINGTRAIL_LAB", Path.home() / ".cache/ringtrail-lab")) / "asterisk"
SECRET = "a-secret-of-the-telephone-lab"
T = TypeVar("T")
_PATIENCE = 30.0
_EDGE, _CARRIER, _PBX, _PHONE, _LOCK = 1, 2, 3, 4, 254


def missing() -> str:
    """Why no lab can run here; empty when one can."""
    programs = [name for name in ("kamailio", "sipp") if shutil.which(name) is None]
    if programs:
        return f"{' and '.join(programs)} not installed: run `make telephony` as root on Debian"
    if not (CHROOT / ".complete").exists():
        return "no Asterisk 22 in the lab: run `make telephony` as root on Debian"
    return "" if os.geteuid() == 0 else "the lab's Asterisk runs in a chroot: needs root"


def until(told: Callable[[], T], what: str, patience: float = _PATIENCE) -> T:
    """Asks until the answer is true; fails the test when it is not in time."""
    end = time.monotonic() + patience
    while True:
        answer = told()
        if answer:
            return answer
        if time.monotonic() > end:
            pytest.fail(f"not within {patience:.0f} s: {what}")
        time.sleep(0.02)


class Lab:
    """One line; everything it started is gone when it is left."""

    def __init__(
        self,
        *,
        secret: str = SECRET,
        system: str = "rt1",
        ring_seconds: int = 2,
        port: int = 25_060,
    ) -> None:
        why = missing()
        if why:
            pytest.skip(why)
        self._stack = ExitStack()
        self._port = port
        self._net = self._free_net()
        self.home = PurePosixPath("/rt") / self._net.replace(".", "-")
        self.placement = Placement(
            home=self.home,
            root=CHROOT,
            edge=Address(self.address(_EDGE), port),
            pbx=Address(self.address(_PBX), port),
            manager=Address(self.address(_PBX), 25_038),
            secret=secret,
            system=system,
            ring_seconds=ring_seconds,
        )
        self.files = self.placement.files
        self.carrier = self.address(_CARRIER)
        self._asterisk: subprocess.Popen[bytes] | None = None
        self._kamailio: subprocess.Popen[bytes] | None = None
        self._calls = 0

    def _free_net(self) -> str:
        """Addresses that no other lab has: whoever holds the socket has them."""
        for n in range(os.getpid(), os.getpid() + 4096):
            net = f"127.{64 + n // 250 % 128}.{n % 250}"
            lock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                lock.bind((f"{net}.{_LOCK}", self._port))
            except OSError:
                lock.close()
                continue
            self._stack.callback(lock.close)
            return net
        pytest.fail("no free loopback addresses")

    def address(self, last: int) -> str:
        """One of this lab's loopback addresses."""
        return f"{self._net}.{last}"

    def phone(self, user: str) -> str:
        """The address of a phone that does what its user says; see sipp/phone.xml."""
        return f"sip:{user}@{self.address(_PHONE)}:{self._port}"

    @property
    def journal_path(self) -> Path:
        """The file that Asterisk writes calls to."""
        return self.files / "log/cel-custom/journal.json"

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which a platform stands beside this lab."""
        place = self.placement
        return {
            "RINGTRAIL_PBX_HOME": str(self.home),
            "RINGTRAIL_PBX_ROOT": str(CHROOT),
            "RINGTRAIL_PBX_ADDRESS": str(place.pbx),
            "RINGTRAIL_PBX_MANAGER": str(place.manager),
            "RINGTRAIL_EDGE_ADDRESS": str(place.edge),
        }

    def __enter__(self) -> Self:
        shutil.rmtree(self.files, ignore_errors=True)
        self._stack.callback(shutil.rmtree, self.files, ignore_errors=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def render(self, plan: Plan) -> None:
        """Writes the plan to this lab's folder."""
        write(render(plan, self.placement), self.files)

    def start(self) -> None:
        """Edge, PBX and phone, each waited for until it answers."""
        self.start_phone()
        self.start_asterisk()
        self.start_kamailio()

    def _run(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        log = self.files / f"log/{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, cwd=self.files,
            )  # fmt: skip
        self._stack.callback(self._end, process)
        return process

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def start_kamailio(self) -> None:
        cfg, run = self.files / "kamailio/kamailio.cfg", self.files / "run"
        self._kamailio = self._run(
            "kamailio", "kamailio", "-f", str(cfg), "-Y", str(run),
            "-P", str(run / "kamailio.pid"), "-m", "32", "-M", "4", "-DD", "-E",
        )  # fmt: skip
        until(lambda: self.exchange(options(self.placement.edge)), "Kamailio answers OPTIONS")

    def kill_kamailio(self) -> None:
        """kill -9 of all its processes."""
        assert self._kamailio is not None
        self._end(self._kamailio)

    def start_phone(self) -> None:
        host = self.address(_PHONE)
        self._run("phone", "sipp", "-sf", str(SCENARIOS / "phone.xml"), "-i", host,
                  "-p", str(self._port), "-nostdin", "-trace_msg",
                  "-message_file", str(self.files / "log/phone-messages.log"),
                  "-message_overwrite", "false")  # fmt: skip
        until(lambda: is_bound(host, self._port), "the phone listens")

    def start_asterisk(self) -> None:
        self._asterisk = self._run(
            "asterisk", "chroot", str(CHROOT), "asterisk", "-f", "-C",
            str(self.home / "asterisk/asterisk.conf"),
        )  # fmt: skip
        until(lambda: "fully booted" in self.cli("core waitfullybooted"), "Asterisk has booted")

    def kill_asterisk(self) -> None:
        """kill -9: what was under way is lost."""
        assert self._asterisk is not None
        self._end(self._asterisk)

    def cli(self, command: str) -> str:
        """What Asterisk answers to a command of its console."""
        done = subprocess.run(
            ["chroot", str(CHROOT), "asterisk", "-C",
             str(self.home / "asterisk/asterisk.conf"), "-rx", command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        return done.stdout

    def kamailio(self, *command: str) -> str:
        """What Kamailio answers to a command over its socket."""
        socket_of = f"unix:{self.files / 'kamailio/ctl'}"
        done = subprocess.run(
            ["kamcmd", "-s", socket_of, *command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        return done.stdout

    def dial(
        self, number: str, *, caller: str = "+79161234567", scenario: str | Way = "answered",
        count: int = 1, rate: float = 10, hold: float = 0.2, source: str = "",
    ) -> Dialling:  # fmt: skip
        """Begins calls to `number`; `source` is the carrier's address where it is not the first."""
        self._calls += 1
        folder = self.files / f"log/calls-{self._calls}"
        folder.mkdir(parents=True)
        way = WAYS[scenario] if isinstance(scenario, str) else scenario
        # A port of its own, so that several can be under way at once.
        here = f"{source or self.carrier}:{self._port + 1 + self._calls}"
        dialling = Dialling(folder, here, str(self.placement.edge), number, caller, way,
                            count=count, rate=rate, hold=hold)  # fmt: skip
        self._stack.callback(dialling.kill)
        return dialling

    def call(
        self, number: str, *, caller: str = "+79161234567", scenario: str | Way = "answered",
        count: int = 1, rate: float = 10, hold: float = 0.2, source: str = "",
    ) -> Calls:  # fmt: skip
        """Places calls and waits for their end."""
        return self.dial(number, caller=caller, scenario=scenario, count=count, rate=rate,
                         hold=hold, source=source).done()  # fmt: skip

    @property
    def edge(self) -> tuple[str, int]:
        """Where the edge takes SIP, as a socket wants it."""
        return self.placement.edge.host, self.placement.edge.port

    def exchange(
        self, message: str, *, source: str = "", to: tuple[str, int] | None = None,
        patience: float = 0.3,
    ) -> str:  # fmt: skip
        """One SIP request over UDP and the first answer to it; empty when none comes in time."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((source or self.carrier, 0))
            sock.settimeout(patience)
            host, port = sock.getsockname()
            sock.sendto(message.replace("{here}", f"{host}:{port}").encode(), to or self.edge)
            try:
                return sock.recv(65_536).decode()
            except TimeoutError:
                return ""

    def journal(self) -> list[dict[str, Any]]:
        """Every row so far; a line that is no JSON fails the test."""
        if not self.journal_path.exists():
            return []
        return [json.loads(line) for line in self.journal_path.read_text("utf-8").splitlines()]

    def events(self, kind: str) -> list[dict[str, str]]:
        """The payloads of the user events of this kind, in their order."""
        return [
            {
                name: values[0]
                for name, values in parse_qs(
                    json.loads(row["eventextra"])["extra"],
                    keep_blank_values=True,
                    strict_parsing=True,
                ).items()
            }
            for row in self.journal()
            if row["eventtype"] == kind
        ]

    def ended(self, count: int) -> list[dict[str, str]]:
        """The ends of calls, when there are this many."""
        until(lambda: len(self.events("RT_END")) >= count, f"{count} calls have ended")
        return self.events("RT_END")


def options(edge: Address) -> str:
    """A carrier's question whether the edge is there."""
    return (
        f"OPTIONS sip:{edge} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {{here}};branch=z9hG4bK-{time.time_ns()}\r\n"
        f"From: <sip:probe@{{here}}>;tag=1\r\nTo: <sip:{edge}>\r\n"
        f"Call-ID: {time.time_ns()}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
        "Content-Length: 0\r\n\r\n"
    )


def is_bound(host: str, port: int) -> bool:
    """Whether some process receives UDP there, by the kernel's own table."""
    wanted = f"{int.from_bytes(socket.inet_aton(host), 'little'):08X}:{port:04X}"
    return any(wanted in line for line in Path("/proc/net/udp").read_text().splitlines())
