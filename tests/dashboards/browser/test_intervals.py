"""How sure a price or a return is can be seen by finger and by key, and is read out."""

import re

from playwright.sync_api import Locator, expect

from tests.dashboards.browser.conftest import PHONE, OpenPage, ready

INTERVAL = re.compile(r"95% interval: \S+ (to \S+|or more)")
_SHOWN = "figure => getComputedStyle(figure, '::after').content"


def shown(figure: Locator) -> str:
    """What stands beside the figure, without the quotes that CSS writes."""
    content: str = figure.evaluate(_SHOWN)
    return content.partition('"')[2].partition('"')[0]


def test_a_finger_opens_an_interval_and_the_next_one_closes_it(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition", size=PHONE))
    total = page.locator("table.tree tr.total .unsure:visible")
    lead, margin = total.first, total.last
    assert shown(lead) == ""
    lead.click()
    assert shown(lead) == lead.get_attribute("title")
    assert INTERVAL.match(shown(lead))
    margin.click()
    assert (shown(lead), shown(margin)) == ("", margin.get_attribute("title"))
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_a_key_finds_each_and_hears_its_interval(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition"))
    figures = page.locator("table.tree tr.total .unsure")
    expect(figures).to_have_count(4)
    figures.first.focus()
    for at in range(4):
        expect(figures.nth(at)).to_be_focused()
        expect(figures.nth(at)).to_have_accessible_description(INTERVAL)
        assert shown(figures.nth(at)) == figures.nth(at).get_attribute("title")
        page.keyboard.press("Tab")
