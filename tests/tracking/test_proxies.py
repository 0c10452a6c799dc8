"""Over a real socket: the network that counts is the one that the connection came from, and behind
a trusted proxy the one that this proxy saw."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from ringtrail.core.clock import SetClock
from ringtrail.store import Opened, change_site
from tests.tracking.conftest import CHROME
from tests.tracking.served import Served, serve
from tracking.network import read_networks

OFFICE, STREET, PROXY = "127.0.0.9", "127.0.0.8", "127.0.0.7"


@pytest.fixture
def body(database: Engine, site: Opened, clock: SetClock) -> Callable[[], dict[str, Any]]:
    """A visit to a site whose own people browse from OFFICE."""
    change_site(database, site.site_key, own_networks=[OFFICE])
    now = clock.now() // 1000

    def build() -> dict[str, Any]:
        return {
            "event_id": str(uuid4()), "site": site.site_key, "at": now, "sent_at": now,
            "url": "https://shop.example/",
        }  # fmt: skip

    return build


async def is_own(served: Served, peer: str, body: dict[str, Any], *forwarded: str) -> bool:
    """Whether a visit from `peer` counts as that of the site's own people."""
    headers = [("origin", "https://shop.example"), ("user-agent", CHROME)]
    headers += [("x-forwarded-for", value) for value in forwarded]
    async with served.browser(peer) as browser:
        answer = await browser.post("/v1/visit", json=body, headers=headers)
    assert answer.status_code == 200
    return answer.json()["visit"] is None


async def test_a_forged_way_changes_nothing(
    database: Engine, clock: SetClock, body: Callable[[], dict[str, Any]]
) -> None:
    async with serve(database, clock) as served:
        assert await is_own(served, OFFICE, body())
        assert await is_own(served, OFFICE, body(), "8.8.8.8")
        assert not await is_own(served, STREET, body())
        for forged in (OFFICE, f"{OFFICE}, {OFFICE}", f"8.8.8.8, {OFFICE}"):
            assert not await is_own(served, STREET, body(), forged)


async def test_behind_a_trusted_proxy_what_it_saw_counts(
    database: Engine, clock: SetClock, body: Callable[[], dict[str, Any]]
) -> None:
    async with serve(database, clock, trusted_proxies=read_networks((PROXY,))) as served:
        assert await is_own(served, PROXY, body(), OFFICE)
        assert not await is_own(served, PROXY, body(), STREET)
        assert not await is_own(served, PROXY, body(), f"{OFFICE}, {STREET}")
        assert not await is_own(served, PROXY, body(), OFFICE, STREET)
        assert await is_own(served, PROXY, body(), STREET, OFFICE)
        # Who is no proxy is not believed, whatever the proxies are.
        assert not await is_own(served, STREET, body(), OFFICE)
        assert not await is_own(served, STREET, body(), f"{OFFICE}, {PROXY}")
