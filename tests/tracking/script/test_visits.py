"""How the script tells of visits: page views, beats, leaving, consent, a server that is down."""

import json

import pytest

from tests.tracking.script.home import HOME, SWAPPED
from tests.tracking.swap_pages.shop import BRISTOL, LONDON, SERVER, SHOP, Shop, lease


def test_navigation_within_the_page_is_a_page_view(shop: Shop) -> None:
    page = shop.visit("/")
    page.evaluate("() => { history.pushState({}, '', '/team'); document.title = 'Team'; }")
    second = shop.wait_for("visit", 2)[1]
    assert (second["url"], second["referrer"]) == (SHOP + "/team", SHOP + "/")
    assert (second["title"], second["visit"]) == ("Team", shop.current_visit)
    shop.until("swaps === 2")
    page.go_back()
    assert shop.wait_for("visit", 3)[2]["url"] == SHOP + "/"
    shop.until("swaps === 3")
    page.evaluate("() => history.replaceState({}, '', '/#prices')")
    page.evaluate("() => history.pushState({}, '', '/last')")
    assert shop.wait_for("visit", 4)[3]["url"] == SHOP + "/last"


def test_page_views_before_the_first_answer_belong_to_the_same_visit(shop: Shop) -> None:
    shop.holding = True
    shop.page.goto(SHOP + "/")
    shop.wait_for("visit", 1)
    shop.page.evaluate("() => history.pushState({}, '', '/team')")
    shop.frames()
    (first,) = shop.told("visit")
    assert "visit" not in first
    shop.release()
    second = shop.wait_for("visit", 2)[1]
    assert second["url"] == SHOP + "/team"
    assert (second["visitor"], second["visit"]) == (first["visitor"], shop.current_visit)


def test_withdrawn_consent_restores_the_page_and_stops(shop: Shop) -> None:
    munich = "<p>(089) 12\u201134\u201156</p><b>089/12</b><i>34 56</i>"
    shop.leased["site"] = [("+4989123456", "+49891122334"), (BRISTOL, "+441174960177")]
    shop.put("/", munich + HOME)
    shop.page.clock.install()
    page = shop.visit("/")
    leased = "<p>(089 1122334)</p><b>089 1122334</b><i></i>"
    assert shop.content() == leased + SWAPPED.replace("0991", "0018")
    page.evaluate("() => document.body.append(a.cloneNode(true))")
    page.evaluate("() => ringtrail('consent', false)")
    assert shop.content() == munich + HOME
    assert page.locator("a").last.inner_text() == "0117 496 0100"
    assert shop.wait_for("leave", 1)[0]["visit"] == shop.current_visit
    page.evaluate("() => { content.append('0117 496 0177'); history.pushState({}, '', '/team'); }")
    page.clock.fast_forward(90_000)
    shop.frames()
    # What was kept aside with a leased number in it is put back too.
    assert shop.content() == munich + HOME + "0117 496 0100"
    assert [path for path, _ in shop.posts] == ["visit", "leave"]


def test_a_refusal_holds_on_the_next_page_until_consent(shop: Shop) -> None:
    page = shop.visit("/")
    page.evaluate("() => ringtrail('consent', false)")
    page.goto(SHOP + "/")
    shop.frames()
    assert shop.content() == HOME
    assert len(shop.told("visit")) == 1
    kept = json.loads(page.evaluate("() => localStorage['ringtrail:site']"))
    no = {
        "state": "denied",
        "ad_user_data": False,
        "ad_personalization": False,
        "source": "own",
    }
    assert kept == {"numbers": [], "unsent": [], "consent": no}
    page.evaluate("() => ringtrail('consent', true)")
    shop.until("swaps === 1")
    assert shop.content() == SWAPPED
    first, second = shop.told("visit")
    assert second["visitor"] != first["visitor"]


def test_consent_withdrawn_in_one_tab_is_withdrawn_in_all(shop: Shop) -> None:
    first = shop.visit("/")
    shop.page = shop.open()
    shop.visit("/")
    shop.page.evaluate("() => ringtrail('consent', false)")
    first.wait_for_function("swaps === 2")
    assert first.inner_html("#content") == shop.content() == HOME


STUB = (
    "<script>window.ringtrail = function () { (ringtrail.q = ringtrail.q || []).push(arguments); };"
    "{}</script>"
)


