"""Union-find and scipy find the same components, whatever the order and the batches of links."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.identity.guards import Link, believed
from attribution.identity.history import Ruling
from attribution.identity.partition import UnionFind, connected, joined

Pair = tuple[int, int]
NODES = 12
ends = st.integers(0, NODES - 1)
pairs = st.lists(st.tuples(ends, ends), max_size=30)


def by_hand(nodes: int, links: Sequence[Pair]) -> list[int]:
    """Let the smaller label win until nothing moves."""
    labels = list(range(nodes))
    for _ in range(nodes):
        for one, other in links:
            labels[one] = labels[other] = min(labels[one], labels[other])
    return labels


@given(pairs, st.randoms(use_true_random=False))
def test_the_same_partition_by_both(links: list[Pair], chance: random.Random) -> None:
    expected = by_hand(NODES, links)
    shuffled = chance.sample(links, len(links))
    one, other = [pair[0] for pair in shuffled], [pair[1] for pair in shuffled]
    assert joined(NODES, one, other) == connected(NODES, one, other) == expected


@given(st.lists(pairs, max_size=5))
def test_what_comes_in_batches_is_what_comes_at_once(batches: list[list[Pair]]) -> None:
    components, so_far = UnionFind(NODES), list[Pair]()
    for batch in batches:
        for one, other in batch:
            components.join(one, other)
        so_far += batch
        ones, others = [pair[0] for pair in so_far], [pair[1] for pair in so_far]
        assert components.labels() == connected(NODES, ones, others)


@pytest.mark.parametrize("components", [joined, connected])
def test_no_links_and_no_nodes(components: type) -> None:
    assert components(0, [], []) == []
    assert components(3, [], []) == [0, 1, 2]


linked = st.builds(Link, one=ends, other=ends, at=st.integers(0, 3), sure=st.booleans()).filter(
    lambda link: link.one < link.other
)
rulings = st.builds(Ruling, st.sampled_from(["merge", "split"]), ends, ends).filter(
    lambda ruling: ruling.one != ruling.other
)


@given(
    st.lists(linked, max_size=25, unique_by=lambda link: link[:2]),
    st.lists(rulings, max_size=4),
    st.integers(1, NODES),
    st.randoms(use_true_random=False),
)
def test_what_is_believed_of_a_cluster(
    links: list[Link], decided: list[Ruling], largest: int, chance: random.Random
) -> None:
    every = range(NODES)
    found = believed(every, every, links, decided, largest)
    again = believed(
        chance.sample(every, NODES), every, chance.sample(links, len(links)), decided, largest
    )
    assert found == again

    # Nobody is linked by nothing, and the smallest node names a person.
    some = [link[:2] for link in links] + [ruling[1:] for ruling in decided]
    whole = by_hand(NODES, some)
    for node in every:
        assert found[node] == found[found[node]] <= node
        assert whole[node] == whole[found[node]]

    # The newest decision holds always, and sizes unless hands have merged.
    for newest in decided[:1]:
        assert (found[newest.one] == found[newest.other]) == (newest.action == "merge")
    if not decided:
        sizes = [list(found.values()).count(person) for person in every]
        assert max(sizes) <= largest
        if by_hand(NODES, [link[:2] for link in links]) == list(found.values()):
            return
        assert max(by_hand(NODES, some).count(label) for label in every) > largest


def test_who_is_split_takes_what_hangs_on_it_alone() -> None:
    links = [Link(0, 3, 0, True), Link(1, 3, 1, True), Link(1, 4, 2, True), Link(3, 5, 3, True)]
    found = believed(range(6), range(6), links, [Ruling("split", 1, 3)], 10)
    assert found == {0: 0, 1: 1, 2: 2, 3: 0, 4: 1, 5: 0}


def test_only_what_is_too_large_loses_its_weaker_links() -> None:
    links = [Link(0, 1, 0, True), Link(1, 2, 0, False), Link(3, 4, 0, False)]
    split = [Ruling("split", 0, 3)]
    assert believed(range(5), range(5), links, split, 2) == {0: 0, 1: 0, 2: 2, 3: 3, 4: 3}
    assert believed(range(5), range(5), links, split, 3) == {0: 0, 1: 0, 2: 0, 3: 3, 4: 3}
