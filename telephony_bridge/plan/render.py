"""Writes the plan as the files of Kamailio (the edge) and Asterisk (the PBX).

Called by `ringtrail telephony render` and by the tests' lab. Everything that comes from the
operational store is checked anew before it reaches a file, and names, which only comments carry,
lose what is not a letter or a digit: a file that a carrier's or a colleague's text could reach into
would reroute calls. A plan that cannot be written changes no file.
"""

import os
import re
from dataclasses import dataclass
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from tempfile import NamedTemporaryFile

from jinja2 import BaseLoader, Environment, StrictUndefined

from ringtrail.core.errors import RingtrailError
from telephony_bridge.plan import numbering
from telephony_bridge.plan.dial_plan import Plan, Trunk, network, refuse_plan
from telephony_bridge.plan.placement import Placement

EDGE_FILES = ("kamailio.cfg", "address.list", "dispatcher.list")
PBX_FILES = (
    "asterisk.conf", "cdr.conf", "cel.conf", "cel_custom.conf", "cli.conf", "extensions.conf",
    "indications.conf", "logger.conf", "manager.conf", "modules.conf", "pjsip.conf", "rtp.conf",
)  # fmt: skip
# Asterisk complains when these are not there; their defaults do.
_EMPTY = ("acl.conf", "ccss.conf", "features.conf", "pjproject.conf", "udptl.conf")
# The folders that Asterisk writes to and does not make.
FOLDERS = (
    "lib", "lib/keys", "lib/agi-bin", "run", "cache", "spool", "spool/tmp", "spool/outgoing",
    "spool/monitor", "log", "log/cel-custom",
)  # fmt: skip
_MODULE_FOLDER = "usr/lib/*/asterisk/modules"
_CALLED = {
    "request_uri": "$ru",
    "to": "$tu",
    "p_called_party_id": "$(hdr(P-Called-Party-ID){nameaddr.uri})",
}
# Of an address: that it has a user or is a telephone's, and a digit there that is no escape's.
_WITH_USER = "^(tel:|sips?:[^@]+@)"
_WITH_DIGIT = "^[a-z]+:([^;@?%]|%..)*[0-9]"


@dataclass(frozen=True, slots=True)
class _Line:
    """A trunk as the templates see it: nothing in it needs escaping."""

    id: int
    name: str
    called: str
    networks: list[IPv4Network | IPv6Network]
    rules: tuple[numbering.Rule, ...]
    default: str | None


def render(plan: Plan, placement: Placement) -> dict[str, str]:
    """The files by their path within the PBX's folder; raises RingtrailError if it cannot be."""
    try:
        refuse_plan(plan)
        lines = [_line(trunk, plan, placement) for trunk in plan.trunks]
        routes = [
            {"number": route.number, "uri": plan.destination(route.destination).uri}
            for route in plan.routes
        ]
    except ValueError as error:
        raise RingtrailError(f"the plan cannot be written: {error}") from error
    known = {
        "lines": lines, "routes": routes, "decoration": numbering.DECORATION,
        "edge": placement.edge, "edge_host": placement.edge.host,
        "pbx": placement.pbx, "pbx_host": placement.pbx.host, "pbx_port": placement.pbx.port,
        "manager_host": placement.manager.host, "manager_port": placement.manager.port,
        "secret": placement.secret, "system": placement.system, "home": placement.home,
        "folder": placement.files / "kamailio", "ring_seconds": placement.ring_seconds,
        "modules": modules(placement.root), "with_user": _WITH_USER, "with_digit": _WITH_DIGIT,
    }  # fmt: skip
    wanted = [("kamailio", name) for name in EDGE_FILES] + [
        ("asterisk", name) for name in PBX_FILES
    ]
    empty = {f"asterisk/{name}": "; Nothing here differs from the defaults.\n" for name in _EMPTY}
    return empty | {f"{folder}/{name}": _filled(folder, name, known) for folder, name in wanted}


def _line(trunk: Trunk, plan: Plan, placement: Placement) -> _Line:
    networks = [network(text) for text in trunk.addresses]
    for our in (placement.edge.host, placement.pbx.host):
        if any(ip_address(our) in known for known in networks):
            raise ValueError(f"trunk {trunk.name!r} has our own address {our}: calls would loop")
    return _Line(
        id=trunk.id,
        name=f"trunk {trunk.id}: " + re.sub(r"[^\w .,+-]", "?", trunk.name),
        called=_CALLED[trunk.number_from],
        networks=networks,
        rules=numbering.rules(trunk.region, trunk.rules),
        default=None if trunk.default is None else plan.destination(trunk.default).uri,
    )


def modules(root: Path) -> str:
    """Where the PBX's modules lie; Debian's folder has the machine's kind in its name."""
    found = sorted(root.glob(_MODULE_FOLDER))
    kind = f"{os.uname().machine}-linux-gnu"
    return f"/{found[0].relative_to(root)}" if found else f"/usr/lib/{kind}/asterisk/modules"


def _filled(folder: str, name: str, known: dict[str, object]) -> str:
    source = files("telephony_bridge.plan") / "templates" / folder / f"{name}.j2"
    environment = Environment(
        loader=BaseLoader(), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    return environment.from_string(source.read_text("utf-8")).render(known)


def write(rendered: dict[str, str], out: Path) -> list[Path]:
    """Brings the folder to what was rendered; returns the files that changed.

    Each file is replaced whole and is for its owner and group alone, as are the folders: one file
    has a secret, and the journal will have callers.
    """
    changed = []
    out.mkdir(parents=True, exist_ok=True, mode=0o750)
    for folder in (*FOLDERS, *{str(Path(name).parent) for name in rendered}):
        (out / folder).mkdir(exist_ok=True, mode=0o750)
    for name, text in rendered.items():
        path = out / name
        if path.is_file() and path.read_text("utf-8") == text:
            path.chmod(0o640)
            continue
        with NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            file.write(text)
        Path(file.name).chmod(0o640)
        Path(file.name).replace(path)
        changed.append(path)
    return changed
