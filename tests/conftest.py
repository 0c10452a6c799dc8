"""Both operational stores for every test that asks for `engine` (empty) or `database` (migrated).

PostgreSQL is a throw-away cluster, one per test worker; without its programs those tests skip.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlmodel import SQLModel

from ringtrail import store
from ringtrail.core.clock import Micros, SetClock
from ringtrail.core.database import migrate, open_engine

Tables = dict[str, list[tuple[object, ...]]]


class Cluster:
    """A running PostgreSQL whose data nobody will miss."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._data = folder / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])

    def start(self) -> None:
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._data} "
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        )
        self._run("pg_ctl", "-w", "-t", "60", "-l", f"{self._data}/log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_user, str(self._programs / program), "-D", str(self._data), *arguments]
        # The server inherits the output, so a pipe would never end.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                command,
                check=False,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            output.seek(0)
            assert done.returncode == 0, output.read().decode(errors="replace")


def _programs() -> Path | None:
    found = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")]
    return max(found, key=lambda p: int(p.parent.name.split(".")[0]), default=None)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: no /usr/lib/postgresql/*/bin/pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="ringtrail-postgresql-"))
    try:
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
        cluster = Cluster(programs, folder)
        cluster.start()
        yield cluster
        cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql(cluster: Cluster) -> Iterator[Engine]:
    """An empty PostgreSQL database of the test's own."""
    name = f"test_{uuid4().hex}"
    administration = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    engine = open_engine(cluster.url(name))
    yield engine
    engine.dispose()
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    administration.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite file of the test's own."""
    engine = open_engine(f"sqlite:///{tmp_path}/operational.db")
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty operational store, once of each kind."""
    opened: Engine = request.getfixturevalue(request.param)
    return opened


@pytest.fixture
def database(engine: Engine) -> Engine:
    """An operational store at this program's version, once of each kind."""
    migrate(engine)
    return engine


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands on a day of September 2026."""
    return SetClock(Micros(1_790_000_000_000_000))


@pytest.fixture
def site(database: Engine, clock: SetClock) -> store.Opened:
    """A Moscow site of an account of its own, with a pool of two numbers and a call webhook."""
    account = store.open_account(database, clock, "Tyres")
    new = store.NewSite(
        "Tyre shop",
        ("https://shop.example", "https://www.shop.example:8443"),
        "Europe/Moscow",
        "RU",
        "+74951234567",
        ("+74950000001", "+74950000002"),
    )
    opened = store.open_site(database, clock, account, new)
    with database.execution_options(writes=True).begin() as connection:
        # Chance has no place in a test that does not ask for it.
        connection.execute(text("UPDATE number_pool SET audit_share = 0"))
    return opened


@pytest.fixture
def tables(database: Engine) -> Callable[[], Tables]:
    """Reads every row of every table of the operational store."""

    def read() -> Tables:
        with database.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for name, table in SQLModel.metadata.tables.items()
            }

    return read
