"""Both stores after migration are what the program expects, and a newer one is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Engine, Integer, MetaData, Table, text
from sqlmodel import SQLModel

from ringtrail.core.database import migrate
from ringtrail.core.errors import NotConfigured
from ringtrail.core.facts import KINDS
from ringtrail.core.warehouse import Query, Warehouse
from tests.conftest import Tables

COLUMNS = Query(
    "columns",
    "SELECT column_name FROM information_schema.columns "
    "WHERE table_schema = 'main' AND table_name = $table",
)


def drift(engine: Engine, models: MetaData) -> list[object]:
    """What Alembic would change to make the store fit the models."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "render_as_batch": True}
        )
        return list(compare_metadata(context, models))


def test_the_migrated_store_is_what_the_models_say(database: Engine) -> None:
    assert drift(database, SQLModel.metadata) == []


def test_a_drift_would_be_seen(database: Engine) -> None:
    models = MetaData()
    for table in SQLModel.metadata.tables.values():
        table.to_metadata(models)
    models.tables["site"].append_column(Column("colour", Integer))
    Table("colour", models, Column("id", Integer, primary_key=True))
    assert len(drift(database, models)) == 2


def test_migrating_again_changes_nothing(database: Engine, tables: Callable[[], Tables]) -> None:
    before = tables()
    migrate(database)
    assert tables() == before
    assert drift(database, SQLModel.metadata) == []


def test_a_store_of_a_newer_version_is_refused_and_left_alone(database: Engine) -> None:
    with database.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '20990101_future'"))
    with pytest.raises(NotConfigured, match=r"20990101_future, newer .*: upgrade Ringtrail"):
        migrate(database)
    with database.connect() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert version == "20990101_future"


def test_a_warehouse_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    steps = Query("steps", "FROM schema_step ORDER BY name")
    newer = Query("newer", "INSERT INTO schema_step VALUES ('9999_future')")
    with warehouse.transaction() as transaction:
        transaction.run(newer)
    before = warehouse.rows(steps)
    with pytest.raises(NotConfigured, match=r"9999_future, newer .*: upgrade Ringtrail"):
        warehouse.migrate()
    assert warehouse.rows(steps) == before
    warehouse.close()


def test_a_warehouse_migrated_again_changes_nothing(tmp_path: Path) -> None:
    tables = Query("tables", "SELECT table_name, sql FROM duckdb_tables() ORDER BY ALL")
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    before = warehouse.rows(tables)
    warehouse.migrate()
    assert warehouse.rows(tables) == before
    warehouse.close()


def test_the_warehouse_has_a_column_for_each_field_of_each_fact(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    lacking = {
        kind: missing
        for kind, fact in KINDS.items()
        if (
            missing := {*fact.__struct_fields__, "fact_id", "batch", "received_at"}
            - {"source_id"}
            - {row["column_name"] for row in warehouse.rows(COLUMNS, {"table": f"fact_{kind}"})}
        )
    }
    warehouse.close()
    assert lacking == {}
