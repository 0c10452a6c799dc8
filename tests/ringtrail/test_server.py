"""What visitors' browsers send takes the short way through the gate and is answered the same."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient

from ringtrail.core.settings import Settings
from ringtrail.platform import Platform
from ringtrail.server import add_dashboards, as_operator, create_app


@pytest_asyncio.fixture
async def clients(tmp_path: Path) -> AsyncIterator[tuple[AsyncClient, AsyncClient]]:
    """The gate, and the application behind it."""
    platform = Platform(Settings(home=tmp_path))
    application = create_app(platform)
    gate = add_dashboards(application, platform)
    front, behind = (
        AsyncClient(transport=ASGITransport(app), base_url="http://test")
        for app in (gate, application)
    )
    async with front, behind:
        yield front, behind
    platform.close()


@pytest.mark.parametrize("path", ["/v1/visit", "/v1/beat", "/v1/leave", "/v1/event"])
@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
async def test_both_ways_answer_the_same(
    clients: tuple[AsyncClient, AsyncClient], method: str, path: str
) -> None:
    headers = {"origin": "https://shop.example"}
    front, behind = [
        await one.request(method, path, content=b"{", headers=headers) for one in clients
    ]
    assert (front.status_code, front.content) == (behind.status_code, behind.content)
    assert front.status_code == (400 if method == "POST" else 204)
    # The pages' layers have not seen it: they would add their own headers.
    assert "referrer-policy" not in front.headers


async def test_another_method_goes_the_usual_way(
    clients: tuple[AsyncClient, AsyncClient],
) -> None:
    front, _ = clients
    answer = await front.get("/v1/visit")
    assert answer.status_code == 405
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("account", ["", "\u00b2", "\u0661", "-1", "1.0", "9" * 20, "9" * 5000])
async def test_an_account_that_is_no_number_is_refused(tmp_path: Path, account: str) -> None:
    platform = Platform(Settings(home=tmp_path))
    transport = ASGITransport(as_operator(create_app(platform)))
    async with AsyncClient(transport=transport, base_url="http://test") as operator:
        answer = await operator.get("/api/v1/told", params={"account": account})
        unknown = await operator.get("/api/v1/told", params={"account": "9" * 9})
    platform.close()
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "account")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "account")
