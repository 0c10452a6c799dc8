"""Persons kept up batch by batch are those of a rebuild, in any order, told once or twice."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.identity import Deciding, Guards, Persons, merge, split, stop, undo
from attribution.identity.graph import Kind, Known
from attribution.identity.guards import Most
from ringtrail.core.facts import Fact, PersonDecision
from ringtrail.core.warehouse import Warehouse
from tests.attribution.identity.world import (
    ACCOUNT,
    Rang,
    World,
    at,
    contact,
    cookie,
    deal,
    identified,
    owned,
    phone,
)

# So tight that random worlds run into each of them.
GUARDS = Guards(largest=6, most=dict.fromkeys(Kind, Most(3, 2, 2, 2)))

days = st.sampled_from([0, 1, 2, 100, 179, 180, 181, 300, 500]) | st.floats(0, 700)
small = st.integers(0, 5)
cookies = st.integers(0, 6).map(cookie)
phones = st.integers(0, 5).map(phone)
emails = st.sampled_from(["a@x.example", "B@x.example", "c@x.example", "nobody"])
customers = st.sampled_from(["c-1", "c-2", " "])
maybe_cookie, maybe_phone = st.none() | cookies, st.none() | phones
names = {
    "phone": maybe_phone,
    "email": st.none() | emails,
}
calls = st.builds(
    Rang, n=st.integers(0, 8), days=days, caller=maybe_phone, visitor=maybe_cookie,
    match=st.sampled_from(["lease", "ambiguous"]),
    presentation=st.sampled_from(["allowed", "allowed", "restricted"]),
    direction=st.sampled_from(["inbound", "inbound", "outbound"]),
)  # fmt: skip
contacts = st.builds(contact, n=small, days=days, told=small, visitor=maybe_cookie, **names)
seen = st.builds(
    identified, n=st.integers(0, 10_000), days=days, visitor=cookies,
    customer=st.none() | customers, **names,
)  # fmt: skip
deals = st.builds(
    deal, n=small, days=days, told=small, customer=st.none() | customers,
    contact=st.sampled_from([None, "p-1", "p-2", "00000000-0000-0000-0000-0000000003e9"]), **names,
)  # fmt: skip
nodes = st.one_of(
    cookies.map(lambda one: Known(Kind.cookie, str(one))),
    phones.map(lambda one: Known(Kind.phone, one)),
    st.just(Known(Kind.email, "a@x.example")),
)


@st.composite
def decisions(draw: st.DrawFn) -> list[PersonDecision]:
    """A decision and, by chance, its being taken back."""
    deciding = Deciding(ACCOUNT, "ann", "", at(draw(days)), at(draw(days)))
    one = draw(nodes)
    other = draw(nodes.filter(lambda node: node != one))
    decision = draw(st.sampled_from([merge, split]))(deciding, one, other)
    if draw(st.integers(0, 7)) == 0:
        decision = stop(deciding, one)
    undone = [undo(decision, "bob", at(800))] if draw(st.booleans()) else []
    return [decision, *undone]


numbers = st.sampled_from([phone(4), phone(5)]).map(lambda number: owned(number, 0))
told: st.SearchStrategy[list[Fact | Rang]] = st.one_of(
    *(one.map(lambda fact: [fact]) for one in (calls, calls, contacts, seen, deals, numbers)),
    decisions(),
)


@st.composite
def streams(draw: st.DrawFn) -> list[list[Fact | Rang]]:
    """Batches of what was told, shuffled, some of it told again in another batch."""
    events: list[Fact | Rang] = [one for some in draw(st.lists(told, max_size=22)) for one in some]
    again = draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    events = list(draw(st.permutations(events + again)))
    batches: list[list[Fact | Rang]] = []
    while events:
        size = draw(st.integers(1, 8))
        batches.append(events[:size])
        events = events[size:]
    return batches


def people(world: World) -> dict[tuple[str, str, str | None], object]:
    """Who each node is, of a phone in each stretch."""
    return {
        (row["node_kind"], row["node"], row["until"] and str(row["since"])): row["person"]
        for row in world.rows()
    }


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(streams())
def test_increments_equal_a_rebuild(
    warehouse: Warehouse, batches: Sequence[Sequence[Fact | Rang]]
) -> None:
    world = World(warehouse, Persons(GUARDS))
    world.clear()
    for batch in batches:
        before = people(world)
        changed = world.tell(*batch)
        assert world.marts() == world.rebuilt()
        after = people(world)
        every = [cookie(n) for n in range(7)]
        assert changed == [
            one for one in every
            if before.get(key := ("cookie", str(one), None), one) != after.get(key, one)
        ]  # fmt: skip
