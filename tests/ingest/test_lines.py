"""Lines decoded by the hundred tell what each told alone, and a broken one takes no other along."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from ingest.lines import Piece, decoded
from ringtrail.core.clock import Micros
from ringtrail.core.facts import (
    KINDS,
    Call,
    Contact,
    Fact,
    LeaseClosed,
    LeaseOpened,
    Page,
    SiteDescribed,
    Visit,
    encode,
)
from ringtrail.core.inbox import TOGETHER, opened
from ringtrail.core.money_facts import Deal

NOW = Micros(1_790_000_000_000_000)
BATCH = UUID(int=99)
ID = "01a20eec-9540-7989-a267-1f180ef39543"
SAID: dict[str, Any] = {"account": 1, "site": 2, "occurred_at": NOW, "source_id": "s"}
VISIT = Visit(
    **SAID, visit=UUID(ID), visitor=UUID(int=5), landing="https://shop.example/?q=\n\t\u20ac",
    source="google", medium="cpc", channel="Paid Search", rule="click_id",
    client_ids={"ga": "1.\n\u2028\x85\"2", "ym": "3"}, consent={},
)  # fmt: skip
PAGE = Page(**SAID, visit=UUID(ID), url="https://shop.example/", title="Tyres")
LEASE = LeaseOpened(**SAID, lease=UUID(int=7), visit=UUID(ID), pool=3, number="+442079460101")
CLOSED = LeaseClosed(
    **SAID, lease=UUID(int=8), number="+442079460101", last_seen=NOW, held_until=NOW + 1
)
CALL = Call(
    **SAID, key="k", call=UUID(int=9), told_at=NOW, number="+442079460101", outcome="missed"
)
CONTACT = Contact(
    **SAID, key="k", contact=UUID(int=10), told_at=NOW, way="form", vendor="ours", visit=UUID(ID)
)
DEAL = Deal(
    **SAID,
    key="k",
    told_at=NOW,
    connection="c",
    status="won",
    currency="GBP",
    amount=Decimal("1.5"),
)
FACTS: Sequence[Fact] = (VISIT, PAGE, LEASE, CLOSED, CALL, CONTACT, DEAL)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
TIMES = {"occurred_at", "told_at", "last_seen", "held_until", "opened_at", "closed_at"}


def row(body: bytes, kind: str = "page", *, seq: int = 1, account: int = 1) -> tuple[Any, ...]:
    return (seq, UUID(int=seq).hex, account, kind, NOW, body)


def together(*facts: bytes) -> bytes:
    return b"[" + b",".join(facts) + b"]"


def pair(fact: Fact) -> bytes:
    return b'["%b",%b]' % (fact.kind.encode(), encode(fact))


def outcome(piece: Piece) -> list[tuple[int, str]]:
    return [(letter.row.seq, letter.reason) for letter in piece.broken]


def told(fact: Fact) -> dict[str, Any]:
    """The row that a fact is to become."""
    found: dict[str, Any] = {}
    for name, value in msgspec.structs.asdict(fact).items():
        if name in TIMES and value is not None:
            value = EPOCH + timedelta(microseconds=value)
        elif isinstance(value, dict):
            value = msgspec.json.encode(value).decode()
        found[name] = value
    del found["source_id"]
    return found | {"batch": BATCH, "received_at": EPOCH + timedelta(microseconds=NOW)}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.kind)
def test_a_fact_becomes_the_same_row_alone_and_with_others(fact: Fact) -> None:
    alone = decoded([row(encode(fact), fact.kind, seq=4)], BATCH)
    shared = decoded([row(together(pair(fact), pair(fact)), TOGETHER)], BATCH)
    assert list(alone.tables) == list(shared.tables) == [f"fact_{fact.kind}"]
    (lone,) = alone.tables[f"fact_{fact.kind}"].to_pylist()
    assert lone == told(fact) | {"fact_id": UUID(int=4)}
    assert shared.tables[f"fact_{fact.kind}"].to_pylist() == [
        told(fact) | {"fact_id": fact.id()}
    ] * 2  # fmt: skip


def test_an_identifier_of_either_driver_is_the_same() -> None:
    sqlite = row(encode(PAGE), seq=6)
    postgresql = (*sqlite[:1], UUID(int=6), *sqlite[2:])
    assert decoded([sqlite], BATCH).tables == decoded([postgresql], BATCH).tables


BODIES = {
    "unknown field": encode(PAGE)[:-1] + b',"more":1}',
    "missing field": encode(PAGE).replace(b'"url"', b'"title"'),
    "text for a number": encode(PAGE).replace(b'"site":2', b'"site":"2"'),
    "fraction for a number": encode(PAGE).replace(b'"site":2', b'"site":2.5'),
    "null": encode(PAGE).replace(b'"site":2', b'"site":null'),
    "too long": encode(PAGE).replace(b"Tyres", b"x" * 256),
    "as long as may be": encode(PAGE).replace(b"Tyres", "\u20ac".encode() * 255),
    "before 1970": encode(PAGE).replace(str(NOW).encode(), b"-1"),
    "two values": encode(PAGE) + b"," + encode(PAGE),
    "no text": encode(PAGE).replace(b"Tyres", b"\xff"),
    "half a surrogate": encode(PAGE).replace(b"Tyres", b"\\ud800"),
    "nothing": b"",
    "identifier without hyphens": encode(PAGE).replace(ID.encode(), UUID(ID).hex.encode()),
    "identifier in capitals": encode(PAGE).replace(ID.encode(), ID.upper().encode()),
    "identifier in braces": encode(PAGE).replace(ID.encode(), b"{%b}" % ID.encode()),
    "identifier too short": encode(PAGE).replace(ID.encode(), ID[:-1].encode()),
    "no hexadecimal": encode(PAGE).replace(ID.encode(), ID[:-1].encode() + b"g"),
    "hyphen elsewhere": encode(PAGE).replace(ID.encode(), ID[:-2].encode() + b"-3"),
    "hyphen moved": encode(PAGE).replace(b"-9540-", b"9-540-"),
    "white space": encode(PAGE).replace(ID.encode(), ID[:-2].encode() + b"  "),
    "other digits": encode(PAGE).replace(ID.encode(), ID[:-1].encode() + "\u0663".encode()),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("shared", [False, True])
def test_a_line_is_taken_exactly_when_it_is_decoded_strictly(body: bytes, shared: bool) -> None:
    kind = TOGETHER if shared else "page"
    whole = together(b'["page",%b]' % body) if shared else body
    try:
        facts: Sequence[Fact] = opened(kind, whole)
    except (msgspec.DecodeError, UnicodeDecodeError):
        facts = []
    piece = decoded([row(encode(PAGE)), row(whole, kind, seq=2), row(encode(PAGE), seq=3)], BATCH)
    assert outcome(piece) == ([] if facts else [(2, "malformed")])
    visits = piece.tables["fact_page"].column("visit").to_pylist()
    assert visits == [UUID(ID)] * (2 + len(facts))
    assert piece.lines == [1, 2, 3]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("call", encode(CALL).replace(b"+442079460101", b"no number")),
        ("visit", encode(VISIT).replace(b'"3"', b"3")),
        ("deal", encode(DEAL).replace(b'"1.5"', b'"1.00001"')),
        ("lease", encode(LEASE)[:-1] + b',"drawn":0}'),
        (TOGETHER, together(b'["page",%b,1]' % encode(PAGE))),
        (TOGETHER, together(b'["page"]')),
        (TOGETHER, encode(PAGE)),
    ],
)
def test_limits_hold_for_every_kind(kind: str, body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        opened(kind, body)
    piece = decoded([row(body, kind)], BATCH)
    assert (outcome(piece), piece.tables) == ([(1, "malformed")], {})


def test_two_flaws_that_make_up_for_each_other_are_two() -> None:
    of_one_digit_less_and_more = (ID[:-1], "0" + ID)
    of_one_hyphen_more_and_less = (ID[:-2] + "-3", ID.replace("-", "0", 1))
    texts = (*of_one_digit_less_and_more, *of_one_hyphen_more_and_less, ID)
    rows = [
        row(encode(PAGE).replace(ID.encode(), text.encode()), seq=seq)
        for seq, text in enumerate(texts)
    ]
    assert outcome(decoded(rows[:2], BATCH)) == [(0, "malformed"), (1, "malformed")]
    piece = decoded(rows, BATCH)
    assert outcome(piece) == [(seq, "malformed") for seq in range(4)]
    assert len(piece.tables["fact_page"]) == 1


def test_lines_of_another_account_and_of_no_kind_are_told_with_their_reasons() -> None:
    site = SiteDescribed(**SAID, name="Shop", timezone="Europe/London")
    rows = [
        row(encode(PAGE), account=7),
        row(together(pair(PAGE), pair(LEASE)), TOGETHER, seq=2, account=7),
        row(encode(PAGE), "no_such_kind", seq=3),
        row(together(b'["no_such_kind",{}]'), TOGETHER, seq=4),
        row(encode(site), "site", seq=5),
    ]
    piece = decoded(rows, BATCH)
    reasons = ["mismatch", "mismatch", "unknown_kind", "unknown_kind"]
    assert outcome(piece) == list(enumerate(reasons, start=1))
    assert list(piece.tables) == ["fact_site"]


def test_broken_lines_among_many_take_no_other_along_and_keep_the_order() -> None:
    broken = {1, 500, 501, 1_201}
    rows = [
        row(b"{" if seq in broken else encode(PAGE), seq=seq) for seq in range(1, 1_202)
    ]  # fmt: skip
    piece = decoded(iter(rows), BATCH)
    assert piece.lines == list(range(1, 1_202))
    assert [seq for seq, _ in outcome(piece)] == sorted(broken)
    ids = piece.tables["fact_page"].column("fact_id").to_pylist()
    assert ids == [UUID(int=seq) for seq in range(1, 1_202) if seq not in broken]


def test_every_kind_can_share_a_line() -> None:
    """None of them is misread as another; a line is told apart by the name alone."""
    for kind in KINDS:
        piece = decoded([row(together(b'["%b",{}]' % kind.encode()), TOGETHER)], BATCH)
        assert outcome(piece) == [(1, "malformed")]
        assert "missing required field `account`" in piece.broken[0].detail
