"""Kept reports over HTTP: kept and compared by whoever may, and never by another site's page."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from threading import get_ident
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request

from attribution.replay.api import routes
from ringtrail import store
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import SystemClock, utc
from ringtrail.core.facts import Call
from ringtrail.core.models import Role
from ringtrail.server import create_app
from tests.ringtrail.test_corrections import NUMBER, Shop

PATH = "/api/v1/told"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest_asyncio.fixture
async def client(shop: Shop) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(create_app(shop.platform))
    async with AsyncClient(transport=transport, base_url="http://test") as opened:
        yield opened
    shop.platform.close()


def asked(**said: Any) -> dict[str, Any]:
    today = utc(SystemClock().now()).date()
    since, until = today - timedelta(days=30), today + timedelta(days=1)
    return {"asked": {"since": str(since), "until": str(until), **said}, "to": "the board"}


async def test_a_report_is_kept_and_compared_with_now(client: AsyncClient, shop: Shop) -> None:
    key = shop.key_of(Role.manager)
    kept = await client.post(PATH, json=asked(model="linear"), headers=key)
    assert kept.status_code == 201, kept.text
    assert (kept.json()["figures"]["visits"], kept.json()["figures"]["calls"]) == (1, 1)
    assert kept.headers["cache-control"] == "no-store"
    report = kept.json()["told"]
    listed = await client.get(PATH, headers=key)
    assert listed.json() == {"reports": [report]}
    now = shop.platform.clock.now()
    shop.load(
        Call(account=shop.account, site=1, occurred_at=now, source_id="late", key="late",
             call=UUID(int=9), told_at=now, number=NUMBER, caller="+447700900009",
             outcome="missed"),
    )  # fmt: skip
    found = (await client.get(f"{PATH}/{report['report']}", headers=key)).json()
    assert (found["then"]["calls"], found["now"]["calls"]) == (1, 2)
    assert {one["cause"] for one in found["differences"]} == {"late_call"}
    assert found["told"] == report


async def test_a_comparison_holds_no_writer_up(client: AsyncClient, shop: Shop) -> None:
    """Calls go on to the warehouse while somebody compares."""
    key = shop.key_of(Role.manager)
    kept = (await client.post(PATH, json=asked(), headers=key)).json()["told"]["report"]
    with shop.platform.warehouse.transaction():
        answer = await client.get(f"{PATH}/{kept}", headers=key)
    assert answer.status_code == 200


async def test_nobody_reads_of_another_account(client: AsyncClient, shop: Shop) -> None:
    key = shop.key_of(Role.manager)
    kept = (await client.post(PATH, json=asked(), headers=key)).json()["told"]["report"]
    other = store.open_account(shop.platform.engine, SystemClock(), "Other")
    made = store.add_key(shop.platform.engine, SystemClock(), other, "test", Role.manager)
    stranger = {"authorization": f"Bearer {made}"}
    assert (await client.get(PATH, headers=stranger)).json() == {"reports": []}
    for report in (kept, str(UUID(int=7)), "seven"):
        answer = await client.get(f"{PATH}/{report}", headers=stranger)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "report")
    empty = await client.post(PATH, json=asked(), headers=stranger)
    assert (empty.status_code, empty.json()["figures"]["visits"]) == (201, 0)


async def test_who_is_nobody_is_told_to_sign_in(client: AsyncClient) -> None:
    for answer in (
        await client.post(PATH, json=asked()), await client.get(PATH),
        await client.get(f"{PATH}/{UUID(int=7)}"),
    ):  # fmt: skip
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "key")


async def test_another_sites_page_keeps_nothing(client: AsyncClient, shop: Shop) -> None:
    """A form and a beacon can send what is called text, with the cookie, and nothing else."""
    session = shop.session_of("ann@a.example", Role.marketer)
    headers = session | {"content-type": "text/plain"}
    answer = await client.post(PATH, content=json.dumps(asked()), headers=headers)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "content-type")
    assert shop.rows("FROM told_report") == []
    assert (await client.post(PATH, json=asked(), headers=session)).status_code == 201


async def test_what_is_no_report(client: AsyncClient, shop: Shop) -> None:
    key = shop.key_of(Role.manager) | {"content-type": "application/json"}
    for body, status, code, says in (
        (b"{", 400, "malformed", "truncated"),
        (b'{"to":"\xff"}', 400, "malformed", "utf-8"),
        (b" " * 5_000, 413, "size", "4096"),
        (json.dumps(asked(since="May")).encode(), 400, "malformed", "since"),
        (json.dumps(asked(since="2100-01-01")).encode(), 400, "period", "since"),
        (json.dumps(asked(model="magic")).encode(), 400, "model", "last_non_direct"),
        (json.dumps(asked(basis="moon")).encode(), 400, "malformed", "moon"),
        (json.dumps({**asked(), "colour": "red"}).encode(), 400, "malformed", "colour"),
    ):
        answer = await client.post(PATH, content=body, headers=key)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), body
        assert says in answer.json()["error"]["message"]
    assert shop.rows("FROM told_report") == []


async def test_who_asks_is_looked_up_beside_the_event_loop(shop: Shop) -> None:
    """The look-up reads the store, and nobody else is answered while the loop waits for it."""
    threads: list[int] = []

    def scope_of(_request: Request) -> Scoped | None:
        threads.append(get_ident())
        return None

    app = Starlette(routes=routes(shop.platform.warehouse, shop.platform.clock, scope_of))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as asks:
        answers = [await asks.get(PATH), await asks.get(f"{PATH}/{UUID(int=7)}")]
    shop.platform.close()
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    assert len(threads) == len(answers)
    assert get_ident() not in threads
