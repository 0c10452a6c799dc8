"""The public endpoints over their real writer, asked in process."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from sqlalchemy import Engine
from starlette.applications import Starlette

import tracking
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer

LIMIT = 4096


@pytest_asyncio.fixture
async def client(database: Engine, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that has the intake's routes and nothing else."""
    writer = Writer(database)
    writer.start()
    app = Starlette(routes=tracking.routes(writer, clock, max_body=LIMIT))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ringtrail.example") as asks:
        yield asks
    writer.stop()
