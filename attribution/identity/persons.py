"""Keeps mart_person: which cookies, phones, e-mails, customers, contacts and deals are one person.

Called by the upkeep of the marts within its transaction, after mart_call is up to date: a call
whose match is sure ties its caller to its visitor. An increment and a rebuild run the same
statements, over the clusters that a batch touches or over all; only the components are found by
union-find in the one and by scipy in the other. What an increment costs goes by the clusters it
touches: their links are read, not the rest; a batch that names nobody costs one question. What can
go wrong: the temporary table dirty_call is missing (whoever calls did not count the calls first).
Rules that are no longer those by which mart_person was made, as after an upgrade, make the next
increment a rebuild.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import pyarrow as pa

from attribution.identity.graph import EMAIL, PHONE, Links
from attribution.identity.guards import Guards, Link, Most, believed
from attribution.identity.history import Ruling
from attribution.identity.partition import connected, joined
from ringtrail.core.warehouse import Query, Transaction

_Components = Callable[[int, Sequence[int], Sequence[int]], list[int]]
# Goes up when the statements find other persons in the same facts.
_VERSION = 1
_COUNTED = frozenset({"cookie", "phone", "email", "customer"})


def _query(name: str) -> Query:
    return Query.load("attribution", f"identity/{name}.sql")


@dataclass(frozen=True, slots=True)
class Persons:
    """Writes mart_mention, mart_person and mart_person_alarm.

    `matches`: which matches of mart_call are sure enough to tie a caller to a visitor.
    """

    guards: Guards = field(default_factory=Guards)
    matches: Collection[str] = frozenset({"lease"})

    @property
    def rules(self) -> str:
        """A digest of all that decides who is one person, but facts and decisions."""
        told = msgspec.json.encode((_VERSION, self.guards, sorted(self.matches)), order="sorted")
        return hashlib.sha256(told).hexdigest()[:12]

    def update(self, transaction: Transaction, batch: UUID | None) -> int:
        """Take in a batch, or None but the calls; returns of how many nodes the person is another.

        `dirty_call` (account, call) must hold the calls whose row in mart_call is new. Whose person
        is another stays in the temporary table person_change until the next call.
        """
        if transaction.rows(_query("rules"))[0]["rules"] != self.rules:
            return self.rebuild(transaction)
        if not transaction.rows(_query("names_somebody"), {"batch": batch})[0]["names"]:
            transaction.run(_query("no_change"))
            return 0
        transaction.run(_query("told_call"))
        return self._count(transaction, {"batch": batch, "everything": False}, joined)

    def rebuild(self, transaction: Transaction) -> int:
        """Put everybody together anew from the facts; returns what `update` does."""
        transaction.run(_query("every_call"))
        transaction.run(_query("mart_mention_clear"))
        transaction.run(_query("rules_set"), {"rules": self.rules})
        return self._count(transaction, {"batch": None, "everything": True}, connected)

    def changed_visitors(self, transaction: Transaction) -> list[tuple[int, UUID]]:
        """The visitors who are another person since the last call, with their accounts."""
        return [
            (row["account"], row["visitor"]) for row in transaction.rows(_query("changed_visitors"))
        ]

    def _count(
        self, transaction: Transaction, scope: dict[str, Any], components: _Components
    ) -> int:
        self._mentions(transaction, scope)
        transaction.run(_query("dirty_key"), scope)
        transaction.run(_query("dirty_mention"))
        transaction.run(_query("node_now"), {"silence_days": self.guards.silence_days})
        transaction.run(_query("node_limit"))
        transaction.append("node_limit", _limits(self.guards.most))
        transaction.run(_query("node_judged"), {"stopped": sorted(self.guards.stopped)})
        transaction.run(_query("dirty_cluster"), {"everything": scope["everything"]})
        transaction.run(_query("region_node"))
        self._place(transaction, components)
        transaction.run(_query("person_now"))
        transaction.run(_query("person_change"))
        for name in ("mart_person_delete", "mart_person_insert", "alarm_delete"):
            transaction.run(_query(name))
        transaction.run(_query("alarm_insert"), {"largest": self.guards.largest})
        changes: int = transaction.rows(_query("changes"))[0]["changes"]
        return changes

    def _mentions(self, transaction: Transaction, scope: dict[str, Any]) -> None:
        patterns = {"matches": sorted(self.matches), "phone": PHONE, "email": EMAIL}
        transaction.run(_query("telling"), scope | patterns)
        for name in ("mention_now", "mention_gone", "mention_come"):
            transaction.run(_query(name))
        transaction.run(_query("mart_mention_delete"))
        transaction.run(_query("mart_mention_insert"))

    def _place(self, transaction: Transaction, components: _Components) -> None:
        kinds: list[str] = transaction.rows(_query("region_kinds"))[0]["kinds"]
        links = Links(**transaction.rows(_query("region_link"))[0])
        rulings = [Ruling(**row) for row in transaction.rows(_query("region_ruling"))]
        merges = [ruling for ruling in rulings if ruling.action == "merge"]
        clusters = components(
            len(kinds),
            [*links.one, *(ruling.one for ruling in merges)],
            [*links.other, *(ruling.other for ruling in merges)],
        )
        persons = self._persons(kinds, clusters, links, rulings)
        transaction.run(_query("placed"))
        columns = {"id": range(len(kinds)), "cluster": clusters, "person": persons}
        transaction.append("placed", _integers(columns))

    def _persons(
        self, kinds: Sequence[str], clusters: list[int], links: Links, rulings: Sequence[Ruling]
    ) -> list[int]:
        """Of each node its person: that of its whole cluster, unless the guards say otherwise."""
        persons = list(clusters)
        doubtful = self._doubtful(kinds, clusters, rulings)
        if not doubtful:
            return persons
        nodes: dict[int, list[int]] = defaultdict(list)
        for node, cluster in enumerate(clusters):
            if cluster in doubtful:
                nodes[cluster].append(node)
        linked: dict[int, list[Link]] = defaultdict(list)
        for link in map(Link, links.one, links.other, links.at, links.sure):
            if clusters[link.one] in doubtful:
                linked[clusters[link.one]].append(link)
        for cluster, members in nodes.items():
            counted = [node for node in members if kinds[node] in _COUNTED]
            decided = [
                one for one in rulings if clusters[one.one] == clusters[one.other] == cluster
            ]
            found = believed(members, counted, linked[cluster], decided, self.guards.largest)
            for node, person in found.items():
                persons[node] = person
        return persons

    def _doubtful(
        self, kinds: Sequence[str], clusters: Sequence[int], rulings: Sequence[Ruling]
    ) -> set[int]:
        """The clusters that are too large, or that hands have split."""
        sizes: dict[int, int] = defaultdict(int)
        for kind, cluster in zip(kinds, clusters, strict=True):
            sizes[cluster] += kind in _COUNTED
        large = {cluster for cluster, size in sizes.items() if size > self.guards.largest}
        return large | {
            clusters[ruling.one]
            for ruling in rulings
            if ruling.action == "split" and clusters[ruling.one] == clusters[ruling.other]
        }


def _limits(most: Mapping[Any, Most]) -> pa.Table:
    columns = dict(zip(Most._fields, zip(*most.values(), strict=True), strict=True))
    return _integers(columns).append_column("node_kind", pa.array(map(str, most), pa.string()))


def _integers(columns: Mapping[str, Sequence[int]]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.int32()) for name, values in columns.items()})
