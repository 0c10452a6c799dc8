"""What a correction changes, that undoing changes it back, and what is refused."""

from typing import Any
from uuid import UUID

import pytest

from attribution.leads.corrections import CorrectionBody, PersonBody, UndoBody
from attribution.match.collect import collect
from attribution.match.labels import Labels
from ringtrail.core.clock import DAY as DAY_MICROS
from ringtrail.core.clock import Micros
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Row
from tests.attribution.leads.house import ANN, BOB, NOON, House

CALL = UUID(int=1)
DAY = 24 * 60


def say(**said: Any) -> CorrectionBody:
    given: dict[str, Any] = {"of": "call", "event": CALL, "why": "she said so"}
    return CorrectionBody(**given | said)


def call(house: House) -> Row:
    (row,) = house.rows("FROM mart_call")
    names = ("match", "visit", "visitor", "channel", "source", "campaign", "corrected", "excluded")
    return {name: row[name] for name in names}


@pytest.fixture
def rung(house: House) -> House:
    """A call while visit 10 held the number; its visitor came by an ad, that of 20 by a search."""
    house.tell(
        house.visit(10, -5), house.lease(11, 10, -5), house.visit(20, -DAY, 901, medium="organic",
        channel="Organic Search"), house.visit(21, -3, 901, source="(direct)", medium="(none)",
        channel="Direct"), house.visit(30, 5, 902), house.call(1),
    )  # fmt: skip
    return house


def test_a_source_by_hand_is_that_of_the_call_until_it_is_undone(rung: House) -> None:
    before, counted = call(rung), rung.day()
    assert before["source"] == "google"
    correction = rung.decide(say(source="flyer", medium="print", campaign="May"))
    assert call(rung) == {
        "match": "static", "visit": None, "visitor": None, "channel": "Unassigned",
        "source": "flyer", "campaign": "May", "corrected": "source", "excluded": None,
    }  # fmt: skip
    assert rung.day() == counted
    flyers = "SELECT sum(calls) AS calls FROM mart_day JOIN mart_traffic USING (account, traffic) "
    assert rung.rows(flyers + "WHERE source = 'flyer'")[0]["calls"] == 1
    rung.decide(UndoBody(correction=correction, why="another call"))
    assert call(rung) == before
    assert rung.rows(flyers + "WHERE source = 'flyer'")[0]["calls"] is None
    history = rung.rows("SELECT decided_by, why, undone_by, undone_why FROM newest_correction")
    assert history == [{
        "decided_by": "ann@a.example", "why": "she said so", "undone_by": "ann@a.example",
        "undone_why": "another call",
    }]  # fmt: skip


def test_a_match_by_hand_brings_the_touch_of_its_visitor(rung: House) -> None:
    rung.decide(say(match=str(UUID(int=21))))
    found = call(rung)
    # The visit is direct: the one before it brought the visitor.
    assert (found["match"], found["visit"], found["source"]) == ("lease", UUID(int=21), "google")
    assert (found["channel"], found["corrected"]) == ("Organic Search", "match")
    rung.decide(say(match="nobody"))
    found = call(rung)
    assert (found["match"], found["visit"], found["channel"]) == ("none", None, "Unattributed")
    assert rung.day()["attributed"] == 0


def test_a_match_by_hand_ties_the_caller_to_the_visitor(rung: House) -> None:
    rung.decide(say(match=str(UUID(int=21))))
    person = "SELECT DISTINCT person FROM mart_person WHERE node IN ('{}', '{}')"
    assert rung.rows(person.format(ANN, UUID(int=901))) == [{"person": UUID(int=901)}]


def test_of_two_corrections_the_one_decided_last_counts(rung: House) -> None:
    rung.decide(say(match="nobody"))
    second = rung.decide(say(source="flyer", medium="print"))
    assert call(rung)["source"] == "flyer"
    rung.decide(UndoBody(correction=second, why="no"))
    assert call(rung)["match"] == "none"


@pytest.mark.parametrize("flag", ["spam", "test", "self_test", "internal"])
def test_a_flag_takes_the_call_out_of_every_count(rung: House, flag: Any) -> None:
    counted = rung.day()
    correction = rung.decide(say(flag=flag))
    assert rung.mark(1)["excluded"] == call(rung)["excluded"] == flag
    assert rung.day() == dict.fromkeys(counted, 0) | {"excluded": 1}
    assert rung.leads() == []
    rung.decide(UndoBody(correction=correction, why="no"))
    assert (rung.day(), len(rung.leads())) == (counted, 1)


def test_a_call_that_is_no_spam_after_all_counts(house: House) -> None:
    house.tell(*(house.call(one, one, talk_seconds=5) for one in range(1, 7)))
    assert house.day()["excluded"] == 6
    house.decide(say(flag="none"))
    assert (house.day()["excluded"], house.day()["calls"]) == (5, 1)
    assert house.mark(1)["spam_score"] == pytest.approx(0.8)


def test_a_contact_is_flagged_and_qualified(house: House) -> None:
    house.tell(house.contact(1))
    house.decide(say(of="contact", qualified=True))
    assert (house.mark(1)["qualified"], house.leads()[0]["qualified"]) == (True, True)
    house.decide(say(of="contact", flag="test"))
    assert (house.mark(1)["excluded"], house.leads()) == ("test", [])


