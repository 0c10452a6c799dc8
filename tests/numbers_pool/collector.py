"""One collector as a process of its own, for test_collectors.

    python -m tests.numbers_pool.collector URL ACCOUNT SITE VISITS first|last

Says "ready", waits for a line, asks for a number for each visit, from the first or from the last,
all in one window, and prints {visit: lease} as JSON.
"""

import asyncio
import json
import sys
from uuid import UUID

from sqlalchemy import Connection

from numbers_pool import Shown, store
from ringtrail.core.database import Writer, open_engine
from tests.numbers_pool.house import CARD, at


async def ask(writer: Writer, account: int, site: int, visits: list[UUID]) -> list[Shown]:
    """What each visit is shown; the writer starts when all have been handed in."""

    async def one(visit: UUID) -> Shown:
        def work(connection: Connection) -> Shown:
            (shown,), _ = store.lease(
                connection, account=account, site=site, visit=visit, card=CARD, now=at(0)
            )
            return shown

        return await writer.submit(work)

    waiting = asyncio.gather(*map(one, visits))
    asyncio.get_running_loop().call_soon(writer.start)
    return await waiting


def main(url: str, account: str, site: str, count: str, end: str) -> None:
    engine = open_engine(url)
    engine.connect().close()
    writer = Writer(engine)
    visits = [UUID(int=number) for number in range(1, int(count) + 1)]
    if end == "last":
        visits.reverse()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    shown = asyncio.run(ask(writer, int(account), int(site), visits))
    writer.stop()
    leases = {str(visit): str(number.lease) for visit, number in zip(visits, shown, strict=True)}
    sys.stdout.write(json.dumps(leases, sort_keys=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
