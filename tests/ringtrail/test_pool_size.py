"""How many numbers a pool needs, asked as a person asks it: alone and beside the running app."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from httpx import ASGITransport, AsyncClient
from typer.testing import CliRunner

from numbers_pool import store as numbers
from ringtrail import cli, server, store
from ringtrail.core.clock import MINUTE, SECOND, Micros, SystemClock, utc
from ringtrail.core.facts import Fact, LeaseClosed, LeaseOpened, Visit
from ringtrail.core.inbox import put_each
from ringtrail.core.settings import Settings
from ringtrail.demo import month
from ringtrail.platform import Platform
from tests.story.platform import until_ready

POOL = tuple(f"+4420794601{index:02d}" for index in range(4))
Told = list[tuple[Fact, Micros]]


def fill(home: Path, told: Sequence[tuple[Fact, Micros]]) -> None:
    """A clinic with a pool of four and what its intakes told."""
    platform = Platform(Settings(home=home, database_url="", warehouse_url=""))
    account = store.open_account(platform.engine, platform.clock, "Clinic")
    new = store.NewSite("Clinic", ("https://clinic.example",), month.ZONE, "GB",
                        "+442079460958", POOL)  # fmt: skip
    store.open_site(platform.engine, platform.clock, account, new)
    for start in range(0, len(told), 5_000):
        with platform.engine.execution_options(writes=True).begin() as connection:
            put_each(connection, told[start : start + 5_000])
    platform.loader.run()
    platform.close()


@pytest.fixture(scope="module")
def told() -> Told:
    until = Micros(SystemClock().now() - MINUTE)
    return list(month.facts(1, 1, POOL, until, days=30, visits_a_day=120))


@pytest.fixture(scope="module")
def home(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("clinic")
    fill(home, told)
    return home


def ask(home: Path, *arguments: str) -> Any:
    done = CliRunner().invoke(
        cli.app, ["pool", *arguments, "--json"], env={"RINGTRAIL_HOME": str(home)}
    )
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refusal(home: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli.app, ["pool", *arguments], env={"RINGTRAIL_HOME": str(home)})
    assert done.exit_code == 1
    return str(done.exception)


def local(at: int) -> datetime:
    return utc(at).astimezone(ZoneInfo(month.ZONE))


def test_the_traffic_is_that_of_the_facts(home: Path, told: Told) -> None:
    traffic = ask(home, "size")["traffic"]

    def counts(fact: Fact) -> bool:
        first, last = (date.fromisoformat(traffic[name]) for name in ("since", "until"))
        return first <= local(fact.occurred_at).date() <= last

    visits = [fact for fact, _ in told if isinstance(fact, Visit) and counts(fact)]
    assert traffic["visits"] == len(visits)
    assert traffic["overflows"] == sum(visit.overflow for visit in visits) > 0
    mondays = [v for v in visits if local(v.occurred_at).strftime("%a %H") == "Mon 10"]
    assert traffic["rates"][10] == len(mondays) / traffic["seen"][10]
    assert set(traffic["seen"]) == {4}
    opened = {fact.lease: fact for fact, _ in told if isinstance(fact, LeaseOpened)}
    ended = {fact.lease: fact for fact, _ in told if isinstance(fact, LeaseClosed)}
    held = [
        (ended[lease].held_until - fact.occurred_at) / SECOND
        for lease, fact in opened.items()
        if counts(fact)
    ]
    assert traffic["held"] == pytest.approx(sum(held) / len(held))


def test_the_simulator_repeats_what_happened(home: Path) -> None:
    """The demo leased by the store's rules from four numbers, so a replay loses as many visits."""
    traffic = ask(home, "size")["traffic"]
    (fifo, chance) = ask(home, "simulate", "--size", "4", "--hold", "900", "--cooldown", "600")
    assert fifo["visits"] == traffic["visits"]
    assert fifo["blocked"] == pytest.approx(traffic["overflows"], rel=0.1)
    assert (fifo["peak"], fifo["policy"], chance["policy"]) == (4, "fifo", "random")


def test_more_numbers_are_asked_for_by_a_stricter_goal(home: Path) -> None:
    needs = [ask(home, "size", "--goal", goal)["numbers"] for goal in ("0.1", "0.01", "0.001")]
    assert needs == sorted(set(needs))
    answer = ask(home, "size", "--cost", "1.50")
    assert answer["cost"][str(answer["numbers"])] == f"{answer['numbers'] * 1.5:.2f}"
    (point,) = (p for p in answer["curve"] if p["numbers"] == answer["numbers"])
    assert point["blocking"] <= 0.01 and point["blocking_week"] < point["blocking"]


def test_what_a_person_reads(home: Path) -> None:
    done = CliRunner().invoke(cli.app, ["pool", "size"], env={"RINGTRAIL_HOME": str(home)})
    assert "Pool 1, Clinic" in done.stdout and "too few" in done.stdout
    replayed = CliRunner().invoke(cli.app, ["pool", "simulate"], env={"RINGTRAIL_HOME": str(home)})
    assert "longest free" in replayed.stdout and "misread" in replayed.stdout


def test_given_traffic_needs_no_store(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    answer = ask(nowhere, "size", "--arrivals", "200", "--stay", "180", "--hold", "0")
    assert (answer["load"], answer["numbers"]) == (10, 18)
    assert not nowhere.exists()
    for wrong in (["--arrivals", "9"], ["--goal", "0"], ["--cost", "much"]):
        done = CliRunner().invoke(cli.app, ["pool", "size", *wrong])
        assert done.exit_code == 2, wrong


def test_too_little_and_too_much_are_refused(tmp_path: Path) -> None:
    assert "ringtrail migrate" in refusal(tmp_path / "none", "size")
    home = tmp_path / "home"
    fill(home, [])
    assert "0 finished visits" in refusal(home, "size")
    assert "0 finished visits" in refusal(home, "simulate")
    assert "no pool 7" in refusal(home, "size", "--pool", "7")
    assert "account 2 has no pool" in refusal(home, "size", "--account", "2")
    platform = Platform(Settings(home=home, database_url="", warehouse_url=""))
    with platform.engine.execution_options(writes=True).begin() as connection:
        numbers.create_pool(
            connection, account=1, site=1, name="Branch", original="+442079460959", numbers=(),
            now=platform.clock.now(),
        )  # fmt: skip
    platform.close()
    assert "give --pool, one of 1 (" in refusal(home, "size")


@pytest.fixture
def served(home: Path) -> Iterator[Path]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "ringtrail", "serve"],
        env=os.environ | {"RINGTRAIL_HOME": str(home), "RINGTRAIL_PORT": str(port)},
    )
    try:
        until_ready(f"http://127.0.0.1:{port}")
        yield home
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_the_running_app_answers_the_same(home: Path, request: pytest.FixtureRequest) -> None:
    asked = (("size",), ("simulate", "--size", "5"))
    alone = [ask(home, *arguments) for arguments in asked]
    request.getfixturevalue("served")
    assert [ask(home, *arguments) for arguments in asked] == alone


async def test_the_traffic_is_for_the_operator_alone(tmp_path: Path) -> None:
    platform = Platform(Settings(home=tmp_path, database_url="", warehouse_url=""))
    application = server.create_app(platform)
    statuses = []
    for app in (application, server.as_operator(application)):
        async with AsyncClient(transport=ASGITransport(app), base_url="http://rt") as client:
            statuses += [
                (await client.get(f"/api/v1/pool/{name}", params={"account": "1"})).status_code
                for name in ("hours", "visits")
            ]
    platform.close()
    assert statuses == [403, 403, 400, 400]
