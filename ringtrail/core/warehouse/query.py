"""A query is a .sql file beside the code that asks it, found by package and name.

Its header says which question it answers, its parameters, its columns and its owner. Values are
always bound; nothing is ever pasted into the text.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """A statement with the name by which logs and errors know it."""

    name: str
    text: str

    @classmethod
    def load(cls, package: str, path: str) -> "Query":
        """The query in `path` below `package`; a missing file is a programming error."""
        return _load(package, path)


@cache
def _load(package: str, path: str) -> Query:
    return Query(f"{package}/{path}", files(package).joinpath(path).read_text(encoding="utf-8"))
