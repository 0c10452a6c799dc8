"""A prepared statement gives what SQLAlchemy's own execution gives, on both stores."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    bindparam,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from ringtrail.core.database import Prepared, among
from ringtrail.core.database.prepared import savepoint

ONE, TWO, VISIT = UUID(int=1), UUID(int=2), UUID(int=3)
THING = Table(
    "thing", MetaData(),
    Column("id", Uuid, primary_key=True), Column("visit", Uuid), Column("at", BigInteger),
    Column("size", Integer), Column("share", Float), Column("on", Boolean, nullable=False),
    Column("name", String), Column("body", LargeBinary), Column("card", JSON),
)  # fmt: skip
ROW: dict[str, Any] = {
    "id": ONE, "visit": VISIT, "at": 1_700_000_000_000_000, "size": 3, "share": 0.02, "on": True,
    "name": "Ж", "body": b"\x00\xff", "card": {"source": "é"},
}  # fmt: skip
BARE: dict[str, Any] = {name: None for name in ROW} | {"id": TWO, "on": False, "visit": VISIT}
PUT = Prepared(insert(THING), tuple(ROW))
OF_VISIT = select(THING).where(THING.c.visit == bindparam("visit")).order_by(THING.c.id)
CLOSE = Prepared(
    update(THING)
    .where(THING.c.visit == bindparam("the_visit"), THING.c.on.is_(True))
    .values(on=False, size=bindparam("the_size"))
    .returning(THING.c.id, THING.c.on, THING.c.size)
)


@pytest.fixture
def store(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        THING.create(connection)
    with engine.execution_options(writes=True).connect() as connection:
        yield connection


def test_values_of_each_type_come_back_as_they_went(store: Connection) -> None:
    PUT.run_each(store, [ROW, BARE])
    rows = Prepared(OF_VISIT).all(store, {"visit": VISIT})
    plain = store.execute(OF_VISIT, {"visit": VISIT}).all()
    assert [row._asdict() for row in rows] == [dict(row._mapping) for row in plain]
    assert [row._asdict() for row in rows] == [ROW, BARE]


def test_constants_stand_beside_values_and_changed_rows_are_told(store: Connection) -> None:
    PUT.run_each(store, [ROW, BARE])
    assert CLOSE.one_or_none(store, {"the_visit": VISIT, "the_size": 9}) == (ONE, False, 9)
    assert CLOSE.one_or_none(store, {"the_visit": VISIT, "the_size": 9}) is None
    touch = Prepared(
        update(THING).where(THING.c.visit == bindparam("v")).values(at=bindparam("now"))
    )
    assert touch.run(store, {"v": VISIT, "now": 5}) == 2
    assert touch.run(store, {"v": ONE, "now": 5}) == 0


@pytest.mark.parametrize(
    ("column", "wanted"),
    [("id", [ONE, VISIT]), ("at", [ROW["at"], -1]), ("name", ["Ж", 'a"b'])],
)
def test_a_list_is_bound_as_a_whole(store: Connection, column: str, wanted: list[Any]) -> None:
    PUT.run_each(store, [ROW, BARE])
    found = Prepared(select(THING.c.id).where(among(THING.c[column], "wanted")))
    assert found.all(store, {"wanted": wanted}) == [(ONE,)]
    assert found.all(store, {"wanted": wanted[1:]}) == []
    assert found.all(store, {"wanted": []}) == []


def test_rows_that_many_runs_changed_are_counted_together(store: Connection) -> None:
    assert PUT.run_each(store, [ROW, BARE]) == 2
    name = Prepared(update(THING).where(THING.c.id == bindparam("one")).values(name="x"))
    assert name.run_each(store, [{"one": one} for one in (ONE, VISIT, TWO)]) == 2
    assert name.run_each(store, []) == 0


def test_a_duplicate_is_told_as_one_without_its_values(store: Connection) -> None:
    PUT.run(store, ROW)
    savepoint(store, "SAVEPOINT work")
    with pytest.raises(IntegrityError) as told:
        PUT.run(store, ROW | {"name": "secret"})
    savepoint(store, "ROLLBACK TO SAVEPOINT work")
    assert "INSERT INTO thing" in str(told.value)
    assert "secret" not in str(told.value)
    assert len(Prepared(OF_VISIT).all(store, {"visit": VISIT})) == 1


def test_a_value_that_is_missing_is_not_taken_for_none(store: Connection) -> None:
    with pytest.raises(KeyError):
        PUT.run(store, {"id": ONE})


def test_statements_are_told_to_who_listens(store: Connection) -> None:
    told: list[str] = []
    event.listen(store, "before_cursor_execute", lambda *call: told.append(call[2]))
    PUT.run(store, ROW)
    assert [text.split("(")[0] for text in told] == ["INSERT INTO thing "]


def test_a_lost_connection_is_known_as_lost(store: Connection) -> None:
    if store.dialect.name != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    own = store.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with store.engine.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({own})")
    with pytest.raises(DBAPIError) as told:
        PUT.run(store, ROW)
    assert told.value.connection_invalidated
    assert store.invalidated
