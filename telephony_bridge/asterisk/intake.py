"""Writes down what a chunk of the journal says: all of it, or nothing.

One call of `take` is one transaction of the bridge's: live calls, facts, scraps and the position
from which the next chunk is read. Whatever dies in between, the chunk is read again and says the
same. A fact that is older than the inbox's ledger becomes a dead letter there.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from numbers_pool import store as pool
from ringtrail.core.clock import Micros
from ringtrail.core.facts import Call, UnknownNumber
from ringtrail.core.inbox import put
from telephony_bridge.asterisk import store
from telephony_bridge.asterisk.call_assembler import Answer, Close, Open, Owner, assemble
from telephony_bridge.asterisk.journal import Chunk, Position
from telephony_bridge.asterisk.row import Booted, Called, Row, Unreadable, read

Reading = tuple[bytes, Row | Unreadable]


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written: calls that ended by outcome, scraps by reason, calls that began."""

    outcomes: Counter[str] = field(default_factory=Counter)
    scraps: Counter[str] = field(default_factory=Counter)
    opened: int = 0
    booted: bool = False


def readings(lines: Sequence[bytes]) -> list[Reading]:
    """The lines that tell of calls, and those that cannot be read; done before the transaction."""
    found: list[Reading] = []
    for line in lines:
        try:
            row = read(line)
        except Unreadable as error:
            found.append((line, error))
        else:
            if row is not None:
                found.append((line, row))
    return found


def take(
    connection: store.Store,
    journal: str,
    before: Position | None,
    chunk: Chunk,
    told: Sequence[Reading],
    now: Micros,
) -> Taken:
    """Write `told`, which is what `chunk` says, and move the journal's position from `before`.

    Raises `store.Moved` when another process has read this chunk.
    """
    if chunk.position is not None:
        store.move(connection, journal, before, chunk.position)
    rows = [row for _, row in told if not isinstance(row, Unreadable)]
    page = _Page(connection, journal, {row.key for row in rows})
    scraps: list[tuple[bytes, str]] = []
    for line, row in told:
        reason = row.reason if isinstance(row, Unreadable) else page.enter(row)
        if reason is not None:
            scraps.append((line, reason))
    opened = page.write(now)
    store.keep_scraps(connection, journal, scraps, now)
    return Taken(
        outcomes=Counter(fact.outcome for fact in page.facts),
        scraps=Counter(reason for _, reason in scraps),
        opened=opened,
        booted=any(isinstance(row, Booted) for row in rows),
    )


class _Page:
    """The calls that a chunk speaks of, changed in memory and written at its end."""

    def __init__(self, connection: store.Store, journal: str, keys: set[str]) -> None:
        self._connection = connection
        self._journal = journal
        self._stored = store.alive(connection, keys)
        self._live = dict(self._stored)
        self._owners: dict[tuple[str, int | None, Micros], Owner | None] = {}
        self.facts: list[Call | UnknownNumber] = []

    def enter(self, row: Row) -> str | None:
        """Do what the row says; the reason if it says nothing that could be done."""
        if isinstance(row, Booted):
            everything = store.all_alive(self._connection, self._journal)
            unread = {key: live for key, live in everything.items() if key not in self._stored}
            self._stored |= unread
            self._live |= unread
            for alive in list(self._live.values()):
                self._apply(assemble(alive, row, None))
            return None
        live = self._live.get(row.key)
        try:
            self._apply(assemble(live, row, None if live else self._owner(row)))
        except Unreadable as error:
            return error.reason
        return None

    def _apply(self, step: Open | Answer | Close | None) -> None:
        match step:
            case Open(live) | Answer(live):
                self._live[live.key] = live
            case Close(key, fact):
                self._live.pop(key, None)
                self.facts.append(fact)

    def _owner(self, row: Row) -> Owner | None:
        if not isinstance(row, Called):
            return None
        asked = (row.number, row.trunk, row.at)
        if asked not in self._owners:
            self._owners[asked] = store.owner(self._connection, *asked)
        return self._owners[asked]

    def write(self, now: Micros) -> int:
        """Write calls and facts; how many calls have begun and are alive."""
        connection, began = self._connection, self._live.keys() - self._stored.keys()
        opened = [self._live[key] for key in sorted(began)]
        # The one question of a ring: a call that is already over needs no screen.
        holders = [
            (live, pool.holders(connection, live.number, live.started_at)) for live in opened
        ]
        store.open_calls(connection, self._journal, holders)
        for key, before in self._stored.items():
            if key in self._live and self._live[key] != before:
                store.answer_call(connection, self._live[key])
        store.close_calls(connection, self._stored.keys() - self._live.keys())
        put(connection, self.facts, now)
        return len(opened)
