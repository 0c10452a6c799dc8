"""The smaller script: numbers, visits and the page's own word on consent, and nothing else."""

import json

import pytest

from tests.tracking.script.home import HOME, SWAPPED
from tests.tracking.script.test_consent import GRANTED, GTAG
from tests.tracking.script.test_leads import FORM, STAY
from tests.tracking.script.test_visits import STUB
from tests.tracking.swap_pages.shop import SHOP, Shop
from tracking.script import script


@pytest.fixture(autouse=True)
def smaller(shop: Shop) -> None:
    shop.script = script("ringtrail-numbers").decode()


def test_numbers_are_shown_kept_and_given_back(shop: Shop) -> None:
    shop.page.clock.install()
    page = shop.visit("/")
    assert shop.content() == SWAPPED
    page.clock.fast_forward(30_000)
    assert shop.wait_for("beat", 1)[0]["visit"] == shop.current_visit
    (cookie,) = shop.context.cookies()
    assert (cookie["name"], cookie["value"]) == ("ringtrail", shop.told("visit")[0]["visitor"])
    page.evaluate("() => ringtrail('consent', false)")
    assert (shop.content(), shop.context.cookies()) == (HOME, [])
    assert shop.wait_for("leave", 1)[0]["consent"]["state"] == "denied"


def test_the_next_page_shows_them_at_once(shop: Shop) -> None:
    shop.visit("/")
    shop.holding = True
    shop.visit("/")
    assert shop.content() == SWAPPED


def test_only_the_page_s_own_word_is_a_yes(shop: Shop) -> None:
    shop.attributes = 'data-consent="required"'
    shop.put("/", HOME, head=GTAG.replace("{}", f"gtag('consent', 'default', {GRANTED});"))
    shop.page.goto(SHOP + "/")
    shop.page.wait_for_load_state("networkidle")
    assert (shop.posts, shop.content()) == ([], HOME)
    shop.page.evaluate("() => ringtrail('consent', true)")
    shop.until("swaps === 1")
    assert shop.content() == SWAPPED


def test_without_cookies_it_shows_the_number_of_the_source(shop: Shop) -> None:
    shop.attributes = 'data-consent="cookieless"'
    shop.put("/", HOME)
    page = shop.visit("/")
    assert (shop.content(), shop.told("visit")[0]["mode"]) == (SWAPPED, "cookieless")
    assert page.evaluate("() => localStorage.length + document.cookie") == "0"


def test_what_was_called_before_it_came_is_heard(shop: Shop) -> None:
    shop.put("/", HOME, head=STUB.replace("{}", "ringtrail('consent', false);"))
    shop.page.goto(SHOP + "/")
    shop.page.wait_for_function("localStorage.length")
    kept = json.loads(shop.page.evaluate("() => localStorage['ringtrail:site']"))
    assert (kept["consent"]["state"], shop.posts) == ("denied", [])


def test_it_hears_of_nothing_else(shop: Shop) -> None:
    """What other parts of the script would take is no error either."""
    names = "() => Object.keys(window).filter(name => !known.has(name)).sort()"
    shop.context.add_init_script("window.known = new Set(Object.keys(window)).add('known')")
    shop.put("/ask", FORM + HOME, head=STAY)
    page = shop.visit("/ask")
    assert page.evaluate(names) == ["ringtrail", "swaps"]
    page.click("button")
    page.evaluate(
        """() => {
          a.addEventListener('click', event => event.preventDefault());
          a.click();
          for (const name of ['lead', 'identify', 'id', 'no such thing']) ringtrail(name, 'form');
        }"""
    )
    shop.frames()
    assert [path for path, _ in shop.posts] == ["visit"]
