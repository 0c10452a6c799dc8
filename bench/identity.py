"""What a batch costs to take into who is who, beside a rebuild of everybody.

    make bench        or: .venv/bin/python -m bench.identity [PERSONS [ROUNDS]]

A warehouse of 45,000 persons, each known by a form (cookie, phone, e-mail), a call from another
browser and an e-mail link opened in a third: about 0.3 million links. Measured are batches that
bring something new of 1 % of them, one that brings as much of people never seen, one that brings
nothing, and rebuilds in between; wall and processor time, both as ratios to the rebuild of the same
run. After the last batch what was kept must equal a rebuild, or the bench fails.

The two ways to find components are told apart as well: union-find, which an increment uses, and
scipy, which a rebuild uses, over all links, with the same partition.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np

from attribution.identity import Persons
from attribution.identity.partition import connected, joined
from ringtrail.core.identifiers import mint
from ringtrail.core.warehouse import Query, Transaction, Warehouse

ID = "md5(concat($batch::VARCHAR, '{}', n))::UUID"
COMMON = (
    "$batch::UUID AS batch, 1 AS account, 7 AS site, TIMESTAMP '2026-06-01' "
    "+ to_minutes(n % 200000) AS occurred_at, TIMESTAMP '2027-01-01' AS received_at, "
)
PHONE = "'+4477' || lpad(n::VARCHAR, 8, '0')"
EMAIL = "'person' || n || '@example.com'"
CONTACTS = Query(
    "contacts",
    f"INSERT INTO fact_contact BY NAME SELECT {ID.format('fact')} AS fact_id, {COMMON} "
    f"n::VARCHAR AS key, {ID.format('contact')} AS contact, occurred_at AS told_at, 'form' AS way, "
    f"'ours' AS vendor, {PHONE} AS phone, {EMAIL} AS email, {ID.format('first')} AS visitor "
    "FROM range($first, $past) r(n)",
)
LINKS = Query(
    "links",
    f"INSERT INTO fact_identified BY NAME SELECT {ID.format('seen')} AS fact_id, {COMMON} "
    f"{ID.format('visit')} AS visit, {ID.format('third')} AS visitor, {EMAIL} AS email "
    "FROM range($first, $past) r(n)",
)
CALLS = Query(
    "calls",
    "INSERT INTO mart_call BY NAME SELECT 1 AS account, 7 AS site, "
    f"{ID.format('call')} AS call, '' AS key, TIMESTAMP '2026-06-02' + to_minutes(n % 200000) "
    f"AS started_at, DATE '2026-06-01' AS day, '+442079460101' AS number, {PHONE} AS caller, "
    "'inbound' AS direction, 'answered' AS outcome, true AS first_time, 0 AS ring_seconds, "
    "0 AS menu_seconds, 0 AS hold_seconds, 0 AS talk_seconds, 'lease' AS match, "
    f"{ID.format('second')} AS visitor, '' AS channel, '' AS source, "
    "'' AS medium, 0 AS traffic FROM range($first, $past) r(n)",
)
NO_CALL = Query(
    "dirty",
    "CREATE OR REPLACE TEMP TABLE dirty_call AS SELECT account, call FROM mart_call LIMIT 0",
)
NEW_CALLS = Query(
    "dirty",
    f"CREATE OR REPLACE TEMP TABLE dirty_call AS SELECT 1 AS account, {ID.format('call')} AS call "
    "FROM range($first, $past) r(n)",
)
KEPT = Query(
    "kept", "SELECT account, node_kind, node, since, until, person, cluster, apart "
    "FROM mart_person ORDER BY ALL",
)  # fmt: skip


@dataclass(frozen=True)
class Took:
    """Seconds by the clock and of all processors."""

    wall: float
    processor: float


def timed(work: Callable[[], object]) -> Took:
    began, used = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - began, time.process_time() - used)


def median(took: list[Took]) -> Took:
    return Took(
        statistics.median(one.wall for one in took),
        statistics.median(one.processor for one in took),
    )


@dataclass
class World:
    warehouse: Warehouse
    persons: Persons

    def told(self, transaction: Transaction, first: int, past: int) -> UUID:
        """Facts of these persons, by new browsers, with the calls that the upkeep found dirty."""
        batch = mint()
        values = {"batch": str(batch), "first": first, "past": past}
        for query in (CONTACTS, LINKS, CALLS, NEW_CALLS):
            transaction.run(query, values)
        return batch

    def increment(self, first: int, past: int) -> Took:
        with self.warehouse.transaction() as transaction:
            batch = self.told(transaction, first, past)
            took = timed(lambda: self.persons.update(transaction, batch))
        return took

    def nothing(self) -> Took:
        with self.warehouse.transaction() as transaction:
            transaction.run(NO_CALL)
            return timed(lambda: self.persons.update(transaction, mint()))

    def rebuild(self) -> Took:
        with self.warehouse.transaction() as transaction:
            return timed(lambda: self.persons.rebuild(transaction))


def components(persons: int) -> str:
    """Union-find beside scipy, over seven links a person."""
    nodes = persons * 6
    chance = np.random.default_rng(1)
    groups = chance.permutation(nodes).reshape(persons, 6)
    ends = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (1, 4), (2, 5)]
    one = np.concatenate([groups[:, a] for a, _ in ends]).tolist()
    other = np.concatenate([groups[:, b] for _, b in ends]).tolist()
    found: list[list[int]] = []
    by_links = timed(lambda: found.append(joined(nodes, one, other)))
    by_matrix = timed(lambda: found.append(connected(nodes, one, other)))
    if found[0] != found[1]:
        sys.exit("union-find and scipy find other components")
    return f"union-find to scipy, {len(one):,} links: wall {by_links.wall / by_matrix.wall:.1f}"


def main(persons: int = 45_000, rounds: int = 5) -> None:
    with TemporaryDirectory() as name:
        warehouse = Warehouse(Path(name) / "w.duckdb")
        warehouse.migrate()
        world = World(warehouse, Persons())
        with warehouse.transaction() as transaction:
            world.told(transaction, 0, persons)
        share = persons // 100
        whole, late, new, none = [world.rebuild()], list[Took](), list[Took](), list[Took]()
        for turn in range(rounds):
            late.append(world.increment(turn * share, (turn + 1) * share))
            new.append(world.increment(persons + turn * share, persons + (turn + 1) * share))
            none.append(world.nothing())
            whole.append(world.rebuild())
        world.increment(rounds * share, (rounds + 1) * share)
        kept = warehouse.rows(KEPT)
        world.rebuild()
        if kept != warehouse.rows(KEPT):
            sys.exit("what was kept up is not what a rebuild gives")
        warehouse.close()
    base = median(whole)
    told = [f"{persons:,} persons, {len(kept):,} nodes; increments of 1 %; medians of {rounds}"]
    for label, took in (("known persons", late), ("new persons", new), ("nothing new", none)):
        ratio = base.wall / median(took).wall, base.processor / median(took).processor
        told.append(
            f"rebuild to increment, {label:14} wall {ratio[0]:.1f}, processor {ratio[1]:.1f}"
        )
    told.append(components(persons))
    told.append(f"load average {os.getloadavg()[0]:.2f} after; {os.cpu_count()} processors")
    sys.stdout.writelines(text + "\n" for text in told)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
