"""In a real browser, before a real server: a page opened with ?ringtrail=off counts it no more."""

import json
import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.story.shop import Shop
from tests.story.visitor import PERSON

LEASED = re.compile(r"tel:\+4420794601[01]\d")


def asked(page: Page, action: str, argument: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the page said of itself after this, and what the server answered."""
    with page.expect_response("**/v1/visit") as heard:
        if action == "open":
            page.goto(argument)
        else:
            page.evaluate("address => history.pushState({}, '', address)", argument)
    answer: dict[str, Any] = heard.value.json()
    return json.loads(heard.value.request.post_data or ""), answer


def test_the_switch_holds_on_every_page_until_it_is_on_again(
    browser: Browser, running: Shop
) -> None:
    page, home = browser.new_context(user_agent=PERSON).new_page(), f"{running.origin}/demo/"
    number = page.locator("header a[href^='tel:']").first
    _, first = asked(page, "open", f"{home}?utm_source=google&utm_medium=cpc")
    assert first["visit"] and first["visitor"]
    expect(number).to_have_attribute("href", LEASED)
    pages = (
        ("open", f"{home}?ringtrail=off"),
        ("go", f"{home}?step=2"),
        ("open", f"{home}implants"),
    )
    for action, address in pages:
        said, answer = asked(page, action, address)
        assert said["visitor"] == first["visitor"]
        assert answer == {
            "visitor": first["visitor"], "visit": None, "beat_every": 30, "numbers": []
        }  # fmt: skip
        expect(number).not_to_have_attribute("href", LEASED)
    _, again = asked(page, "open", f"{home}?ringtrail=on")
    assert again["visit"] and again["visit"] != first["visit"]
    expect(number).to_have_attribute("href", LEASED)
