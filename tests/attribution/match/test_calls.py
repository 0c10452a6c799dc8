"""Calls come in with other facts: each gets the visit that most likely made it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from attribution import Upkeep
from attribution.match.fit import Fit, fit, keep
from attribution.match.in_force import fits, in_force
from attribution.match.labels import Labels, Ringing
from attribution.match.rates import START
from ingest import Loader
from ringtrail.core.clock import DAY, MINUTE, Micros, SetClock
from ringtrail.core.database import Engine, migrate, open_engine
from ringtrail.core.facts import (
    Call,
    Contact,
    Fact,
    LeaseClosed,
    LeaseOpened,
    NumberClicked,
    Visit,
)
from ringtrail.core.inbox import put
from ringtrail.core.warehouse import Query, Row, Warehouse

NOW = Micros(1_790_000_000_000_000)
NUMBER, OTHER = "+442079460101", "+442079460102"
CALLER = "+447700900001"


class House:
    """A warehouse into which facts are loaded, a batch each time."""

    def __init__(self, home: Path) -> None:
        self.engine: Engine = open_engine(f"sqlite:///{home / 'a.sqlite3'}")
        migrate(self.engine)
        self.warehouse = Warehouse(home / "w.duckdb")
        self.warehouse.migrate()
        self.upkeep = Upkeep(self.warehouse)

    def told(self, *facts: Fact) -> None:
        with self.engine.execution_options(writes=True).begin() as store:
            put(store, list(facts), NOW)
        Loader(self.engine, self.warehouse, SetClock(NOW)).run()
        self.upkeep.catch_up()

    def call(self, index: int = 1) -> Row:
        return self.rows(f"FROM mart_call WHERE call = '{UUID(int=300 + index)}'")[0]

    def candidates(self, index: int = 1) -> list[Row]:
        """The likeliest first."""
        asked = f"FROM mart_candidate WHERE call = '{UUID(int=300 + index)}'"
        return self.rows(asked + " ORDER BY probability DESC, lease")

    def everything(self) -> list[list[Row]]:
        return [self.rows(f"FROM {name} ORDER BY ALL") for name in ("mart_call", "mart_candidate")]

    def rows(self, text: str) -> list[Row]:
        return self.warehouse.rows(Query("asked", text))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    yield opened
    opened.warehouse.close()
    opened.engine.dispose()


def of(name: str, before: int) -> dict[str, Any]:
    """Minutes before now."""
    return {"account": 1, "site": 1, "occurred_at": NOW - before * MINUTE, "source_id": name}


def visit(index: int, before: int, visitor: int | None = None) -> Visit:
    return Visit(**of(f"v{index}", before), visit=UUID(int=index),
                 visitor=UUID(int=200 + (visitor or index)), landing="/", source=f"s{index}",
                 medium="m", channel="Email", rule="utm")  # fmt: skip


def lease(index: int, before: int, number: str = NUMBER) -> LeaseOpened:
    return LeaseOpened(**of(f"l{index}", before), lease=UUID(int=100 + index),
                       visit=UUID(int=index), pool=1, number=number)  # fmt: skip


def closed(index: int, seen_before: int, number: str = NUMBER) -> LeaseClosed:
    return LeaseClosed(**of(f"e{index}", seen_before - 10), lease=UUID(int=100 + index),
                       number=number, last_seen=NOW - seen_before * MINUTE,
                       held_until=NOW - (seen_before - 10) * MINUTE)  # fmt: skip


def form(index: int, before: int, phone: str = CALLER) -> Contact:
    return Contact(**of(f"f{index}", before), key=f"f{index}", contact=UUID(int=400 + index),
                   told_at=NOW - before * MINUTE, way="form", vendor="own", phone=phone,
                   visit=UUID(int=index), visitor=UUID(int=200 + index))  # fmt: skip


def ring(index: int, before: int, number: str = NUMBER, **more: Any) -> Call:
    told = {"caller": CALLER, "outcome": "answered"} | more
    return Call(**of(f"c{index}", before), key=f"c{index}", call=UUID(int=300 + index),
                told_at=NOW - before * MINUTE, number=number, **told)  # fmt: skip


ANN_THEN_BOB = [visit(1, 60), lease(1, 60), closed(1, 50), visit(2, 20), lease(2, 20)]


def test_who_is_on_the_page_gets_the_call_and_everybody_stands_as_evidence(house: House) -> None:
    house.told(*ANN_THEN_BOB, ring(1, 19))
    call, candidates = house.call(), house.candidates()
    assert (call["match"], call["visit"], call["source"]) == ("lease", UUID(int=2), "s2")
    assert [one["visit"] for one in candidates] == [UUID(int=2), None, UUID(int=1)]
    assert sum(one["probability"] for one in candidates) == pytest.approx(1, abs=1e-9)
    assert call["probability"] == candidates[0]["probability"] > 0.9
    assert {one["fit"] for one in candidates} == {"assumed"}


def test_a_phone_from_a_form_moves_a_known_call_and_the_callers_later_ones(house: House) -> None:
    house.told(*ANN_THEN_BOB, ring(1, 19), ring(2, 5), ring(3, 4, caller="+447700900002"))
    assert {house.call(index)["visit"] for index in (1, 2, 3)} == {UUID(int=2)}
    house.told(form(1, 45))
    assert [house.call(index)["visit"] for index in (1, 2, 3)] == [
        UUID(int=1), UUID(int=1), UUID(int=2),
    ]  # fmt: skip
    kept_up = house.everything()
    house.upkeep.rebuild()
    assert house.everything() == kept_up


def test_a_lease_that_closes_and_a_visit_that_arrives_judge_a_call_anew(house: House) -> None:
    house.told(visit(1, 60), lease(1, 60), ring(1, 3))
    assert house.call()["visit"] == UUID(int=1)
    house.told(lease(2, 4))
    assert (house.call()["match"], house.call()["visitor"]) == ("none", None)
    house.told(visit(2, 4))
    assert (house.call()["match"], house.call()["visit"]) == ("ambiguous", UUID(int=2))
    house.told(closed(1, 55))
    assert (house.call()["match"], house.call()["visit"]) == ("lease", UUID(int=2))
    kept_up = house.everything()
    house.upkeep.rebuild()
    assert house.everything() == kept_up


@pytest.mark.parametrize("visit_first", [True, False])
def test_a_visit_that_is_given_a_number_days_after_it_began_gets_its_call(
    house: House, visit_first: bool
) -> None:
    began, shown = [visit(1, 47 * 60)], [lease(1, 20), ring(1, 15)]
    for facts in (began, shown) if visit_first else (shown, began):
        house.told(*facts)
    call = house.call()
    assert (call["match"], call["visit"], call["source"]) == ("lease", UUID(int=1), "s1")
    kept_up = house.everything()
    house.upkeep.rebuild()
    assert house.everything() == kept_up


def test_a_call_long_after_everybody_left_is_nobodys(house: House) -> None:
    house.told(
        visit(1, 400),
        lease(1, 400),
        closed(1, 390),
        ring(1, 100),
        ring(2, 10, caller="+447700900002"),
    )
    near, far = house.candidates(1), house.candidates(2)
    assert [len(near), len(far)] == [2, 1]
    assert near[0]["lease"] is None and near[0]["probability"] > 0.9
    assert far[0]["probability"] == 1
    for index in (1, 2):
        call = house.call(index)
        assert (call["match"], call["probability"], call["visit"]) == ("none", None, None)


def test_who_withholds_the_number_is_not_known_by_it(house: House) -> None:
    told = ring(1, 19, presentation="restricted")
    house.told(*ANN_THEN_BOB, form(1, 45), told, ring(2, 300), ring(3, 18, caller="+447700900002"))
    assert house.call(1)["visit"] == UUID(int=2)
    assert all("form" not in one["terms"] for one in house.candidates(1))


def test_the_first_click_of_a_site_speaks_against_who_did_not(house: House) -> None:
    click = NumberClicked(**of("k", 20), visit=UUID(int=1), lease=UUID(int=101))
    house.told(*ANN_THEN_BOB, ring(1, 19), ring(2, 55, caller="+447700900002"))
    assert all("click" not in one["terms"] for one in house.candidates(1))
    house.told(click)
    assert ["click" in one["terms"] for one in house.candidates(1)] == [True, False, False]
    assert all("click" not in one["terms"] for one in house.candidates(2))
    kept_up = house.everything()
    house.upkeep.rebuild()
    assert house.everything() == kept_up


def a_fit(site: int | None, background: float) -> Fit:
    """Without any label a fit is its prior."""
    nothing = Labels(
        account=None if site is None else 1, site=site, since=Micros(NOW - DAY), until=NOW, folds=5,
        leases=0, drawn=0, granted=0, exposure=(), audit_calls=(), marked=(), crowd=(),
        control=Ringing(0, 0.0), quiet=Ringing(0, 0.0), pool=Ringing(0, 0.0), scenes=(), strays=(),
    )  # fmt: skip
    return fit(nothing, replace(START, background=background))


def test_a_fit_in_force_judges_all_calls_of_its_site(house: House) -> None:
    house.told(*ANN_THEN_BOB, ring(1, 19))
    noisy, own = a_fit(None, 1.0), a_fit(1, 1e-9)
    house.upkeep.use_fit(noisy, NOW, "ann")
    assert house.call()["match"] == "none"
    assert {one["fit"] for one in house.candidates()} == {noisy.version}
    house.upkeep.use_fit(own, Micros(NOW + 1), "daily fit")
    assert house.call()["match"] == "lease"
    assert {one["fit"] for one in house.candidates()} == {own.version}
    house.told(ring(2, 18))
    assert {one["fit"] for one in house.candidates(2)} == {own.version}
    with house.warehouse.transaction() as transaction:
        keep(transaction, a_fit(1, 0.5))
        rates = in_force(transaction)
    assert {whose: each.fit for whose, each in rates.items()} == {
        (0, 0): noisy.version, (1, 1): own.version,
    }  # fmt: skip
    assert sorted((one.used_by or "", one.fit.site or 0) for one in fits(house.warehouse)) == [
        ("", 1), ("ann", 0), ("daily fit", 1),
    ]  # fmt: skip
