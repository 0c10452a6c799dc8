"""Who is one person by what was told, and who is not, on the engine that the warehouse has."""

import dataclasses
from uuid import UUID

import pytest

from attribution.identity import Deciding, Guards, Persons, merge, named, split, stop, undo
from attribution.identity.graph import Kind, Known
from attribution.identity.guards import Most
from ringtrail.core.facts import Fact, PersonDecision
from tests.attribution.identity.world import (
    ACCOUNT,
    Rang,
    World,
    at,
    contact,
    cookie,
    deal,
    identified,
    owned,
    page,
    phone,
    pool,
)


def deciding(days: float = 1, since: float | None = None) -> Deciding:
    return Deciding(ACCOUNT, "ann", "asked", at(days), None if since is None else at(since))


def of_cookie(n: int) -> Known:
    return named("cookie", str(cookie(n)))


def of_phone(n: int) -> Known:
    return named("phone", phone(n))


def test_what_is_named_in_one_breath_is_one_person(world: World) -> None:
    changed = world.tell(
        contact(1, 0, visitor=cookie(2), phone=phone(1), email=" Ann@Example.com "),
        identified(2, 1, cookie(3), email="ann@example.com", customer="c-1"),
        deal(3, 2, customer="c-1", phone=phone(2)),
        Rang(4, 3, phone(2), cookie(1)),
        Rang(5, 3, phone(3), cookie(9)),
    )
    assert world.together(
        cookie(1), cookie(2), cookie(3), phone(1), phone(2), "ann@example.com", "c-1",
        UUID(int=1001), "7:crm:3",
    )  # fmt: skip
    assert world.person(phone(1)) == cookie(1)
    assert world.person(phone(3)) == cookie(9)
    # The smallest cookie names the person, so it is nobody else than before.
    assert changed == [cookie(2), cookie(3)]


def test_a_batch_that_names_nobody_changes_nobody(world: World) -> None:
    assert world.tell(contact(1, 0, visitor=cookie(2), phone=phone(1)), Rang(2, 0, phone(1),
                      cookie(1))) == [cookie(2)]  # fmt: skip
    before, shape = world.marts(), world.change
    assert world.tell(page(3, 1)) == []
    assert world.marts() == before
    assert world.change == shape != []


def test_a_pools_business_number_tells_of_nobody_from_its_batch_on(world: World) -> None:
    world.tell(contact(1, 0, visitor=cookie(1), phone=phone(1)))
    assert world.person(phone(1)) == cookie(1)
    world.tell(pool(phone(1), 2))
    assert world.person(phone(1)) != cookie(1)
    assert world.marts() == world.rebuilt()


def test_a_deal_of_a_contact_is_its_persons(world: World) -> None:
    world.tell(deal(1, 5, contact=str(UUID(int=1007)).upper()))
    alone = world.person("7:crm:1")
    assert world.tell(contact(7, 0, visitor=cookie(4), phone=phone(4))) == []
    assert world.person("7:crm:1") == cookie(4) != alone


@pytest.mark.parametrize(
    "call",
    [
        Rang(1, 0, None, cookie(1)),
        Rang(1, 0, phone(1), cookie(1), match="ambiguous"),
        Rang(1, 0, phone(1), cookie(1), presentation="restricted"),
        Rang(1, 0, phone(1), cookie(1), direction="outbound"),
        Rang(1, 0, "+266696687", cookie(1)),
        Rang(1, 0, "+112", cookie(1)),
    ],
    ids=["withheld", "unsure", "restricted", "outbound", "placeholder", "short"],
)
def test_a_call_that_names_nobody_for_sure_ties_nobody(world: World, call: Rang) -> None:
    world.tell(call, Rang(2, 1, call.caller, cookie(2)))
    assert world.person(cookie(1)) != world.person(cookie(2))
    if call.direction == "inbound" and call.caller == phone(1):
        assert world.person(cookie(2)) == world.person(phone(1))


def test_which_matches_are_sure_is_asked(world: World) -> None:
    world.persons = dataclasses.replace(world.persons, matches={"ambiguous"})
    world.tell(Rang(1, 0, phone(1), cookie(1), match="ambiguous"), Rang(2, 0, phone(2), cookie(2)))
    assert world.together(phone(1), cookie(1))
    assert not world.together(phone(2), cookie(2))


