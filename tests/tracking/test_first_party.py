"""The recipes of docs/first_party.md in the real nginx and caddy, with TLS."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright
from sqlalchemy import Engine

from ringtrail.core.clock import SetClock
from ringtrail.store import Opened, change_site
from tests.tracking.conftest import CHROME
from tests.tracking.served import serve
from tests.tracking.web_server import HOST, Visitor, WebServer, program, running
from tracking.network import read_networks
from tracking.script import NAMES, script, versions

CHROMIUM = Path("/usr/bin/chromium")
OFFICE, STREET = "127.0.0.9", "127.0.0.8"
ORIGIN = f"https://{HOST}"


@asynccontextmanager
async def standing(
    name: str, database: Engine, site: Opened, clock: SetClock, folder: Path,
    file: str = NAMES[0], **options: Any,
) -> AsyncIterator[WebServer]:  # fmt: skip
    """The shop's web server before the intake; the shop's own people browse from OFFICE."""
    for part in (name, "openssl"):
        if program(part) is None:
            pytest.skip(f"{part} is not installed")
    if database.dialect.name != "sqlite":
        pytest.skip("what stands before the intake does not see the store")
    change_site(database, site.site_key, own_networks=[OFFICE])
    trusted = read_networks(("127.0.0.1",))
    async with (
        serve(database, clock, trusted_proxies=trusted, **options) as intake,
        running(name, intake.port, folder, file) as web,
    ):
        yield web


@pytest_asyncio.fixture(params=["nginx", "caddy"])
async def shop(
    request: pytest.FixtureRequest, database: Engine, site: Opened, clock: SetClock, tmp_path: Path
) -> AsyncIterator[WebServer]:
    async with standing(str(request.param), database, site, clock, tmp_path) as web:
        yield web


async def visit(
    visitor: Visitor, site: Opened, clock: SetClock, *forwarded: str
) -> tuple[Any, str | None]:
    """The answer to a visit under the path, and the cookie that came with it."""
    now = clock.now() // 1000
    body = {
        "event_id": str(uuid4()), "site": site.site_key, "at": now, "sent_at": now,
        "url": f"{ORIGIN}/", "consent": {"state": "granted"},
    }  # fmt: skip
    headers = {"origin": ORIGIN, "user-agent": CHROME}
    headers |= {"x-forwarded-for": ", ".join(forwarded)} if forwarded else {}
    answer = await visitor.ask("POST", "/rt/v1/visit", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json(), answer.headers.get("set-cookie")


async def test_the_script_lies_under_another_path_and_name(shop: WebServer) -> None:
    async with shop.browser() as visitor:
        first = await visitor.ask("GET", "/rt/n.js")
        assert (first.status_code, first.content) == (200, script())
        assert first.headers["content-type"] == "text/javascript; charset=utf-8"
        assert first.headers["cache-control"] == "public, max-age=300"
        known = {"if-none-match": first.headers["etag"]}
        assert (await visitor.ask("GET", "/rt/n.js", headers=known)).status_code == 304


@pytest.mark.parametrize("version", ["", *versions()])
@pytest.mark.parametrize("name", ["nginx", "caddy"])
async def test_a_page_of_numbers_only_shows_its_number(
    database: Engine, site: Opened, clock: SetClock, tmp_path: Path, name: str, version: str
) -> None:
    """The recipe leads to the other file, and one can go back from it as well."""
    old = {"script_version": version}
    numbers = NAMES[1]
    async with standing(name, database, site, clock, tmp_path, numbers, **old) as shop:
        async with shop.browser() as visitor:
            served = await visitor.ask("GET", "/rt/n.js")
            assert served.content == script(numbers, version)
        assert (await shown(shop, site))[0] == "8 (495) 000-00-01"


async def test_nothing_else_of_ringtrail_is_passed_on(shop: WebServer) -> None:
    async with shop.browser() as visitor:
        for path in ("/ringtrail.js", "/v1/visit", "/rt/metrics", "/rt/app/", "/metrics"):
            answer = await visitor.ask("GET", path)
            assert (answer.status_code, answer.content) != (200, script())
            assert b"ringtrail_" not in answer.content and answer.status_code != 405


async def test_a_visit_gets_a_number_and_the_cookie(
    shop: WebServer, site: Opened, clock: SetClock
) -> None:
    async with shop.browser(STREET) as visitor:
        answer, cookie = await visit(visitor, site, clock)
    assert answer["numbers"][0]["lease"] is not None
    assert cookie == (
        f"ringtrail={answer['visitor']}; Max-Age=34560000; Path=/; SameSite=Lax; Secure; "
        f"Domain={HOST}"
    )


async def test_the_clients_own_network_counts_whatever_it_says(
    shop: WebServer, site: Opened, clock: SetClock
) -> None:
    async with shop.browser(OFFICE) as own, shop.browser(STREET) as person:
        assert (await visit(own, site, clock))[0]["visit"] is None
        assert (await visit(own, site, clock, STREET))[0]["visit"] is None
        assert (await visit(person, site, clock))[0]["visit"] is not None
        for forged in ([OFFICE], [OFFICE, "127.0.0.1"], ["127.0.0.1", OFFICE]):
            assert (await visit(person, site, clock, *forged))[0]["visit"] is not None


async def shown(shop: WebServer, site: Opened) -> tuple[str, list[Any]]:
    """How the number stands on the page in a browser, and the cookies of the shop."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-blink-features=AutomationControlled",
                f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{shop.port}",
            ],
        )
        context = await browser.new_context(user_agent=CHROME, ignore_https_errors=True)
        page = await context.new_page()
        await page.goto(f"{ORIGIN}/")
        await page.evaluate(
            """key => {
              const script = document.createElement('script');
              script.src = '/rt/n.js';
              script.dataset.site = key;
              document.body.append(script);
            }""",
            site.site_key,
        )
        await page.wait_for_selector("a[href='tel:+74950000001']")
        found = await page.inner_text("a"), list(await context.cookies())
        await browser.close()
    return found


async def test_a_page_in_a_browser_shows_its_number_and_keeps_the_cookie(
    shop: WebServer, site: Opened
) -> None:
    text, (cookie,) = await shown(shop, site)
    assert text == "8 (495) 000-00-01"
    assert (cookie["name"], cookie["domain"], cookie["secure"]) == ("ringtrail", f".{HOST}", True)


@pytest.mark.parametrize("version", versions())
async def test_a_page_with_an_older_script_shows_its_number(
    database: Engine, site: Opened, clock: SetClock, tmp_path: Path, version: str
) -> None:
    old = {"script_version": version}
    async with standing("nginx", database, site, clock, tmp_path, **old) as shop:
        assert (await shown(shop, site))[0] == "8 (495) 000-00-01"
