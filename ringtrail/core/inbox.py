"""Puts facts into the inbox, once each.

Called by intakes within their own transaction, so that a fact and the state that caused it are
stored together or not at all. A second delivery of a fact is silently none; one that is older than
the ledger could recognise becomes a dead letter, because accepting it might count it twice.

What a page view tells is put together on one line (`put_together`): four lines cost the store four
times as much. A line goes to the warehouse as a whole or becomes a dead letter as a whole.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from prometheus_client import Counter
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from ringtrail.core.clock import DAY, HOUR, Micros
from ringtrail.core.database import Overtaken, Prepared, among
from ringtrail.core.facts import KINDS, Fact, decode, encode
from ringtrail.core.models import DeadLetter, InboxRow

BROWSER_LEDGER = 48 * HOUR
LEDGER = 35 * DAY
TOGETHER = "together"
"""The kind of a line that has several facts; its id is that of the page among them."""
BROWSER_KINDS = (*(kind for kind, fact in KINDS.items() if fact.browser), TOGETHER)
# The browser's event names the first two, which come again together or not at all. A lease is told
# when it is opened and when it is closed, and neither happens twice.
_OF_EVENT = frozenset({"page", "visit"})
_ONCE = _OF_EVENT | {"lease", "lease_closed"}
_OPENER = msgspec.json.Decoder(list[tuple[str, msgspec.Raw]])

DEAD_LETTERS = Counter("ringtrail_dead_letters", "Facts that could not be taken", ["reason"])
_INBOX = InboxRow.__table__  # type: ignore[attr-defined]
_DEAD = DeadLetter.__table__  # type: ignore[attr-defined]
_COLUMNS = ("fact_id", "account_id", "kind", "occurred_at", "received_at", "body", "answer")
_PUT = {
    name: Prepared(
        insert(_INBOX).on_conflict_do_nothing(index_elements=["fact_id"]).inline(), _COLUMNS
    )
    for name, insert in (("sqlite", insert_sqlite), ("postgresql", insert_postgresql))
}
_OF_FACTS = among(_INBOX.c.fact_id, "facts")
_STORED = Prepared(select(_INBOX.c.fact_id, _INBOX.c.body, _INBOX.c.answer).where(_OF_FACTS))
_ANSWERED = Prepared(
    select(_INBOX.c.fact_id, _INBOX.c.answer).where(_OF_FACTS, _INBOX.c.answer.isnot(None))
)


def put(store: Connection, facts: Sequence[Fact], received_at: Micros) -> None:
    """Store the facts that are new."""
    put_each(store, [(fact, received_at) for fact in facts])


def put_each(store: Connection, deliveries: Sequence[tuple[Fact, Micros]]) -> None:
    """The same for facts that were received at different times."""
    stale = [delivery for delivery in deliveries if _stale(*delivery)]
    fresh = [_row(*delivery) for delivery in deliveries if not _stale(*delivery)]
    if stale:
        reason = {"reason": "stale", "detail": "delivered later than the ledger reaches back"}
        letters = [_row(*delivery) | reason for delivery in stale]
        for letter in letters:
            del letter["occurred_at"], letter["answer"]
        store.execute(insert(_DEAD), letters)
        DEAD_LETTERS.labels("stale").inc(len(letters))
    if fresh:
        _PUT[store.dialect.name].run_each(store, fresh)


class Told(NamedTuple):
    """What one event of a browser told, and what it is answered when it comes again."""

    facts: Sequence[Fact]
    answer: bytes | None = None


def put_together(store: Connection, events: Sequence[Told], received_at: Micros) -> None:
    """Store what each event told on as few lines as can be.

    An event that was told before adds its leases alone. `Overtaken` if it has been answered since
    the caller asked `answers`: what the caller has written is then to be undone.
    """
    lines: list[dict[str, Any]] = []
    leases: list[Sequence[Fact]] = []
    alone: list[Fact] = []
    for facts, answer in events:
        shared = [fact for fact in facts if fact.kind in _ONCE and not _stale(fact, received_at)]
        if shared:
            lines.append(_line(shared, answer, received_at))
            leases.append([fact for fact in shared if fact.kind not in _OF_EVENT])
        alone += [fact for fact in facts if fact.kind not in _ONCE or _stale(fact, received_at)]
    if _PUT[store.dialect.name].run_each(store, lines) < len(lines):
        known = {"facts": [line["fact_id"] for line in lines]}
        stored = {row.fact_id: row for row in _STORED.all(store, known)}
        for line, opened_and_closed in zip(lines, leases, strict=True):
            there = stored[line["fact_id"]]
            if (there.body, there.answer) == (line["body"], line["answer"]):
                continue
            if there.answer is not None:
                raise Overtaken(f"event {line['fact_id']} was answered meanwhile")
            alone += opened_and_closed
    if alone:
        put(store, alone, received_at)


def _line(shared: Sequence[Fact], answer: bytes | None, received_at: Micros) -> dict[str, Any]:
    page = next((fact for fact in shared if fact.kind == "page"), None)
    line = _row(page or shared[0], received_at) | {"answer": answer if page else None}
    return line if len(shared) == 1 else line | {"kind": TOGETHER, "body": _body(shared)}


def answers(store: Connection, pages: Sequence[UUID]) -> dict[UUID, bytes]:
    """What was answered to the events that told these facts, as far as they were told before."""
    return {row.fact_id: row.answer for row in _ANSWERED.all(store, {"facts": pages})}


def opened(kind: str, body: bytes) -> list[Fact]:
    """The facts of a line.

    Raises `msgspec.DecodeError` or `UnicodeDecodeError`, and `KeyError` for a kind that is none.
    """
    if kind == TOGETHER:
        return [decode(one, bytes(raw)) for one, raw in _OPENER.decode(body)]
    return [decode(kind, body)]


def _body(facts: Sequence[Fact]) -> bytes:
    return b"[%b]" % b",".join(b'["%b",%b]' % (fact.kind.encode(), encode(fact)) for fact in facts)


def _stale(fact: Fact, received_at: Micros) -> bool:
    return received_at - fact.occurred_at > (BROWSER_LEDGER if fact.browser else LEDGER)


def _row(fact: Fact, received_at: Micros) -> dict[str, Any]:
    return {
        "fact_id": fact.id(),
        "account_id": fact.account,
        "kind": fact.kind,
        "occurred_at": fact.occurred_at,
        "received_at": received_at,
        "body": encode(fact),
        "answer": None,
    }
