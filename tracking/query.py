"""Reads an address that a browser told: host, path and parameters. Pure; never raises.

Used for the landing page, the referrer and a referrer told in `utm_referrer`. Escapes are UTF-8,
or windows-1251 where they cannot be UTF-8: old Russian links are written so. An ad system's
`%macro%` is left as it is, though its first letters may look like an escape.
"""

import re
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import msgspec

MOST_FIELDS = 500
_MACRO = re.compile(r"%[A-Za-z_]{3,40}%")
_HOST = re.compile(r"[\w.:-]+")
_EMAIL = re.compile(r"[^@\s]@[^@\s]+\.[^@\s]")


class Address(msgspec.Struct, frozen=True, gc=False):
    """What of an address tells where somebody came from.

    `host` is in lower case without `www.`, `app:` and the package for an Android application, or
    empty. `query` has the first usable value of each parameter.
    """

    host: str = ""
    path: str = ""
    query: dict[str, str] = {}


_NOTHING = Address()


def read(url: str) -> Address:
    """The parts of `url`; empty ones for what is no URL."""
    if not url:
        return _NOTHING
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")[:255]
        if not _HOST.fullmatch(host):
            host = ""
    except ValueError:
        return _NOTHING
    query: dict[str, str] = {}
    for name, value in fields(parts.query) if parts.query else ():
        if name not in query and value and not value.isspace() and not holds_email(value):
            query[name] = value
    if parts.scheme == "android-app":
        host = f"app:{host}"
    return Address(host.removeprefix("www."), parts.path, query)


def fields(query: str) -> list[tuple[str, str]]:
    """Names and values in their order; none of a query that only a machine can have made."""
    pieces = query.split("&") if query else []
    if len(pieces) > MOST_FIELDS:
        return []
    pairs = (piece.partition("=") for piece in pieces if piece)
    return [(decoded(name), decoded(value)) for name, _, value in pairs]


def decoded(text: str) -> str:
    """`text` without its escapes and without NUL, which PostgreSQL takes into no text column."""
    if "%" in text and not _MACRO.fullmatch(text):
        raw = unquote_to_bytes(text.replace("+", " ").encode("utf-8", "replace"))
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("windows-1251", "replace")
    else:
        text = text.replace("+", " ")
    return text.replace("\0", "")


def holds_email(value: str) -> bool:
    """Whether an e-mail address stands in a value, escaped once more perhaps."""
    if "@" in value and _EMAIL.search(value):
        return True
    return "%40" in value and bool(_EMAIL.search(unquote(value)))
