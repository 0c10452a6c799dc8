"""Nobody gets past the gate uninvited: pages, callbacks, foreign posts, sockets."""

from typing import Any

import httpx
import pytest

from dashboards.person import signed_in
from tests.dashboards.conftest import House

pytestmark = pytest.mark.asyncio
OWNER = {"cookie": "ringtrail_session=owner"}


async def test_an_anonymous_page_asks_to_sign_in_and_comes_back(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/app/call-log?since=2026-11-01&until=2026-11-03")
    assert answer.status_code == 303
    where = httpx.URL(answer.headers["location"])
    assert where.path == "/app/sign-in"
    assert where.params["next"] == "/app/call-log?since=2026-11-01&until=2026-11-03"


@pytest.mark.parametrize(
    "path",
    ["_dash-layout", "_dash-dependencies", "_dash-component-suites/dash/deps/react@18.3.1.min.js"],
)
async def test_anonymous_machinery_is_refused(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(f"/app/{path}")).status_code == 401


async def test_an_anonymous_or_forged_callback_is_refused(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/app/_dash-update-component", json={})).status_code == 401
    forged = {"cookie": "ringtrail_session=owner.forged"}
    answer = await browser.post("/app/_dash-update-component", json={}, headers=forged)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["_dash-update-component", "sign-in", "sign-out"])
async def test_a_foreign_post_is_refused(
    browser: httpx.AsyncClient, headers: dict[str, str], path: str
) -> None:
    answer = await browser.post(f"/app/{path}", headers={**OWNER, **headers}, json={})
    assert answer.status_code == 403


async def test_a_page_has_a_nonce_on_each_script_and_a_strict_policy(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/app/acquisition", headers=OWNER)
    policy = answer.headers["content-security-policy"]
    once = policy.split("'nonce-")[1].split("'")[0]
    assert answer.status_code == 200
    assert answer.text.count("<script") == answer.text.count(f'<script nonce="{once}"') > 3
    assert "unsafe-eval" not in policy
    assert "/app/assets/reports.js" in answer.text
    assert "plotly-basic" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = await browser.get("/app/acquisition", headers=OWNER)
    assert once not in again.headers["content-security-policy"]


async def test_what_is_not_ours_is_not_found(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/nowhere", headers=OWNER)).status_code == 404
    assert (await browser.get("/application", headers=OWNER)).status_code == 404
    assert (await browser.get("/api/none", headers=OWNER)).status_code == 404
    assert (await browser.get("/api/ping")).json() == {"ok": True}


async def test_the_root_leads_to_the_first_page(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/")).headers["location"] == "/app/acquisition"
    answer = await browser.get("/app/", headers=OWNER)
    assert answer.headers["location"] == "/app/acquisition"


async def test_machine_posts_do_not_need_an_origin(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/api/ping", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([], 4401),
        ([(b"cookie", b"ringtrail_session=owner"), (b"origin", b"https://evil.example")], 4403),
    ],
)
async def test_sockets_are_closed_before_they_open(
    house: House, headers: list[tuple[bytes, bytes]], code: int
) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": "/app/_dash-ws-callback",
        "query_string": b"",
        "headers": [(b"host", b"test"), *headers],
    }
    await house.gate(scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": code}]
    assert signed_in.get() is None


async def test_no_callback_socket_opens_even_for_a_person(house: House) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    headers = [(b"host", b"test"), (b"cookie", b"ringtrail_session=owner")]
    path = "/app/_dash-ws-callback"
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers}
    await house.gate(scope, receive, send)
    assert sent == ["websocket.close"]


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "http://test"),
        ({"x-forwarded-proto": "https"}, "https://test"),
        ({"x-forwarded-proto": "javascript"}, "http://test"),
    ],
)
async def test_the_snippet_names_the_address_that_the_reader_used(
    house: House, browser: httpx.AsyncClient, headers: dict[str, str], address: str
) -> None:
    house.reports.empty = True
    body = {
        "output": "acquisition-report.children",
        "outputs": {"id": "acquisition-report", "property": "children"},
        "inputs": [{"id": "asked", "property": "data", "value": {}}],
        "changedPropIds": ["asked.data"],
        "state": [
            {"id": "acquisition-order", "property": "data", "value": ""},
            {"id": "acquisition-shown", "property": "data", "value": ""},
        ],
    }
    try:
        answer = await browser.post(
            "/app/_dash-update-component", json=body, headers={**OWNER, **headers}
        )
    finally:
        house.reports.empty = False
    assert f'src="{address}/ringtrail.js" data-site="site-key"' in str(answer.json())
