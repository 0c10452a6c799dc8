"""The public endpoints over their real writer, asked in process."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import Engine
from starlette.applications import Starlette

import tracking
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer
from ringtrail.store import Opened
from tests.tracking.browser import Browser
from tests.tracking.contract import ORIGIN, Bodies

LIMIT = 4096
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/149.0.0.0 Safari/537.36"
)


@pytest.fixture
def intake(database: Engine, clock: SetClock) -> Iterator[Starlette]:
    """An application that has the intake's routes and nothing else."""
    writer = Writer(database)
    writer.start()
    yield Starlette(routes=tracking.routes(writer, clock, max_body=LIMIT))
    writer.stop()


@pytest_asyncio.fixture
async def client(intake: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A person's browser on this very machine."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(intake),
        base_url="http://ringtrail.example",
        headers={"user-agent": CHROME},
    ) as asks:
        yield asks


@pytest.fixture
def browser(database: Engine, site: Opened, clock: SetClock) -> Browser:
    return Browser(database, site, clock)


@pytest.fixture
def body(site: Opened, clock: SetClock) -> Bodies:
    """A body that fits all four endpoints, with changes; a change to `...` leaves a field out."""

    def build(**changes: Any) -> dict[str, Any]:
        now = clock.now() // 1000
        values = {
            "event_id": str(uuid4()), "site": site.site_key, "at": now, "sent_at": now,
            "url": f"{ORIGIN}/tyres?utm_source=yandex", "visit": str(uuid4()), "visitor": None,
            "consent": {"state": "granted"}, "of_a_newer_script": [1],
            "kind": "form", "fields": {"phone": "84957654321"},
        }  # fmt: skip
        return {name: value for name, value in (values | changes).items() if value is not ...}

    return build
