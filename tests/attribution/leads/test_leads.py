"""Which calls and contacts are one lead, and what moves it."""

from datetime import date
from uuid import UUID

from attribution.leads.corrections import CorrectionBody
from ringtrail.core.facts import Identified
from ringtrail.core.warehouse import Query
from tests.attribution.leads.house import ANN, BOB, House

DAY = 24 * 60


def members(house: House) -> list[set[int]]:
    """The calls and contacts of each lead, the earliest lead first."""
    found = house.rows(
        "SELECT list(e.event) AS events FROM mart_lead l "
        "JOIN mart_lead_event e USING (account, lead) GROUP BY l.lead, l.occurred_at "
        "ORDER BY l.occurred_at, l.lead"
    )
    return [{event.int for event in row["events"]} for row in found]


def test_a_person_is_one_lead_for_its_window_and_then_another(house: House) -> None:
    later = 20 * DAY
    house.tell(
        house.contact(1, later - 30 * DAY), house.call(2, later - 5), house.call(3, later),
        house.call(4, later + 60), house.call(5, later + 1, caller=BOB),
    )  # fmt: skip
    # Exactly as many days later begins the next.
    assert members(house) == [{1, 2}, {3, 4}, {5}]
    first, second, _ = house.leads()
    assert (first["first_kind"], first["first_event"], first["events"]) == (
        "contact",
        UUID(int=1),
        2,
    )
    assert second["person"] == first["person"]
    house.tell(house.rule("lead_days", date(2026, 8, 1), 40))
    assert members(house) == [{1, 2, 3, 4}, {5}]


def test_a_late_first_call_moves_the_lead(house: House) -> None:
    house.tell(house.call(1, 0), house.call(2, 29 * DAY))
    (before,) = house.leads()
    house.tell(house.call(3, -2 * DAY))
    assert members(house) == [{3, 1}, {2}]
    assert before["lead"] not in {lead["lead"] for lead in house.leads()}


def test_what_is_excluded_makes_no_lead(house: House) -> None:
    house.tell(house.call(1, 0), house.call(2, 60))
    house.tell(house.phone(ANN, "internal", date(2026, 8, 1)))
    assert members(house) == []


def test_who_turns_out_to_be_one_person_is_one_lead(house: House) -> None:
    house.tell(house.call(1, 0), house.contact(2, 60, phone=BOB))
    assert members(house) == [{1}, {2}]
    for one, phone in enumerate((ANN, BOB)):
        house.tell(Identified(
            account=1, site=1, occurred_at=house.call(9).occurred_at, source_id=f"i{one}",
            visit=UUID(int=70), visitor=UUID(int=71), phone=phone,
        ))  # fmt: skip
    assert members(house) == [{1, 2}]


def test_withheld_callers_are_a_lead_each(house: House) -> None:
    house.tell(house.call(1, 0, caller=None), house.call(2, 60, caller=None))
    assert members(house) == [{1}, {2}]
    assert [lead["person"] for lead in house.leads()] == [None, None]


def test_a_rebuild_forgets_whom_no_fact_tells_of_any_more(house: House) -> None:
    house.tell(house.call(1, 0), house.contact(2, 60, phone=BOB), house.call(3, 90, caller=BOB))
    with house.warehouse.transaction() as transaction:
        gone = f"account = 1 AND key IN ('{house.call(1).key}', '{house.contact(2).key}')"
        for table in ("fact_call", "fact_contact"):
            transaction.run(Query("erased", f"DELETE FROM {table} WHERE {gone}"))
    house.upkeep.rebuild()
    assert members(house) == [{3}]
    for mart, kept in (("mart_mark", 1), ("mart_conversion", 2), ("mart_credit", 2)):
        assert len(house.rows(f"FROM {mart}")) == kept, mart


def test_a_lead_is_what_was_said_last(house: House) -> None:
    house.tell(house.call(1, 0), house.call(2, 60))
    assert house.leads()[0]["qualified"] is None
    good = CorrectionBody(of="call", event=UUID(int=2), why="asked for a price", qualified=True)
    house.decide(good)
    bad = CorrectionBody(of="call", event=UUID(int=1), why="sells carpets", qualified=False)
    house.decide(bad)
    (lead,) = house.leads()
    assert (lead["qualified"], lead["qualified_at"]) == (False, house.mark(1)["qualified_at"])
    assert (house.mark(2)["qualified"], house.mark(1)["qualified"]) == (True, False)
