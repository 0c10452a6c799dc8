"""A bridge that is killed by SIGKILL between and inside its steps stores each call once."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from ringtrail.core.facts import Call, UnknownNumber, decode
from ringtrail.core.models import InboxRow, JournalScrap, LiveCall
from tests.telephony_bridge.asterisk.conftest import FOREIGN, OURS, ROUTED, Line
from tests.telephony_bridge.asterisk.lines import START, answer, boot, end, link_end, ring

CALLS = 9
ALIVE = 2


def lines(trunk: str) -> list[bytes]:
    """Answered, busy and unknown calls, one broken line, two calls that Asterisk's death ends."""
    found = [boot(f"rt1-{START}.0", START)]
    for n in range(CALLS):
        key, at, number = f"rt1-{START}.{2 + 2 * n}", START + n, (OURS, ROUTED, FOREIGN)[n % 3]
        found.append(ring(key, at, number, trunk=trunk))
        if n % 2:
            found.append(answer(key, at + 2))
    for n in range(ALIVE, CALLS):
        key, at, number = f"rt1-{START}.{2 + 2 * n}", START + n, (OURS, ROUTED, FOREIGN)[n % 3]
        status, dialed, talk = ("ANSWER", "9000", "7000") if n % 2 else ("BUSY", "", "")
        found.append(end(key, at + 9, number, status, dialed, talk, trunk=trunk))
        found.append(b"broken" if n == 5 else link_end(key, at + 9))
    return [*found, boot(f"rt1-{START + 60}.0", START + 60)]


@pytest.mark.slow
def test_killed_at_every_step_a_bridge_stores_each_call_once(
    database: Engine, trunk: Line, tmp_path: Path
) -> None:
    journal = tmp_path / "journal.json"
    with journal.open("wb") as file:
        file.writelines(line + b"\n" for line in lines(str(trunk.trunk)))
    url = database.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-m", "tests.telephony_bridge.asterisk.dying", url, str(journal)],
        capture_output=True,
        text=True,
        timeout=100,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert done.returncode == 0, done.stderr
    killed = int(done.stdout.splitlines()[-1])
    assert killed > 20

    def rows(model: type) -> list[Any]:
        with database.connect() as connection:
            return list(connection.execute(select(vars(model)["__table__"])))

    kinds = (Call.kind, UnknownNumber.kind)
    facts = [decode(row.kind, row.body) for row in rows(InboxRow) if row.kind in kinds]
    calls = {fact.key: fact for fact in facts if isinstance(fact, Call)}
    unknown = {fact.source_id: fact for fact in facts if isinstance(fact, UnknownNumber)}
    assert len(facts) == CALLS == len(calls) + len(unknown)
    outcomes = [
        (calls.get(key) or unknown[key]).outcome
        for key in (f"pbx:rt1-{START}.{2 + 2 * n}" for n in range(CALLS))
    ]
    assert outcomes == ["lost_in_pbx_restart"] * ALIVE + [
        "answered" if n % 2 else "busy" for n in range(ALIVE, CALLS)
    ]
    assert rows(LiveCall) == []
    assert len(rows(JournalScrap)) == 1
