"""A London shop with twenty tracking numbers, and the real platform in a process of its own.

The platform is started, ended and killed as the story wants it. What it has stored is read from
both stores: the operational one at any time, the warehouse when no platform has it open.
"""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select

from ringtrail import store
from ringtrail.core.clock import SystemClock
from ringtrail.core.database import migrate, open_engine
from ringtrail.core.models import Role
from ringtrail.core.settings import Settings
from ringtrail.core.warehouse import Query, Warehouse
from tests.story.platform import until_ready

BUSINESS = "+442079460958"
NUMBERS = tuple(f"+4420794601{n:02d}" for n in range(20))
STRANGE = "+442079460777"
EMAIL, PASSWORD = "ann@story.example", "correct horse"
_ROOT = Path(__file__).parents[2]


class Shop:
    """Made with its account and site; `with` starts the platform and ends it in order."""

    def __init__(self, home: Path, environment: dict[str, str] | None = None) -> None:
        self.settings = Settings(home=home, database_url="", warehouse_url="")
        self.settings.prepare()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.origin = f"http://127.0.0.1:{port}"
        self.environment = os.environ | (environment or {})
        self.environment |= {
            "RINGTRAIL_HOME": str(home), "RINGTRAIL_PORT": str(port),
            "RINGTRAIL_DATABASE_URL": "", "RINGTRAIL_WAREHOUSE_URL": "",
        }  # fmt: skip
        self.engine = open_engine(self.settings.database)
        migrate(self.engine)
        clock = SystemClock()
        account = store.open_account(self.engine, clock, "Story")
        new = store.NewSite("Story", (self.origin,), "Europe/London", "GB", BUSINESS, NUMBERS)
        self.site = store.open_site(self.engine, clock, account, new)
        store.add_user(self.engine, clock, account, EMAIL, "Ann", PASSWORD, Role.manager)
        self.key = store.add_key(self.engine, clock, account, "story", Role.manager)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """The platform and the shop's pages; returns when both answer."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.story.serve_shop", self.site.site_key],
            env=self.environment, cwd=_ROOT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        until_ready(self.origin)

    def stop(self) -> None:
        """End the platform in order: what was taken in is in the warehouse."""
        assert self._end(signal.SIGTERM) == 0

    def kill(self) -> None:
        """kill -9."""
        assert self._end(signal.SIGKILL) == -signal.SIGKILL

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None, "the platform does not run"
        process, self._process = self._process, None
        process.send_signal(how)
        try:
            return process.wait(60)
        finally:
            process.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._process is not None:
            # A test that failed may have left it unable to end in order.
            if kind is None:
                self.stop()
            else:
                self.kill()
        self.engine.dispose()

    def rows(self, model: type[Any]) -> list[Any]:
        """Every row of a table of the operational store."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(model.__table__)))

    def facts(self, statement: str) -> list[dict[str, Any]]:
        """Rows of the warehouse, while no platform runs."""
        assert self._process is None, "the warehouse has one owner: stop the platform first"
        warehouse = Warehouse(self.settings.warehouse)
        try:
            return warehouse.rows(Query("story", statement))
        finally:
            warehouse.close()
