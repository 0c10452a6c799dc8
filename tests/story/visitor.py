"""People in a real Chromium: one who comes from an advertisement, one who reads the call log."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.story.shop import EMAIL, PASSWORD, Shop

CHROMIUM = Path("/usr/bin/chromium")
PERSON = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/149.0.0.0 Safari/537.36"
)
LEASED = re.compile(r"020 7946 01[01]\d")


def visit(browser: Browser, shop: Shop, campaign: str, gclid: str) -> str:
    """Come from an ad and stay; returns the number that the page shows (E.164)."""
    page = browser.new_context(user_agent=PERSON).new_page()
    page.goto(
        f"{shop.origin}/demo/?utm_source=google&utm_medium=cpc"
        f"&utm_campaign={campaign}&gclid={gclid}"
    )
    link = page.locator("header a[href^='tel:']").first
    expect(link).to_have_attribute("href", re.compile(r"tel:\+4420794601[01]\d"))
    expect(page.locator("header")).to_contain_text(LEASED)
    return (link.get_attribute("href") or "").removeprefix("tel:")


def sign_in(browser: Browser, shop: Shop) -> Page:
    """Ann's call log."""
    page = browser.new_context().new_page()
    page.goto(f"{shop.origin}/app/call-log")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    return page


def line_of(log: Page, campaign: str) -> Locator:
    """The one row of the call log that names this campaign."""
    row = log.locator(".ag-row", has_text=campaign)
    expect(row).to_have_count(1)
    return row
