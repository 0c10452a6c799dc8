"""The export over HTTP: who gets it, for which days, and what is refused."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request

import exporters
from attribution import Reports
from exporters.exports import CALLS
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import SetClock
from ringtrail.core.warehouse import Warehouse

PATH = "/api/v1/calls.csv"
GOOD = {"authorization": "Bearer good"}


@pytest_asyncio.fixture
async def client(tmp_path: Path, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    """Asks over an empty warehouse; one key is good."""
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()

    def scope_of(request: Request) -> Scoped | None:
        good = request.headers.get("authorization") == GOOD["authorization"]
        return Scoped(1, (1,), "manager") if good else None

    app = Starlette(routes=exporters.routes(Reports(warehouse), clock, scope_of))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://ringtrail.example"
    ) as asks:
        yield asks
    warehouse.close()


async def test_without_a_key_nothing_is_given(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"authorization": "Bearer bad"}):
        response = await client.get(PATH, headers=headers)
        assert (response.status_code, response.json()["error"]["code"]) == (401, "key")


@pytest.mark.parametrize(
    ("asked", "since", "until"),
    [
        ("", "2026-08-22", "2026-09-22"),
        ("?until=2026-09-10", "2026-08-10", "2026-09-10"),
        ("?since=2026-09-10", "2026-09-10", "2026-09-22"),
        ("?since=2026-09-10&until=2026-09-10", "2026-09-10", "2026-09-10"),
        ("?until=0001-01-02", "0001-01-01", "0001-01-02"),
        ("?since=0001-01-01&until=9999-12-31", "0001-01-01", "9999-12-31"),
    ],
)
async def test_the_days_that_are_given(
    client: httpx.AsyncClient, clock: SetClock, asked: str, since: str, until: str
) -> None:
    response = await client.get(PATH + asked, headers=GOOD)
    assert response.status_code == 200, response.text
    assert response.text == ",".join(CALLS.columns) + "\r\n"
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    name = f'attachment; filename="calls_{since}_{until}.csv"'
    assert response.headers["content-disposition"] == name


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("?since=yesterday", "since"),
        ("?until=2026-02-30", "until"),
        ("?until=", "until"),
        ("?since=2026-09-11&until=2026-09-10", "since"),
    ],
)
async def test_days_that_cannot_be_are_refused(
    client: httpx.AsyncClient, asked: str, field: str
) -> None:
    response = await client.get(PATH + asked, headers=GOOD)
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["code"], error["field"]) == ("period", field)
