"""A site without consent and without cookies: a number for the source, and no trace of a person."""

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from numbers_pool import store as pool
from numbers_pool.fixed.rule import Declared
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer
from ringtrail.store import Opened
from tests.conftest import Tables
from tests.tracking.browser import Browser

STATIC, ORIGINAL = "+74950005555", "+74951234567"


@pytest.fixture
def declared(database: Engine, site: Opened, clock: SetClock) -> None:
    """The site has a number for Yandex's advertisements."""
    one = Declared(STATIC, ORIGINAL, "landing", ("utm_source=yandex",), "yandex", "cpc")

    def work(store: pool.Store) -> None:
        pool.add_static(store, account=site.account, site=site.site, declared=one, now=clock.now())

    Writer(database).immediate(work)


def counted(site: int) -> float:
    labels = {"site": str(site), "channel": "Paid Search"}
    return REGISTRY.get_sample_value("ringtrail_cookieless_pages_total", labels) or 0


def test_the_number_of_the_source_is_shown_and_nothing_stored(
    declared: None, browser: Browser, tables: Callable[[], Tables]
) -> None:
    before, seen = tables(), counted(browser.site.site)
    for state in ("unknown", "denied"):
        answer = browser.open(mode="cookieless", visitor=None, visit=None, consent={"state": state})
        numbers = answer.pop("numbers")
        assert answer == {"visitor": None, "visit": None, "beat_every": 0}
        assert [(one["original"], one["number"], one["lease"]) for one in numbers] == [
            (ORIGINAL, STATIC, None)
        ]
    assert tables() == before
    assert counted(browser.site.site) == seen + 2


def test_whom_no_rule_fits_sees_the_business_number(
    declared: None, browser: Browser, tables: Callable[[], Tables]
) -> None:
    before = tables()
    answer = browser.open(mode="cookieless", url="https://shop.example/", referrer=None)
    assert answer["numbers"] == []
    assert tables() == before


def test_a_bot_is_dropped_there_too(declared: None, browser: Browser) -> None:
    seen = counted(browser.site.site)
    assert browser.open(mode="cookieless", webdriver=True)["numbers"] == []
    assert counted(browser.site.site) == seen
