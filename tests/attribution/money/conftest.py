from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attribution.money.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path / "w.duckdb")
    yield opened
    opened.close()
