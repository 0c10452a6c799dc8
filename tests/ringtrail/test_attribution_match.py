"""`ringtrail attribution fit` and `fits`: with the files alone, beside the app, and daily."""

import asyncio
import os
import signal
import subprocess
import sys
from multiprocessing.context import SpawnProcess
from pathlib import Path

import httpx
import msgspec
import pytest
from httpx import ASGITransport, AsyncClient

from attribution.match import Fit
from ringtrail import crunching, server
from ringtrail.attribution_match import Told, make_daily, make_due
from ringtrail.core.clock import SetClock, SystemClock
from ringtrail.core.settings import Settings
from ringtrail.core.warehouse import Query
from ringtrail.crunching import Crunching
from ringtrail.platform import Platform
from tests.attribution.match.test_calls import a_fit
from tests.attribution.match.world import Plan, made, write
from tests.ringtrail.test_sources import environment, fill, serving


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ringtrail", "attribution", *arguments],
        env=environment(home, COLUMNS="160"),
        capture_output=True,
        text=True,
        check=False,
    )


def listed(home: Path) -> list[Told]:
    done = run(home, "fits", "--json")
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=list[Told])


@pytest.mark.timeout(240)
def test_with_the_files_and_beside_the_app(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home, SystemClock())
    assert "None is in force" in run(home, "fits").stdout
    shown = run(home, "fit", "--site", "1")
    assert shown.returncode == 0, shown.stderr
    assert "too few labels to call it calibrated" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert "\nprobability     calls   told  right   95 % interval\n" in shown.stdout
    assert "In force" not in shown.stdout
    (first,) = listed(home)
    assert (first.site, first.verdict, first.used_at) == (1, "too few labels", None)
    assert run(home, "fit", "--site", "77").returncode == 1
    assert run(home, "fit", "--since", "2026-02-02", "--until", "2026-02-01").returncode == 2

    with serving(home) as port:
        used = run(home, "fit", "--use", "--json")
        assert used.returncode == 0, used.stderr
        pooled = Fit.from_json(used.stdout)
        assert pooled.site is None
        told = {one.version: one for one in listed(home)}
        assert told[pooled.version].used_by == "command line"
        assert told[first.version].used_at is None
        assert "no site has the number 77" in run(home, "fit", "--site", "77").stderr
        for path in ("fit", "fits"):
            asked = {"fit": httpx.post, "fits": httpx.get}[path]
            refused = asked(f"http://127.0.0.1:{port}/api/v1/attribution/{path}")
            assert refused.status_code == 403
    shown = run(home, "fits")
    assert pooled.version in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    platform = Platform(Settings(home=home, database_url="", warehouse_url=""))
    judged = Query("fits", "SELECT DISTINCT fit FROM mart_candidate")
    assert platform.warehouse.rows(judged) == [{"fit": pooled.version}]
    platform.close()


async def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    platform = Platform(Settings(home=tmp_path, database_url="", warehouse_url=""))
    operator = server.as_operator(server.create_app(platform))
    async with AsyncClient(transport=ASGITransport(operator), base_url="http://rt") as client:
        answer = await client.post("/api/v1/attribution/fit", content=b'{"site": "one"}')
    platform.close()
    assert answer.status_code == 400


@pytest.mark.timeout(240)
def test_a_days_fit_is_made_in_a_process_of_its_own_and_taken_where_needed(tmp_path: Path) -> None:
    world = made(Plan(seed=21, visits=12_000, numbers=60, audit_share=0.3, forms=0.3))
    platform = Platform(Settings(home=tmp_path, database_url="", warehouse_url=""))
    platform.clock = SetClock(world.until)
    with platform.warehouse.transaction() as transaction:
        write(world, transaction)
    platform.upkeep.use_fit(a_fit(1, background=1e-2), world.until, "ann")
    (told,) = make_due(platform, Crunching())
    assert told.fit.reliability.verdict == "calibrated"
    assert told.better
    judged = Query("fits", "SELECT DISTINCT fit FROM mart_candidate")
    assert platform.warehouse.rows(judged) == [{"fit": told.fit.version}]
    assert make_due(platform, Crunching()) == []
    platform.close()


def waiting_forever(*_known: object) -> None:
    """In the place of the computing: would never end by itself."""
    signal.pause()


@pytest.mark.timeout(120)
async def test_a_stop_ends_a_days_fit_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = made(Plan(seed=21, visits=4_000, numbers=60, audit_share=0.5, forms=0.3))
    platform = Platform(Settings(home=tmp_path, database_url="", warehouse_url=""))
    platform.clock = SetClock(world.until)
    with platform.warehouse.transaction() as transaction:
        write(world, transaction)
    monkeypatch.setattr(crunching, "_compute", waiting_forever)
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    start = SpawnProcess.start
    started: list[SpawnProcess] = []

    def watched(process: SpawnProcess) -> None:
        start(process)
        started.append(process)
        loop.call_soon_threadsafe(begun.set)

    monkeypatch.setattr(SpawnProcess, "start", watched)
    job = asyncio.create_task(make_daily(platform))
    await begun.wait()
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert [process.exitcode for process in started] == [-signal.SIGTERM]
    assert platform.warehouse.rows(Query("fits", "FROM match_fit")) == []
    platform.close()


def test_a_process_that_dies_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crunching, "_compute", dying)
    with pytest.raises(RuntimeError, match="died \\(9\\)"):
        Crunching()(*[None] * 3)  # type: ignore[arg-type]


def dying(*_known: object) -> None:
    os._exit(9)
