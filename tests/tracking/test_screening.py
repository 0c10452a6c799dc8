"""Who is no visitor takes no number, leaves no row, and is counted by the reason."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from ringtrail.core.clock import SetClock
from ringtrail.core.facts import Visit
from ringtrail.store import Opened, change_site
from tests.conftest import Tables
from tests.tracking.browser import Browser, count, facts
from tracking.client import Client
from tracking.device import Device
from tracking.hit import Ledgers
from tracking.place import Place
from tracking.share import Shares

NOTHING: dict[str, object] = {"visitor": None, "visit": None, "beat_every": 30, "numbers": []}
SHOP = "https://shop.example"


def counted(reason: str) -> float:
    return REGISTRY.get_sample_value("ringtrail_hits_dropped_total", {"reason": reason}) or 0


@pytest.mark.parametrize(
    ("reason", "client", "changes"),
    [
        ("bot", Client(SHOP, device=Device(bot=True)), {}),
        ("bot", Client(SHOP), {"webdriver": True}),
        ("prerender", Client(SHOP), {"prerender": True}),
        ("own_traffic", Client(SHOP, ip_address("192.0.2.7")), {}),
        ("own_traffic", Client(SHOP, ip_address("2001:db8::7")), {}),
        ("no_consent", Client(SHOP), {"consent": {"state": "denied", "source": "gpc"}}),
    ],
)
def test_who_is_no_visitor_is_counted_and_stored_nowhere(
    database: Engine,
    browser: Browser,
    tables: Callable[[], Tables],
    reason: str,
    client: Client,
    changes: dict[str, Any],
) -> None:
    change_site(database, browser.site.site_key, own_networks=["192.0.2.0/24", "2001:db8::/32"])
    before, seen = tables(), counted(reason)
    browser.client = client
    assert browser.open(**changes) == NOTHING
    assert tables() == before
    assert counted(reason) == seen + 1


def test_a_foreign_origin_is_counted_and_stored_nowhere(
    browser: Browser, tables: Callable[[], Tables]
) -> None:
    before, seen = tables(), counted("unknown_origin")
    browser.client = Client("https://thief.example")
    hit = browser.run(browser.body())
    assert (hit.dropped, hit.answer) == ("unknown_origin", None)
    assert tables() == before
    assert counted("unknown_origin") == seen + 1


def test_other_networks_are_not_the_sites_own(database: Engine, browser: Browser) -> None:
    change_site(database, browser.site.site_key, own_networks=["192.0.2.0/24"])
    for address in ("192.0.3.7", "2001:db8::7"):
        browser.client = Client(SHOP, ip_address(address))
        assert browser.open()["visit"] is not None
    change_site(database, browser.site.site_key, own_networks=[])
    browser.client = Client(SHOP, ip_address("192.0.2.7"))
    assert browser.open()["visit"] is not None


def test_a_visit_tells_its_device_and_place_and_no_address(
    database: Engine, browser: Browser, tables: Callable[[], Tables]
) -> None:
    browser.client = Client(
        SHOP,
        ip_address("77.88.8.8"),
        Device("mobile", "Android", "Chrome Mobile"),
        Place("RU", "Tatarstan", "Kazan"),
    )
    browser.open()
    (visit,) = (fact for fact in facts(database) if isinstance(fact, Visit))
    assert (visit.device, visit.os, visit.browser_name) == ("mobile", "Android", "Chrome Mobile")
    assert (visit.country, visit.region, visit.city) == ("RU", "Tatarstan", "Kazan")
    assert "77.88.8" not in repr(tables())
    assert "77.88.8" not in repr(browser.client)


@pytest.fixture
def crowd(database: Engine, site: Opened, clock: SetClock) -> Callable[[str, int], list[Browser]]:
    """Opens the site once in each of some new browsers at one address; they share a ledger."""
    ledgers = Ledgers(Shares(0.5))

    def come(address: str, visitors: int) -> list[Browser]:
        found = []
        for _ in range(visitors):
            browser = Browser(database, site, clock)
            browser.client, browser.ledgers = Client(SHOP, ip_address(address)), ledgers
            found.append(browser)
        return found

    return come


def test_500_headless_visits_take_their_share_and_people_the_rest(
    database: Engine, crowd: Callable[[str, int], list[Browser]]
) -> None:
    """The pool has two numbers; a network may hold half of it."""
    seen = counted("share")
    farm = [browser.open() for browser in crowd("77.88.8.8", 499)]
    farm += [browser.open() for browser in crowd("77.88.8.9", 1)]
    assert [answer["numbers"] for answer in farm[1:]] == [[]] * 499
    assert farm[0]["numbers"][0]["lease"]
    (person,) = (browser.open() for browser in crowd("8.8.8.8", 1))
    assert person["numbers"][0]["lease"]
    assert counted("share") == seen + 499
    assert count(database, Visit) == 2


def test_a_visit_that_goes_on_is_not_limited(
    crowd: Callable[[str, int], list[Browser]], clock: SetClock
) -> None:
    (browser,) = crowd("77.88.8.8", 1)
    first = browser.open()
    for _ in range(5):
        clock.forward(minutes=20)
        assert browser.open(url=f"{SHOP}/cart", referrer=None) == first
    (other,) = crowd("77.88.8.9", 1)
    assert other.open() == NOTHING
    clock.forward(minutes=25)
    assert other.open()["visit"] is not None


def test_machines_that_are_not_on_the_internet_share_nothing(
    crowd: Callable[[str, int], list[Browser]],
) -> None:
    """A proxy that is not trusted looks like the one visitor of a site."""
    answers = [browser.open() for browser in crowd("127.0.0.1", 4)]
    assert all(answer["visit"] for answer in answers)


def test_a_consent_taken_back_gives_the_number_to_the_next(
    database: Engine, browser: Browser, clock: SetClock
) -> None:
    first = browser.open()
    again = browser.open(consent={"state": "denied", "source": "own"})
    assert again == NOTHING
    assert browser.visit is not None
    clock.forward(minutes=10)
    taken = []
    for _ in range(2):
        other = Browser(database, browser.site, clock)
        taken.append(other.open()["numbers"][0]["number"])
    assert first["numbers"][0]["number"] in taken
    # Another no of the same visit changes nothing for whoever has the number now.
    browser.open(consent={"state": "denied"})
    clock.forward(minutes=14)
    third = Browser(database, browser.site, clock).open()
    assert third["numbers"][0]["overflow"]


def test_a_foreign_visit_cannot_be_withdrawn(
    browser: Browser, tables: Callable[[], Tables]
) -> None:
    browser.open()
    before = tables()
    browser.open(visit=uuid4(), consent={"state": False})
    assert tables() == before


def test_consent_is_kept_with_the_visit(database: Engine, browser: Browser) -> None:
    browser.open(
        consent={
            "state": "granted", "ad_user_data": True, "ad_personalization": False,
            "source": "google", "version": "7", "of_a_newer_script": 1,
        }
    )  # fmt: skip
    (visit,) = (fact for fact in facts(database) if isinstance(fact, Visit))
    assert visit.consent == {
        "state": "granted", "ad_user_data": "granted", "ad_personalization": "denied",
        "source": "google", "version": "7",
    }  # fmt: skip
