"""`ringtrail sources reclassify` as a person runs it: with the files alone, and beside the app."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from ringtrail import store
from ringtrail.core.clock import Clock, SystemClock
from ringtrail.core.facts import Fact, Visit
from ringtrail.core.inbox import put_each
from ringtrail.core.settings import Settings
from ringtrail.demo import month
from ringtrail.platform import Platform
from tests.story.platform import until_ready

NUMBERS = tuple(f"+4420794601{index:02d}" for index in range(12))
NEW = store.NewSite(
    "Clinic", ("https://clinic.example",), month.ZONE, "GB", "+442079460958", NUMBERS
)


def as_once_ruled(fact: Fact) -> Fact:
    """Assistants as the referrals that they were before anybody knew them."""
    if isinstance(fact, Visit) and fact.source == "chatgpt.com":
        return msgspec.structs.replace(fact, medium="referral", channel="Referral")
    return fact


def fill(home: Path, clock: Clock) -> int:
    """A home with some days of visits by older rules; returns how many have to move."""
    platform = Platform(Settings(home=home, database_url="", warehouse_url=""))
    opened = store.open_site(platform.engine, clock, None, NEW)
    days = month.facts(
        opened.account, opened.site, NUMBERS, clock.now(), days=2, seed=1, visits_a_day=60
    )
    facts = [(as_once_ruled(fact), at) for fact, at in days]
    platform.writer.start()
    platform.writer.immediate(lambda connection: put_each(connection, facts))
    platform.loader.run()
    platform.writer.stop()
    platform.close()
    return sum(isinstance(fact, Visit) and fact.source == "chatgpt.com" for fact, _ in facts)


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ringtrail", "sources", "reclassify", *arguments],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )


def environment(home: Path, **more: str) -> dict[str, str]:
    return os.environ | {"RINGTRAIL_HOME": str(home)} | more


def told(home: Path, *arguments: str) -> Any:
    done = run(home, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def serving(home: Path) -> Iterator[int]:
    """The app on these stores, at a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "ringtrail", "serve"],
        env=environment(home, RINGTRAIL_PORT=str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until_ready(f"http://127.0.0.1:{port}")
        yield port
    finally:
        process.terminate()
        process.wait()


@pytest.mark.timeout(180)
def test_with_the_files_and_beside_the_app(tmp_path: Path) -> None:
    home = tmp_path / "home"
    moves = fill(home, SystemClock())
    assert moves
    moved = [{"before": "Referral", "after": "AI Assistant", "visits": moves}]

    dry = told(home, "--dry-run")
    assert (dry["changed"], dry["moved"], dry["stored"]) == (moves, moved, False)

    with serving(home) as port:
        beside = told(home, "--dry-run")
        assert beside == dry
        done = run(home)
        assert done.returncode == 0
        assert ["Referral", "AI", "Assistant", str(moves)] in [
            line.split() for line in done.stdout.splitlines()
        ]
        refused = httpx.post(f"http://127.0.0.1:{port}/api/v1/sources/reclassify", content="{}")
        assert refused.status_code == 403

    again = told(home)
    assert (again["changed"], again["moved"], again["stored"]) == (0, [], True)
    assert again["visits"] == dry["visits"]
    assert run(home, "--since", "2026-02-02", "--until", "2026-02-01").returncode == 2
