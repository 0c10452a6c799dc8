"""How a person's commands about numbers, pools and branches reach the operational store.

Used by `ringtrail pool` and `ringtrail branch`. They work beside a running app and without one: a
change is one transaction of that store alone. What cannot be is refused and nothing is changed.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from numbers_pool import store as pool
from numbers_pool.keeping.table import Place
from ringtrail.core.clock import Micros, SystemClock
from ringtrail.core.database import Writer, migrate, open_engine
from ringtrail.core.errors import RingtrailError
from ringtrail.core.settings import Settings, read_settings

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="For a program to read.")]
OneAccount = Annotated[
    int | None, typer.Option(help="The account's number; every account without it.")
]


def change(work: Callable[[pool.Store, Micros, Settings], T]) -> T:
    """Run `work` in one transaction of the operational store."""
    settings = read_settings()
    settings.prepare()
    engine = open_engine(settings.database)
    migrate(engine)
    now = SystemClock().now()
    return Writer(engine).immediate(lambda store: work(store, now, settings))


def place(store: pool.Store, site: int, now: Micros) -> Place:
    """The site with this number; RingtrailError when there is none."""
    found = pool.known(store, now=now).sites.get(site)
    if found is None:
        raise RingtrailError(f"there is no site {site}: add one with `ringtrail site add`")
    return found


def show_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write rows for a person; an empty cell for None."""
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    Console().print(table)
    typer.echo()


def print_json(value: Any) -> None:
    """Write a value for a program."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