def test_other_rules_make_everybody_anew(world: World) -> None:
    world.tell(Rang(1, 0, phone(1), cookie(1)), Rang(2, 200, phone(1), cookie(2)))
    assert not world.together(cookie(1), cookie(2))
    world.persons = Persons(Guards(silence_days=300))
    assert world.tell() == [cookie(2)]
    assert world.together(cookie(1), cookie(2), phone(1))


def test_a_match_that_is_no_more_ties_no_more(world: World) -> None:
    world.tell(Rang(1, 0, phone(1), cookie(1)), Rang(2, 0, phone(1), cookie(2)))
    assert world.together(cookie(1), cookie(2))
    assert world.tell(Rang(2, 0, phone(1), cookie(2), match="ambiguous")) == [cookie(2)]
    assert world.person(cookie(2)) == cookie(2)


def test_a_phone_that_nobody_used_for_half_a_year_is_anothers(world: World) -> None:
    world.tell(Rang(1, 0, phone(1), cookie(1)), Rang(2, 180, phone(1), cookie(2)))
    assert world.person(phone(1), 0) == world.person(phone(1), 179.9) == cookie(1)
    assert world.person(phone(1), 180) == cookie(2)
    # A call in between, told late, shows that it was in use all the time.
    assert world.tell(Rang(3, 90, phone(1))) == [cookie(2)]
    assert world.person(phone(1)) == cookie(1)
    assert world.marts() == world.rebuilt()


def test_a_reception_glues_nobody(world: World) -> None:
    most = {**Guards().most, Kind.phone: Most(cookies=2, phones=0, emails=2, customers=2)}
    world.persons = Persons(Guards(most=most))
    world.tell(*(Rang(n, 0, phone(1), cookie(n)) for n in (1, 2)))
    assert world.together(cookie(1), cookie(2))
    world.tell(contact(3, 0, visitor=cookie(3), phone=phone(1), email="c@example.com"))
    assert world.alarms() == [("shared", phone(1))]
    assert not world.together(cookie(1), cookie(2))
    assert world.together(cookie(3), "c@example.com")
    # Somebody corrects the form: the phone was another.
    world.tell(contact(3, 0, 1, visitor=cookie(3), phone=phone(2), email="c@example.com"))
    assert world.alarms() == []
    assert world.together(cookie(1), cookie(2), phone(1))
    assert world.marts() == world.rebuilt()


def test_a_phone_is_shared_only_as_long_as_it_is(world: World) -> None:
    most = {**Guards().most, Kind.phone: Most(cookies=2, phones=0, emails=2, customers=2)}
    world.persons = Persons(Guards(most=most))
    world.tell(
        *(Rang(n, n, phone(1), cookie(n)) for n in range(3)), Rang(3, 400, phone(1), cookie(3))
    )
    assert world.alarms() == [("shared", phone(1))]
    assert world.person(phone(1), 400) == cookie(3)
    assert world.person(phone(1), 0) != cookie(0)


