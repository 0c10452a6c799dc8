"""As what a call or a contact counts: each rule by hand."""

import json
from datetime import date
from typing import Any

import pytest

from tests.attribution.leads.house import ANN, BOB, NUMBERS, House

MONDAY, TUESDAY = date(2026, 8, 31), date(2026, 9, 1)
DAY = 24 * 60


def reasons(house: House, event: int) -> list[str]:
    found: list[str] = json.loads(house.mark(event)["reasons"])
    return found


def test_first_and_repeat_calls(house: House) -> None:
    house.tell(house.call(1, 60), house.call(2, 300), house.call(3, 0, caller=None))
    assert [house.mark(call)["first_time"] for call in (1, 2, 3)] == [True, False, False]
    assert [house.mark(call)["repeat"] for call in (1, 2, 3)] == [False, True, False]
    # An earlier one comes in late.
    house.tell(house.call(4, 30))
    assert [house.mark(call)["repeat"] for call in (4, 1, 2)] == [False, True, True]


def test_first_and_repeat_contacts(house: House) -> None:
    house.tell(house.contact(1, 60), house.contact(2, 300, phone=None, email="a@a.example"))
    house.tell(house.contact(3, 0), house.contact(4, 400, phone=None, email=" A@a.example"))
    assert [house.mark(one)["first_time"] for one in (3, 1, 2, 4)] == [True, False, True, False]
    # It was somebody else's after all.
    house.tell(house.contact(3, 0, phone=BOB))
    assert [house.mark(one)["first_time"] for one in (3, 1)] == [True, True]


def test_a_threshold_holds_from_its_day_on(house: House) -> None:
    house.tell(house.call(1, 0, talk_seconds=59), house.call(2, 1, talk_seconds=60))
    assert [house.mark(call)["target"] for call in (1, 2)] == [False, True]
    house.tell(house.call(3, DAY, talk_seconds=60))
    house.tell(house.rule("target_seconds", TUESDAY, 90))
    assert [house.mark(call)["target"] for call in (1, 2, 3)] == [False, True, False]
    house.tell(house.rule("target_seconds", TUESDAY, 20))
    assert [house.mark(call)["target"] for call in (1, 2, 3)] == [False, True, True]


def test_hours_are_known_from_the_day_they_were_told(house: House) -> None:
    house.tell(house.call(1, 0), house.call(2, DAY), house.call(3, DAY + 60), house.contact(4, DAY))
    assert [house.mark(event)["in_hours"] for event in (1, 2, 3, 4)] == [None] * 4
    house.tell(house.rule("hours", TUESDAY, {"2": "09:00-12:30,13:30-18:00"}))
    assert [house.mark(event)["in_hours"] for event in (1, 2, 3, 4)] == [None, True, False, True]


@pytest.mark.parametrize("use", ["internal", "test", "self_test"])
def test_an_own_phone_counts_nowhere_while_it_is_one(house: House, use: str) -> None:
    house.tell(house.call(1, 0), house.call(2, DAY), house.call(3, 2 * DAY), house.contact(4, DAY))
    assert house.day() | {"calls": 3, "excluded": 0} == house.day()
    house.tell(house.phone(ANN, use, TUESDAY), house.phone(ANN, "none", date(2026, 9, 2)))
    assert [house.mark(event)["excluded"] for event in (1, 2, 3, 4)] == [None, use, None, use]
    assert house.day() == {
        "calls": 2, "answered": 2, "first_time": 1, "attributed": 0, "talk_seconds": 180,
        "excluded": 1,
    }  # fmt: skip


def short(house: House, first: int, times: list[float], **said: Any) -> list[Any]:
    given = {"talk_seconds": 5} | said
    return [house.call(first + one, at, **given) for one, at in enumerate(times)]


