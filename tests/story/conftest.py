"""The shop with its platform running, and a browser for those who visit it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.story.shop import Shop
from tests.story.visitor import CHROMIUM


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Shop]:
    with Shop(tmp_path) as shop:
        yield shop


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-sync",
                # The visitors are people: nothing on the page may tell that a program drives it.
                "--disable-blink-features=AutomationControlled",
            ],
        )
        yield started
        started.close()
