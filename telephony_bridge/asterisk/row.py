"""Reads one line of Asterisk's call journal (CEL as JSON) into a typed row.

Called by the bridge for each line. Lines that say nothing of a call's life give None. What cannot
be read raises `Unreadable` with one word as its reason; the bridge keeps such a line as a scrap.
The journal's writer cuts lines at 1,023 bytes and does not escape everything, so broken lines are
expected, if rare. The values of our own events are percent-encoded in a query string, in which a
plus sign is a plus sign.
"""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

import msgspec

from ringtrail.core.clock import DAY, Micros

# Channels of people's phones; the dialplan names the endpoint so.
_PHONES = "PJSIP/phones-"
# Until 2262, as the facts have it.
_LATEST = 9_223_372_036
_LONGEST_CALL = 7 * DAY // 1000
# As dialled; empty for a call that names none.
_NUMBER = re.compile(r"[+0-9]{0,80}")
_KEY = re.compile(r"(?:[\x21-\x7e]{1,100}-)?[0-9]{1,12}\.[0-9]{1,12}")
_WITHHELD = frozenset({"", "anonymous", "unknown", "unavailable", "restricted"})

Presentation = Literal["allowed", "restricted", "unavailable"]
_PRESENTATIONS: dict[str, Presentation] = {
    "allowed": "allowed",
    "restricted": "restricted",
    "unavailable": "unavailable",
}
STATUSES = frozenset(
    {
        # Nothing was dialled, or the caller was gone before.
        "",
        "ANSWER",
        "BUSY",
        "NOANSWER",
        "CANCEL",
        "CHANUNAVAIL",
        "CONGESTION",
        "DONTCALL",
        "TORTURE",
        "INVALIDARGS",
    }
)


class Unreadable(Exception):
    """A line that is none of the journal's; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Heard:
    """What every row says: which call (the PBX's linked id), and when."""

    key: str
    at: Micros


@dataclass(frozen=True, slots=True)
class Called(Heard):
    """Who calls whom over which trunk; `caller` as the trunk wrote it, None if withheld."""

    number: str
    trunk: int | None
    caller: str | None
    presentation: Presentation
    destination: str | None


@dataclass(frozen=True, slots=True)
class Ring(Called):
    """A call came in; its phone has not rung yet."""


@dataclass(frozen=True, slots=True)
class Ended(Called):
    """The caller's channel is gone; milliseconds are None where Asterisk counted none."""

    status: str
    dialed_ms: int | None
    talk_ms: int | None


@dataclass(frozen=True, slots=True)
class Answered(Heard):
    """A person's phone was picked up."""


@dataclass(frozen=True, slots=True)
class LinkEnded(Heard):
    """The last channel of the call is gone."""


@dataclass(frozen=True, slots=True)
class Booted(Heard):
    """Asterisk has started; whatever was alive before is not."""

    system: str


Row = Ring | Ended | Answered | LinkEnded | Booted


class _Line(msgspec.Struct):
    eventtype: str
    eventtime: float
    linkedid: str
    eventextra: str = ""
    channame: str = ""


class _Extra(msgspec.Struct):
    extra: str


_LINE = msgspec.json.Decoder(_Line)
_EXTRA = msgspec.json.Decoder(_Extra)


def read(line: bytes) -> Row | None:
    """The row in a whole line, without its line feed; raises `Unreadable`."""
    try:
        told = _LINE.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable("json") from error
    kind = told.eventtype
    person = kind == "ANSWER" and told.channame.startswith(_PHONES)
    if not person and kind not in ("LINKEDID_END", "RT_BOOT", "RT_RING", "RT_END"):
        return None
    if not 0 < told.eventtime < _LATEST:
        raise Unreadable("time")
    at = Micros(round(told.eventtime * 1_000_000))
    if _KEY.fullmatch(told.linkedid) is None:
        raise Unreadable("linkedid")
    if person:
        return Answered(told.linkedid, at)
    if kind == "LINKEDID_END":
        return LinkEnded(told.linkedid, at)
    payload = _payload(told.eventextra)
    if kind == "RT_BOOT":
        return Booted(told.linkedid, at, _named(payload, "system", 100))
    return _called(kind, told.linkedid, at, payload)


def counter(key: str) -> int:
    """The serial number, since Asterisk's start, of the channel that a linked id names."""
    return int(key.rpartition(".")[2])


def _called(kind: str, key: str, at: Micros, payload: dict[str, str]) -> Ring | Ended:
    number = _named(payload, "number", 80)
    if _NUMBER.fullmatch(number) is None:
        raise Unreadable("number")
    trunk = _named(payload, "trunk", 20)
    if trunk and not (trunk.isascii() and trunk.isdigit() and len(trunk) < 10):
        raise Unreadable("trunk")
    presentation = _PRESENTATIONS.get(_named(payload, "pres", 20))
    if presentation is None:
        raise Unreadable("pres")
    caller = _named(payload, "caller", 255)
    withheld = presentation != "allowed" or caller.lower() in _WITHHELD
    said = (
        key,
        at,
        number,
        int(trunk) if trunk else None,
        None if withheld else caller,
        presentation,
        _named(payload, "dest", 255) or None,
    )
    if kind == "RT_RING":
        return Ring(*said)
    status = _named(payload, "status", 20)
    if status not in STATUSES:
        raise Unreadable("status")
    return Ended(*said, status, _milliseconds(payload, "dialed"), _milliseconds(payload, "talk"))


def _payload(extra: str) -> dict[str, str]:
    try:
        query = _EXTRA.decode(extra).extra
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Unreadable("payload") from error
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if not equals or name in found:
            raise Unreadable("payload")
        try:
            found[name] = unquote(value, errors="strict")
        except UnicodeDecodeError as error:
            raise Unreadable("payload") from error
    return found


def _named(payload: dict[str, str], name: str, longest: int) -> str:
    value = payload.get(name)
    if value is None or len(value) > longest or not value.isprintable():
        raise Unreadable(name)
    return value


def _milliseconds(payload: dict[str, str], name: str) -> int | None:
    value = _named(payload, name, 20)
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and int(value) <= _LONGEST_CALL):
        raise Unreadable(name)
    return int(value)
