"""Each column that sounds personal is declared: what it holds, or that it is the business's own."""

import re
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import ringtrail.core.models  # noqa: F401 - registers the tables
from ringtrail.core.privacy import IMPERSONAL, PERSONAL, Column, Personal
from ringtrail.core.warehouse import Query, Warehouse

SOUNDS = re.compile(
    r"phone|caller|number|e164|mail|name|address|ur[il]|referrer|landing|page|visitor|client"
    r"|click_id$|(^|_)ip(_|$)|card|body|candidates|customer|^line$",
    re.IGNORECASE,
)
# Of tables: a view has no data of its own.
COLUMNS = Query("columns", "SELECT table_name, column_name FROM duckdb_columns() c "
                "SEMI JOIN duckdb_tables() t USING (schema_name, table_name) "
                "WHERE c.schema_name = 'main'")  # fmt: skip


@pytest.fixture
def columns(tmp_path: Path) -> set[Column]:
    """The real columns of both stores."""
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    found = {
        Column("warehouse", row["table_name"], row["column_name"])
        for row in warehouse.rows(COLUMNS)
    }
    warehouse.close()
    return found | {
        Column("operational", name, column.name)
        for name, table in SQLModel.metadata.tables.items()
        for column in table.columns
    }


def test_both_stores_are_walked(columns: set[Column]) -> None:
    assert Column("warehouse", "fact_call", "caller") in columns
    assert Column("operational", "person", "email") in columns


def test_what_sounds_personal_is_declared(columns: set[Column]) -> None:
    sounding = {column for column in columns if SOUNDS.search(column.column)}
    undeclared = sounding - set(PERSONAL) - IMPERSONAL
    assert sorted(map(str, undeclared)) == []


def test_what_is_declared_exists(columns: set[Column]) -> None:
    assert sorted(map(str, (set(PERSONAL) | IMPERSONAL) - columns)) == []


def test_nothing_is_declared_both_ways() -> None:
    assert set(PERSONAL) & IMPERSONAL == set()


def test_callers_and_e_mails_are_nowhere_called_impersonal() -> None:
    assert not [column for column in IMPERSONAL if re.search("caller|mail", column.column)]
    kinds = {kind for column, kind in PERSONAL.items() if column.column == "caller"}
    assert kinds == {Personal.phone}
