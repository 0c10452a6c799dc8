"""The servers that `bench.visit` measures, each a process of its own on the one core it is given.

    python -m bench.visit_server empty | durable | fast      (RINGTRAIL_PORT, RINGTRAIL_HOME)

`durable` is the product as `ringtrail serve` runs it. `fast` is the product with SQLite's
synchronous=OFF, which this start-up alone can do: an answer may then be lost by a power cut.
`empty` is a Starlette route that answers 200 at once, on the same granian server.
"""

import asyncio
import os
import sys
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ringtrail import cli, platform
from ringtrail.core.database import Engine, open_engine


async def _nothing(_request: Request) -> Response:
    return Response()


def _serve_nothing() -> None:
    application = Starlette(
        routes=[Route("/v1/visit", _nothing, methods=["POST"]), Route("/readyz", _nothing)]
    )
    server = Server(
        application,
        address="127.0.0.1",
        port=int(os.environ["RINGTRAIL_PORT"]),
        interface=Interfaces.ASGI,
        log_level=LogLevels.error,
    )
    asyncio.run(server.serve())


def _open_fast(url: str) -> Engine:
    engine = open_engine(url)
    event.listen(engine, "connect", _relax)
    return engine


def _relax(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF").close()


def main(kind: str) -> None:
    if kind == "empty":
        _serve_nothing()
        return
    if kind == "fast":
        vars(platform)["open_engine"] = _open_fast
    cli.serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
