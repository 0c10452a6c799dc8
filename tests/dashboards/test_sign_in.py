"""Signing in and out, and where it may lead."""

import httpx
import pytest

from dashboards.sign_in import safe_next
from tests.dashboards.conftest import House


@pytest.mark.asyncio
async def test_the_right_password_opens_the_page_asked_for(browser: httpx.AsyncClient) -> None:
    form = {"email": " ann@example.com ", "password": "right", "next": "/app/call-log?days=7"}
    answer = await browser.post("/app/sign-in", data=form, headers={"origin": "http://test"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/app/call-log?days=7")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("ringtrail_session=owner;")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.asyncio
async def test_a_wrong_password_is_said_and_sets_nothing(browser: httpx.AsyncClient) -> None:
    form = {"email": '"><script>x', "password": "wrong"}
    answer = await browser.post("/app/sign-in", data=form)
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert "<script" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.asyncio
async def test_signing_out_forgets_the_cookie_and_ends_its_session(
    browser: httpx.AsyncClient, house: House
) -> None:
    house.ended.clear()
    answer = await browser.post("/app/sign-out", headers={"cookie": "ringtrail_session=owner"})
    assert answer.status_code == 303
    assert house.ended == ["owner"]
    assert "max-age=0" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "evil",
    [
        None,
        "",
        "https://evil.example/app/",
        "//evil.example/app/",
        "/\\evil.example",
        "/app/../api",
        "/app/sign-out",
        "/api/docs",
        "javascript:alert(1)",
        "/app/x\r\nset-cookie: a=b",
    ],
)
def test_an_unsafe_next_leads_home(evil: str | None) -> None:
    assert safe_next(evil) == "/app/acquisition"