def test_a_burst_over_the_numbers_is_spam_by_whichever_call_comes_last(house: House) -> None:
    calls = [
        house.call(one + 1, one, talk_seconds=3 * one, number=NUMBERS[one]) for one in (0, 1, 2)
    ]
    house.tell(calls[0])
    house.tell(calls[2])
    assert house.day()["excluded"] == 0
    house.tell(calls[1])
    assert [house.mark(call)["excluded"] for call in (1, 2, 3)] == ["spam"] * 3
    assert house.mark(2)["spam_score"] == pytest.approx(0.6)
    assert house.day() == {
        "calls": 0, "answered": 0, "first_time": 0, "attributed": 0, "talk_seconds": 0,
        "excluded": 3,
    }  # fmt: skip
    # One of them was talked to, as is told later: no burst is left.
    house.tell(house.call(2, 1, talk_seconds=300, number=NUMBERS[1]))
    assert [house.mark(call)["excluded"] for call in (1, 2, 3)] == [None] * 3
    assert (house.day()["calls"], house.day()["excluded"]) == (3, 0)


def test_who_is_not_answered_may_try_every_number(house: House) -> None:
    for one, number in enumerate(NUMBERS):
        house.tell(house.call(one + 1, one, outcome="busy", talk_seconds=0, number=number))
    assert [reasons(house, call) for call in (1, 2, 3)] == [[], [], []]


def test_reasons_of_calls(house: House) -> None:
    house.tell(
        house.call(1, 0, caller=None, talk_seconds=0, outcome="abandoned", ring_seconds=2),
        house.call(2, 0, caller="+123"),
        *short(house, 10, [100, 101, 102, 103, 104], caller=BOB),
    )
    assert reasons(house, 1) == ["withheld_silent", "gone_at_once"]
    assert (house.mark(1)["spam_score"], house.mark(1)["excluded"]) == (0.5, None)
    assert reasons(house, 2) == ["impossible_caller"]
    assert reasons(house, 12) == ["many_short", "played"]
    assert house.mark(12)["excluded"] == "spam"


def test_a_message_is_played_where_all_talks_are_as_long(house: House) -> None:
    house.tell(*short(house, 1, [0, 5, 10], talk_seconds=20))
    assert reasons(house, 1) == ["played"]
    house.tell(house.call(4, 12, talk_seconds=28))
    assert reasons(house, 1) == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"message": "see http://a.example"}, "one_link"),
        ({"message": "we are https://www.a.example, please ring"}, "one_link"),
        ({"message": "http://a.example www.b.example"}, "links"),
        ({"name": "win at HTTPS://a.example"}, "link_for_a_name"),
        ({"message": "[URL=a]b[/URL]"}, "markup"),
        ({"phone": "+447777777777"}, "made_up"),
        ({"phone": None, "email": "a@Example.com"}, "made_up"),
    ],
)
def test_reasons_of_contacts(house: House, said: dict[str, Any], reason: str) -> None:
    house.tell(house.contact(1, **said), house.contact(2, 1, message="Do you open at 9?"))
    assert reasons(house, 1) == [reason]
    assert (reasons(house, 2), house.mark(2)["excluded"]) == ([], None)


def test_a_flood_of_contacts(house: House) -> None:
    house.tell(*(house.contact(one, one) for one in range(1, 5)))
    assert house.rows("FROM mart_mark WHERE excluded IS NOT NULL") == []
    house.tell(house.contact(5, 5))
    assert len(house.rows("FROM mart_mark WHERE excluded = 'spam'")) == 5


def test_a_batch_of_visits_marks_nothing(house: House) -> None:
    house.tell(house.call(1))
    before = (
        house.rows("SELECT rowid, * FROM mart_mark"),
        house.rows("SELECT rowid, * FROM mart_lead"),
    )
    house.tell(house.visit(1), house.visit(2, visitor=901))
    after = (
        house.rows("SELECT rowid, * FROM mart_mark"),
        house.rows("SELECT rowid, * FROM mart_lead"),
    )
    assert before == after
