"""The database stays behind the stores, and every module has a name of the field."""

import ast
from pathlib import Path

from tests.house.house import place, sources

EMPTY_NAMES = {"utils", "helpers", "common", "manager", "base"}


def imported(path: Path) -> set[str]:
    words: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            words |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            words.add(node.module.split(".")[0])
    return words


def test_database_is_reached_only_from_core_and_stores() -> None:
    strays = [
        place(path)
        for path in sources(".py")
        if path.name != "store.py"
        and not place(path).startswith("ringtrail/core/")
        and imported(path) & {"sqlalchemy", "sqlmodel"}
    ]
    assert strays == []


def test_modules_carry_a_word_of_the_field() -> None:
    nameless = [
        place(path)
        for path in sources(".py")
        if path.stem in EMPTY_NAMES or path.parent.name in EMPTY_NAMES
    ]
    assert nameless == []
