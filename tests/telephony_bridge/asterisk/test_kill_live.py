"""kill -9 of the whole program during 200 real calls, with a log rotation while it is away."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from ringtrail import store
from ringtrail.core.clock import SystemClock
from ringtrail.core.database import migrate, open_engine
from ringtrail.core.models import InboxRow
from ringtrail.core.settings import Settings
from ringtrail.core.warehouse import Query, Warehouse
from telephony_bridge.plan import store as plan
from tests.story.platform import until_ready
from tests.telephony_bridge.asterisk.conftest import OURS
from tests.telephony_bridge.lab import Lab, until

CALLS = 200
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
SITE = store.NewSite(
    "Shop", ("https://shop.example",), "Europe/Moscow", "RU", "+74951234567", (OURS,)
)


def rings(lab: Lab) -> int:
    """How many calls have come in, in all generations of the journal."""
    files = lab.journal_path.parent.glob("journal.json*")
    return sum(file.read_bytes().count(b'"RT_RING"') for file in files)


def stored(engine: Engine) -> int:
    """How many calls are over and in the inbox, loaded or not."""
    with engine.connect() as connection:
        kinds = list(connection.scalars(select(vars(InboxRow)["__table__"].c.kind)))
    return kinds.count("call")


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "ringtrail", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            until_ready(f"http://127.0.0.1:{environment['RINGTRAIL_PORT']}")
            yield process
        finally:
            process.kill()


def test_each_answered_call_is_stored_once(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Lab() as lab:
        settings = Settings(home=tmp_path, database_url="", warehouse_url="")
        engine = open_engine(settings.database)
        migrate(engine)
        account = store.open_account(engine, SystemClock(), "Tyres")
        site = store.open_site(engine, SystemClock(), account, SITE)
        fast = plan.add_destination(engine, account=account, name="fast", uri=lab.phone("fast"))
        plan.add_trunk(engine, site=site.site, name="Carrier", addresses=[lab.carrier],
                       default=fast.id)  # fmt: skip
        lab.render(plan.read(engine))
        lab.start()

        environment = os.environ | lab.environment
        environment |= {"RINGTRAIL_HOME": str(tmp_path), "RINGTRAIL_PORT": str(port)}
        with serving(environment) as process:
            calls = lab.dial(OURS, count=CALLS, rate=10, hold=0.5)
            until(lambda: rings(lab) >= 50, "50 calls")
            process.send_signal(signal.SIGKILL)
        until(lambda: rings(lab) >= 100, "100 calls")
        lab.journal_path.rename(lab.journal_path.with_name("journal.json-20260101"))
        until(lambda: rings(lab) >= 150, "150 calls")
        with serving(environment) as process:
            good = calls.done().good
            until(lambda: stored(engine) == rings(lab), "the journal is read to its end")
            process.terminate()
            assert process.wait(60) == 0

    engine.dispose()
    warehouse = Warehouse(settings.warehouse)
    rows = warehouse.rows(Query("calls", "SELECT key, outcome FROM fact_call"))
    warehouse.close()
    assert good > CALLS * 0.9
    assert [row["outcome"] for row in rows].count("answered") == good
    assert len({row["key"] for row in rows}) == len(rows)
