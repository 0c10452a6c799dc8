"""Which version of the script is served, and how one goes back to an older one."""

import httpx
import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette

import tracking
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer
from ringtrail.core.errors import NotConfigured
from tracking.script import NAMES, script, versions


async def served(database: Engine, clock: SetClock, version: str, name: str) -> httpx.Response:
    app = Starlette(
        routes=tracking.routes(Writer(database), clock, max_body=1024, script_version=version)
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://ringtrail.example"
    ) as client:
        return await client.get(f"/{name}.js")


@pytest.mark.parametrize("name", NAMES)
async def test_the_newest_is_served_unless_told(sqlite: Engine, clock: SetClock, name: str) -> None:
    assert (await served(sqlite, clock, "", name)).content == script(name)


@pytest.mark.parametrize("version", versions())
async def test_every_kept_version_can_be_served(
    sqlite: Engine, clock: SetClock, version: str
) -> None:
    newest = await served(sqlite, clock, "", "ringtrail")
    older = await served(sqlite, clock, version, "ringtrail")
    assert older.status_code == 200
    assert older.content == script("ringtrail", version) != newest.content
    assert older.headers["etag"] != newest.headers["etag"]
    assert older.headers["cache-control"] == "public, max-age=300"
    # Nor does a page that loads the other file get today's.
    numbers = await served(sqlite, clock, version, "ringtrail-numbers")
    assert numbers.status_code == 200
    assert numbers.content == script("ringtrail-numbers", version) != script("ringtrail-numbers")


def test_there_is_one_to_go_back_to() -> None:
    assert versions()


@pytest.mark.parametrize("version", ["0", "newest", "../built", "1/../1"])
def test_a_version_that_is_not_kept_ends_the_start(version: str) -> None:
    with pytest.raises(NotConfigured, match=r"RINGTRAIL_SCRIPT_VERSION .* give one of 1"):
        script("ringtrail", version)
