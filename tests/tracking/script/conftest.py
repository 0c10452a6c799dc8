"""A real browser in front of a shop that carries the website script."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.tracking.script.home import HOME
from tests.tracking.swap_pages.shop import BRISTOL, LONDON, Shop, Unloads

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def unloads() -> Iterator[Unloads]:
    started = Unloads()
    yield started
    started.close()


@pytest.fixture(scope="module")
def browser(unloads: Unloads) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-sync",
                *unloads.browser_arguments,
            ],
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def corpus(browser: Browser, unloads: Unloads) -> Iterator[Shop]:
    """One browser page for all swap cases; each is a site of its own and so shares no memory."""
    shop = Shop(browser, unloads)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """How many cases of each level passed, printed as one line at the end."""
    passed: Counter[str] = Counter()
    yield passed
    capture = request.config.pluginmanager.getplugin("capturemanager")
    if passed and capture is not None:
        line = ", ".join(f"{name} {count}" for name, count in sorted(passed.items()))
        with capture.global_and_fixture_disabled():
            sys.stdout.write(f"\nswap cases passed: {line}\n")


@pytest.fixture
def shop(browser: Browser, unloads: Unloads) -> Iterator[Shop]:
    """A new visitor to a shop with two numbers, whose browser must not complain."""
    shop = Shop(browser, unloads)
    shop.leased["site"] = [(LONDON, "+442079460991"), (BRISTOL, "+441174960177")]
    shop.put("/", HOME)
    yield shop
    shop.close()
    assert shop.complaints == []