def test_corrections_survive_a_rebuild(rung: House) -> None:
    rung.decide(say(source="flyer", medium="print"))
    rung.decide(say(flag="test"))
    kept = [
        rung.rows(f"FROM {mart} ORDER BY ALL") for mart in ("mart_call", "mart_day", "mart_mark")
    ]
    rung.upkeep.rebuild()
    again = [
        rung.rows(f"FROM {mart} ORDER BY ALL") for mart in ("mart_call", "mart_day", "mart_mark")
    ]
    assert kept == again


def labels(house: House) -> Labels:
    with house.warehouse.transaction() as transaction:
        return collect(transaction, 1, 1, Micros(NOON - 30 * DAY_MICROS), NOON)


def test_no_correction_is_a_label_of_the_match(rung: House) -> None:
    rung.tell(rung.contact(2, -4, visit=UUID(int=10), visitor=UUID(int=900)))
    before = labels(rung)
    assert before.marked
    rung.decide(say(match=str(UUID(int=21))))
    rung.decide(say(match="nobody"))
    rung.decide(say(flag="test"))
    assert labels(rung) == before


def test_a_correction_is_a_label_where_its_decider_says_so(rung: House) -> None:
    assert not labels(rung).marked
    correction = rung.decide(say(match=str(UUID(int=10)), label=True))
    assert [(one.kind, one.calls) for one in labels(rung).marked] == [("hand", 1)]
    # Known in two ways, it counts once.
    rung.tell(rung.contact(2, -4, visit=UUID(int=10), visitor=UUID(int=900)))
    assert [one.kind for one in labels(rung).marked] == ["form"]
    rung.decide(UndoBody(correction=correction, why="no"))
    assert [one.kind for one in labels(rung).marked] == ["form"]


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ({"event": UUID(int=99), "flag": "spam"}, "event", "no call of the account"),
        ({"of": "contact", "flag": "spam"}, "event", "no contact of the account"),
        ({"match": str(UUID(int=99))}, "event", "no visit of the account"),
        ({"match": str(UUID(int=30))}, "malformed", "began after the call"),
        ({"match": "the second"}, "malformed", "neither a visit's id nor nobody"),
        ({"source": "google"}, "malformed", "a source has a medium"),
        ({"source": " ", "medium": "cpc"}, "malformed", "a source has a medium"),
        ({"source": "(unknown)", "medium": "x"}, "malformed", "match it to nobody"),
        ({"medium": "cpc", "flag": "spam"}, "malformed", "need their source"),
        ({"flag": "spam", "qualified": True}, "malformed", "say one of"),
        ({}, "malformed", "say one of"),
        ({"flag": "spam", "label": True}, "malformed", "only a match"),
        ({"of": "contact", "match": "nobody"}, "malformed", "the one it was left in"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    rung: House, said: dict[str, Any], code: str, told: str
) -> None:
    with pytest.raises(Refused, match=told) as refused:
        rung.decide(say(**said))
    assert refused.value.code == code
    assert rung.rows("FROM fact_correction") == []


def test_a_call_of_another_account_is_unknown(rung: House) -> None:
    with pytest.raises(Refused, match="no call of the account"):
        rung.decide(say(flag="spam"), account=2)
    correction = rung.decide(say(flag="spam"))
    with pytest.raises(Refused, match="no correction"):
        rung.decide(UndoBody(correction=correction, why="mine"), account=2)


def test_not_every_role_may(rung: House) -> None:
    for role in ("accountant", "group_head", "employee"):
        with pytest.raises(Refused, match=f"a {role} may not") as refused:
            rung.decide(say(flag="spam"), role=role)
        assert (refused.value.status, refused.value.code) == (403, "role")


def test_a_correction_is_undone_once(rung: House) -> None:
    undo = UndoBody(correction=rung.decide(say(flag="spam")), why="no")
    rung.decide(undo)
    with pytest.raises(Refused, match="has taken it back already"):
        rung.decide(undo)
    with pytest.raises(Refused, match="no correction has the id"):
        rung.decide(UndoBody(correction=UUID(int=5), why="no"))


def test_persons_are_merged_and_parted_again_however_late(house: House) -> None:
    house.tell(house.call(1), house.call(2, caller=BOB))
    one, other = f"phone:{ANN}", f"phone:{BOB}"
    merged = PersonBody(action="merge", one=one, other=other, why="they share a desk")
    decision = house.decide(merged)
    assert len(house.leads()) == 1
    # Later than the inbox remembers.
    house.wait(40 * DAY_MICROS)
    house.decide(UndoBody(correction=decision, why="they do not"))
    assert len(house.leads()) == 2
    assert house.rows("SELECT undone_by FROM newest_person_decision") == [
        {"undone_by": "ann@a.example"}
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"action": "merge", "one": f"phone:{ANN}"}, "of two"),
        ({"action": "stop", "one": f"phone:{ANN}", "other": f"phone:{BOB}"}, "of one"),
        ({"action": "stop", "one": ANN}, "is not like phone:"),
        ({"action": "stop", "one": "phone:12"}, "is no phone"),
        ({"action": "stop", "one": "car:12"}, "is no car"),
        ({"action": "split", "one": f"phone:{ANN}", "other": f"phone:{ANN}"}, "one person already"),
    ],
)
def test_who_cannot_be_decided_about(house: House, said: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused, match=told):
        house.decide(PersonBody(why="so", **said))
    assert house.rows("FROM fact_person_decision") == []
