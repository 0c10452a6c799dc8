"""The journal's calls become live calls and facts, on both operational stores."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, update

from numbers_pool import Card
from numbers_pool import store as pool
from ringtrail import store as accounts
from ringtrail.core.clock import DAY, SECOND, Micros, SetClock
from ringtrail.core.database import Writer
from ringtrail.core.facts import Call, UnknownNumber, decode
from ringtrail.core.models import (
    DeadLetter,
    InboxRow,
    JournalPosition,
    JournalScrap,
    LiveCall,
    Route,
)
from ringtrail.store import NewSite
from telephony_bridge.asterisk import intake, store
from telephony_bridge.asterisk.call_assembler import Owner
from telephony_bridge.asterisk.journal import Chunk, Position
from tests.telephony_bridge.asterisk.conftest import DESK, FOREIGN, OURS, ROUTED, Line, insert_one
from tests.telephony_bridge.asterisk.lines import START, answer, boot, end, link_end, ring
from tests.telephony_bridge.lab import until

KEY = f"rt1-{START}.2"
CARD = Card("yandex", "cpc", "autumn", None, "paid_search", "/tyres", "/tyres")
VISIT = UUID(int=7)
Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def later(clock: SetClock) -> None:
    clock.forward(seconds=1)


def facts(running: Any, *calls: Any) -> list[Any]:
    rows = [row for row in running.rows(InboxRow) if row.kind in ("call", "unknown_number")]
    return [decode(row.kind, row.body) for row in rows]


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_call_from_ring_to_fact(database: Engine, trunk: Line, run: Run) -> None:
    with database.execution_options(writes=True).begin() as connection:
        (shown,), _ = pool.lease(
            connection, account=trunk.account, site=trunk.site, visit=VISIT, card=CARD,
            now=Micros(START * 1_000_000 - 5),
        )  # fmt: skip
    assert shown.number == OURS
    counted = sample("ringtrail_calls_total", outcome="answered")
    with run() as running:
        running.write(ring(KEY, START, OURS, "89161234567", trunk=str(trunk.trunk)))
        running.until(lambda: running.rows(LiveCall))
        (live,) = running.rows(LiveCall)
        assert (live.account_id, live.site_id, live.trunk_id) == (
            trunk.account, trunk.site, trunk.trunk,
        )  # fmt: skip
        assert (live.number, live.known, live.caller) == (OURS, True, "+79161234567")
        assert (live.started_at, live.answered_at) == (START * 1_000_000, None)
        (candidate,) = live.candidates
        assert candidate["visit"] == str(VISIT)
        assert candidate["lease"] == str(shown.lease)
        assert candidate["card"] == CARD.to_json()

        running.write(answer(KEY, START + 2))
        running.until(lambda: running.rows(LiveCall)[0].answered_at == (START + 2) * 1_000_000)
        running.write(
            end(KEY, START + 9, OURS, "ANSWER", "9000", "7000", "89161234567",
                trunk=str(trunk.trunk)),
            link_end(KEY, START + 9),
        )  # fmt: skip
        running.until(lambda: facts(running))
        (fact,) = facts(running)
        assert isinstance(fact, Call)
        assert (fact.outcome, fact.ring_seconds, fact.talk_seconds) == ("answered", 2, 7)
        assert (fact.account, fact.site, fact.trunk) == (trunk.account, trunk.site, trunk.trunk)
        assert running.rows(LiveCall) == []
        running.until(lambda: running.bridge.state().reading)
    assert sample("ringtrail_calls_total", outcome="answered") == counted + 1
    assert sample("ringtrail_journal_lag_seconds") == 0
    assert len(running.bridge.ring_samples) == 1
    state = running.bridge.state()
    assert (state.found, state.behind_bytes, state.behind_seconds) == (True, 0, 0)


def test_owners(database: Engine, trunk: Line) -> None:
    known, at = (trunk.account, trunk.site, True), Micros(START * SECOND)
    with database.connect() as connection:
        for number in (OURS, ROUTED):
            assert store.owner(connection, number, trunk.trunk, at) == Owner(
                *known, trunk.trunk, "RU"
            )
            assert store.owner(connection, number, None, at) == Owner(*known, None, "RU")
            assert store.owner(connection, number, 999, at) == Owner(*known, None, "RU")
        assert store.owner(connection, FOREIGN, trunk.trunk, at) == Owner(
            trunk.account, trunk.site, False, trunk.trunk, "RU"
        )
        assert store.owner(connection, FOREIGN, 999, at) is None
        assert store.routes(connection) == {ROUTED: DESK}


def test_a_call_is_whose_the_number_was_when_it_rang(database: Engine, trunk: Line) -> None:
    """The former owner's route is dropped with the move, and decides nothing before it."""
    clock = SetClock(Micros((START - 100) * SECOND))
    new = NewSite("Rival", ("https://b.example",), "UTC", "RU", "+74951234568", ("+74950000009",))
    rival = accounts.open_site(database, clock, None, new)
    moved = Micros(START * SECOND)
    insert_one(
        database, Route, account_id=trunk.account, site_id=trunk.site, number=OURS,
        destination_id=1,
    )  # fmt: skip
    with database.execution_options(writes=True).begin() as connection:
        theirs = pool.owner(connection, "+74950000009", moved)
        assert theirs is not None and theirs.pool is not None
        pool.move(connection, number=OURS, pool=theirs.pool, now=moved)
        before = store.owner(connection, OURS, trunk.trunk, Micros(moved - 1))
        after = store.owner(connection, OURS, trunk.trunk, moved)
        assert OURS not in store.routes(connection)
    assert before == Owner(trunk.account, trunk.site, True, trunk.trunk, "RU")
    assert after == Owner(rival.account, rival.site, True, trunk.trunk, "RU")


