"""The demo shop: its pages carry the script and the number, under a strict policy."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from ringtrail.demo import shop


def get(path: str, key: str | None = 'k"1') -> httpx.Response:
    app = Starlette(routes=shop.routes(lambda: key, "020 7946 0958", "+442079460958"))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://demo") as client:
            return await client.get(path)

    return asyncio.run(ask())


@pytest.mark.parametrize("path", shop.PAGES)
def test_a_page_carries_the_script_and_the_number(path: str) -> None:
    page = get(path)
    assert page.status_code == 200
    assert '<script async src="/ringtrail.js" data-site="k&quot;1"></script>' in page.text
    assert "020 7946 0958" in page.text
    assert "<span>020</span> <span>7946</span> <span>0958</span>" in page.text
    assert 'href="tel:+442079460958"' in page.text
    assert "simulated" in page.text


@pytest.mark.parametrize("path", shop.PAGES)
def test_a_page_obeys_its_own_policy(path: str) -> None:
    page = get(path)
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert page.text.count("<script") == 1
    assert "style=" not in page.text
    assert "onclick" not in page.text


def test_the_style_is_served() -> None:
    assert get("/demo/shop.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("path", [*shop.PAGES, "/demo/shop.css"])
def test_without_a_demo_site_there_is_no_shop(path: str) -> None:
    assert get(path, None).status_code == 404
