"""What holds for every statement of the warehouse, whoever asks."""

import sys
from collections.abc import Iterator
from datetime import date
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import pytest

from ringtrail.core.warehouse import Query, Warehouse

BOUND = Query("bound", "SELECT $sites AS sites, $since AS since, $name AS name")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path / "warehouse.duckdb")
    yield opened
    opened.close()


def test_a_bound_value_searches_no_package(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"sites": [1, 2], "since": date(2026, 5, 1), "name": "shop"}
    warehouse.rows(BOUND, values)
    sought = []

    class Searches(MetaPathFinder):
        def find_spec(self, name: str, *_: Any) -> None:
            sought.append(name)

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Searches()])
    assert warehouse.rows(BOUND, values) == [values]
    assert sought == []
