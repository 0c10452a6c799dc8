"""What the browser remembers: the visitor, by a cookie over subdomains, and what is yet unsent."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests.tracking.script.home import HOME, SWAPPED
from tests.tracking.swap_pages.shop import LONDON, SERVER, SHOP, Shop

WWW = "http://www.shop.test"
DAY = 24 * 60 * 60 * 1000


def test_the_visitor_is_named_before_the_first_answer(shop: Shop) -> None:
    shop.holding = True
    shop.page.goto(SHOP + "/")
    (told,) = shop.wait_for("visit", 1)
    assert UUID(told["visitor"]).version == 4
    shop.release()
    shop.until("swaps === 1")


def test_one_visitor_on_all_subdomains(shop: Shop) -> None:
    shop.page.goto(WWW + "/")
    shop.until("swaps === 1")
    (cookie,) = shop.context.cookies()
    assert (cookie["name"], cookie["domain"], cookie["sameSite"]) == (
        "ringtrail",
        ".shop.test",
        "Lax",
    )
    now = shop.page.evaluate("() => Date.now()") / 1000
    assert 399 < (cookie["expires"] - now) / 86400 <= 400
    shop.visit("/")
    first, second = shop.told("visit")
    assert first["visitor"] == second["visitor"] == cookie["value"]


def test_a_cookie_of_the_server_is_taken_and_not_touched(shop: Shop) -> None:
    known = "5f4ee0a4-76a5-4d3e-9a5f-3a4f8a3e4f11"
    shop.context.add_cookies([{"name": "ringtrail", "value": known, "url": SHOP}])
    shop.visit("/")
    assert shop.told("visit")[0]["visitor"] == known
    (cookie,) = shop.context.cookies()
    assert (cookie["domain"], cookie["expires"]) == ("shop.test", -1)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("https://www.shop.co.uk", ".shop.co.uk"),
        ("https://a.b.github.io", ".a.b.github.io"),
        ("http://127.0.0.1", "127.0.0.1"),
        ("http://localhost", "localhost"),
    ],
)
def test_the_cookie_is_of_the_site_s_own_domain(shop: Shop, host: str, domain: str) -> None:
    shop.pages["/"] = shop.pages["/"].replace(SERVER, host).replace(SHOP, host)
    shop.page.goto(host + "/")
    shop.until("swaps === 1")
    (cookie,) = shop.context.cookies()
    assert (cookie["domain"], cookie["secure"]) == (domain, host.startswith("https"))
    shop.page.evaluate("() => ringtrail('consent', false)")
    assert shop.context.cookies() == []


def test_a_cookie_that_is_no_visitor_of_ours_is_not_taken(shop: Shop) -> None:
    shop.context.add_cookies([{"name": "ringtrail", "value": "something", "url": SHOP}])
    shop.visit("/")
    assert UUID(shop.told("visit")[0]["visitor"]).version == 4


def test_other_tools_names_for_the_visitor(shop: Shop) -> None:
    names = {"_ga": "GA1.1.12.34", "_ga_AB12": "GS1.1.9", "_ym_uid": "77", "_fbp": "fb.1.2.3"}
    shop.context.add_cookies(
        [{"name": name, "value": value, "url": SHOP} for name, value in names.items()]
    )
    shop.visit("/")
    assert shop.told("visit")[0]["client_ids"] == {
        "ga": "GA1.1.12.34",
        "ga_session": "GS1.1.9",
        "ym": "77",
        "fbp": "fb.1.2.3",
    }


def test_addresses_lose_the_person_before_they_leave_the_browser(shop: Shop) -> None:
    told = "utm_source=x&utm_term=phone&hotel=1&gclid=A-b"
    shop.put("/team", HOME)
    shop.pages["/from"] = f'<a href="{SHOP}/team?{told}&Phone=1&q=a@b.example&z=2#a@b">go</a>'
    shop.page.goto(SHOP + "/from?e-mail=ann%40b.example&x=1")
    shop.page.click("a")
    shop.until("swaps === 1")
    (visit,) = shop.told("visit")
    assert visit["url"] == f"{SHOP}/team?{told}&Phone=&q=&z=2"
    assert visit["referrer"] == f"{SHOP}/from?e-mail=&x=1"
    shop.page.evaluate("() => history.pushState({}, '', '/u/ann@b.example/orders')")
    assert shop.wait_for("visit", 2)[1]["url"] == f"{SHOP}/u//orders"


def kept(shop: Shop) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(shop.page.evaluate("() => localStorage['ringtrail:site']"))
    return state


def test_what_the_server_has_not_taken_is_sent_by_the_next_page(shop: Shop) -> None:
    shop.visit("/")
    shop.status, shop.requests_fail = 503, True
    shop.page.evaluate("() => ringtrail('lead', 'callback', { phone: '+442079460958' })")
    (lost,) = shop.wait_for("event", 1)
    shop.frames()
    shop.page.evaluate("() => history.pushState({}, '', '/team')")
    shop.wait_for("event", 2)
    shop.status = 200
    shop.page.goto(SHOP + "/")
    again = shop.wait_for("event", 3)[2]
    assert {**again, "sent_at": 0} == {**lost, "sent_at": 0}
    assert again["sent_at"] > lost["sent_at"]
    assert (again["kind"], again["fields"]) == (
        "callback",
        {"vendor": "api", "phone": "+442079460958"},
    )
    urls = [body["url"] for body in shop.wait_for("visit", 3)]
    assert urls == [f"{SHOP}/", f"{SHOP}/team", f"{SHOP}/"]
    shop.until("JSON.parse(localStorage['ringtrail:site']).unsent.length === 0")


def test_at_most_fifty_pieces_of_seven_days_wait(shop: Shop) -> None:
    shop.page.clock.install()
    shop.visit("/")
    shop.holding = True
    lead = "() => { for (let n = 0; n < COUNT; n++) ringtrail('lead', 'form', { form: '' + n }); }"
    shop.page.evaluate(lead.replace("COUNT", "60"))
    assert [told["fields"]["form"] for _, told in kept(shop)["unsent"]] == [
        str(n) for n in range(10, 60)
    ]
    shop.page.clock.fast_forward(6 * DAY)
    shop.page.evaluate(lead.replace("COUNT", "1"))
    shop.page.clock.fast_forward(DAY + 1000)
    shop.page.evaluate(lead.replace("COUNT", "1"))
    assert [told["fields"]["form"] for _, told in kept(shop)["unsent"]] == ["0", "0"]


def test_a_text_without_end_does_not_fill_the_queue(shop: Shop) -> None:
    """A browser refuses bodies over 64 KiB that may outlive the page, and always would."""
    shop.put("/", HOME, head="<script>document.title = 'x'.repeat(70000);</script>")
    page = shop.visit("/")
    page.evaluate(
        """() => ringtrail('lead', 'form', { phone: 442079460958, message: 'x'.repeat(70000),
          boxes: ['a', 'b'], name: null })"""
    )
    (event,) = shop.wait_for("event", 1)
    assert event["fields"] == {
        "vendor": "api",
        "phone": 442079460958,
        "message": "x" * 8_192,
        "boxes": ["a", "b"],
        "name": None,
    }
    assert shop.told("visit")[0]["title"] == "x" * 8_192


def test_what_the_server_fails_on_lets_others_pass(shop: Shop) -> None:
    shop.page.clock.install()
    shop.visit("/")
    shop.failing, shop.requests_fail = "poison", True
    for form in ("poison", "good"):
        shop.page.evaluate("form => ringtrail('lead', 'form', { form })", form)
    shop.wait_for("event", 1)
    shop.frames()
    shop.page.clock.fast_forward(30_000)
    shop.until("JSON.parse(localStorage['ringtrail:site']).unsent.length === 1")
    assert [told["fields"]["form"] for _, told in kept(shop)["unsent"]] == ["poison"]


def test_what_the_server_refuses_is_not_sent_again(shop: Shop) -> None:
    shop.visit("/")
    shop.status, shop.requests_fail = 400, True
    shop.page.evaluate("() => ringtrail('lead', 'form', {})")
    shop.until("JSON.parse(localStorage['ringtrail:site']).unsent.length === 0")
    assert len(shop.told("event")) == 1


def test_the_queue_goes_on_with_the_next_beat(shop: Shop) -> None:
    shop.page.clock.install()
    shop.visit("/")
    shop.status, shop.requests_fail = 0, True
    shop.page.evaluate("() => ringtrail('identify', { email: 'ann@b.example' })")
    shop.wait_for("event", 1)
    shop.frames()
    shop.status = 200
    shop.page.clock.fast_forward(30_000)
    told = shop.wait_for("event", 2)[1]
    assert (told["kind"], told["fields"]) == (
        "custom",
        {"vendor": "api", "form": "identify", "email": "ann@b.example"},
    )
    assert told["page"] == f"{SHOP}/"


def test_a_browser_without_storage_still_shows_numbers(shop: Shop) -> None:
    shop.context.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    shop.visit("/")
    shop.page.evaluate("() => ringtrail('lead', 'form', {})")
    assert shop.wait_for("event", 1)[0]["visit"] == shop.current_visit


@pytest.mark.parametrize("written", ["{", "null", "7", "[]", '"x"'])
def test_a_memory_that_cannot_be_read_is_none(shop: Shop, written: str) -> None:
    shop.context.add_init_script(f"localStorage['ringtrail:site'] = `{written}`")
    shop.visit("/")
    assert shop.told("visit")[0]["url"] == f"{SHOP}/"


@pytest.mark.parametrize(
    ("link", "leased"),
    [
        ("tel:+442079460018", True),
        ("tel:020%207946%200018", True),
        ("callto:+442079460018", True),
        ("tel:+441514960000", False),
        ("mailto:a@b.example", False),
    ],
)
def test_a_click_on_a_number_pins_its_lease(shop: Shop, link: str, leased: bool) -> None:
    shop.put("/call", f'<a id="link" href="{link}"><b>Call</b></a>')
    page = shop.visit("/call")
    page.evaluate("() => addEventListener('click', event => event.preventDefault())")
    page.click("b")
    shop.frames()
    told = [event for event in shop.told("event") if event["kind"] == "click"]
    assert len(told) == leased
    if leased:
        (held,) = [number for number in kept(shop)["numbers"] if number["original"] == LONDON]
        assert (told[0]["kind"], told[0]["fields"]) == ("click", {"lease": held["lease"]})
        assert (told[0]["visit"], told[0]["page"]) == (shop.current_visit, f"{SHOP}/call")


def test_a_page_may_ask_to_be_left_alone_until_it_has_loaded(shop: Shop) -> None:
    shop.attributes = 'data-wait="load"'
    shop.put("/slow", HOME + f'<img src="{SHOP}/slow.png">')
    shop.slow = True
    shop.page.goto(SHOP + "/slow", wait_until="commit")
    shop.wait_for("visit", 1)
    shop.page.wait_for_function("JSON.parse(localStorage['ringtrail:site'] || '{}').visit")
    assert shop.content() == HOME + f'<img src="{SHOP}/slow.png">'
    shop.load_slow()
    shop.until("swaps === 1")
    assert shop.page.inner_text("#a") == "0117 496 0177"


def test_a_directory_s_numbers_are_told_in_one_piece(shop: Shop) -> None:
    links = "".join(f'<a href="tel:+44151496{n:04}">{n}</a>' for n in range(200))
    shop.put("/directory", HOME + links)
    shop.visit("/directory")
    (event,) = shop.wait_for("event", 1)
    assert event["fields"]["number"].split() == [f"+44151496{n:04}" for n in range(50)]
    shop.visit("/directory", swaps=2)
    shop.until("JSON.parse(localStorage['ringtrail:site']).unsent.length === 0")
    assert len(kept(shop)["asked"]) == 2_000


def test_linked_numbers_that_are_not_ours_are_told_once(shop: Shop) -> None:
    """The server knows whether one of them is of the pool, the page does not."""
    fax = '<a href="tel:+44-1514-960000;ext=2">Fax</a><a href="tel:01514960001">No code</a>'
    shop.put("/fax", HOME + fax + fax)
    shop.visit("/fax")
    (event,) = shop.wait_for("event", 1)
    assert (event["kind"], event["page"], event["visit"]) == (
        "custom",
        SHOP + "/fax",
        shop.current_visit,
    )
    assert event["fields"] == {"name": "hard_coded_number", "number": "+441514960000 01514960001"}
    shop.until("JSON.parse(localStorage['ringtrail:site']).unsent.length === 0")
    shop.visit("/fax", swaps=2)
    shop.page.wait_for_load_state("networkidle")
    assert len(shop.told("event")) == 1


def test_a_number_of_the_pool_in_the_page_is_swapped_once_the_server_knows_it(shop: Shop) -> None:
    """The answer to the report names what stands for it, and so does that to the next page."""
    pool = '<a href="tel:+442079460555" id="x">020 7946 0555</a>'
    swapped = pool.replace("0555", "0991")
    shop.put("/contact", HOME + pool)
    shop.hard_coded = [("+442079460555", "+442079460991")]
    shop.visit("/contact", swaps=2)
    assert shop.content() == SWAPPED + swapped
    shop.visit("/contact", swaps=2)
    assert shop.content() == SWAPPED + swapped
    assert len(shop.told("event")) == 1
    shop.page.evaluate("() => { content.append(a.cloneNode(true), x.cloneNode(true)); }")
    shop.page.evaluate("() => ringtrail('consent', false)")
    assert shop.content().startswith(HOME + pool)
    assert "0991" not in shop.content()
