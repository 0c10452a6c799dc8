"""The persons of random worlds are those that a slow and plain reading of the rules finds."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.identity import Guards, Persons
from attribution.identity.graph import Kind
from attribution.identity.guards import Most
from ringtrail.core.clock import DAY, Micros, utc
from ringtrail.core.facts import Contact, Fact, Identified
from ringtrail.core.warehouse import Warehouse
from tests.attribution.identity.test_increments import calls, contacts, seen
from tests.attribution.identity.world import Rang, World, at

MOST = 2
GUARDS = Guards(most=dict.fromkeys(Kind, Most(MOST, MOST, MOST, MOST)))
Name = tuple[str, str]
Node = tuple[str, str, datetime | None]


def names(one: Fact | Rang) -> tuple[object, Micros, dict[str, str | None]]:
    """What tells, when, and whom it names."""
    if isinstance(one, Rang):
        shown = one.presentation == "allowed" and one.direction == "inbound"
        sure = one.match == "lease" and one.direction == "inbound"
        return one.n, at(one.days), {
            "cookie": str(one.visitor) if sure and one.visitor else None,
            "phone": one.caller if shown else None,
        }  # fmt: skip
    assert isinstance(one, Contact | Identified)
    found = {"phone": one.phone, "email": (one.email or "").lower()}
    found["cookie"] = str(one.visitor) if one.visitor else None
    if isinstance(one, Identified):
        return one.id(), Micros(one.occurred_at), found | {"customer": (one.customer or "").strip()}
    return one.key, Micros(one.occurred_at), found | {"contact": str(one.contact)}


def tellings(batches: Sequence[Sequence[Fact | Rang]]) -> list[tuple[Micros, set[Name]]]:
    """The last telling of each source: when, and whom it names."""
    newest: dict[object, tuple[tuple[int, UUID], Micros, set[Name]]] = {}
    for count, one in enumerate(one for batch in batches for one in batch):
        source, moment, found = names(one)
        if "@" not in (found.get("email") or ""):
            found.pop("email", None)
        rank = (one.told_at, UUID(int=2**128 - 1 - one.id().int)) if isinstance(one, Contact) else (
            count, UUID(int=0))  # fmt: skip
        if source not in newest or rank >= newest[source][0]:
            newest[source] = rank, moment, {(kind, node) for kind, node in found.items() if node}
    return [(moment, named) for _, moment, named in newest.values()]


def stretches(told: list[tuple[Micros, set[Name]]]) -> Iterator[tuple[Micros, set[Node]]]:
    begun: dict[tuple[str, Micros], datetime] = {}
    for phone in {name for _, named in told for name in named if name[0] == "phone"}:
        last = since = Micros(-(10**18))
        for moment in sorted(moment for moment, named in told if phone in named):
            since = moment if moment - last >= 180 * DAY else since
            last = moment
            begun[phone[1], moment] = utc(since).replace(tzinfo=None)
    for moment, named in told:
        yield moment, {(kind, node, begun.get((node, moment))) if kind == "phone" else
                       (kind, node, None) for kind, node in named}  # fmt: skip


def persons(batches: Sequence[Sequence[Fact | Rang]]) -> set[frozenset[Node]]:
    told = [named for _, named in stretches(tellings(batches))]
    nodes = set[Node]().union(*told)
    shared = {
        node for node in nodes
        for kind in ("cookie", "phone", "email", "customer")
        if len({other[:2] for named in told if node in named for other in named
                if other != node and other[0] == kind}) > MOST
    }  # fmt: skip
    groups = {frozenset({node}) for node in nodes}
    for named in told:
        for one, other in combinations(named - shared, 2):
            joining = {group for group in groups if one in group or other in group}
            groups = (groups - joining) | {frozenset().union(*joining)}
    return groups


events = st.lists(st.one_of(calls, contacts, seen), max_size=14)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(events, min_size=1, max_size=3))
def test_persons_are_those_of_the_rules(
    warehouse: Warehouse, batches: list[list[Fact | Rang]]
) -> None:
    world = World(warehouse, Persons(GUARDS))
    world.clear()
    for batch in batches:
        world.tell(*batch)
    found: dict[UUID, set[Node]] = {}
    for row in world.rows():
        stretch = row["since"] if row["node_kind"] == "phone" else None
        found.setdefault(row["person"], set()).add((row["node_kind"], row["node"], stretch))
    assert {frozenset(group) for group in found.values()} == persons(batches)
    for person, group in found.items():
        cookies = sorted(node for kind, node, _ in group if kind == "cookie")
        assert not cookies or str(person) == cookies[0]
    assert all(re.fullmatch(r"\S+@\S+", row["node"]) for row in world.rows()
               if row["node_kind"] == "email")  # fmt: skip
