"""Runs the real programs over rendered files: `ringtrail telephony check`.

Kamailio reads its file as it would at a start. Asterisk really starts, from a copy of its folder on
a loopback address of its own, so that a running PBX is not disturbed; it must start without an
error and know every route. Findings say what to do; nothing is raised for what is found wrong.
"""

import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from telephony_bridge.plan.dial_plan import Plan
from telephony_bridge.plan.render import FOLDERS, modules

LEAST_ASTERISK = 22
_PATIENCE = 60.0
_GET = "`make telephony` installs it for tests; for a line of your own, docs/telephony.md"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` says what to do about it."""

    subject: str
    good: bool
    told: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An Asterisk that can be started: `root` is where its file system begins."""

    root: Path
    version: str

    def command(self, *arguments: str) -> list[str]:
        """What starts it, or asks it over its socket."""
        inside = ["asterisk", *arguments]
        return inside if self.root == Path("/") else ["chroot", str(self.root), *inside]


def check(folder: Path, rendered: dict[str, str], plan: Plan, roots: list[Path]) -> list[Finding]:
    """The findings on `folder`, which should hold what was `rendered` of the plan.

    `roots` are where an Asterisk may be, the preferred one first.
    """
    gone = [name for name in rendered if not (folder / name).is_file()]
    if gone:
        told = f"{folder} lacks {', '.join(gone[:3])}"
        return [Finding("files", False, told, "run `ringtrail telephony render`")]
    old = [name for name, text in rendered.items() if (folder / name).read_text("utf-8") != text]
    written = Finding("files", True, str(folder))
    if old:
        told = f"{', '.join(old)} differ from the plan"
        written = Finding("files", False, told, "run `ringtrail telephony render` again")
    return [written, _edge(folder / "kamailio/kamailio.cfg"), *_pbx(folder, plan, roots)]


def _edge(file: Path) -> Finding:
    program = shutil.which("kamailio", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        return Finding("edge", False, "there is no kamailio here", _GET)
    done = subprocess.run(
        [program, "-c", "-f", str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return Finding("edge", True, "Kamailio takes its file")
    wrong = re.findall(r"(?:ERROR|CRITICAL): (.*)", done.stderr) or [done.stderr[-500:]]
    return Finding("edge", False, "; ".join(wrong[:3]), f"look at {file}")


def _pbx(folder: Path, plan: Plan, roots: list[Path]) -> Iterator[Finding]:
    found = [pbx for pbx in map(_asterisk, roots) if pbx is not None]
    new = [pbx for pbx in found if int(pbx.version.split(".")[0]) >= LEAST_ASTERISK]
    if not new:
        told = f"only Asterisk {found[0].version}" if found else "there is no asterisk here"
        yield Finding("PBX", False, f"{told}; {LEAST_ASTERISK} or newer is needed", _GET)
        return
    copy = Path(tempfile.mkdtemp(prefix="ringtrail-check-", dir=new[0].root / "tmp"))
    try:
        yield from _boot(new[0], folder, copy, plan)
    finally:
        shutil.rmtree(copy)


def _asterisk(root: Path) -> Asterisk | None:
    unknown = Asterisk(root, "")
    try:
        done = subprocess.run(
            unknown.command("-V"), capture_output=True, text=True, check=False, timeout=20
        )
    except (FileNotFoundError, PermissionError):
        return None
    version = re.match(r"Asterisk ([0-9]+\.[0-9.]+)", done.stdout)
    return None if version is None else Asterisk(root, version[1].rstrip("."))


def _copy(folder: Path, copy: Path, root: Path) -> Path:
    """Copies the folder to another address; returns its asterisk.conf as Asterisk sees it."""
    for name in FOLDERS:
        (copy / name).mkdir()
    shutil.copytree(folder / "asterisk", copy / "asterisk")
    home = f"/{copy.relative_to(root)}"
    address = f"127.{200 + secrets.randbelow(50)}.{secrets.randbelow(250)}.1"
    changes = {
        "asterisk.conf": [
            (r"^(astmoddir => ).*", rf"\g<1>{modules(root)}"),
            (r"^(ast\w+ => )(?!/usr/).*?(/asterisk|/lib(?:/agi-bin)?|/spool|/run|/log|/cache)$",
             rf"\g<1>{home}\g<2>"),
        ],
        "pjsip.conf": [(r"^(bind = ).*", rf"\g<1>{address}:5060")],
        "manager.conf": [(r"^(bindaddr = ).*", rf"\g<1>{address}")],
    }  # fmt: skip
    for name, pairs in changes.items():
        file = copy / "asterisk" / name
        text = file.read_text("utf-8")
        for pattern, replacement in pairs:
            text = re.sub(pattern, replacement, text, flags=re.M)
        file.write_text(text, "utf-8")
    return Path(home) / "asterisk/asterisk.conf"


def _boot(pbx: Asterisk, folder: Path, copy: Path, plan: Plan) -> Iterator[Finding]:
    conf = str(_copy(folder, copy, pbx.root))
    with (copy / "output").open("wb") as output:
        process = subprocess.Popen(
            pbx.command("-f", "-C", conf), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        booted = _booted(pbx, conf, process)
        shown = _asked(pbx, conf, "dialplan show rt-plan") if booted else ""
    finally:
        process.kill()
        process.wait()
    said = (copy / "output").read_text("utf-8", errors="replace")
    log = copy / "log/messages.log"
    said += log.read_text("utf-8", errors="replace") if log.exists() else ""
    wrong = list(
        dict.fromkeys(re.findall(r"ERROR\S*\[\d+\]\S* (.*)", re.sub(r"\x1b\[[\d;]*m", "", said)))
    )
    advice = f"look at {folder / 'asterisk'}"
    if wrong or not booted:
        told = "; ".join(wrong[:3]) or f"Asterisk did not start: {said[-300:]}"
        yield Finding("PBX", False, told, advice)
        return
    yield Finding("PBX", True, f"Asterisk {pbx.version} starts")
    known = dict(re.findall(r"^\s*'([^']+)' => .*Return\((sip:[^)]*)\)", shown, flags=re.M))
    lost = [
        route.number
        for route in plan.routes
        if known.get(route.number) != plan.destination(route.destination).uri
    ]
    told = f"no route of {', '.join(lost[:5])}" if lost else f"{len(known)} routes are there"
    yield Finding("routes", not lost, told, advice if lost else "")


def _booted(pbx: Asterisk, conf: str, process: "subprocess.Popen[bytes]") -> bool:
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if "fully booted" in _asked(pbx, conf, "core waitfullybooted"):
            return True
        time.sleep(0.1)
    return False


def _asked(pbx: Asterisk, conf: str, command: str) -> str:
    done = subprocess.run(
        pbx.command("-C", conf, "-rx", command),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_PATIENCE,
    )  # fmt: skip
    return done.stdout
