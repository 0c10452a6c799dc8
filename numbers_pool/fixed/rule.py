"""Which static number stands for whom; pure.

    landing    a parameter or the path of the landing page's address
    referrer   a host
    group      a source and medium, as classified: `google/organic`, `*/social`
    always     everybody

The first kind of this order that has a true rule wins, and within it the number added first;
whoever finds no true rule is shown a number of the visitors' pool (precedence as CallRail
documents it: landing parameter or URL, specific referrer, referrer group, always swap, pool).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

RULES = ("landing", "referrer", "group", "always")


class Origin(Protocol):
    """What the intake has found out about where a visit came from."""

    @property
    def source(self) -> str: ...
    @property
    def medium(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Declared:
    """A number that stands for a source, where `original` stands and `rule` is true.

    `patterns`, any of which will do: of landing `name`, `name=value` or `/path`, of referrer a
    host (its subdomains too), of group `source/medium` with `*` for any; of always none. The
    channel follows from the source: whoever declares the number says which.
    """

    number: str
    original: str
    rule: str
    patterns: tuple[str, ...]
    source: str
    medium: str
    campaign: str | None = None
    channel: str = field(default="Unassigned", compare=False)

    def flaw(self) -> str | None:
        """Why this cannot be a rule, for a person; None when it can."""
        if self.rule not in RULES:
            return f"{self.rule!r} is no rule: give {', '.join(RULES)}"
        if (self.rule == "always") == bool(self.patterns):
            return "always takes no pattern" if self.patterns else f"{self.rule} needs a pattern"
        if self.rule == "group" and not all(p.count("/") == 1 for p in self.patterns):
            return "a group is written source/medium: google/organic, */social"
        if not self.source or not self.medium:
            return "a static number needs the source and the medium that it stands for"
        return None


def choose(
    known: Sequence[Declared], origin: Origin, referrer: str, landing: str
) -> list[Declared]:
    """For each original the number of the strongest true rule, if there is one."""
    chosen: dict[str, Declared] = {}
    for rule in RULES:
        for declared in known:
            fits = declared.rule == rule and _true(declared, origin, referrer, landing)
            if fits and declared.original not in chosen:
                chosen[declared.original] = declared
    return list(chosen.values())


def _true(declared: Declared, origin: Origin, referrer: str, landing: str) -> bool:
    match declared.rule:
        case "landing":
            return any(_landed(landing, pattern) for pattern in declared.patterns)
        case "referrer":
            host = _split(referrer)[0]
            return any(_within(host, pattern.lower()) for pattern in declared.patterns)
        case "group":
            group = f"{origin.source}/{origin.medium}".lower()
            return any(fnmatchcase(group, pattern.lower()) for pattern in declared.patterns)
    return True


def _landed(landing: str, pattern: str) -> bool:
    _, path, query = _split(landing)
    if pattern.startswith("/"):
        whole = pattern.rstrip("/")
        return path == whole or path.startswith(whole + "/")
    name, mark, value = pattern.partition("=")
    return any(key == name and (not mark or found == value) for key, found in query)


def _within(host: str, pattern: str) -> bool:
    return host == pattern or host.endswith("." + pattern)


def _split(address: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Host, path and parameters; empty for what is no address."""
    try:
        parts = urlsplit(address)
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)
        return (parts.hostname or "").lower(), parts.path, query
    except ValueError:
        return "", "", []