def test_numbers_of_the_business_and_its_people_tell_of_nobody(world: World) -> None:
    world.tell(*(Rang(n, 0, phone(1 + n // 2), cookie(n)) for n in range(4)))
    assert world.together(cookie(0), cookie(1)) and world.together(cookie(2), cookie(3))
    decision = stop(deciding(), of_phone(2))
    world.tell(owned(phone(1), -1), decision)
    assert not world.together(cookie(0), cookie(1))
    assert not world.together(cookie(2), cookie(3))
    world.tell(undo(decision, "bob", at(2)))
    assert world.together(cookie(2), cookie(3))


def chain(world: World, length: int) -> None:
    """Cookies and e-mails by turns; the middle is tied by a call alone."""
    world.tell(
        *(contact(n, n, visitor=cookie(n), email=f"{n}@example.com") for n in range(length)),
        *(contact(50 + n, n, visitor=cookie(n), email=f"{n + 1}@example.com")
          for n in range(length - 1) if n != length // 2),
        contact(99, 0, email=f"{length // 2 + 1}@example.com", phone=phone(1)),
        Rang(1, 1, phone(1), cookie(length // 2)),
    )  # fmt: skip


@pytest.mark.parametrize(("largest", "persons"), [(13, 1), (8, 2), (3, 13)])
def test_a_cluster_too_large_is_not_believed(world: World, largest: int, persons: int) -> None:
    world.persons = Persons(Guards(largest=largest))
    chain(world, 6)
    found = {row["person"] for row in world.rows() if row["node_kind"] != "contact"}
    assert len(found) == persons
    assert world.alarms() == ([] if persons == 1 else [("oversized", str(cookie(0)))])
    assert world.marts() == world.rebuilt()


def test_a_merge_holds_through_rebuilds_and_can_be_undone(world: World) -> None:
    world.tell(Rang(1, 0, phone(1), cookie(1)), Rang(2, 0, phone(2), cookie(2)))
    decision = merge(deciding(), of_phone(1), of_cookie(3))
    world.tell(decision, merge(deciding(), of_cookie(3), of_phone(2)))
    assert world.together(cookie(1), cookie(2), cookie(3))
    assert world.marts() == world.rebuilt()
    assert world.tell(undo(decision, "bob", at(2))) == [cookie(2), cookie(3)]
    assert not world.together(cookie(1), cookie(2))
    assert world.together(cookie(2), cookie(3))


def test_a_split_holds_against_what_links_them_later(world: World) -> None:
    world.tell(
        contact(1, 0, visitor=cookie(1), phone=phone(1)),
        contact(2, 1, visitor=cookie(2), phone=phone(1)),
        contact(3, 2, visitor=cookie(2), email="two@example.com"),
    )
    decision = split(deciding(), of_cookie(2), of_phone(1))
    assert world.tell(decision) == [cookie(2)]
    assert world.together(cookie(2), "two@example.com")
    assert world.together(cookie(1), phone(1))
    world.tell(contact(4, 9, email="two@example.com", phone=phone(1)))
    assert not world.together(cookie(1), cookie(2))
    # Of two decisions the newer one holds.
    world.tell(merge(deciding(days=3), of_cookie(1), of_cookie(2)))
    assert world.together(cookie(1), cookie(2))
    world.tell(undo(decision, "bob", at(4)))
    assert world.together(cookie(1), cookie(2))
    assert world.marts() == world.rebuilt()


def test_a_decision_means_the_phone_as_it_was_then(world: World) -> None:
    world.tell(Rang(1, 0, phone(1)), Rang(2, 400, phone(1)))
    world.tell(merge(deciding(days=500, since=1), of_phone(1), of_cookie(5)))
    assert world.person(phone(1), 0) == cookie(5) != world.person(phone(1), 400)


def test_a_decision_about_another_stretch_is_none_about_this_one(world: World) -> None:
    world.tell(Rang(1, 0, phone(1), cookie(5)), Rang(2, 400, phone(1)))
    world.tell(split(deciding(days=500), of_cookie(5), of_phone(1)))
    # Whoever names the browser alone does not touch the phone's later stretch.
    world.tell(identified(3, 9, cookie(5), email="five@example.com"))
    assert world.person(phone(1), 0) == world.person("five@example.com") == cookie(5)


def test_a_decision_about_a_phone_waits_until_it_is_seen(world: World) -> None:
    assert world.tell(merge(deciding(), of_phone(1), of_cookie(5))) == []
    world.tell(Rang(1, 30, phone(1), cookie(1)))
    assert world.together(phone(1), cookie(5), cookie(1))


def test_the_same_told_twice_changes_nothing(world: World) -> None:
    told: list[Fact | Rang] = [
        contact(1, 0, visitor=cookie(1), phone=phone(1)),
        identified(2, 1, cookie(2), phone=phone(1)),
        Rang(4, 3, phone(2), cookie(1)),
        merge(deciding(), of_cookie(7), of_phone(2)),
    ]
    assert world.tell(*told) == [cookie(2), cookie(7)]
    once = world.marts()
    assert world.tell(*told) == []
    assert world.marts() == once


def test_a_decision_needs_what_can_name_somebody() -> None:
    for kind, text in (("phone", "112"), ("email", "ann"), ("nick", "ann"), ("customer", " ")):
        with pytest.raises(Exception, match="is no"):
            named(kind, text)
    assert named("phone", "+44 20 7946 0001") == Known(Kind.phone, "+442079460001")
    with pytest.raises(ValueError, match="UUID"):
        merge(deciding(), Known(Kind.cookie, "me"), of_phone(1))
    with pytest.raises(Exception, match="already"):
        merge(deciding(), of_phone(1), of_phone(1))
    assert isinstance(split(deciding(), of_phone(1), of_phone(2)), PersonDecision)
