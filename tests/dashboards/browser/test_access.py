"""Anybody can read the pages: contrast, names, keyboard; nobody else is asked or let in."""

import csv
import io
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.dashboards.browser.conftest import DESK, PHONE, OpenPage, Platform, ready

AXE = files("axe_playwright_python").joinpath("axe.min.js")
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def violations(page: Any) -> list[str]:
    """What axe-core calls serious or critical, with the elements it means."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    return [
        f"{broken['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for broken in found["violations"]
        if broken["impact"] in ("serious", "critical")
        for node in broken["nodes"]
    ]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/app/acquisition", "ann"),
        ("/app/call-log", "ann"),
        ("/app/sign-in", None),
        ("/app/acquisition", "new"),
        ("/app/call-log", "new"),
    ],
)
def test_axe_finds_nothing_serious(
    open_page: OpenPage, path: str, who: str | None, scheme: str, size: tuple[int, int]
) -> None:
    page = ready(open_page(path, who=who, scheme=scheme, size=size))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_evidence_of_a_call(
    open_page: OpenPage, scheme: str, size: tuple[int, int]
) -> None:
    page = ready(open_page("/app/call-log", scheme=scheme, size=size))
    page.locator(".ag-row[row-index='0']").click()
    expect(page.get_by_role("heading", name="Credit by model")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_axe_would_find_something(open_page: OpenPage) -> None:
    page = ready(open_page("/app/sign-in", who=None))
    page.evaluate("document.querySelector('label').style.color = '#eee'")
    assert any(broken.startswith("color-contrast") for broken in violations(page))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_invented_data_says_so(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = ready(open_page("/app/acquisition", size=size))
    expect(page.get_by_text("Demo data").filter(visible=True)).to_have_count(1)
    page = ready(open_page("/app/acquisition", who="new", size=size))
    expect(page.get_by_text("Demo data")).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_signing_out_ends_the_session(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = ready(open_page("/app/call-log", size=size))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/app/sign-in")
    assert page.context.cookies() == []
    page.goto("/app/call-log")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("who", ["eve", "acc"])
def test_a_masked_role_never_receives_a_caller(
    platform: Platform, open_page: OpenPage, who: str
) -> None:
    whole = open_page("/app/call-log").context.request.get("/api/v1/calls.csv").text()
    callers = {row["caller"] for row in csv.DictReader(io.StringIO(whole))} - {""}
    assert len(callers) > 20
    page = open_page("about:blank", who=who)
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/app/call-log")
    ready(page)
    expect(page.locator(".ag-row .lines strong").first).to_contain_text("*")
    page.locator(".ag-row[row-index='0']").click()
    expect(page.get_by_role("dialog")).to_contain_text("*")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Acquisition").first.click()
    ready(page)
    shown = [answer.text() for answer in answers if "/_dash-" in answer.url]
    shown.append(page.context.request.get("/api/v1/calls.csv").text())
    assert any("getRowsResponse" in text for text in shown)
    for text in shown:
        digits = text.replace(" ", "").replace("-", "")
        assert [caller for caller in callers if caller in digits] == []


def test_an_empty_account_is_told_what_to_do(platform: Platform, open_page: OpenPage) -> None:
    for path in ("/app/acquisition", "/app/call-log"):
        page = ready(open_page(path, who="new"))
        snippet = f'<script async src="{platform.origin}/ringtrail.js" data-site="{platform.key}">'
        expect(page.get_by_label("The script's line")).to_contain_text(snippet)
        address = f"POST {platform.origin}/hooks/{platform.hook}"
        expect(page.get_by_label("The webhook's address")).to_have_text(address)
