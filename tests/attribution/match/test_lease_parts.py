"""Calls are judged in parts of the numbers, and by a part of the leases, as by all at once."""

import pytest

from attribution.match import evidence
from attribution.match.collect import hold, statement
from ringtrail.core.warehouse import Query, Row, Transaction, Warehouse
from tests.attribution.match.judged import written
from tests.attribution.match.test_evidence import PLAN, judged
from tests.attribution.match.world import made


def same(tables: dict[str, list[Row]], others: dict[str, list[Row]]) -> bool:
    """But for the order in which rates were added up."""
    for row in tables["matched"] + others["matched"]:
        row["probability"] = round(row["probability"], 12)
    return tables == others


def test_calls_are_judged_in_parts_as_at_once(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = made(PLAN)
    whole = judged(world, written(world, warehouse))
    monkeypatch.setattr(evidence, "MOST_LEASES", 200)
    parts = judged(world, warehouse)
    assert same(parts, whole)


def test_what_is_left_out_tells_nothing_of_the_calls(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = made(PLAN)
    few = judged(world, written(world, warehouse))
    left_out = "WHERE NOT $rung OR"
    text = statement("stay").text
    assert left_out in text
    everything = Query("all stays", text.replace(left_out, "WHERE true OR"))

    def whole(transaction: Transaction, asked: dict[str, object], parts: int) -> None:
        hold(transaction, asked)
        some = transaction.rows(Query("few", "SELECT count(*) AS n FROM stay"))[0]["n"]
        transaction.run(statement("no_stay"))
        transaction.run(everything, asked | {"part": 0, "parts": parts})
        assert transaction.rows(Query("all", "SELECT count(*) AS n FROM stay"))[0]["n"] > some

    monkeypatch.setattr(evidence, "hold", whole)
    assert same(judged(world, warehouse), few)
