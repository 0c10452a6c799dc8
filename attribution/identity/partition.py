"""Which nodes hang together: the same partition by union-find and by scipy.

Union-find is for increments: it takes links as they come and costs what they cost, but can only
merge; a region that lost a link is given to it anew. scipy is for rebuilds over millions of links.
Both label a component by its smallest node, so that the order of links never shows.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


class UnionFind:
    """Components of the nodes 0..n-1 under links that are added one by one."""

    def __init__(self, nodes: int) -> None:
        self._parent = list(range(nodes))

    def find(self, node: int) -> int:
        """The smallest node of the component of `node`."""
        parent = self._parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(self, one: int, other: int) -> None:
        one, other = self.find(one), self.find(other)
        if one < other:
            self._parent[other] = one
        else:
            self._parent[one] = other

    def labels(self) -> list[int]:
        """Of each node, the smallest node of its component."""
        return [self.find(node) for node in range(len(self._parent))]


def joined(nodes: int, one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Of each node the smallest node of its component, by union-find."""
    components = UnionFind(nodes)
    for a, b in zip(one, other, strict=True):
        components.join(a, b)
    return components.labels()


def connected(nodes: int, one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Of each node the smallest node of its component, by scipy."""
    if not nodes:
        return []
    ends = np.asarray(one, np.int32), np.asarray(other, np.int32)
    graph = coo_array((np.ones(len(one), np.int8), ends), shape=(nodes, nodes))
    _, component = connected_components(graph, directed=False)
    _, smallest = np.unique(component, return_index=True)
    found: list[int] = smallest[component].tolist()
    return found
