"""One warehouse for all worlds of a module; each begins empty."""

from collections.abc import Iterator

import pytest

from ringtrail.core.warehouse import Warehouse
from tests.attribution.identity.world import World, open_world


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path_factory.mktemp("identity") / "w.duckdb")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def world(warehouse: Warehouse) -> World:
    opened = open_world(warehouse)
    opened.clear()
    return opened
