"""A warehouse of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ringtrail.core.warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path / "w.duckdb")
    yield opened
    opened.close()
