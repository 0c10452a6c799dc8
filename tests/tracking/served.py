"""The intake on a real socket, for what depends on who is at the other end of it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from sqlalchemy import Engine
from starlette.applications import Starlette

import tracking
from ringtrail.core.clock import Clock
from ringtrail.core.database import Writer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Served:
    """Where the intake answers."""

    port: int

    def browser(self, address: str, **options: Any) -> httpx.AsyncClient:
        """A client that comes from `address`, one of this machine's own."""
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}",
            transport=httpx.AsyncHTTPTransport(local_address=address),
            **options,
        )


@asynccontextmanager
async def serve(database: Engine, clock: Clock, **options: Any) -> AsyncIterator[Served]:
    """The routes of `tracking`, served by granian as `ringtrail serve` does."""
    writer = Writer(database)
    writer.start()
    app = Starlette(routes=tracking.routes(writer, clock, max_body=65_536, **options))
    served = Served(free_port())
    server = Server(
        app,
        address="127.0.0.1",
        port=served.port,
        interface=Interfaces.ASGINL,
        log_level=LogLevels.error,
    )
    running = asyncio.create_task(server.serve())
    try:
        async with served.browser("127.0.0.1") as asks:
            while True:
                try:
                    await asks.get("/ringtrail.js")
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.01)
        yield served
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.gather(running, return_exceptions=True)
        writer.stop()
