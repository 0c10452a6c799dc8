"""Who comes too fast is told when to come again, and nothing of it is stored."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine
from starlette.applications import Starlette

import tracking
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer
from ringtrail.store import Opened
from tests.conftest import Tables
from tests.tracking.conftest import CHROME
from tests.tracking.contract import ORIGIN, Bodies, post, refused


async def test_pages_that_come_too_fast_are_told_when_to_come_again(
    database: Engine, site: Opened, body: Bodies, tables: Callable[[], Tables], clock: SetClock
) -> None:
    writer = Writer(database)
    routes = tracking.routes(writer, clock, max_body=4096, address_rate=6, site_rate=8)
    writer.start()

    async def visit(address: str, origin: str = ORIGIN) -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=routes), client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://r.example") as asks:
            asks.headers["user-agent"] = CHROME
            return await post(asks, "/v1/visit", body(), origin)

    # A page elsewhere with the site's key is refused, and takes nothing of its pace.
    for _ in range(20):
        await refused(await visit("8.8.8.8", "https://thief.example"), 403, "origin", None)
    counted = partial(REGISTRY.get_sample_value, "ringtrail_hits_dropped_total", {"reason": "rate"})
    dropped = counted() or 0
    assert [(await visit("77.88.8.8")).status_code for _ in range(6)] == [200] * 6
    before = tables()
    held = await visit("77.88.8.8")
    await refused(held, 429, "rate", None)
    assert held.headers["retry-after"] == "10"
    # The site as a whole has two pages more, whoever opens them.
    others = [await visit(f"8.8.8.{host}") for host in range(3)]
    assert [answer.status_code for answer in others] == [200, 200, 429]
    assert others[-1].headers["retry-after"] == "8"
    assert counted() == dropped + 2
    assert len(tables()["current_visit"]) == len(before["current_visit"]) + 2
    clock.forward(seconds=10)
    assert (await visit("77.88.8.8")).status_code == 200
    writer.stop()


@pytest.mark.parametrize("path", ["/v1/beat", "/v1/leave"])
async def test_beats_and_leaves_have_the_limits_of_pages_and_take_nothing_from_them(
    database: Engine, site: Opened, body: Bodies, tables: Callable[[], Tables], clock: SetClock,
    path: str,
) -> None:  # fmt: skip
    writer = Writer(database)
    routes = tracking.routes(writer, clock, max_body=4096, address_rate=6, site_rate=8)
    writer.start()

    async def send(
        path: str, address: str, sent: dict[str, Any], origin: str = ORIGIN
    ) -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=routes), client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://r.example") as asks:
            asks.headers["user-agent"] = CHROME
            return await post(asks, path, sent, origin)

    seen = (await send("/v1/visit", "77.88.8.8", body())).json()
    lease = seen["numbers"][0]["lease"]
    sign = {**body(), "visit": seen["visit"], "leases": [lease]}
    for _ in range(20):
        foreign = await send(path, "8.8.8.8", sign, "https://thief.example")
        await refused(foreign, 403, "origin", None)
    answers = [await send(path, "77.88.8.8", sign) for _ in range(7)]
    assert all(answer.is_success for answer in answers[:6])
    await refused(answers[6], 429, "rate", None)
    assert answers[6].headers["retry-after"] == "10"
    # Both count together, and the site as a whole has two more.
    assert (await send("/v1/leave", "77.88.8.8", sign)).status_code == 429
    others = [await send("/v1/beat", f"8.8.8.{host}", sign) for host in range(3)]
    assert [answer.status_code for answer in others] == [200, 200, 429]
    assert (await send("/v1/visit", "77.88.8.8", body())).status_code == 200
    # The script says no once: it is heard, however many beats came before it.
    held = tables()
    await refused(await send(path, "77.88.8.8", sign), 429, "rate", None)
    assert tables() == held
    assert any(UUID(seen["visit"]) in row for row in held["current_visit"])
    no = {**sign, "consent": {"state": "denied", "source": "own"}}
    await refused(await send(path, "77.88.8.8", no), 429, "rate", None)
    left = tables()["current_visit"]
    assert len(left) == len(held["current_visit"]) - 1
    assert not any(UUID(seen["visit"]) in row for row in left)
    writer.stop()
