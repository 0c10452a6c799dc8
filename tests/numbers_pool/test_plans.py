"""What a visit costs does not grow with the pool or with the past: each statement finds its rows by
an index.

The tables are large enough for PostgreSQL to mind. A pool's numbers are counted for an audit alone,
which chance gives to one visit in fifty.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, event, insert, text

from numbers_pool import store
from ringtrail.core.clock import SECOND
from ringtrail.core.models.numbers import LEASE
from tests.numbers_pool.house import CARD, A, B, House, at

LEASES, NUMBERS = 20_000, 5_000
ANNA = UUID(int=101)


@pytest.fixture
def old_shop(database: Engine) -> Iterator[House]:
    """A shop with a large pool and a long past."""
    with database.execution_options(writes=True).connect() as connection:
        shop = House(connection, NUMBERS, match="prefer")
        row = {
            "account_id": shop.account, "site_id": shop.site, "pool_id": shop.pool, "audit": False,
            "closed": True, "card": CARD.to_json(),
        }  # fmt: skip
        past = [
            row | {
                "id": uuid4(), "visit": uuid4(), "visitor": uuid4(),
                "number": shop.numbers[place % NUMBERS], "opened_at": at(place - LEASES),
                "last_seen": at(place - LEASES), "held_until": at(place - LEASES) + SECOND,
            }
            for place in range(LEASES)
        ]  # fmt: skip
        connection.execute(insert(LEASE), past)
        if database.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
        yield shop
        connection.rollback()


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Connection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        sent.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def scans(connection: Connection, statement: str, values: Any) -> list[str]:
    """The lines of the plan that read a large table from end to end."""
    word = "SCAN" if connection.dialect.name == "sqlite" else "Seq Scan on"
    reads = (f"{word} lease", f"{word} tracking_number")
    plan = planned(connection, statement, values)
    return [line for line in plan if any(read in line for read in reads)]


def planned(connection: Connection, statement: str, values: Any) -> list[str]:
    sqlite = connection.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    return [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, values)]


def test_each_statement_of_a_visit_finds_its_rows_by_an_index(old_shop: House) -> None:
    shop = old_shop
    with statements(shop.store) as sent:
        shown, _ = shop.lease(A, 0, visitor=ANNA)
        shop.lease(A, 1, visitor=ANNA)
        again, _ = shop.lease(B, 2, visitor=ANNA)
        shop.beat(B, again.lease, 3)
        shop.beat(A, shown.lease, 4)
        shop.pin(B, again.lease, 90)
        shop.leave(B, again.lease, 5)
        shop.close(50_000)
        shop.holder(again.number, 3)
        store.owner(shop.store, again.number, at(3))
        store.continue_static(shop.store, site=shop.site, visits=[A])
    asked = [(one, values) for one, values in sent if not one.startswith("INSERT")]
    assert len(asked) > 20
    found = {
        statement: lines
        for statement, values in asked
        if "lease" in statement or "tracking_number" in statement
        if (lines := scans(shop.store, statement, values))
    }
    assert found == {}


def test_what_has_ended_long_ago_is_not_looked_at_again(old_shop: House) -> None:
    with statements(old_shop.store) as sent:
        old_shop.close(50_000)
    plan = planned(old_shop.store, *sent[0])
    assert any("lease_not_closed" in line for line in plan), plan


def test_a_scan_would_be_seen(old_shop: House) -> None:
    assert scans(old_shop.store, "SELECT count(*) FROM lease WHERE pool_id = 1", ())
