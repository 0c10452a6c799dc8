"""SIPp as the carrier: places calls by a scenario and says how many went as it tells.

Every scenario of sipp/*.xml begins with the INVITE of sipp/invite.txt; what differs from call to
call is a `Way`: how the caller shows itself, where the called number stands.
"""

import csv
import os
import signal
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

SCENARIOS = Path(__file__).parent / "sipp"


@dataclass(frozen=True, slots=True)
class Way:
    """How an INVITE is written: `steps` names the scenario file; {called}, {caller}, {here} and
    {edge} stand for themselves."""

    steps: str = "answered"
    code: int = 0
    uri: str = "sip:{called}@{edge}"
    to: str = "sip:{called}@{edge}"
    sender: str = "<sip:{caller}@{here}>"
    headers: tuple[str, ...] = ()


FORGED = ("X-RT-Call: forged", "x-rt-trunk: 999", "X-RT-Anything: forged")
WAYS: dict[str, Way] = {
    "answered": Way(headers=FORGED),
    "hung_up": Way("hung_up"),
    "abandoned": Way("abandoned"),
    # The carrier knows the number and asks that nobody is shown it.
    "withheld": Way(
        sender='"Anonymous" <sip:anonymous@anonymous.invalid>',
        headers=("P-Asserted-Identity: <sip:{caller}@{here}>", "Privacy: id"),
    ),
    # The carrier does not know it either.
    "anonymous": Way(sender='"Anonymous" <sip:anonymous@anonymous.invalid>'),
    "unknown_caller": Way(sender="<sip:{here}>"),
    "evil": Way(
        sender=r'"Ev\"il \\x, д=1&y\\ %0A ${SHELL(id)}" <sip:+79%22%0A1,&z=2%7D@{here}>',
        headers=FORGED,
    ),
    # A quote that would end a text in the dial plan, and words that would go on from there.
    "evil_number": Way(sender="<sip:%22%7C1%7C%22=%22{caller}@{here}>"),
    "to": Way(uri="sip:gateway@{edge}", to="sip:{called}@carrier.example"),
    "p_called_party_id": Way(
        uri="sip:gateway@{edge}", to="sip:gateway@carrier.example",
        headers=("P-Called-Party-ID: <sip:{called}@carrier.example;user=phone>",),
    ),
}  # fmt: skip


def failing(code: int, way: str = "answered") -> Way:
    """The same call, which succeeds when it is refused with exactly this code."""
    return replace(WAYS[way], steps="failed", code=code)


@dataclass(frozen=True, slots=True)
class Calls:
    """How many calls went as their scenario tells, and what SIPp found wrong with the others."""

    good: int
    bad: int
    why: str = field(default="", compare=False)


class Dialling:
    """Calls under way; `done` waits for their end."""

    def __init__(
        self, folder: Path, here: str, edge: str, called: str, caller: str, way: Way,
        *, count: int, rate: float, hold: float,
    ) -> None:  # fmt: skip
        self._statistics = folder / "calls.csv"
        self._errors = folder / "errors.log"
        scenario = folder / "scenario.xml"
        scenario.write_text(self._told(way, here, edge, called, caller), "utf-8")
        host, port = here.split(":")
        command = [
            "sipp", edge, "-sf", str(scenario), "-i", host, "-p", port,
            "-m", str(count), "-l", str(count), "-r", str(max(1, round(rate * 10))), "-rp", "10000",
            "-d", str(round(hold * 1000)), "-recv_timeout", "30000", "-timeout", "90",
            "-trace_stat", "-stf", str(self._statistics), "-fd", "1",
            "-trace_err", "-error_file", str(self._errors), "-nostdin",
            # The edge's workers may let an answer overtake the ringing before it, as networks do.
            "-pause_msg_ign",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, cwd=folder,
        )  # fmt: skip

    @staticmethod
    def _told(way: Way, here: str, edge: str, called: str, caller: str) -> str:
        known = {"called": called, "caller": caller, "here": here, "edge": edge}

        def filled(text: str) -> str:
            for name, value in known.items():
                text = text.replace("{" + name + "}", value)
            return text

        invite = (SCENARIOS / "invite.txt").read_text("utf-8")
        text = (SCENARIOS / f"{way.steps}.xml").read_text("utf-8").replace("@INVITE@", invite)
        headers = "".join(f"{header}\n" for header in way.headers)
        for mark, value in (("@RURI@", way.uri), ("@FROM@", way.sender), ("@TO@", way.to),
                            ("@HEADERS@", headers), ("@CODE@", str(way.code))):  # fmt: skip
            text = text.replace(mark, filled(value))
        return text

    def done(self, timeout: float = 100) -> Calls:
        """The counts; a call that did not go as told is bad, whatever it did instead."""
        self.process.wait(timeout)
        with self._statistics.open(encoding="utf-8") as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        return Calls(int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]), self.told())

    def told(self) -> str:
        """What SIPp found wrong so far."""
        return self._errors.read_text("utf-8", errors="replace") if self._errors.exists() else ""

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
