"""The website script in a real browser: which numbers it swaps, and how it behaves.

The swap cases come from the project's own table (`swap_pages/cases.json`) and, where it stands
beside the repository, from an oracle that the project did not write.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.tracking.swap_pages.shop import (
    BRISTOL,
    LONDON,
    SERVER,
    SHOP,
    VISIT,
    VISITOR,
    Shop,
    lease,
    tidy,
)

CHROMIUM = Path("/usr/bin/chromium")
OWN = Path(__file__).parent / "swap_pages" / "cases.json"
ORACLE = Path(__file__).parents[3] / "shared" / "oracles" / "swap_cases.json"
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed")


def own_cases() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(OWN.read_text())["cases"]
    return cases


def oracle_cases() -> list[Any]:
    if not ORACLE.exists():
        reason = "the swap oracle does not stand beside the repository"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="absent")]
    cases = json.loads(ORACLE.read_text())["cases"]
    return [pytest.param(case, id=f"{case['level']}-{case['id']}") for case in cases]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def corpus(browser: Browser) -> Iterator[Shop]:
    """One browser page for all swap cases; each is a site of its own and so shares no memory."""
    shop = Shop(browser)
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
def shop(browser: Browser) -> Iterator[Shop]:
    """A new visitor to a shop with two numbers, whose browser must not complain."""
    shop = Shop(browser)
    shop.leased["site"] = [(LONDON, "+442079460991"), (BRISTOL, "+441174960177")]
    shop.put("/", HOME)
    yield shop
    shop.close()
    assert shop.complaints == []


HOME = (
    '<p id="p">London <b id="b">020 7946</b> 0018</p>'
    '<a id="a" href="tel:+441174960100" title="0117 496 0100">0117 496 0100</a>'
)
SWAPPED = (
    '<p id="p">London <b id="b">020 7946</b> 0991</p>'
    '<a id="a" href="tel:+441174960177" title="0117 496 0177">0117 496 0177</a>'
)


def show(shop: Shop, case: dict[str, Any]) -> tuple[str, str | None]:
    """The case's page after the swap, and the content of its shadow root if it has one."""
    shop.leased[case["id"]] = [(t["original"], t["tracking"]) for t in case["targets"]]
    shop.put("/case", case["html"], site=case["id"])
    page = shop.visit("/case")
    if "mutate" in case:
        page.evaluate(case["mutate"])
        shop.frames()
    shadow = case.get("shadow")
    inside = shadow and page.evaluate(
        "at => document.querySelector(at).shadowRoot.innerHTML", shadow["selector"]
    )
    return shop.content(), inside


@pytest.mark.parametrize("case", oracle_cases())
def test_the_oracle_agrees(case: dict[str, Any], corpus: Shop, tally: Counter[str]) -> None:
    html, inside = show(corpus, case)
    accepted = tidy(corpus.page, [case["expected_html"], *case.get("accept_html", [])])
    assert html in accepted
    assert inside == case.get("shadow", {}).get("html")
    assert corpus.complaints == []
    tally[f"oracle {case['level']}"] += 1


@pytest.mark.parametrize("case", own_cases(), ids=lambda case: case["id"])
def test_own_cases(case: dict[str, Any], corpus: Shop, tally: Counter[str]) -> None:
    html, _ = show(corpus, case)
    assert [html] == tidy(corpus.page, [case["expected"]])
    assert corpus.complaints == []
    tally["own"] += 1
