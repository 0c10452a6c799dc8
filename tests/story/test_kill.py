"""kill -9 of the platform during 2,000 visits: nothing lost, nothing twice."""

import asyncio
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from tests.story.shop import Shop
from tests.story.visitor import PERSON

VISITS = 2_000
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def send_all(running: Shop, bodies: list[dict[str, object]], kill_at: int) -> set[str]:
    """Send the visits, eight at a time; kill the platform after `kill_at`; who was answered?"""
    answered: set[str] = set()
    waiting = iter(bodies)

    async def send(client: httpx.AsyncClient) -> None:
        for body in waiting:
            try:
                answer = await client.post("/v1/visit", json=body)
            except httpx.TransportError:
                return
            assert answer.status_code == 200
            answered.add(str(body["event_id"]))
            if len(answered) == kill_at:
                running.kill()

    headers = {"Origin": running.origin, "User-Agent": PERSON}
    async with httpx.AsyncClient(base_url=running.origin, headers=headers, timeout=30) as client:
        await asyncio.gather(*(send(client) for _ in range(8)))
    return answered


async def test_a_kill_during_visits_loses_none_and_stores_none_twice(running: Shop) -> None:
    bodies: list[dict[str, object]] = [
        {
            "event_id": str(uuid4()),
            "site": running.site.site_key,
            "at": 1,
            "sent_at": 1,
            "url": f"{running.origin}/demo/",
        }
        for _ in range(VISITS)
    ]
    answered = await send_all(running, bodies, kill_at=VISITS // 2)
    assert VISITS // 2 <= len(answered) < VISITS

    running.start()
    # A browser whose request got no answer sends it again; some had been stored.
    everybody = await send_all(running, bodies, kill_at=-1)
    running.stop()
    assert len(everybody) == VISITS

    rows = running.facts("SELECT visit FROM fact_visit")
    assert Counter(Counter(row["visit"] for row in rows).values()) == {1: VISITS}