def test_nobodys_number_and_nobodys_trunk(trunk: Line, run: Run) -> None:
    scraps = sample("ringtrail_journal_scraps_total", reason="owner")
    with run() as running:
        other = f"rt1-{START}.4"
        lost = ring(other, START, FOREIGN, trunk="999")
        running.write(
            lost,
            b'{"cut":',
            ring(KEY, START, FOREIGN, trunk=str(trunk.trunk)),
            end(KEY, START + 3, FOREIGN, "BUSY", trunk=str(trunk.trunk)),
        )
        running.until(lambda: facts(running))
        (fact,) = facts(running)
        assert isinstance(fact, UnknownNumber)
        assert (fact.outcome, fact.account, fact.site) == ("busy", trunk.account, trunk.site)
        kept = {(row.reason, row.line) for row in running.rows(JournalScrap)}
        assert kept == {("owner", lost), ("json", b'{"cut":')}
    assert sample("ringtrail_journal_scraps_total", reason="owner") == scraps + 1


def test_a_boot_while_the_bridge_was_down(trunk: Line, run: Run) -> None:
    keys = [f"rt1-{START}.{2 * n}" for n in range(1, 11)]
    with run() as running:
        running.write(boot(f"rt1-{START}.0", START - 5))
        running.write(*(ring(key, START, OURS, trunk=str(trunk.trunk)) for key in keys))
        running.until(lambda: len(running.rows(LiveCall)) == 10)
    running.write(boot(f"rt1-{START + 60}.0", START + 60))
    with run() as running:
        running.until(lambda: len(facts(running)) == 10)
        assert {fact.outcome for fact in facts(running)} == {"lost_in_pbx_restart"}
        assert {fact.key for fact in facts(running)} == {f"pbx:{key}" for key in keys}
        assert running.rows(LiveCall) == []


