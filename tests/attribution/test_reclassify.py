"""Visits told anew: facts stay, marts follow, and twice is as once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from attribution import Days, Restatement, Upkeep, reclassify
from attribution.reclassify import Moved, table
from ingest import Loader
from ringtrail.core.clock import DAY, Micros, SetClock, utc
from ringtrail.core.database import Engine, migrate, open_engine
from ringtrail.core.facts import Fact, SiteDescribed, Visit
from ringtrail.core.inbox import put_each
from ringtrail.core.warehouse import Query, Warehouse
from ringtrail.demo import month
from tracking.restate import rules_version

NOW = Micros(1_790_000_000_000_000)
NUMBERS = tuple(f"+4420794601{index:02d}" for index in range(12))
OWN = {1: frozenset({"clinic.example"})}
PAID, REFERRAL = "Paid Search", "Referral"


def as_once_ruled(fact: Fact) -> Fact:
    """A visit as rules would have told it that knew no click id and no assistant."""
    if not isinstance(fact, Visit):
        return fact
    if fact.source == "chatgpt.com":
        return msgspec.structs.replace(fact, medium="referral", channel=REFERRAL)
    if fact.click_id_type == "fbclid":
        return msgspec.structs.replace(fact, click_id_type=None, click_id=None)
    return fact


class House:
    """A site with some days of facts, told by today's rules or by older ones."""

    def __init__(self, home: Path, *, old: bool) -> None:
        home.mkdir()
        self.engine: Engine = open_engine(f"sqlite:///{home / 'a.sqlite3'}")
        migrate(self.engine)
        site = SiteDescribed(
            account=1, site=1, occurred_at=Micros(NOW - 40 * DAY), source_id="site",
            name="Clinic", timezone="Europe/London",
        )  # fmt: skip
        days = list(month.facts(1, 1, NUMBERS, NOW, days=4, seed=1, visits_a_day=80))
        self.facts = [fact for fact, _ in days]
        told = [(as_once_ruled(fact) if old else fact, at) for fact, at in days]
        with self.engine.execution_options(writes=True).begin() as store:
            put_each(store, [(site, NOW), *told])
        self.warehouse = Warehouse(home / "w.duckdb")
        self.warehouse.migrate()
        self.upkeep = Upkeep(self.warehouse)
        self.load()

    def load(self) -> None:
        def catch_up(_: object) -> None:
            self.upkeep.catch_up()

        Loader(self.engine, self.warehouse, SetClock(NOW), batch_loaded=catch_up).run()

    def reclassify(self, days: Days | None = None) -> Restatement:
        return reclassify(self.warehouse, self.upkeep, OWN, days or Days())

    def rows(self, text: str) -> list[str]:
        return sorted(str(row) for row in self.warehouse.rows(Query("asked", text)))

    def shown(self) -> dict[str, list[str]]:
        """What pages read, with the dictionary's numbers spelled out."""
        plain = "EXCLUDE (traffic)"
        day = f"SELECT d.* {plain}, t.* {plain} FROM mart_day d JOIN mart_traffic t"
        return {
            "mart_call": self.rows("SELECT * EXCLUDE (traffic) FROM mart_call"),
            "mart_day": self.rows(f"{day} USING (traffic)"),
        }

    def close(self) -> None:
        self.warehouse.close()
        self.engine.dispose()


@pytest.fixture
def old(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "old", old=True)
    yield house
    house.close()


@pytest.fixture
def new(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "new", old=False)
    yield house
    house.close()


def visits(house: House) -> list[Visit]:
    return [fact for fact in house.facts if isinstance(fact, Visit)]


