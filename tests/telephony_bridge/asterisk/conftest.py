"""A trunk of the site's, and a bridge that reads a journal of the test's own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from ringtrail import store as accounts
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer
from ringtrail.core.models import Destination, Route, Trunk
from telephony_bridge import Bridge, Pbx

DESK = "sip:desk@192.0.2.7"
OURS = "+74950000001"
ROUTED = "+78005553535"
FOREIGN = "+74950000777"


@dataclass(frozen=True)
class Line:
    """A trunk of the site's, and ROUTED routed to a desk."""

    account: int
    site: int
    trunk: int


def insert_one(engine: Engine, model: type[Any], **values: object) -> int:
    table = model.__table__
    with engine.execution_options(writes=True).begin() as connection:
        key: int = connection.execute(
            insert(table).values(**values).returning(table.c.id)
        ).scalar_one()
    return key


@pytest.fixture
def trunk(database: Engine, site: accounts.Opened) -> Line:
    own = {"account_id": site.account}
    desk = insert_one(database, Destination, **own, name="Desk", uri=DESK)
    trunk = insert_one(
        database, Trunk, **own, site_id=site.site, name="Carrier", addresses=["192.0.2.2/32"],
        region="RU", rules=[], default_destination_id=desk,
    )  # fmt: skip
    insert_one(database, Route, **own, site_id=site.site, number=ROUTED, destination_id=desk)
    return Line(site.account, site.site, trunk)


class Running:
    """A bridge at work on `journal`."""

    def __init__(self, engine: Engine, journal: Path, bridge: Bridge, committed: Any) -> None:
        self.engine = engine
        self.journal = journal
        self.bridge = bridge
        self._committed = committed

    def write(self, *lines: bytes) -> None:
        with self.journal.open("ab") as file:
            file.writelines(line + b"\n" for line in lines)

    def rows(self, model: type[Any]) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(model.__table__)))

    def until(self, true: Callable[[], object]) -> None:
        """Return once `true()` is, looked at after each commit; it has 30 s."""
        while True:
            self._committed.clear()
            if true():
                return
            assert self._committed.wait(30), "no commit made it true"


@pytest.fixture
def run(database: Engine, clock: SetClock, tmp_path: Path) -> Callable[..., Any]:
    """Starts bridges, one after the other, each with a writer of its own."""

    @contextmanager
    def running(pbx: Pbx | None = None, **options: Any) -> Iterator[Running]:
        writer, committed = Writer(database), threading.Event()
        writer.after_commit(committed.set)
        writer.start()
        pbx = pbx or Pbx(tmp_path / "journal.json", "127.0.0.1:1", "secret")
        bridge = Bridge(pbx, database, writer, clock, pauses=(0.01, 0.01, 0.01, 5.0), **options)
        bridge.start()
        try:
            yield Running(database, pbx.journal, bridge, committed)
        finally:
            bridge.stop()
            writer.stop()

    return running