def test_what_fails_is_tried_again_and_moves_nothing(
    trunk: Line, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The facts are put, then the transaction fails; three times."""
    keep, failures = store.keep_scraps, iter(range(3))

    def failing(*given: Any) -> None:
        if next(failures, None) is not None:
            raise RuntimeError("no")
        keep(*given)

    with run() as running:
        running.write(ring(KEY, START, OURS, trunk=str(trunk.trunk)))
        running.until(lambda: running.rows(LiveCall))
        (before,) = running.rows(JournalPosition)
        monkeypatch.setattr(store, "keep_scraps", failing)
        running.write(end(KEY, START + 9, OURS, "BUSY", trunk=str(trunk.trunk)))
        running.until(lambda: facts(running))
        assert next(failures, None) is None
        assert len(facts(running)) == 1
        (after,) = running.rows(JournalPosition)
        assert after.byte_offset == running.journal.stat().st_size > before.byte_offset


def test_what_cannot_be_stored_is_told_to_grow_old(
    trunk: Line, run: Run, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> None:
        raise RuntimeError("no")

    with run() as running:
        with monkeypatch.context() as patch:
            patch.setattr(store, "keep_scraps", failing)
            written = end(KEY, START, OURS, "BUSY", trunk=str(trunk.trunk))
            running.write(written)
            until(lambda: not running.bridge.state().reading, "the failure is noticed")
            clock.set(Micros((START + 90) * 1_000_000))
            state = running.bridge.state()
            assert (state.behind_bytes, state.behind_seconds) == (len(written) + 1, 90)
            assert sample("ringtrail_journal_lag_seconds") == 90
            assert facts(running) == []
        running.until(lambda: facts(running))
    state = running.bridge.state()
    assert (state.behind_bytes, state.behind_seconds) == (0, 0)


def test_a_second_reader_cannot_count_a_chunk_again(
    database: Engine, trunk: Line, run: Run
) -> None:
    """Another process moves the position while this one believes it to be elsewhere."""
    with run() as running:
        first = ring(KEY, START, OURS, trunk=str(trunk.trunk))
        running.write(first)
        running.until(lambda: running.rows(LiveCall))
        with database.execution_options(writes=True).begin() as connection:
            table = vars(JournalPosition)["__table__"]
            connection.execute(update(table).values(byte_offset=0))
            name = str(running.journal)
            at = store.position(connection, name)
            assert at is not None
            chunk = Chunk((), at, 0)
            moved = Position(at.inode, at.first_line, 7)
            with pytest.raises(store.Moved):
                intake.take(connection, name, moved, chunk, [], Micros(0))
        running.write(end(KEY, START + 9, OURS, "BUSY", trunk=str(trunk.trunk)))
        running.until(lambda: facts(running))
        assert len(facts(running)) == 1
        assert running.rows(LiveCall) == []


def test_the_whole_journal_again_changes_nothing(database: Engine, trunk: Line, run: Run) -> None:
    with run(chunk=600) as running:
        for n in range(5):
            key = f"rt1-{START}.{2 * n}"
            number = (OURS, FOREIGN)[n % 2]
            running.write(
                ring(key, START + n, number, trunk=str(trunk.trunk)),
                end(key, START + n + 3, number, "CANCEL", trunk=str(trunk.trunk)),
            )
        running.until(lambda: len(facts(running)) == 5)
        before = running.rows(InboxRow)
    Writer(database).immediate(lambda c: c.execute(vars(JournalPosition)["__table__"].delete()))
    with run(chunk=600) as running:
        size = running.journal.stat().st_size
        running.until(lambda: [row.byte_offset for row in running.rows(JournalPosition)] == [size])
        assert running.rows(InboxRow) == before
        assert running.rows(LiveCall) == []


def test_a_call_that_is_told_too_late_is_a_dead_letter(
    trunk: Line, run: Run, clock: SetClock
) -> None:
    clock.set(Micros((START + 3) * 1_000_000 + 36 * DAY))
    with run() as running:
        running.write(end(KEY, START + 3, OURS, "BUSY", trunk=str(trunk.trunk)))
        running.until(lambda: running.rows(DeadLetter))
        assert [row.reason for row in running.rows(DeadLetter)] == ["stale"]
        assert facts(running) == []


def test_a_journal_that_is_gone_unread_is_counted(trunk: Line, run: Run) -> None:
    gaps = sample("ringtrail_journal_gaps_total")
    with run() as running:
        running.write(ring(KEY, START, OURS, trunk=str(trunk.trunk)))
        running.until(lambda: running.rows(LiveCall))
    running.journal.write_bytes(end(KEY, START + 9, OURS, "BUSY", trunk=str(trunk.trunk)) + b"\n")
    with run() as running:
        running.until(lambda: facts(running))
    assert sample("ringtrail_journal_gaps_total") == gaps + 1


def test_without_a_journal_the_bridge_waits(run: Run) -> None:
    with run() as running:
        assert not running.bridge.state().found
        assert not running.bridge.state().routes
    assert not running.bridge.state().reading
