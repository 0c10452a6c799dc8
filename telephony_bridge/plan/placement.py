"""Where the edge and the PBX stand: addresses, folders, and what they call themselves.

Made from the settings by the command line, or by a test for a PBX of its own. Whatever cannot
stand in a configuration file is refused with `NotConfigured`.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path, PurePosixPath

from ringtrail.core.errors import NotConfigured
from ringtrail.core.settings import Settings

_PLAIN_FOLDER = re.compile(r"/[A-Za-z0-9._/+-]*")
_SYSTEM = re.compile(r"[a-z][a-z0-9]{0,15}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}")
_MOST_RING_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Address:
    """An IPv4 address and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def address(variable: str, text: str) -> Address:
    """Reads `host:port` of a setting; an address of its own, not all of the machine's."""
    host, _, port = text.rpartition(":")
    try:
        found = IPv4Address(host)
    except ValueError:
        found = IPv4Address(0)
    if found.is_unspecified or not re.fullmatch(r"[1-9][0-9]{0,4}", port) or int(port) > 65_535:
        raise NotConfigured(
            f"{variable} {text!r} cannot be used: give one IPv4 address and a port, like "
            "192.0.2.7:5060"
        )
    return Address(host, int(port))


@dataclass(frozen=True, slots=True)
class Placement:
    """One edge and one PBX.

    `home` is the PBX's folder as Asterisk sees it, `root` where that file system begins for
    everybody else: `files` is the same folder as the edge and this program see it.
    """

    home: PurePosixPath
    root: Path
    edge: Address
    pbx: Address
    manager: Address
    secret: str
    system: str = "rt1"
    ring_seconds: int = 60

    def __post_init__(self) -> None:
        for folder in (str(self.home), str(self.files)):
            if _PLAIN_FOLDER.fullmatch(folder) is None:
                raise NotConfigured(
                    f"the PBX's folder {folder!r} cannot be used: give a whole path of letters, "
                    "digits and ._+-"
                )
        if _SYSTEM.fullmatch(self.system) is None:
            raise NotConfigured(f"{self.system!r} cannot be a PBX's name: give one like rt1")
        if _SECRET.fullmatch(self.secret) is None:
            raise NotConfigured("the PBX's secret cannot be used: remove it, one is made anew")
        if not 0 < self.ring_seconds <= _MOST_RING_SECONDS:
            raise NotConfigured(f"a phone cannot ring for {self.ring_seconds} seconds")
        if self.edge == self.pbx:
            raise NotConfigured(
                "RINGTRAIL_EDGE_ADDRESS and RINGTRAIL_PBX_ADDRESS are the same: give two"
            )

    @property
    def files(self) -> Path:
        """The PBX's folder as this program sees it."""
        return self.root / self.home.relative_to("/")


def placement(settings: Settings, out: Path | None) -> Placement:
    """What the settings say; without RINGTRAIL_PBX_HOME the PBX's files lie in `out`."""
    home = settings.pbx_home
    if home is None:
        if out is None:
            raise NotConfigured(
                "there is no place for the files: give --out, or set RINGTRAIL_PBX_HOME"
            )
        root, within = settings.pbx_root.resolve(), out.resolve()
        if not within.is_relative_to(root):
            raise NotConfigured(f"{within} is not within RINGTRAIL_PBX_ROOT, {root}")
        home = Path("/") / within.relative_to(root)
    return Placement(
        home=PurePosixPath(home),
        root=settings.pbx_root,
        edge=address("RINGTRAIL_EDGE_ADDRESS", settings.edge_address),
        pbx=address("RINGTRAIL_PBX_ADDRESS", settings.pbx_address),
        manager=address("RINGTRAIL_PBX_MANAGER", settings.pbx_manager),
        secret=settings.pbx_secret(),
    )
