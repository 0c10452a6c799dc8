"""Tells of all visits anew where they came from, by the rules of today.

Called by `ringtrail sources reclassify`. Facts stay as they were told: what differs from them goes
to mart_source, which the marts read before the facts, and all that follows from it is recomputed in
the same transaction. Running it twice changes nothing more; a run that is killed changes nothing.
Visits that arrive meanwhile are by the rules of today already.
"""

import multiprocessing
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from attribution.upkeep import Upkeep
from ringtrail.core.warehouse import Query, Row, Warehouse
from tracking.restate import Stored, Verdict, restate, rules_version

_VISITS = Query.load("attribution", "marts/visits_to_classify.sql")
# What a page can show of a source; a rule that has another name and the same answer moves nothing.
_SHOWN = Verdict._fields[:-1]
_NUMBERS = {"account", "site"}
_COLUMNS = ("account", "site", "visit", "rules", *Verdict._fields)
_AHEAD = 4
_Asked = tuple[Sequence[Row], Future[list[Verdict]]]


@dataclass(frozen=True, slots=True)
class Days:
    """Which visits: of these days of their site, both included, None for no limit.

    With `dry_run` nothing is stored.
    """

    since: date | None = None
    until: date | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """How many visits went from one channel to another."""

    before: str
    after: str
    visits: int


@dataclass(frozen=True, slots=True)
class Restatement:
    """What a run found: `visits` read, `changed` in any column, `moved` between channels."""

    rules: str
    visits: int
    changed: int
    moved: list[Moved]
    stored: bool


def reclassify(
    warehouse: Warehouse,
    upkeep: Upkeep,
    own_hosts: Mapping[int, frozenset[str]],
    days: Days,
) -> Restatement:
    """Tell of the visits of these days anew where they came from; `own_hosts` by site."""
    visits, moves = 0, Counter[tuple[str, str]]()
    changed: list[tuple[object, ...]] = []
    chunks = warehouse.stream(_VISITS, {"since": days.since, "until": days.until})
    for rows, verdicts in _judged(chunks, own_hosts):
        visits += len(rows)
        for row, verdict in zip(rows, verdicts, strict=True):
            if any(row[name] != getattr(verdict, name) for name in _SHOWN):
                place = (row["account"], row["site"], str(row["visit"]))
                changed.append((*place, rules_version(), *verdict))
                moves[row["channel"], verdict.channel] += 1
    if changed and not days.dry_run:
        upkeep.restate(table(changed))
    moved = [
        Moved(before, after, count)
        for (before, after), count in moves.most_common()
        if before != after
    ]
    return Restatement(rules_version(), visits, len(changed), moved, stored=not days.dry_run)


def _judged(
    chunks: Iterator[Sequence[Row]], own_hosts: Mapping[int, frozenset[str]]
) -> Iterator[tuple[Sequence[Row], list[Verdict]]]:
    """Each chunk with its verdicts, found in another process a few chunks ahead."""
    waiting: deque[_Asked] = deque()
    # Not forked: the app has threads.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        for rows in chunks:
            stored = [Stored(row["site"], row["landing"], row["referrer"]) for row in rows]
            waiting.append((rows, pool.submit(restate, stored, own_hosts)))
            if len(waiting) > _AHEAD:
                yield _next(waiting)
        while waiting:
            yield _next(waiting)


def _next(waiting: deque[_Asked]) -> tuple[Sequence[Row], list[Verdict]]:
    rows, verdicts = waiting.popleft()
    return rows, verdicts.result()


def table(rows: Sequence[tuple[object, ...]]) -> pa.Table:
    """Rows of mart_source: account, site, visit, rules and the fields of a verdict."""
    return pa.table(
        {
            name: pa.array(column, pa.int32() if name in _NUMBERS else pa.string())
            for name, column in zip(_COLUMNS, zip(*rows, strict=True), strict=True)
        }
    )
