"""In a real browser, before a real server: a form becomes a contact, a tapped number is kept."""

import json
import re
from typing import Any

from playwright.sync_api import Browser, Page, Response, expect

from tests.story.shop import Shop
from tests.story.visitor import PERSON

FORM = """<form><input name="your-name"><input type="tel" name="phone">
  <input type="hidden" name="email" value="kept@from.us"><button>Call me back</button></form>"""


def arrive(browser: Browser, shop: Shop) -> Page:
    page = browser.new_context(user_agent=PERSON).new_page()
    page.goto(f"{shop.origin}/demo/?utm_source=google&utm_medium=cpc&utm_campaign=implants")
    expect(page.locator("header a[href^='tel:']").first).to_have_attribute(
        "href", re.compile(r"tel:\+4420794601[01]\d")
    )
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """form => {
          addEventListener('submit', event => event.preventDefault());
          addEventListener('click', event => {
            if (event.target.closest('a')) event.preventDefault();
          });
          document.body.insertAdjacentHTML('afterbegin', form);
        }""",
        FORM,
    )
    return page


def told(response: Response) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an event said, and what the server answered."""
    assert response.status == 202
    return json.loads(response.request.post_data or ""), response.json()


def test_a_form_and_a_tapped_number(browser: Browser, running: Shop) -> None:
    page = arrive(browser, running)
    page.fill("input[name=your-name]", "Ann")
    page.fill("input[name=phone]", "020 7946 0018")
    with page.expect_response("**/v1/event") as heard:
        page.click("form button")
    event, answer = told(heard.value)
    assert event["fields"] == {"vendor": "generic", "name": "Ann", "phone": "020 7946 0018"}
    assert answer["contact"]

    with page.expect_response("**/v1/event") as heard:
        page.locator("header a[href^='tel:']").first.click()
    event, answer = told(heard.value)
    assert (event["kind"], answer) == ("click", {"contact": None})
    state = json.loads(page.evaluate(f"() => localStorage['ringtrail:{running.site.site_key}']"))
    assert [event["fields"]["lease"]] == [number["lease"] for number in state["numbers"]]


def test_whoever_says_no_is_forgotten_and_known_no_more(browser: Browser, running: Shop) -> None:
    page = arrive(browser, running)
    assert [cookie["name"] for cookie in page.context.cookies()] == ["ringtrail"]
    with page.expect_response("**/v1/leave"):
        page.evaluate("() => ringtrail('consent', false)")
    assert page.context.cookies() == []
    assert "020 7946 0958" in page.inner_text("header")
