"""Opens SQLite or PostgreSQL so that both behave alike.

SQLite runs in WAL with synchronous=FULL: an answered request survives a kill and a power cut.
Its driver must not open transactions by itself: write transactions begin IMMEDIATE (marked by the
execution option `writes`), else two writers could deadlock on the upgrade of a read lock. It keeps
64 MB of pages, and copies the WAL back after 32 MB: the pages that each visit writes are the same.
What a savepoint may undo stays in memory too: in a file it took four fifths of all writes.
The pool gives out the connection that came back last: the others' pages are stale, and what they
keep is read again.

PostgreSQL runs in READ COMMITTED whatever its configuration says: a statement after a lock must see
what the lock's former owner has committed.
"""

from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-65536",
    "wal_autocheckpoint=8000",
    "temp_store=MEMORY",
)


def open_engine(url: str) -> Engine:
    """An engine for `url`; nothing is connected yet."""
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_pre_ping=True, isolation_level="READ COMMITTED", json_serializer=_json
        )
    waiting = {"check_same_thread": False, "timeout": 30}
    engine = create_engine(url, connect_args=waiting, json_serializer=_json, pool_use_lifo=True)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
