"""Who is no visitor takes no number, leaves no row, and is counted by the reason."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from ringtrail.core.clock import Micros, SetClock
from ringtrail.core.facts import Visit
from ringtrail.store import Opened, change_site, unfilled_macros
from tests.conftest import Tables
from tests.tracking.browser import Browser, count, facts
from tracking.client import Client
from tracking.device import Device
from tracking.hit import Ledgers
from tracking.noting import store as notes
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


def test_a_browser_that_switched_itself_off_is_not_counted_until_it_is_on_again(
    database: Engine, browser: Browser, tables: Callable[[], Tables], clock: SetClock
) -> None:
    browser.open()
    (lease,) = (lease for lease in tables()["lease"])
    visits, seen = count(database, Visit), counted("own_traffic")
    left_out = {**NOTHING, "visitor": str(browser.visitor)}
    assert browser.open(url=f"{SHOP}/?a=1&ringtrail=off") == left_out
    # The visit that it was in is forgotten, and its number cools down.
    assert tables()["current_visit"] == []
    assert tables()["lease"] != [lease]
    clock.forward(minutes=40)
    browser.visit = None
    another_process = Browser(database, browser.site, clock)
    another_process.visitor = browser.visitor
    for one in (browser, another_process):
        assert one.open(url=f"{SHOP}/sale") == left_out
    assert (count(database, Visit), counted("own_traffic")) == (visits, seen + 3)
    # Others are counted as ever, and another site's mark is none of this one's.
    assert Browser(database, browser.site, clock).open()["visit"] is not None
    assert browser.open(url=f"{SHOP}/?ringtrail=on")["visit"] is not None
    assert count(database, Visit) == visits + 2
    assert another_process.open(url=f"{SHOP}/?ringtrail=perhaps")["visit"] is None
    clock.forward(minutes=1)
    assert another_process.open(url=SHOP)["visit"] is not None


def test_who_has_no_id_is_left_out_once_and_who_said_no_is_not_remembered(
    browser: Browser, tables: Callable[[], Tables]
) -> None:
    before = tables()
    assert browser.open(url=f"{SHOP}/?ringtrail=off") == NOTHING
    off = browser.open(visitor=uuid4(), url=f"{SHOP}/?ringtrail=off", consent={"state": "denied"})
    assert off == NOTHING
    assert tables() == before


def test_strangers_cannot_fill_the_notes(database: Engine, site: Opened) -> None:
    with database.execution_options(writes=True).begin() as store:
        first = uuid4()
        notes.mark_own(store, site.site, first, Micros(0))
        for index in range(notes.MOST_OWN):
            notes.mark_own(store, site.site, uuid4(), Micros(1 + index))
        for index in range(notes.MOST_MACROS + 9):
            notes.note_unfilled(store, site.site, [("utm_term", f"{{{index}}}")], Micros(index))
        own = notes.own_visitors(store, site.site)
        assert len(own) == notes.MOST_OWN and first not in own
        notes.forget(store, Micros(notes.MACROS_KEPT + 5))
    assert len(unfilled_macros(database)) == notes.MOST_MACROS - 5


def test_a_macro_that_nobody_filled_in_is_noted_and_counted(
    database: Engine, browser: Browser
) -> None:
    def visits_with_macros() -> float:
        labels = {"site": str(browser.site.site)}
        return REGISTRY.get_sample_value("ringtrail_unfilled_macros_total", labels) or 0

    seen = visits_with_macros()
    url = f"{SHOP}/?utm_source=google&utm_campaign=%7Bcampaignid%7D"
    for _ in range(3):
        browser.open(url=url)
    (visit,) = (fact for fact in facts(database) if isinstance(fact, Visit))
    assert (visit.source, visit.campaign) == ("google", None)
    assert "campaignid" in visit.landing
    assert unfilled_macros(database) == [("Tyre shop", "utm_campaign", "{campaignid}")]
    assert visits_with_macros() == seen + 1


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