def test_marts_become_those_of_visits_told_by_todays_rules(old: House, new: House) -> None:
    facts = old.rows("FROM fact_visit")
    assert old.shown() != new.shown()

    found = old.reclassify()

    assistants = sum(visit.source == "chatgpt.com" for visit in visits(old))
    clicks = sum(visit.click_id_type == "fbclid" for visit in visits(old))
    assert assistants and clicks
    assert found == Restatement(
        rules=rules_version(),
        visits=len(visits(old)),
        changed=assistants + clicks,
        moved=[Moved(REFERRAL, "AI Assistant", assistants)],
        stored=True,
    )
    assert old.shown() == new.shown()
    assert old.rows("FROM fact_visit") == facts
    old.upkeep.rebuild()
    assert old.shown() == new.shown()


def test_todays_rules_move_nothing(new: House) -> None:
    before = new.shown()
    found = new.reclassify()
    assert (found.changed, found.moved) == (0, [])
    assert new.rows("FROM mart_source") == []
    assert new.shown() == before


def test_twice_is_as_once(old: House) -> None:
    old.reclassify()
    shown, stored = old.shown(), old.rows("FROM mart_source")
    again = old.reclassify()
    assert (again.changed, again.moved) == (0, [])
    assert (old.shown(), old.rows("FROM mart_source")) == (shown, stored)


def test_a_dry_run_tells_the_same_and_stores_nothing(old: House) -> None:
    before = old.shown()
    dry = old.reclassify(Days(dry_run=True))
    assert old.shown() == before
    assert old.rows("FROM mart_source") == []
    assert old.reclassify() == replace(dry, stored=True)


def test_many_pieces_are_told_as_one(old: House, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = old.reclassify(Days(dry_run=True))
    monkeypatch.setattr("ringtrail.core.warehouse.store._CHUNK", 20)
    assert old.reclassify(Days(dry_run=True)) == whole


def test_only_the_days_that_were_asked_for(old: House) -> None:
    last = utc(NOW).date()
    found = [
        old.reclassify(Days(since=last, dry_run=True)),
        old.reclassify(Days(until=last - timedelta(days=1), dry_run=True)),
    ]
    assert all(part.changed and part.visits for part in found)
    whole = old.reclassify(Days(dry_run=True))
    assert sum(part.visits for part in found) == whole.visits
    assert sum(part.changed for part in found) == whole.changed
    assert old.reclassify(Days(since=last + timedelta(days=2))).visits == 0


def test_a_visit_that_is_as_its_fact_again_needs_no_restatement(old: House) -> None:
    before, differing = old.shown(), old.reclassify(Days(dry_run=True)).changed
    facts = old.warehouse.rows(Query("facts", "FROM fact_visit WHERE channel = 'Referral'"))
    restated = [
        (fact["account"], fact["site"], str(fact["visit"]), "old", "x", "cpc", None, None, None,
         "Paid Other", None, None, "utm")
        for fact in facts
    ]  # fmt: skip
    old.upkeep.restate(table(restated))
    assert len(old.rows("FROM mart_source WHERE rules = 'old'")) == len(facts)
    assert old.shown() != before

    old.reclassify()
    stored = old.rows("FROM mart_source")
    assert len(stored) == differing
    assert all(rules_version() in row for row in stored)


def test_what_fails_halfway_changes_nothing(old: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = old.shown()

    def broken(*_: object) -> None:
        raise RuntimeError("no memory left")

    with monkeypatch.context() as patched:
        patched.setattr(old.upkeep, "_match", broken)
        with pytest.raises(RuntimeError, match="no memory left"):
            old.reclassify()
    assert old.rows("FROM mart_source") == []
    assert old.shown() == before


def test_a_visit_that_arrives_later_keeps_restatements(old: House) -> None:
    old.reclassify()
    stored = old.rows("FROM mart_source")
    late = msgspec.structs.replace(visits(old)[0], source_id="late", visit=UUID(int=7))
    with old.engine.execution_options(writes=True).begin() as store:
        put_each(store, [(late, NOW)])
    old.load()
    assert old.rows("FROM mart_source") == stored
    kept_up = old.shown()
    old.upkeep.rebuild()
    assert old.shown() == kept_up
