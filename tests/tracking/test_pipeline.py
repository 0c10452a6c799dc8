"""A hit on its way through the steps, on both operational stores."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Connection, Engine, select

from ringtrail.core.clock import DAY, HOUR, MINUTE, SECOND, Micros, SetClock
from ringtrail.core.facts import LeaseOpened, Page, SiteDescribed, Visit, decode
from ringtrail.core.models import DeadLetter
from ringtrail.store import Opened
from tests.conftest import Tables
from tests.tracking.browser import URL, Browser, count, facts
from tracking import store as visits


@pytest.fixture
def reading(database: Engine) -> Iterator[Connection]:
    """Sees what is committed, statement by statement, and holds nothing open."""
    with database.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


def test_a_first_hit_begins_a_visit_and_leases_a_number(
    database: Engine, browser: Browser, clock: SetClock, site: Opened
) -> None:
    clock.forward(minutes=5)
    body = browser.body()
    answer = msgspec.json.decode(browser.send(body))
    (number,) = answer.pop("numbers")
    visitor, visit = UUID(answer["visitor"]), UUID(answer["visit"])
    lease = UUID(number["lease"])
    assert answer.pop("cookie").startswith(f"ringtrail={visitor}; ")
    assert answer == {"visitor": str(visitor), "visit": str(visit), "beat_every": 30}
    assert number == {
        "original": "+74951234567", "number": "+74950000001", "country_code": "7",
        "trunk_prefix": "8", "national": "8 (495) 000-00-01",
        "international": "+7 495 000-00-01", "lease": str(lease), "expires_in": 900,
        "overflow": False,
    }  # fmt: skip
    own: dict[str, Any] = {"account": site.account, "site": site.site}
    at, event = clock.now(), str(body.event_id)
    opened = Micros(at - 5 * MINUTE)
    described, begun, page, leased = facts(database)
    assert described == SiteDescribed(
        **own, occurred_at=opened, source_id=f"{site.site}:{opened}", name="Tyre shop",
        timezone="Europe/Moscow",
    )  # fmt: skip
    landing = "https://shop.example/tyres?utm_source=yandex&utm_medium=cpc&utm_campaign=autumn"
    assert begun == Visit(
        **own, occurred_at=at, source_id=event, visit=visit, visitor=visitor, landing=landing,
        referrer="https://yandex.ru/search?text=tyres", title="Tyres", source="yandex",
        medium="cpc", campaign="autumn", channel="Paid Search", rule="utm", language="ru",
        timezone="Europe/Moscow", screen="390x844", client_ids={"ga": "1.2"},
        consent={"state": "granted", "version": "3"},
    )  # fmt: skip
    assert page == Page(
        **own, occurred_at=at, source_id=event, visit=visit, url=landing, title="Tyres"
    )
    assert isinstance(leased, LeaseOpened)
    assert leased == LeaseOpened(
        **own, occurred_at=at, source_id=str(lease), lease=lease, visit=visit, pool=leased.pool,
        number="+74950000001", drawn=leased.drawn, audit=leased.audit,
    )  # fmt: skip


def test_a_second_hit_continues_the_visit_with_the_same_number(
    database: Engine, browser: Browser, clock: SetClock
) -> None:
    first = browser.open()
    clock.forward(minutes=30)
    second = browser.open(url="https://shop.example/cart", referrer="https://shop.example/tyres")
    assert second == first
    assert [type(fact) for fact in facts(database)] == [
        SiteDescribed, Visit, Page, LeaseOpened, Page
    ]  # fmt: skip
    clock.forward(minutes=30, seconds=1)
    third = browser.open(url="https://shop.example/cart", referrer=None)
    assert (third["visitor"], third["visit"] == first["visit"]) == (first["visitor"], False)
    assert count(database, Visit) == 2


def test_a_new_campaign_begins_a_visit_of_the_same_visitor(
    database: Engine, browser: Browser, clock: SetClock
) -> None:
    first = browser.open()
    second = browser.open(url=URL.replace("autumn", "spring"))
    assert second["visitor"] == first["visitor"]
    assert second["visit"] != first["visit"]
    campaigns = [fact.campaign for fact in facts(database) if isinstance(fact, Visit)]
    assert campaigns == ["autumn", "spring"]


@pytest.mark.parametrize("foreign", ["visitor", "visit"])
def test_a_visit_that_is_not_the_browsers_own_is_not_continued(
    browser: Browser, foreign: str
) -> None:
    first = browser.open()
    second = browser.open(**{foreign: uuid4()})
    assert second["visit"] != first["visit"]
    assert second["numbers"] != first["numbers"]


def test_another_sites_visit_is_not_continued(
    database: Engine, browser: Browser, clock: SetClock
) -> None:
    first = browser.open()
    with database.execution_options(writes=True).begin() as store:
        known = visits.site(store, browser.site.site_key)
        assert known is not None
        assert visits.ongoing(store, known.id, UUID(first["visit"])) is not None
        assert visits.ongoing(store, known.id + 1, UUID(first["visit"])) is None
        assert not visits.touch(store, known.id + 1, [UUID(first["visit"])], clock.now())


def test_the_same_event_gets_the_same_answer_and_is_stored_once(
    browser: Browser, clock: SetClock, tables: Callable[[], Tables]
) -> None:
    body = browser.body()
    answer = browser.send(body)
    stored = tables()
    clock.forward(hours=1)
    again = msgspec.structs.replace(body, sent_at=body.sent_at + 3_600_000)
    assert browser.send(body) == answer
    assert browser.send(again) == answer
    assert tables() == stored


@pytest.mark.parametrize("state", ["denied", False])
def test_without_consent_nothing_is_stored_and_no_number_taken(
    browser: Browser, tables: Callable[[], Tables], state: object
) -> None:
    before = tables()
    answer = browser.open(consent={"state": state})
    assert answer == {"visitor": None, "visit": None, "beat_every": 30, "numbers": []}
    assert tables() == before


def test_an_empty_pool_leaves_the_original_in_place_and_its_visit_is_counted_once(
    database: Engine, browser: Browser, site: Opened, clock: SetClock
) -> None:
    def counted() -> float:
        name, labels = "ringtrail_overflow_visits_total", {"site": str(site.site)}
        return REGISTRY.get_sample_value(name, labels) or 0

    before = counted()
    for _ in range(2):
        assert not Browser(database, site, clock).open()["numbers"][0]["overflow"]
    (number,) = browser.open()["numbers"]
    assert (number["original"], number["number"]) == ("+74951234567", "+74951234567")
    assert (number["lease"], number["overflow"]) == (None, True)
    told = [fact.overflow for fact in facts(database) if isinstance(fact, Visit)]
    assert told == [False, False, True]
    assert count(database, LeaseOpened) == 2
    browser.open()
    assert counted() - before == 1


@pytest.mark.parametrize(
    ("at", "sent", "delay"),
    [
        (1000.0, 1000.0, 0),
        (1000.0, 1000.5, 500),
        (9e15 - 1000, 9e15, SECOND),
        (0.0, 3_600_000.0, HOUR),
        (0.0, 2 * DAY / 1000, 2 * DAY),
        (5000.0, 1000.0, 0),
    ],
)
def test_occurred_is_received_less_the_browsers_own_delay(
    database: Engine, browser: Browser, at: float, sent: float, delay: int
) -> None:
    browser.open(at=at, sent_at=sent)
    visit, page = (fact for fact in facts(database) if isinstance(fact, Visit | Page))
    assert visit.occurred_at == page.occurred_at == browser.clock.now() - delay


def test_a_hit_from_weeks_ago_is_clamped_and_told_as_stale(
    database: Engine, browser: Browser, reading: Connection
) -> None:
    browser.open(at=0, sent_at=30 * DAY / 1000)
    letters = reading.execute(select(vars(DeadLetter)["__table__"])).all()
    assert [(row.kind, row.reason) for row in letters] == [("visit", "stale"), ("page", "stale")]
    at = browser.clock.now() - 7 * DAY
    assert [decode(row.kind, row.body).occurred_at for row in letters] == [at, at]
    assert (count(database, Visit), count(database, Page)) == (0, 0)


def test_the_page_after_one_of_days_ago_begins_a_visit_of_its_own(
    database: Engine, browser: Browser
) -> None:
    """A browser that was closed before it could send sends first what it kept."""
    old = browser.open(at=0, sent_at=3 * DAY / 1000)
    new = browser.open()
    told = {type(fact): fact for fact in facts(database)}
    visit, page, lease = told[Visit], told[Page], told[LeaseOpened]
    assert isinstance(visit, Visit) and isinstance(page, Page) and isinstance(lease, LeaseOpened)
    assert str(visit.visit) == new["visit"] != old["visit"]
    assert str(visit.visitor) == old["visitor"]
    assert page.visit == lease.visit == visit.visit
    assert [str(lease.lease)] == [number["lease"] for number in new["numbers"]]


def test_what_no_text_column_holds_is_left_out(database: Engine, browser: Browser) -> None:
    browser.open(
        url=URL.replace("autumn", "aut%00umn") + "&yclid=a%00b", title="Tyres\0", referrer=None
    )
    (visit,) = (fact for fact in facts(database) if isinstance(fact, Visit))
    assert (visit.campaign, visit.click_id) == ("autumn", "ab")
