"""Exactly once, through a kill between every pair of steps."""

import os
import signal
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Connection, event, text

from ingest import Loader
from ringtrail.core.clock import Micros, SetClock
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.facts import LeaseOpened, Page, PoolOverflow
from ringtrail.core.inbox import Told, put, put_together
from ringtrail.core.warehouse import Query, Warehouse

NOW = Micros(1_790_000_000_000_000)
NAMES = UUID(int=1)
PAGES = Query("pages", "SELECT fact_id FROM fact_page")


def page(index: int) -> Page:
    return Page(
        account=1,
        site=1,
        occurred_at=NOW,
        source_id=str(index),
        visit=uuid5(NAMES, str(index)),
        url=f"https://shop.example/{index}",
    )


def deliver(engine: Engine, *indexes: int) -> None:
    Writer(engine).immediate(lambda store: put(store, [page(index) for index in indexes], NOW))


def deliver_together(engine: Engine, *indexes: int) -> None:
    told = [page(index) for index in indexes]
    Writer(engine).immediate(lambda store: put_together(store, [Told(told)], NOW))


def lines(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(connection.execute(text("SELECT seq FROM inbox")).all())


def stored(warehouse: Warehouse) -> Counter[str]:
    return Counter(str(row["fact_id"]) for row in warehouse.rows(PAGES))


def expected(*indexes: int) -> Counter[str]:
    return Counter(str(page(index).id()) for index in indexes)


def die_after(step: str, home: Path, url: str) -> None:
    """Run the loader's steps in another process that kills itself after `step`."""
    program = f"""
import os, signal
from pathlib import Path
from ingest import Loader
from ringtrail.core.clock import SetClock, Micros
from ringtrail.core.database import open_engine
from ringtrail.core.warehouse import Warehouse
from sqlalchemy import event
warehouse = Warehouse(Path({str(home / "w.duckdb")!r}))
warehouse.migrate()
engine = open_engine({url!r})
loader = Loader(engine, warehouse, SetClock(Micros({NOW})), piece=2)
batch = loader.read()
if {step!r} != "read":
    loader.write(batch)
if {step!r} == "half":
    commits = iter(range(2))
    die = lambda connection: next(commits) and os.kill(os.getpid(), signal.SIGKILL)
    event.listen(engine, "commit", die)
if {step!r} in ("half", "empty"):
    loader.empty(batch)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=os.getcwd(), check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", ["read", "write", "half", "empty"])
def test_a_kill_after_any_step_loses_nothing_and_stores_nothing_twice(
    tmp_path: Path, database: Engine, step: str
) -> None:
    deliver(database, 1, 2, 3)
    die_after(step, tmp_path, database.url.render_as_string(hide_password=False))
    deliver(database, 2, 3, 4)

    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    loader = Loader(database, warehouse, SetClock(NOW))
    loader.run()
    deliver(database, 1, 2, 3, 4)
    loader.run()

    assert stored(warehouse) == expected(1, 2, 3, 4)
    warehouse.close()


@pytest.mark.parametrize("step", ["read", "write", "empty"])
def test_a_kill_after_any_step_takes_a_shared_line_as_a_whole_and_once(
    tmp_path: Path, database: Engine, step: str
) -> None:
    deliver(database, 1)
    deliver_together(database, 2, 3, 4)
    assert lines(database) == 2
    die_after(step, tmp_path, database.url.render_as_string(hide_password=False))
    deliver_together(database, 2, 3, 4)
    deliver_together(database, 5, 6)
    assert lines(database) == 3

    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    loader = Loader(database, warehouse, SetClock(NOW))
    loader.run()
    loader.run()
    assert stored(warehouse) == expected(1, 2, 3, 4, 5, 6)
    warehouse.close()


def test_what_waits_is_one_batch_however_many_pieces_it_is_read_in(
    tmp_path: Path, database: Engine
) -> None:
    deliver(database, *range(7))
    with database.begin() as connection:
        connection.execute(text("UPDATE inbox SET kind = 'no_such_kind' WHERE seq IN (2, 6)"))
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    told: list[UUID] = []
    loader = Loader(database, warehouse, SetClock(NOW), batch_loaded=told.append, size=6, piece=2)
    assert loader.run() == 5
    assert stored(warehouse) == expected(0, 2, 3, 4, 6)
    assert [row["rows"] for row in warehouse.rows(Query("batches", "FROM loaded_batch"))] == [4, 1]
    assert len(told) == 2
    with database.connect() as connection:
        assert connection.execute(text("SELECT seq FROM inbox WHERE body IS NOT NULL")).all() == []
        assert connection.execute(text("SELECT count(*) FROM dead_letter")).scalar() == 2
    warehouse.close()


def test_a_piece_is_emptied_in_short_transactions_each_with_its_dead_letters(
    tmp_path: Path, database: Engine
) -> None:
    deliver(database, *range(7))
    with database.begin() as connection:
        connection.execute(text("UPDATE inbox SET kind = 'no_such_kind' WHERE seq IN (1, 6)"))
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    loader = Loader(database, warehouse, SetClock(NOW), stretch=3)
    batch = loader.read()
    assert batch is not None
    loader.write(batch)
    seen: list[tuple[object, object]] = []

    def look(connection: Connection) -> None:
        waiting = connection.execute(text("SELECT count(*) FROM inbox WHERE batch IS NULL"))
        letters = connection.execute(text("SELECT count(*) FROM dead_letter"))
        seen.append((waiting.scalar(), letters.scalar()))

    event.listen(database, "commit", look)
    loader.empty(batch)
    event.remove(database, "commit", look)
    assert seen == [(4, 1), (1, 2), (0, 2)]
    assert loader.run() == 0
    warehouse.close()


def test_only_what_is_told_once_by_its_nature_shares_a_line(
    tmp_path: Path, database: Engine
) -> None:
    overflow = PoolOverflow(
        account=1, site=1, occurred_at=NOW, source_id="7:1", visit=UUID(int=7), pool=1
    )
    for first in (1, 3):
        told = [page(first), overflow, page(first + 1)]
        Writer(database).immediate(partial(put_together, events=[Told(told)], received_at=NOW))
    # The second telling of the overflow is recognised by the line of the first.
    assert lines(database) == 3
    deliver_together(database, 5)
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    Loader(database, warehouse, SetClock(NOW)).run()
    assert stored(warehouse) == expected(1, 2, 3, 4, 5)
    assert len(warehouse.rows(Query("overflows", "FROM fact_pool_overflow"))) == 1
    warehouse.close()


def test_an_event_that_was_told_before_adds_its_leases_alone(
    tmp_path: Path, database: Engine
) -> None:
    for lease in (UUID(int=8), UUID(int=9)):
        opened = LeaseOpened(
            account=1, site=1, occurred_at=NOW, source_id=str(lease), lease=lease,
            visit=UUID(int=7), pool=1, number="+442079460101",
        )  # fmt: skip
        told = [page(1), opened]
        Writer(database).immediate(partial(put_together, events=[Told(told)], received_at=NOW))
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    Loader(database, warehouse, SetClock(NOW)).run()
    assert stored(warehouse) == expected(1)
    leases = warehouse.rows(Query("leases", "SELECT lease FROM fact_lease ORDER BY lease"))
    assert [row["lease"].int for row in leases] == [8, 9]
    warehouse.close()


def test_a_shared_line_that_is_broken_is_a_dead_letter_as_a_whole(
    tmp_path: Path, database: Engine
) -> None:
    deliver_together(database, 1, 2)
    deliver_together(database, 3, 4)
    with database.execution_options(writes=True).begin() as connection:
        broken = b'[["page",{}],["page",{}]]'
        connection.execute(text("UPDATE inbox SET body = :body WHERE seq = 1"), {"body": broken})
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    Loader(database, warehouse, SetClock(NOW)).run()
    assert stored(warehouse) == expected(3, 4)
    with database.connect() as connection:
        letters = connection.execute(text("SELECT kind, reason FROM dead_letter")).all()
    assert [tuple(letter) for letter in letters] == [("together", "malformed")]
    warehouse.close()


@pytest.mark.parametrize("broken", [b"{", b'{"url":"\xff"}'])
def test_a_broken_row_becomes_a_dead_letter_and_the_rest_goes_on(
    tmp_path: Path, database: Engine, broken: bytes
) -> None:
    deliver(database, 1, 2)
    with database.execution_options(writes=True).begin() as connection:
        connection.execute(
            text("UPDATE inbox SET body = :broken WHERE seq = 1"), {"broken": broken}
        )
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    Loader(database, warehouse, SetClock(NOW)).run()

    assert stored(warehouse) == expected(2)
    with database.connect() as connection:
        letters = connection.execute(text("SELECT kind, reason, body FROM dead_letter")).all()
    assert [(kind, reason, bytes(body)) for kind, reason, body in letters] == [
        ("page", "malformed", broken)
    ]
    warehouse.close()


def test_a_delivery_older_than_the_ledger_is_a_dead_letter(database: Engine) -> None:
    late = Micros(NOW + 49 * 3_600_000_000)
    Writer(database).immediate(lambda store: put(store, [page(1)], late))
    with database.connect() as connection:
        assert connection.execute(text("SELECT reason FROM dead_letter")).scalars().all() == [
            "stale"
        ]
        assert connection.execute(text("SELECT count(*) FROM inbox")).scalar() == 0


def test_the_warehouse_refuses_a_newer_file(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    with warehouse.transaction() as transaction:
        transaction.run(Query("newer", "INSERT INTO schema_step VALUES ('9999_future')"))
    with pytest.raises(Exception, match="newer than this program"):
        warehouse.migrate()
    warehouse.close()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    migrate(engine)
    migrate(engine)
