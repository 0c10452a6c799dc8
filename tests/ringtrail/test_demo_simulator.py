"""The live demo: it speaks the public contract, signs its calls and outlives failures."""

import asyncio
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from ringtrail import store
from ringtrail.core.clock import SystemClock
from ringtrail.core.settings import Settings
from ringtrail.demo import simulator
from ringtrail.platform import Platform
from ringtrail.server import create_app


def simulate(monkeypatch: pytest.MonkeyPatch, status: int) -> list[httpx.Request]:
    """The requests of a short run in which nobody waits."""
    seen: list[httpx.Request] = []
    sleep = asyncio.sleep

    async def hurry(seconds: float) -> None:
        await sleep(0.001)

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        numbers = [{"original": "+44", "number": "+442079461000", "lease": str(uuid4())}]
        ids = {"visitor": str(uuid4()), "visit": str(uuid4())}
        return httpx.Response(status, json={**ids, "beat_every": 30, "numbers": numbers})

    async def run() -> None:
        live = simulator.Simulator(
            "http://demo", "key", "http://demo", "pbx", "secret", SystemClock(), 7,
            transport=httpx.MockTransport(answer),
        )  # fmt: skip
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(live.run(), 1)

    monkeypatch.setattr(asyncio, "sleep", hurry)
    asyncio.run(run())
    return seen


def test_visits_and_calls_follow_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = simulate(monkeypatch, 200)
    assert {request.url.path for request in seen} == {
        "/v1/visit", "/v1/beat", "/v1/leave", "/hooks/pbx",
    }  # fmt: skip
    for request in seen:
        body: dict[str, Any] = json.loads(request.content)
        if request.url.path.startswith("/v1/"):
            assert request.headers["origin"] == "http://demo"
            assert {"event_id", "site", "at", "sent_at"} <= set(body)
            continue
        stamp = request.headers["x-ringtrail-timestamp"]
        signed = hmac.new(b"secret", stamp.encode() + b"." + request.content, hashlib.sha256)
        assert request.headers["x-ringtrail-signature"] == f"sha256={signed.hexdigest()}"
        assert body["number"] == "+442079461000"


async def test_the_product_takes_its_visits_and_calls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every request of the demo against the real application; none is refused."""
    platform = Platform(Settings(home=tmp_path))
    platform.writer.start()
    # Enough that callers find a number, however the visits overlap.
    numbers = tuple(f"+4420794601{index:02d}" for index in range(90))
    new = store.NewSite("Clinic", ("http://demo",), "Europe/London", "GB", "+442079460958", numbers)
    site = store.open_site(platform.engine, platform.clock, None, new)
    answers: list[tuple[str, int]] = []
    told = asyncio.Event()
    sleep = asyncio.sleep

    async def hurry(_seconds: float) -> None:
        await sleep(0.001)

    class Watched(httpx.ASGITransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            answers.append((request.url.path.split("/")[1], answer.status_code))
            if answers[-1][0] == "hooks" or answer.status_code >= 400:
                told.set()
            return answer

    monkeypatch.setattr(asyncio, "sleep", hurry)
    live = simulator.Simulator(
        "http://demo", site.site_key, "http://demo", site.hook, site.hook_secret,
        platform.clock, 7, transport=Watched(create_app(platform)),
    )  # fmt: skip
    running, heard = asyncio.create_task(live.run()), asyncio.create_task(told.wait())
    await asyncio.wait([running, heard], return_when=asyncio.FIRST_COMPLETED)
    assert not running.done(), "the visitors ended by themselves"
    running.cancel()
    await asyncio.wait([running])
    platform.writer.stop()
    platform.close()
    assert {("v1", 200), ("hooks", 202)} <= set(answers) <= {
        ("v1", 200), ("v1", 204), ("hooks", 202),
    }  # fmt: skip


def test_failures_do_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(simulate(monkeypatch, 503)) > 5
