"""Journal lines as Asterisk writes them, for the tests of telephony_bridge.asterisk."""

import json
from urllib.parse import quote

START = 1_790_000_000
"""Seconds: the day on which the tests' clock stands."""


def line(
    kind: str, key: str, at: float, channel: str = "PJSIP/edge-00000001", **extra: str
) -> bytes:
    """One line without its line feed; `extra` becomes the event's query string."""
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in extra.items())
    told = {
        "eventtype": kind,
        "eventtime": round(at, 6),
        "eventextra": json.dumps({"extra": query}, separators=(",", ":")) if extra else "",
        "channame": channel,
        "uniqueid": key,
        "linkedid": key,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def ring(
    key: str,
    at: float,
    number: str,
    caller: str = "+79161234567",
    *,
    pres: str = "allowed",
    trunk: str = "1",
    dest: str = "sip:desk@192.0.2.7",
) -> bytes:
    return line(
        "RT_RING", key, at, number=number, trunk=trunk, caller=caller, pres=pres,
        sip="1-1339@192.0.2.2", rt="0c000623-4438-44ec-8592-475e7bb567aa", dest=dest, route="plan",
    )  # fmt: skip


def answer(key: str, at: float, channel: str = "PJSIP/phones-00000002") -> bytes:
    return line("ANSWER", key, at, channel)


def end(
    key: str,
    at: float,
    number: str,
    status: str,
    dialed: str = "",
    talk: str = "",
    caller: str = "+79161234567",
    *,
    pres: str = "allowed",
    trunk: str = "1",
    dest: str = "sip:desk@192.0.2.7",
) -> bytes:
    return line(
        "RT_END", key, at, number=number, trunk=trunk, caller=caller, pres=pres,
        rt="0c000623-4438-44ec-8592-475e7bb567aa", dest=dest, status=status, cause="16",
        dialed=dialed, talk=talk, q="ssrc=283974758;themssrc=833443903;lp=27" if talk else "",
    )  # fmt: skip


def link_end(key: str, at: float) -> bytes:
    return line("LINKEDID_END", key, at)


def boot(key: str, at: float, system: str = "rt1") -> bytes:
    return line("RT_BOOT", key, at, "Local/s@rt-boot-00000000;2", system=system)
