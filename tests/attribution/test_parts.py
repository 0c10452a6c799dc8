"""What a rebuild does in parts, so that it fits into memory, gives what it gives at once."""

from pathlib import Path

import pytest

from attribution import upkeep
from attribution.credit import keeping
from attribution.match import evidence
from tests.attribution.test_twice import House


def test_a_rebuild_in_parts_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    house.deliver(*house.facts())
    before = house.marts()
    monkeypatch.setattr(upkeep, "MOST_LEASES", 1)
    monkeypatch.setattr(evidence, "MOST_LEASES", 1)
    monkeypatch.setattr(keeping, "MOST_CONVERSIONS", 1)
    house.upkeep.rebuild()
    after = house.marts()
    house.close()
    assert before["mart_open_lease"] and before["mart_candidate"] and before["mart_credit"]
    for table, rows in before.items():
        assert after[table] == rows, table
