"""The public endpoints over their real writer, asked in process."""

from collections.abc import AsyncIterator, Iterator

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
