"""What a host or a name is: a search engine, a social network, webmail, a shop ... Pure.

The tables lie in `hosts/`, one kind a file, read once. A host in a table stands for itself and what
lies below it, decided at its labels: `google.com.evil.example` and `evilgoogle.com` are nobody.
`=host` stands for itself alone, `host/path` for that part of it, `name.*` for every country's
suffix, `app:package` for an Android application. The longest name decides, then the longest path,
so that assistants and webmail below a search engine's name are told apart from it.
"""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Kind = Literal["search", "social", "email", "ai", "video", "shop", "site", "ad", "return"]
# A word in two tables means what the earlier table says.
TABLES: tuple[tuple[str, Kind], ...] = (
    ("search", "search"),
    ("social", "social"),
    ("assistant", "ai"),
    ("video", "video"),
    ("mail", "email"),
    ("shop", "shop"),
    ("site", "site"),
    ("ad", "ad"),
    ("return", "return"),
    ("search_matomo", "search"),
    ("social_matomo", "social"),
)
_WIDE = {"com", "net", "org", "info"}
_SECOND = {"co", "com", "net", "org", "ne", "or", "gov", "edu", "ac"}
_WEBMAIL = re.compile(r"(web|w|e)?mail\d*|owa|roundcube|zimbra")
_ADVERTISING = re.compile(r"[ ._-]?ads?$")
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Known:
    """A source by its name here; `paid` when the word means its advertising account."""

    source: str
    kind: Kind
    paid: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    alone: bool
    known: Known


def find(host: str, path: str = "") -> Known | None:
    """What a host (lower case, no `www.`, or `app:package`) and a path on it are known as."""
    labels = host.split(".")[-_DEEPEST:]
    if host.startswith("app:"):
        return _first(host, host, path)
    suffix = _suffix(labels)
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        found = _first(name, host, path)
        if found is None and suffix and start < len(labels) - suffix:
            stem = ".".join(labels[start:-suffix])
            found = _first(f"{stem}.*", host, path, whole=name)
        if found is not None:
            return found
    if len(labels) - max(suffix, 1) == 2 and _WEBMAIL.fullmatch(labels[0]):
        return Known(host, "email")
    return None


@lru_cache(maxsize=4096)
def named(word: str) -> Known | None:
    """What a source's name in lower case stands for: itself, another word, a host, an account."""
    word = word.strip().removeprefix("www.")
    found = _NAMES.get(word) or (find(word) if "." in word else None)
    if found is None:
        base = _NAMES.get(_ADVERTISING.sub("", word))
        return Known(base.source, base.kind, paid=True) if base else None
    if found.kind == "ad":
        network = _NAMES.get(found.source)
        return Known(found.source, network.kind if network else "ad", paid=True)
    return None if found.kind == "return" else found


def _first(key: str, host: str, path: str, whole: str | None = None) -> Known | None:
    for place in _PLACES.get(key, ()):
        if place.alone and (whole or key) != host:
            continue
        if not place.path or path == place.path or path.startswith(place.path + "/"):
            return place.known
    return None


def _suffix(labels: list[str]) -> int:
    """How many labels at the end are a country's or a general suffix; 0 for no such thing."""
    if labels[-1] in _WIDE:
        return 1
    if len(labels[-1]) != 2 or not labels[-1].isalpha():
        return 0
    return 2 if len(labels) > 2 and labels[-2] in _SECOND else 1


def _read() -> tuple[dict[str, tuple[_Place, ...]], dict[str, Known]]:
    places: dict[str, list[_Place]] = {}
    names: dict[str, Known] = {}
    for table, kind in TABLES:
        text = files("tracking").joinpath(f"hosts/{table}.csv").read_text(encoding="utf-8")
        rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
        for row in rows:
            known = Known(row["source"], kind)
            words = [] if kind in ("ad", "return") or "_" in table else [row["source"]]
            for word in (*words, *row["names"].split()):
                names.setdefault(word, known)
            for entry in row["hosts"].split():
                host, mark, path = entry.removeprefix("=").partition("/")
                place = _Place(mark + path, entry.startswith("="), known)
                places.setdefault(host, []).append(place)
    ordered = {
        host: tuple(sorted(found, key=lambda place: -len(place.path)))
        for host, found in places.items()
    }
    return ordered, names


_PLACES, _NAMES = _read()
