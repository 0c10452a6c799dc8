"""The real platform with eight invented weeks, seen through a real Chromium.

A page from `open_page` fails its test when it logs an error, breaks its security policy or asks
any other server for anything.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.story.platform import until_ready

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "correct horse"
DESK, PHONE = (1440, 900), (390, 844)
PROGRAM = """
import asyncio, json
from itertools import chain, islice
from ringtrail import server, store
from ringtrail.core.clock import MINUTE, Micros
from ringtrail.core.inbox import put_each
from ringtrail.core.models import Role
from ringtrail.core.settings import Settings
from ringtrail.demo import money, month

platform = server.Platform(Settings())
engine, clock = platform.engine, platform.clock
origin = f"http://{platform.settings.host}:{platform.settings.port}"

def site(account, name, numbers):
    return store.open_site(engine, clock, account, store.NewSite(
        name, (origin,), month.ZONE, "GB", "+442079460958", numbers))

account = store.open_account(engine, clock, "Lumen Dental", demo=True)
made = site(account, "Lumen Dental", tuple(f"+4420794601{i:02d}" for i in range(20)))
for email, role in (("ann", Role.manager), ("eve", Role.employee), ("acc", Role.accountant)):
    store.add_user(engine, clock, account, f"{email}@test.example", email, "PASSWORD", role)
young = store.open_account(engine, clock, "Young")
fresh = site(young, "Young Shop", ("+442079460901",))
store.add_user(engine, clock, young, "new@test.example", "Newt", "PASSWORD", Role.manager)
until = Micros(clock.now() - MINUTE)
store.set_currency(engine, clock, made.site_key, money.CURRENCY)
books = money.Books(account, made.site, until)
facts = month.facts(account, made.site, made.numbers, until, visits_a_day=150)
facts = chain(books.listen(facts), books.facts())
while chunk := list(islice(facts, 10_000)):
    platform.writer.immediate(lambda connection: put_each(connection, chunk))
platform.loader.run()
application = server.create_app(platform)
gate = server.add_dashboards(application, platform)
print(json.dumps({"origin": origin, "key": fresh.site_key, "hook": fresh.hook}), flush=True)
asyncio.run(server.serve(platform, gate, server.as_operator(application)))
""".replace("PASSWORD", PASSWORD)
_TELL_VIOLATIONS = """document.addEventListener('securitypolicyviolation', function (event) {
  console.error('CSP ' + event.effectiveDirective + ' ' + event.blockedURI + event.sourceFile);
});"""


@dataclass(frozen=True)
class Platform:
    """Where it listens, and the site of the account that has no visits."""

    origin: str
    key: str
    hook: str


@dataclass
class Watched:
    """A page and what went wrong in it."""

    page: Page
    problems: list[str] = field(default_factory=list)


OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {"RINGTRAIL_HOME": str(home), "RINGTRAIL_PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        until_ready(told["origin"])
        yield Platform(**told)
        process.terminate()
        assert process.wait(30) == 0


@pytest.fixture(scope="module")
def chromium(platform: Platform) -> Iterator[Browser]:
    """Of one module: while the driver's event loop runs, no asynchronous test can."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        yield started
        started.close()


@pytest.fixture
def open_page(platform: Platform, chromium: Browser) -> Iterator[OpenPage]:
    """Open a page of the product: `open_page(path, who=, size=, scheme=)`."""
    opened: list[tuple[BrowserContext, Watched]] = []

    def opening(
        path: str,
        *,
        who: str | None = "ann",
        size: tuple[int, int] = DESK,
        scheme: str = "light",
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
            reduced_motion="reduce",
            base_url=platform.origin,
        )
        context.set_default_timeout(30_000)
        context.add_init_script(_TELL_VIOLATIONS)
        if who is not None:
            form: dict[str, str | float | bool] = {
                "email": f"{who}@test.example",
                "password": PASSWORD,
            }
            assert context.request.post("/app/sign-in", form=form).ok
        watched = _watch(context.new_page(), platform.origin)
        opened.append((context, watched))
        watched.page.goto(path)
        return watched.page

    yield opening
    for context, _ in opened:
        context.close()
    assert [problem for _, watched in opened for problem in watched.problems] == []


def _watch(page: Page, origin: str) -> Watched:
    watched = Watched(page)
    problems = watched.problems
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda told: problems.append(told.text) if told.type == "error" else None,
    )
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((f"{origin}/", "data:", "blob:"))
            else problems.append(f"asked {asked.url}")
        ),
    )
    return watched


def ready(page: Page) -> Page:
    """Return once the page shows its chart, its calls or its first steps."""
    page.locator(
        ".barlayer .point, .ag-row .lines, .ag-row .call-card, .step, .door form"
    ).first.wait_for(state="attached")
    return page
