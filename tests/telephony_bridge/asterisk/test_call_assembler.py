"""What rows mean for calls: the lab's samples one by one, then any mixture of calls."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrail.core.clock import Micros
from ringtrail.core.facts import Call, Fact, UnknownNumber, decode, encode
from telephony_bridge.asterisk.call_assembler import Answer, Close, Live, Open, Owner, assemble
from telephony_bridge.asterisk.row import Booted, Called, Row, Unreadable, read
from tests.telephony_bridge.asterisk.lines import START, answer, boot, end, link_end, ring

OURS = "+74950000001"
FOREIGN = "+74950000777"
KEY = f"rt1-{START}.6"


def owner(number: str) -> Owner:
    return Owner(account=1, site=2, known=number == OURS, trunk=1, region="RU")


@dataclass(frozen=True)
class Saved:
    """What a bridge has stored: how many rows were read, and the calls that are alive."""

    read: int
    live: dict[str, Live]


def run(
    rows: Sequence[Row | None], start: Saved | None = None
) -> Iterator[tuple[Saved, list[Fact]]]:
    """The state and the facts after each row, from a saved state on."""
    live = dict(start.live) if start else {}
    first = start.read if start else 0
    for number, row in enumerate(rows[first:], first + 1):
        if row is None:
            continue
        calls = list(live.values()) if isinstance(row, Booted) else [live.get(row.key)]
        facts: list[Fact] = []
        for call in calls:
            asked = owner(row.number) if call is None and isinstance(row, Called) else None
            match assemble(call, row, asked):
                case Open(now) | Answer(now):
                    live[now.key] = now
                case Close(key, fact):
                    live.pop(key, None)
                    facts.append(fact)
        yield Saved(number, dict(live)), facts


def facts_of(*lines: bytes) -> list[Fact]:
    return [fact for _, facts in run([read(line) for line in lines]) for fact in facts]


def told(fact: Fact) -> tuple[object, ...]:
    """Outcome, step, ring and talk of a call."""
    assert isinstance(fact, Call)
    return fact.outcome, fact.step, fact.ring_seconds, fact.talk_seconds


def test_an_answered_call() -> None:
    (fact,) = facts_of(
        ring(KEY, START, OURS, "79161234567"),
        answer(KEY, START + 1.516),
        end(KEY, START + 13.1, OURS, "ANSWER", "13024", "11508", "79161234567"),
        link_end(KEY, START + 13.2),
    )
    assert isinstance(fact, Call)
    assert told(fact) == ("answered", None, 2, 12)
    assert (fact.account, fact.site, fact.trunk) == (1, 2, 1)
    assert (fact.number, fact.caller, fact.presentation) == (OURS, "+79161234567", "allowed")
    assert fact.destination == "sip:desk@192.0.2.7"
    assert (fact.occurred_at, fact.told_at) == (START * 1_000_000, (START + 13.1) * 1_000_000)
    assert fact.key == f"pbx:{KEY}"
    assert decode("call", encode(fact)) == fact


@pytest.mark.parametrize(
    ("status", "dialed", "talk", "expected"),
    [
        ("ANSWER", "3527", "2008", ("answered", None, 2, 2)),
        ("ANSWER", "", "", ("answered", None, 3, 0)),
        ("NOANSWER", "", "", ("missed", None, 3, 0)),
        ("NOANSWER", "2400", "", ("missed", None, 2, 0)),
        ("BUSY", "", "", ("busy", None, 3, 0)),
        ("CHANUNAVAIL", "", "", ("missed", None, 3, 0)),
        ("CONGESTION", "", "", ("missed", None, 3, 0)),
        ("CANCEL", "", "", ("abandoned", "ring", 3, 0)),
        ("", "", "", ("abandoned", "ring", 3, 0)),
    ],
)
def test_outcomes(status: str, dialed: str, talk: str, expected: tuple[object, ...]) -> None:
    (fact,) = facts_of(ring(KEY, START, OURS), end(KEY, START + 3, OURS, status, dialed, talk))
    assert told(fact) == expected


def test_our_number_that_rings_nowhere_is_missed() -> None:
    (fact,) = facts_of(ring(KEY, START, OURS, dest=""), end(KEY, START + 0.1, OURS, "", dest=""))
    assert told(fact) == ("missed", None, 0, 0)


@pytest.mark.parametrize(
    ("dest", "status", "talk", "outcome", "seconds"),
    [
        ("sip:desk@192.0.2.7", "ANSWER", "61400", "answered", 61),
        ("sip:desk@192.0.2.7", "BUSY", "", "busy", 0),
        ("", "", "", "unknown_number", 0),
    ],
)
def test_a_number_that_nobody_owns(
    dest: str, status: str, talk: str, outcome: str, seconds: int
) -> None:
    (fact,) = facts_of(
        ring(KEY, START, FOREIGN, "", pres="restricted", dest=dest),
        end(KEY, START + 3, FOREIGN, status, talk, talk, dest=dest),
        link_end(KEY, START + 3),
    )
    assert isinstance(fact, UnknownNumber)
    assert (fact.outcome, fact.talk_seconds) == (outcome, seconds)
    assert (fact.destination or "", fact.number, fact.connection) == (dest, FOREIGN, "trunk:1")
    assert (fact.caller, fact.presentation) == (None, "restricted")
    assert decode("unknown_number", encode(fact)) == fact


def test_the_caller_is_read_as_the_trunks_country_writes_it() -> None:
    for written in ("79161234567", "89161234567", "9161234567", "+79161234567"):
        (fact,) = facts_of(ring(KEY, START, OURS, written), end(KEY, START, OURS, "BUSY"))
        assert isinstance(fact, Call)
        assert fact.caller == "+79161234567"
    (fact,) = facts_of(ring(KEY, START, OURS, "12"), end(KEY, START, OURS, "BUSY"))
    assert isinstance(fact, Call)
    assert fact.caller is None


def test_a_call_whose_ring_was_lost() -> None:
    (fact,) = facts_of(
        answer(KEY, START + 2),
        end(KEY, START + 13, OURS, "ANSWER", "13000", "11000"),
        link_end(KEY, START + 14),
    )
    assert fact.occurred_at == START * 1_000_000
    assert told(fact) == ("answered", None, 2, 11)
    (fact,) = facts_of(end(KEY, START + 13, OURS, "CANCEL"))
    assert fact.occurred_at == (START + 13) * 1_000_000
    assert told(fact) == ("abandoned", "ring", 0, 0)


def test_a_call_whose_end_was_lost() -> None:
    (fact,) = facts_of(
        ring(KEY, START, OURS), answer(KEY, START + 2), answer(KEY, START + 4),
        link_end(KEY, START + 10),
    )  # fmt: skip
    assert told(fact) == ("answered", None, 2, 8)
    (fact,) = facts_of(ring(KEY, START, OURS), link_end(KEY, START + 4))
    assert told(fact) == ("missed", None, 4, 0)


def test_a_boot_ends_what_came_before_it() -> None:
    facts = facts_of(
        ring(KEY, START, OURS),
        ring(f"rt1-{START}.8", START + 1, FOREIGN),
        answer(KEY, START + 2),
        boot(f"rt1-{START + 60}.0", START + 60),
        ring(f"rt1-{START + 61}.2", START + 61, OURS),
        end(f"rt1-{START + 61}.2", START + 64, OURS, "BUSY"),
    )
    lost, unknown, after = facts
    assert told(lost) == ("lost_in_pbx_restart", None, 2, 0)
    assert isinstance(lost, Call)
    assert lost.told_at == (START + 60) * 1_000_000
    assert isinstance(unknown, UnknownNumber)
    assert unknown.outcome == "lost_in_pbx_restart"
    assert told(after)[0] == "busy"


def test_a_boot_spares_the_call_that_came_in_while_asterisk_started() -> None:
    early = f"rt1-{START + 60}.0"
    facts = facts_of(
        ring(KEY, START, OURS),
        ring(early, START + 60, OURS),
        boot(f"rt1-{START + 60}.2", START + 60.3),
        end(early, START + 65, OURS, "BUSY"),
    )
    assert [told(fact)[0] for fact in facts] == ["lost_in_pbx_restart", "busy"]


def test_an_old_boot_that_is_read_again_ends_no_newer_call() -> None:
    ((live, _),) = run([read(ring(KEY, START, OURS))])
    again = run([None, read(boot(f"rt1-{START - 60}.0", START - 60))], live)
    assert [facts for _, facts in again] == [[]]


def test_a_trunk_that_nobody_knows_with_a_number_that_nobody_owns() -> None:
    for line in (ring(KEY, START, OURS), end(KEY, START, OURS, "BUSY")):
        row = read(line)
        assert row is not None
        with pytest.raises(Unreadable) as caught:
            assemble(None, row, None)
        assert caught.value.reason == "owner"


def test_a_number_that_is_none_is_unknown_even_if_a_route_has_it() -> None:
    for number in ("", "7495000", "+749500000010000000", "12+3"):
        row = read(ring(KEY, START, number))
        assert row is not None
        step = assemble(None, row, Owner(1, 2, True, 1, "RU"))
        assert isinstance(step, Open)
        assert not step.live.known


def numbered(n: int) -> str:
    return f"rt1-{START}.{n}"


@st.composite
def a_call(draw: Any, counter: int, at: float) -> list[bytes]:
    """The lines of one call in their order; some may have been lost."""
    key, number = numbered(counter), draw(st.sampled_from([OURS, FOREIGN]))
    at += draw(st.integers(0, 2_000_000)) / 1e6
    rings, talks = draw(st.integers(0, 90_000)), draw(st.integers(0, 900_000))
    status = draw(st.sampled_from(["ANSWER", "BUSY", "NOANSWER", "CANCEL", "CHANUNAVAIL", ""]))
    picked_up = status == "ANSWER"
    over = at + (rings + (talks if picked_up else 0)) / 1000
    lines = [ring(key, at, number)]
    if picked_up:
        lines.append(answer(key, at + rings / 1000))
    dialed, talk = (str(rings + talks), str(talks)) if picked_up else ("", "")
    lines.append(end(key, over, number, status, dialed, talk))
    lines.append(link_end(key, over))
    lost = draw(st.sampled_from([None, None, None, 0, len(lines) - 2]))
    if lost is not None:
        del lines[lost]
    return lines[: draw(st.sampled_from([len(lines)] * 4 + [1, 2]))]


@st.composite
def journals(draw: Any) -> tuple[list[list[bytes]], list[bytes]]:
    """Some calls, and a journal in which their lines are mixed."""
    count = draw(st.integers(1, 6))
    calls = [draw(a_call(2 + 2 * n, START + n)) for n in range(count)]
    order = draw(st.permutations([n for n, call in enumerate(calls) for _ in call]))
    rest = [iter(call) for call in calls]
    return calls, [next(rest[n]) for n in order]


@given(journals())
def test_mixed_with_others_a_call_gives_what_it_gives_alone(
    drawn: tuple[list[list[bytes]], list[bytes]],
) -> None:
    calls, journal = drawn
    alone = [fact for call in calls for fact in facts_of(*call)]
    assert Counter(map(encode, facts_of(*journal))) == Counter(map(encode, alone))


@given(journals(), st.data())
def test_read_again_from_any_saved_position_the_facts_are_the_same(
    drawn: tuple[list[list[bytes]], list[bytes]], data: st.DataObject
) -> None:
    rows = [read(line) for line in (*drawn[1], boot(f"rt1-{START + 10**6}.0", START + 10**6))]
    states = [Saved(0, {})]
    facts: list[Fact] = []
    before: list[list[Fact]] = []
    for state, new in run(rows):
        before.append(list(facts))
        states.append(state)
        facts += new
    before.append(list(facts))
    start = data.draw(st.integers(0, len(rows)))
    again = before[start] + [f for _, new in run(rows, states[start]) for f in new]
    assert list(map(encode, again)) == list(map(encode, facts))
    assert [fact.id() for fact in again] == [fact.id() for fact in facts]


@given(journals())
def test_every_call_ends_in_one_fact(drawn: tuple[list[list[bytes]], list[bytes]]) -> None:
    calls, journal = drawn
    last = boot(f"rt1-{START + 10**6}.0", START + 10**6)
    facts = facts_of(*journal, last)
    ids: set[UUID] = {fact.id() for fact in facts}
    assert len(ids) == len(facts)
    kinds = {b"RT_RING", b"RT_END"}
    heard = {
        n for n, call in enumerate(calls) if any(kind in line for line in call for kind in kinds)
    }
    assert len(facts) == len(heard)
    for fact in facts:
        assert fact.occurred_at <= Micros((START + 10**6) * 1_000_000)
        assert decode(fact.kind, encode(fact)) == fact