def test_calls_made_before_the_script_loads(shop: Shop) -> None:
    shop.put("/no", HOME, head=STUB.replace("{}", "ringtrail('consent', false);"))
    shop.visit("/no")
    assert shop.posts == []
    ask = "ringtrail('consent', true); ringtrail('id', (...ids) => { window.ids = ids; });"
    shop.put("/yes", HOME, head=STUB.replace("{}", ask))
    page = shop.visit("/yes")
    (first,) = shop.told("visit")
    assert page.evaluate("() => ids") == [first["visitor"], shop.current_visit]
    again = page.evaluate("() => new Promise(tell => ringtrail('id', tell))")
    assert again == first["visitor"]


def test_swap_on_demand_does_not_wait_for_a_frame(shop: Shop) -> None:
    page = shop.visit("/")
    assert page.evaluate(
        "() => { p.textContent = '02079460018'; ringtrail('swap'); return p.textContent; }"
    ) == ("02079460991")


HIDE = """hidden => {
  if (hidden) Object.defineProperty(document, 'hidden', { value: true, configurable: true });
  else delete document.hidden;
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_beats_only_while_visible_and_hiding_is_not_leaving(shop: Shop) -> None:
    shop.page.clock.install()
    page = shop.visit("/")
    page.clock.fast_forward(30_000)
    (beat,) = shop.wait_for("beat", 1)
    assert (beat["visit"], beat["page"]) == (shop.current_visit, SHOP + "/")
    assert beat["leases"] == lease((LONDON, "+442079460991"), (BRISTOL, "+441174960177"))
    page.evaluate(HIDE, True)
    for _ in range(3):
        page.clock.fast_forward(30_000)
    page.evaluate(
        "() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
    )
    shop.frames()
    assert [path for path, _ in shop.posts] == ["visit", "beat"]
    page.evaluate(HIDE, False)
    shop.wait_for("beat", 2)
    shop.leave()
    assert [path for path, _ in shop.posts] == ["visit", "beat", "beat", "leave"]


def test_whoever_comes_back_after_the_visit_has_ended_begins_another(shop: Shop) -> None:
    shop.page.clock.install()
    page = shop.visit("/")
    page.evaluate(HIDE, True)
    page.clock.fast_forward(31 * 60_000)
    page.evaluate(HIDE, False)
    assert shop.wait_for("visit", 2)[1]["referrer"] == SHOP + "/"
    assert shop.told("beat") == []


@pytest.mark.parametrize("status", [0, 429, 503])
def test_a_server_that_is_down_leaves_the_page_as_it_was(shop: Shop, status: int) -> None:
    shop.page.clock.install()
    shop.status = status
    page = shop.page
    page.goto(SHOP + "/")
    (first,) = shop.wait_for("visit", 1)
    page.evaluate("() => content.append('020 7946 0018')")
    shop.frames()
    assert shop.content() == HOME + "020 7946 0018"
    # The browser itself tells of the failed request; nothing else may be heard.
    assert all(said.startswith("Failed to load resource") for said in shop.complaints)
    shop.complaints.clear()
    shop.status = 200
    page.clock.fast_forward(30_000)
    shop.until("swaps === 1")
    assert shop.content() == SWAPPED + "020 7946 0991"
    second = shop.told("visit")[1]
    assert (second["event_id"], second["at"]) == (first["event_id"], first["at"])
    assert second["sent_at"] > first["sent_at"]


def test_a_strict_content_security_policy(shop: Shop) -> None:
    allowed = f"script-src {SERVER} {SHOP}/count.js; connect-src {SERVER}; img-src data:"
    shop.headers = {"content-security-policy": f"default-src 'none'; {allowed}"}
    shop.visit("/")
    assert shop.content() == SWAPPED
    shop.leave()


def test_a_page_loaded_ahead_takes_no_number_until_it_is_seen(shop: Shop) -> None:
    shop.page.add_init_script(
        "Object.defineProperty(document, 'prerendering', { value: true, configurable: true });"
    )
    page = shop.page
    page.goto(SHOP + "/")
    page.wait_for_function("typeof ringtrail === 'function'")
    shop.frames()
    assert shop.posts == []
    page.evaluate("() => ringtrail('consent', true)")
    assert shop.posts == []
    page.evaluate(
        "() => {"
        " delete document.prerendering; document.dispatchEvent(new Event('prerenderingchange')); }"
    )
    shop.until("swaps === 1")
    assert shop.content() == SWAPPED
