"""Houses for the tests of the stores, in a transaction that is undone."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from tests.numbers_pool.house import House


@pytest.fixture
def house(database: Engine) -> Iterator[Callable[..., House]]:
    """Builds houses in one transaction that is undone after the test."""
    with database.execution_options(writes=True).connect() as connection:
        yield lambda numbers=2, **options: House(connection, numbers, **options)
        connection.rollback()
