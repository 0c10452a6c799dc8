"""Credit goes to the visits of the person, in any browser, or to candidates by probability."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from attribution.credit import Credit
from attribution.identity import Deciding, merge, split
from attribution.identity.graph import Kind, Known
from ringtrail.core.clock import Micros
from ringtrail.core.facts import Call, Contact, Fact, Identified
from ringtrail.core.identifiers import mint
from ringtrail.core.lead_facts import Correction
from ringtrail.core.warehouse import Query
from tests.attribution.credit.shop import NOW, SPACE, WEIGHTS, Shop
from tests.attribution.credit.test_deals import deal

HOUR = 3_600.0


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    yield opened
    opened.close()


def phone(n: int) -> str:
    return f"+4477009001{n:02}"


def form(shop: Shop, name: str, before: float, visitor: str | None, n: int) -> Contact:
    return structs.replace(shop.contact(name, before, visitor), phone=phone(n))


def called(shop: Shop, name: str, before: float, n: int | None, number: int = 3) -> Call:
    """From a phone, or by nobody that shows."""
    call = shop.call(name, before, number)
    return structs.replace(
        call, caller=None if n is None else phone(n),
        presentation="restricted" if n is None else "allowed",
    )  # fmt: skip


def node(n: str) -> Known:
    return Known(Kind.cookie, str(uuid5(SPACE, n)))


def test_a_call_is_credited_to_what_its_caller_did_in_another_browser(shop: Shop) -> None:
    shop.deliver(shop.visit("v1", "phone", 9 * HOUR), form(shop, "f", 8 * HOUR, "phone", 1),
                 shop.visit("v2", "desk", 3 * HOUR, 1))  # fmt: skip
    shop.deliver(called(shop, "c", HOUR, 1))
    assert shop.weights("c", "linear") == {"v1": 1}
    shop.deliver(form(shop, "g", 2 * HOUR, "desk", 1))
    assert shop.weights("c", "linear") == {"v1": 0.5, "v2": 0.5}
    assert shop.weights("f", "linear") == {"v1": 1}


def test_persons_that_hands_merge_and_split_share_and_part_their_credit(shop: Shop) -> None:
    deciding = Deciding(shop.account, "ann", "same woman", NOW, NOW)
    shop.deliver(shop.visit("v1", "ann", 9 * HOUR), shop.visit("v2", "bob", 3 * HOUR, 1),
                 shop.contact("f", HOUR, "bob"))  # fmt: skip
    assert shop.weights("f", "linear") == {"v2": 1}
    shop.deliver(merge(deciding, node("ann"), node("bob")))
    assert shop.weights("f", "linear") == {"v1": 0.5, "v2": 0.5}
    later = Deciding(shop.account, "ann", "no", Micros(NOW + 1), Micros(NOW + 1))
    shop.deliver(split(later, node("ann"), node("bob")))
    assert shop.weights("f", "linear") == {"v2": 1}


def test_a_late_visit_of_another_browser_is_a_touch(shop: Shop) -> None:
    shop.deliver(form(shop, "f", 8 * HOUR, "phone", 1), form(shop, "g", 2 * HOUR, "desk", 1))
    shop.deliver(shop.visit("v1", "phone", 9 * HOUR))
    assert shop.weights("g", "linear") == {"v1": 1}


def test_the_visit_that_called_is_a_touch_whoever_else_used_the_phone(shop: Shop) -> None:
    """Of a phone that links nothing, as a reception's, surely matched calls are their visitor's."""
    told = [form(shop, f"f{n}", 50 * HOUR + n, f"p{n}", 1) for n in range(40)]
    shop.deliver(*told, shop.visit("v1", "ann", HOUR), shop.lease("v1", HOUR))
    shop.deliver(called(shop, "c", HOUR - 60, 1, number=0))
    assert shop.rows(f"SELECT apart FROM mart_person WHERE node = '{phone(1)}'") == [
        {"apart": "shared"}
    ]
    assert shop.weights("c", "last") == {"v1": 1}


def judge(shop: Shop, call: str, likely: Mapping[str | None, float]) -> None:
    """Put candidates (visitors; None: nobody) into the marts and divide the call anew."""
    with shop.warehouse.transaction() as transaction:
        one = {"call": str(uuid5(SPACE, call))}
        for text in (
            "UPDATE mart_call SET match = 'ambiguous' WHERE call = $call::UUID",
            "DELETE FROM mart_candidate WHERE call = $call::UUID",
            "CREATE OR REPLACE TEMP TABLE dirty_call AS SELECT account, call FROM mart_call "
            "WHERE call = $call::UUID",
        ):
            transaction.run(Query("judge", text), one)
        empty = "CREATE OR REPLACE TEMP TABLE {} ({})"
        for name, columns in {
            "person_change": "account INTEGER, before UUID, after UUID",
            "dirty_mark": "account INTEGER, event UUID", "dirty_lead": "account INTEGER, lead UUID",
        }.items():  # fmt: skip
            transaction.run(Query("empty", empty.format(name, columns)))
        for visitor, probability in likely.items():
            transaction.run(
                Query("candidate", "INSERT INTO mart_candidate BY NAME SELECT account, site, call, "
                      "started_at, $visitor::UUID AS visitor, '{}' AS terms, "
                      "$probability AS probability, 'x' AS fit FROM mart_call "
                      "WHERE call = $call::UUID"),
                one | {"visitor": visitor and str(uuid5(SPACE, visitor)),
                       "probability": probability},
            )  # fmt: skip
        Credit().refresh(transaction, {"batch": mint(), "site": None, "everything": False})


def test_an_ambiguous_call_is_divided_among_its_candidates(shop: Shop) -> None:
    shop.deliver(shop.visit("v1", "ann", 9 * HOUR), shop.visit("v2", "ann", 2 * HOUR, 1),
                 shop.visit("v3", "bob", 2 * HOUR, 2), called(shop, "c", HOUR, None))  # fmt: skip
    judge(shop, "c", {"ann": 0.6, "bob": 0.3, None: 0.1})
    expected = {"v1": 0.3, "v2": 0.3, "v3": 0.3, None: 0.1}
    assert shop.weights("c", "linear") == pytest.approx(expected, abs=1e-12)
    assert shop.weights("c", "last")[None] == pytest.approx(0.1)
    rows = shop.rows("SELECT channel FROM mart_credit JOIN mart_traffic USING (account, traffic) "
                     "WHERE touch IS NULL AND kind = 'call'")  # fmt: skip
    assert rows == [{"channel": "Unattributed"}]
    for name in WEIGHTS:
        whole = sum(shop.weights("c", name.removeprefix("weight_")).values())
        assert whole == pytest.approx(1, abs=1e-9)


def test_candidates_that_are_one_person_have_one_share(shop: Shop) -> None:
    """Judged by the real match: two visits held the number, one after the other."""
    shop.deliver(shop.visit("v1", "ann", 1_500), shop.lease("v1", 1_500),
                 shop.visit("v2", "bob", 700, 1), shop.lease("v2", 700),
                 called(shop, "c", 600, None, number=0))  # fmt: skip
    likely = {row["visitor"]: row["probability"] for row in shop.rows("FROM mart_candidate")}
    ann, bob = likely[uuid5(SPACE, "ann")], likely[uuid5(SPACE, "bob")]
    assert 0 < ann < bob < 0.9
    expected = {"v1": ann, "v2": bob, None: likely[None]}
    assert shop.weights("c", "linear") == pytest.approx(expected, abs=1e-9)
    shop.deliver(form(shop, "f", 90, "ann", 1), form(shop, "g", 80, "bob", 1))
    expected = {"v1": (ann + bob) / 2, "v2": (ann + bob) / 2, None: likely[None]}
    assert shop.weights("c", "linear") == pytest.approx(expected, abs=1e-9)
    shop.deliver(shop.visit("v3", "bob", 3 * HOUR))
    assert shop.weights("c", "first")["v3"] == pytest.approx(ann + bob, abs=1e-9)


def test_nobody_whose_visits_are_too_old_gets_anything(shop: Shop) -> None:
    """Of several who have no touch there is one row."""
    shop.deliver(shop.visit("v1", "ann", 91 * 24 * HOUR), shop.visit("v2", "bob", 2 * HOUR, 1),
                 called(shop, "c", HOUR, None))  # fmt: skip
    judge(shop, "c", {"ann": 0.5, "bob": 0.25, "cat": 0.125, None: 0.125})
    assert shop.weights("c", "first") == pytest.approx({"v2": 0.25, None: 0.75})


PARTS = st.tuples(
    st.sampled_from(["visit", "visit", "lease", "call", "form", "known", "deal", "decide", "flag"]),
    st.integers(0, 3), st.integers(0, 2), st.sampled_from([1, 2, 3, 24, 24 * 89, 24 * 100]),
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(told=st.lists(PARTS, min_size=3, max_size=22), size=st.integers(1, 8), again=st.booleans())
def test_increments_equal_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[tuple[str, int, int, int]],
    size: int,
    again: bool,
) -> None:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    try:
        facts = [one for turn, part in enumerate(told) for one in drawn(shop, turn, *part)]
        batches = [facts[start : start + size] for start in range(0, len(facts), size)]
        for batch in batches:
            shop.deliver(*batch)
        kept_up = shop.marts()
        for batch in batches if again else []:
            shop.deliver(*batch)
        assert kept_up == shop.marts()
        shop.upkeep.rebuild()
        assert kept_up == shop.marts()
        sums = ", ".join(f"sum({name}) AS {name}" for name in WEIGHTS)
        for row in shop.rows(f"SELECT {sums} FROM mart_credit GROUP BY account, conversion"):
            assert [row[name] for name in WEIGHTS] == pytest.approx([1.0] * len(WEIGHTS), abs=1e-9)
    finally:
        shop.close()


def drawn(shop: Shop, turn: int, kind: str, who: int, n: int, hours: int) -> list[Fact]:
    """A visit, with a number perhaps, or something that tells who somebody is or what they did."""
    before = hours * HOUR + turn
    if kind in ("visit", "lease"):
        visit = shop.visit(f"v{turn}", f"p{who}", before, n)
        return [visit, shop.lease(f"v{turn}", before, n)] if kind == "lease" else [visit]
    if kind == "call":
        return [called(shop, f"c{turn}", before - 600, who if n else None, number=n)]
    if kind == "form":
        return [form(shop, f"f{turn}", before, f"p{who}" if n else None, n)]
    if kind == "deal":
        one = deal(shop, f"d{who}", before, str(n), turn, currency="EUR", phone=phone(n))
        return [structs.replace(one, status="lost") if n == 2 else one]
    at = Micros(NOW - int(before * 1_000_000))
    if kind == "known":
        return [Identified(
            account=shop.account, site=shop.site, occurred_at=at, source_id=f"i{turn}",
            visit=UUID(int=turn), visitor=uuid5(SPACE, f"p{who}"), phone=phone(n),
        )]  # fmt: skip
    if kind == "flag":
        name = f"{'cf'[n % 2]}{turn - 1 - who}"
        return [Correction(
            account=shop.account, site=shop.site, occurred_at=Micros(NOW + turn),
            source_id=f"k{turn}", key=f"k{turn}", correction=UUID(int=turn),
            told_at=Micros(NOW + turn), decided_at=Micros(NOW + turn),
            of=("call", "contact")[n % 2], event=uuid5(SPACE, name), action="flag",
            flag="none" if n == 2 else "spam", decided_by="ann", why="heard it",
        )]  # fmt: skip
    deciding = Deciding(shop.account, "ann", "", Micros(NOW + turn), Micros(NOW + turn))
    decide = (merge, split)[n % 2]
    return [decide(deciding, node(f"p{who}"), node(f"p{(who + 1) % 4}"))]
