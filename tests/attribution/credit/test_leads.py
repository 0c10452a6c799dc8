"""A lead is a conversion that dates later ones, and what counts nowhere gets no credit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest
from msgspec import structs

from ringtrail.core.clock import Micros
from ringtrail.core.lead_facts import Correction
from tests.attribution.credit.shop import NOW, SPACE, Shop
from tests.attribution.credit.test_deals import deal, site
from tests.attribution.credit.test_persons import HOUR, called, form, phone

DAY = 24 * HOUR


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    yield opened
    opened.close()


def corrected(shop: Shop, of: str, event: str, turn: int = 1, **said: Any) -> Correction:
    at = Micros(NOW + turn)
    return Correction(
        account=shop.account, site=shop.site, occurred_at=at, source_id=f"{event}{turn}{said}",
        key=f"{event}{turn}", correction=uuid5(SPACE, f"{event}{said.get('action')}"), told_at=at,
        decided_at=Micros(NOW + 1), of=of, event=uuid5(SPACE, event), decided_by="Ann",
        why="heard it", **said,
    )  # fmt: skip


def led(shop: Shop) -> list[tuple[str, float | None]]:
    """Kind, and how many days ago the lead was that it is dated by; oldest conversion first."""
    rows = shop.rows("SELECT kind, epoch_us(lead_at) AS lead_at FROM mart_conversion "
                     "ORDER BY occurred_at, kind DESC")  # fmt: skip
    return [(row["kind"], row["lead_at"] and round((NOW - row["lead_at"]) / 1e6 / DAY, 2))
            for row in rows]  # fmt: skip


def test_a_lead_is_divided_as_what_made_it_and_dates_what_follows(shop: Shop) -> None:
    shop.deliver(
        site(shop, "EUR"), shop.visit("v1", "ann", 101 * DAY), form(shop, "f", 100 * DAY, "ann", 1),
        shop.visit("v2", "ann", 40 * DAY, 1), form(shop, "g", 39 * DAY, "ann", 1),
        called(shop, "c", 38 * DAY, 1),
        deal(shop, "d", 20 * DAY, "90", phone=phone(1)), deal(shop, "d", 1, "80", phone=phone(1)),
    )  # fmt: skip
    assert led(shop) == [
        ("lead", 100), ("contact", 100), ("lead", 39), ("contact", 39), ("call", 39),
        ("deal", 39), ("deal", 39),
    ]  # fmt: skip
    rows = shop.rows("SELECT lead_day, touch, weight_linear AS weight FROM mart_credit "
                     "WHERE kind = 'lead' ORDER BY lead_day, touch")  # fmt: skip
    assert len({row["lead_day"] for row in rows}) == 2
    assert [(row["touch"], row["weight"]) for row in rows] == [
        (uuid5(SPACE, "v1"), 1), *sorted([(uuid5(SPACE, "v1"), 0.5), (uuid5(SPACE, "v2"), 0.5)]),
    ]  # fmt: skip


def test_the_visit_that_made_the_lead_has_its_share_in_w(shop: Shop) -> None:
    told = [shop.visit(f"v{n}", "ann", (10 - n) * DAY, n % 3) for n in range(5)]
    shop.deliver(*told, shop.contact("f", 7.5 * DAY, "ann"), shop.contact("g", 1, "ann"))
    expected = {"v0": 0.3, "v1": 0.05, "v2": 0.3, "v3": 0.05, "v4": 0.3}
    assert shop.weights("g", "w") == pytest.approx(expected)


def test_a_late_lead_dates_the_conversions_after_it_only(shop: Shop) -> None:
    shop.deliver(site(shop, "EUR"), form(shop, "f", 90 * DAY, "ann", 1),
                 deal(shop, "d", 80 * DAY, "5", phone=phone(1)),
                 deal(shop, "e", 5 * DAY, "5", phone=phone(1)))  # fmt: skip
    assert led(shop) == [("lead", 90), ("contact", 90), ("deal", 90), ("deal", 90)]
    shop.deliver(form(shop, "g", 10 * DAY, "ann", 1))
    assert led(shop)[2:] == [("deal", 90), ("lead", 10), ("contact", 10), ("deal", 10)]
    shop.deliver(corrected(shop, "contact", "g", action="flag", flag="spam"))
    assert [one for one in led(shop) if one[0] == "deal"] == [("deal", 90), ("deal", 90)]


def test_a_call_is_dated_by_its_own_lead_not_by_one_on_another_site(shop: Shop) -> None:
    other = structs.replace(called(shop, "b", 10 * DAY, 1), site=shop.site + 1)
    late = [structs.replace(called(shop, f"s{days}", days * DAY, 1), caller="+101")
            for days in (6, 4)]  # fmt: skip
    shop.deliver(called(shop, "a", 20 * DAY, 1), other, called(shop, "c", 5 * DAY, 1), *late)
    calls = [("call", 20), ("call", 10), ("call", 6), ("call", 20), ("call", 6)]
    assert [one for one in led(shop) if one[0] == "call"] == calls
    shop.deliver(structs.replace(called(shop, "s7", 7 * DAY, 1), caller="+101"))
    calls = [("call", 20), ("call", 10), ("call", 7), ("call", 7), ("call", 20), ("call", 7)]
    assert [one for one in led(shop) if one[0] == "call"] == calls
    kept_up = shop.marts()
    shop.upkeep.rebuild()
    assert shop.marts() == kept_up


def test_a_call_that_a_hand_matched_to_nobody_is_nobodys(shop: Shop) -> None:
    shop.deliver(shop.visit("v1", "ann", DAY), shop.lease("v1", DAY),
                 form(shop, "f", DAY - 60, "ann", 1),
                 called(shop, "c", DAY - 90, 1, number=0))  # fmt: skip
    assert shop.weights("c", "last") == {"v1": 1}
    shop.deliver(corrected(shop, "call", "c", action="match"))
    assert shop.weights("c", "last") == {None: 1}


def test_an_ambiguous_call_makes_a_lead_of_its_candidates(shop: Shop) -> None:
    shop.deliver(shop.visit("v1", "ann", 1_500), shop.lease("v1", 1_500),
                 shop.visit("v2", "bob", 700, 1), shop.lease("v2", 700),
                 called(shop, "c", 600, 1, number=0))  # fmt: skip
    rows = {
        row["kind"]: row["shares"]
        for row in shop.rows("SELECT kind, list((touch, weight_last) ORDER BY touch) AS shares "
                             "FROM mart_credit GROUP BY kind")
    }  # fmt: skip
    assert len(rows["lead"]) == 3
    assert rows["lead"] == rows["call"]


def test_what_counts_nowhere_is_told_and_gets_no_credit(shop: Shop) -> None:
    shop.deliver(shop.visit("v1", "ann", DAY), form(shop, "f", HOUR, "ann", 1))
    flag = corrected(shop, "contact", "f", action="flag", flag="test")
    shop.deliver(flag)
    assert [row["excluded"] for row in shop.rows("FROM mart_conversion")] == ["test"]
    assert shop.rows("FROM mart_credit") == shop.rows("FROM mart_share") == []
    shop.deliver(shop.visit("v2", "ann", 2 * DAY))
    undone = structs.replace(
        flag, told_at=Micros(NOW + 2), source_id="undone", undone_by="Bob", undone_why="no"
    )
    shop.deliver(undone)
    assert shop.weights("f", "linear") == {"v1": 0.5, "v2": 0.5}


def test_a_corrected_source_gets_the_whole_call(shop: Shop) -> None:
    call = called(shop, "c", DAY - 90, 1, number=0)
    shop.deliver(shop.visit("v1", "ann", DAY), shop.lease("v1", DAY),
                 form(shop, "f", DAY - 60, "ann", 1), call)  # fmt: skip
    assert shop.weights("c", "last") == {"v1": 1}
    shop.deliver(corrected(shop, "call", "c", action="source", channel="Offline", source="flyer",
                           medium="print"))  # fmt: skip
    rows = shop.rows("SELECT touch, source, weight_last FROM mart_credit JOIN mart_traffic "
                     "USING (account, traffic) WHERE kind = 'call'")  # fmt: skip
    assert rows == [{"touch": None, "source": "flyer", "weight_last": 1}]


def test_the_deal_of_a_phone_without_a_browser_is_divided_as_its_call(shop: Shop) -> None:
    shop.deliver(
        site(shop, "EUR"), shop.visit("v1", "ann", 1_500), shop.lease("v1", 1_500),
        shop.visit("v2", "bob", 700, 1), shop.lease("v2", 700), called(shop, "c", 600, 1, number=0),
        deal(shop, "d", 90, "50", phone=phone(1)), deal(shop, "e", 80, "50", phone=phone(2)),
    )  # fmt: skip
    deals = shop.rows("SELECT touch, weight_last FROM mart_credit WHERE kind = 'deal' "
                      "AND touch IS NOT NULL ORDER BY touch")  # fmt: skip
    assert len(deals) == 2
    assert deals == shop.rows("SELECT touch, weight_last FROM mart_credit WHERE kind = 'call' "
                              "AND touch IS NOT NULL ORDER BY touch")  # fmt: skip
    shop.deliver(corrected(shop, "call", "c", action="source", channel="Offline", source="flyer",
                           medium="print"))  # fmt: skip
    assert revenue(shop) == {"flyer": 50, "(unknown)": 50}
    shop.deliver(form(shop, "f", 650, "bob", 1))
    # Of somebody whose browser is known the visit before that call has its part, too.
    assert revenue(shop, "linear") == {"(direct)": 25, "flyer": 25, "(unknown)": 50}


def revenue(shop: Shop, model: str = "last") -> dict[str, float]:
    """By source."""
    rows = shop.rows(f"SELECT source, sum(value * weight_{model})::DOUBLE AS value "
                     "FROM mart_credit JOIN mart_traffic USING (account, traffic) "
                     "WHERE kind = 'deal' GROUP BY source")  # fmt: skip
    return {row["source"]: row["value"] for row in rows}
