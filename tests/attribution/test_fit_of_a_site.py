"""A fit of one site that comes in force judges the calls of that site anew, and no more."""

from pathlib import Path

from msgspec import structs

from ringtrail.core.clock import Micros
from ringtrail.core.facts import Fact, LeaseOpened, SiteDescribed
from ringtrail.core.warehouse import Row
from tests.attribution.match.test_calls import (
    ANN_THEN_BOB,
    CALLER,
    NOW,
    OTHER,
    House,
    a_fit,
    form,
    lease,
    of,
    ring,
    visit,
)

STRANGER, KNOWN, THERE = "+447700900002", "+447700900003", "+447700900004"
# What was loaded when, and by which rules, is not of a site.
APART = {"mart_position", "mart_traffic", "mart_open_lease", "mart_mark_rules",
         "mart_person_rules", "mart_credit_state"}  # fmt: skip


def elsewhere(*facts: Fact) -> list[Fact]:
    """The same on another site, on a number of its own."""
    return [structs.replace(fact, site=2, **({"number": OTHER} if isinstance(fact, LeaseOpened)
            else {})) for fact in facts]  # fmt: skip


def marts(house: House, where: str = "true") -> dict[str, list[Row]]:
    """All that was derived, credits to nine places."""
    rows = house.rows(
        "SELECT table_name AS name, bool_or(column_name = 'site') AS of_site FROM duckdb_columns() "
        "WHERE table_name LIKE 'mart_%' AND schema_name = 'main' AND database_name = 'w' "
        "GROUP BY ALL"
    )
    return {
        row["name"]: [
            {name: round(value, 9) if isinstance(value, float) else value
             for name, value in one.items()}
            for one in house.rows(f"FROM {row['name']} WHERE {where} ORDER BY ALL")
        ]
        for row in rows
        if row["name"] not in APART and (row["of_site"] or where == "true")
    }  # fmt: skip


def two_sites(home: Path) -> House:
    house = House(home)
    house.told(
        *(SiteDescribed(**of(f"s{site}", 100) | {"site": site}, name="x", timezone="Asia/Tokyo")
          for site in (1, 2)),
        *ANN_THEN_BOB, form(1, 45, KNOWN), ring(1, 19), ring(2, 18, caller=STRANGER),
        *elsewhere(visit(3, 60), lease(3, 60), visit(4, 40), lease(4, 40), form(4, 30, THERE)),
        structs.replace(ring(3, 35, OTHER, caller=THERE), site=2),
    )  # fmt: skip
    return house


def test_the_other_sites_marts_are_not_touched(tmp_path: Path) -> None:
    house = two_sites(tmp_path)
    rows = "SELECT rowid AS place, * FROM {} WHERE site = 2 ORDER BY ALL"
    tables = ("mart_call", "mart_candidate", "mart_day", "mart_mark", "mart_conversion")
    before = {name: house.rows(rows.format(name)) for name in tables}
    whole = marts(house)
    house.upkeep.use_fit(a_fit(1, 1.0), NOW, "daily fit")
    assert all(before.values())
    assert {name: house.rows(rows.format(name)) for name in tables} == before
    kept_up = marts(house)
    assert [call["match"] for call in kept_up["mart_call"] if call["site"] == 1] == ["none"] * 2
    assert kept_up["mart_person"] != whole["mart_person"]
    house.upkeep.rebuild()
    made = marts(house)
    house.warehouse.close()
    house.engine.dispose()
    for table, expected in made.items():
        assert kept_up[table] == expected, table


def test_who_rang_this_site_before_is_judged_anew_on_the_other(tmp_path: Path) -> None:
    house = two_sites(tmp_path)
    house.told(
        *elsewhere(visit(5, 20), lease(5, 20)),
        structs.replace(ring(4, 18, OTHER, caller=CALLER), site=2),
        # On both sites with one browser: so the one's earlier call tells of the other's.
        structs.replace(visit(6, 19, visitor=1), site=2),
        structs.replace(lease(6, 19, OTHER), site=2),
    )
    before = house.candidates(4)
    house.upkeep.use_fit(a_fit(1, 1.0), Micros(NOW + 1), "daily fit")
    assert house.candidates(4) != before
    kept_up = marts(house)
    house.upkeep.rebuild()
    made = marts(house)
    house.warehouse.close()
    house.engine.dispose()
    for table, expected in made.items():
        assert kept_up[table] == expected, table
