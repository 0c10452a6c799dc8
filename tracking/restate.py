"""Classifies stored visits by the rules of today; called by `attribution.reclassify`.

`restate` is a pure function of plain values, so that it can run in a process of its own: a million
visits take the better part of a minute of CPU, and nobody's request shall wait for it. Nothing can
go wrong that a first classification would not have met.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from tracking.channel import channel
from tracking.host import TABLES
from tracking.source import classify

_DECIDES = ("source", "channel", "host", "query", "click_id", "vendor_tag")


class Stored(NamedTuple):
    """What the warehouse keeps of a visit's arrival."""

    site: int
    landing: str
    referrer: str | None


class Verdict(NamedTuple):
    """Where it came from, in the columns of the warehouse."""

    source: str
    medium: str
    campaign: str | None
    content: str | None
    term: str | None
    channel: str
    click_id_type: str | None
    click_id: str | None
    rule: str


@cache
def rules_version() -> str:
    """Names the rules and tables of this program: another rule has another name."""
    names = [f"{name}.py" for name in _DECIDES] + [f"hosts/{table}.csv" for table, _ in TABLES]
    text = b"\0".join(files("tracking").joinpath(name).read_bytes() for name in names)
    return hashlib.sha256(text).hexdigest()[:12]


def restate(visits: Sequence[Stored], own_hosts: Mapping[int, frozenset[str]]) -> list[Verdict]:
    """The verdict on each visit; `own_hosts` by site, as `tracking.source.own_hosts` gives them."""
    nobody: frozenset[str] = frozenset()
    return [
        _verdict(visit.landing, visit.referrer or "", own_hosts.get(visit.site, nobody))
        for visit in visits
    ]


def _verdict(landing: str, referrer: str, own: frozenset[str]) -> Verdict:
    found = classify(landing, referrer, own)
    return Verdict(
        source=found.source,
        medium=found.medium,
        campaign=found.campaign,
        content=found.content,
        term=found.term,
        channel=channel(found.source, found.medium, found.campaign),
        click_id_type=found.click_id_type,
        click_id=found.click_id,
        rule=found.rule,
    )
