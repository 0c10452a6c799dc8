"""Who may be known: the tiers, the page's consent services, and a browser that says no."""

import json

import pytest
from playwright.sync_api import Page

from tests.tracking.script.home import HOME, SWAPPED
from tests.tracking.swap_pages.shop import BRISTOL, LONDON, SHOP, Shop

DENIED = "{ad_storage: 'denied', analytics_storage: 'denied'}"
GRANTED = (
    "{ad_storage: 'granted', analytics_storage: 'granted', ad_user_data: 'granted',"
    " ad_personalization: 'denied'}"
)
GTAG = (
    "<script>window.dataLayer = window.dataLayer || [];"
    "function gtag() { dataLayer.push(arguments); } {}</script>"
)
# A consent service of the IAB's framework, which tells each listener what `tell` is called with.
TCF = """<script>
  var listeners = [];
  window.__tcfapi = function (command, version, listener) {
    if (command === 'addEventListener' && version === 2) listeners.push(listener);
  };
  function tell(eventStatus, consents, gdprApplies = true) {
    listeners.forEach(heard => heard({ gdprApplies, eventStatus, purpose: { consents } }, true));
  }
</script>"""
FULL = "{ 1: true, 3: true, 4: false, 7: true }"


def open_page(shop: Shop, tier: str, head: str = "") -> Page:
    shop.attributes = f'data-consent="{tier}"'
    shop.put("/", HOME, head=head)
    shop.page.goto(SHOP + "/")
    shop.page.wait_for_function("typeof ringtrail === 'function'")
    return shop.page


def nothing_kept(page: Page) -> bool:
    nothing: bool = page.evaluate("() => !localStorage.length && !document.cookie")
    return nothing


def consent(shop: Shop, visit: int = -1) -> dict[str, object]:
    said: dict[str, object] = shop.told("visit")[visit]["consent"]
    return said


def test_without_a_tier_nobody_has_said_anything(shop: Shop) -> None:
    shop.visit("/")
    assert "consent" not in shop.told("visit")[0]


def test_required_keeps_and_sends_nothing_before_a_yes(shop: Shop) -> None:
    page = open_page(shop, "required")
    page.evaluate("() => { history.pushState({}, '', '/team'); ringtrail('lead', 'form', {}); }")
    page.click("#p")
    shop.frames()
    assert (shop.posts, shop.content(), nothing_kept(page)) == ([], HOME, True)
    page.evaluate("() => ringtrail('consent', false)")
    assert (shop.posts, nothing_kept(page)) == ([], True)
    page.evaluate("() => ringtrail('consent', true, '2026-11')")
    shop.until("swaps === 1")
    assert shop.content() == SWAPPED
    assert consent(shop) == {
        "state": "granted",
        "ad_user_data": True,
        "ad_personalization": True,
        "source": "own",
        "version": "2026-11",
    }
    shop.visit("/", swaps=2)  # the yes is remembered, and the lease shown at once
    assert consent(shop)["version"] == "2026-11"


def test_withdrawal_forgets_the_visitor(shop: Shop) -> None:
    page = open_page(shop, "required")
    page.evaluate("() => ringtrail('consent', true)")
    shop.until("swaps === 1")
    assert page.evaluate("() => document.cookie").startswith("ringtrail=")
    page.evaluate("() => ringtrail('consent', false)")
    (left,) = shop.wait_for("leave", 1)
    assert (left["visit"], left["consent"]["state"]) == (shop.current_visit, "denied")
    assert (shop.content(), page.evaluate("() => document.cookie")) == (HOME, "")
    kept = json.loads(page.evaluate("() => localStorage['ringtrail:site']"))
    assert kept["consent"]["state"] == "denied"
    assert not {"visitor", "visit"} & kept.keys()
    shop.page.goto(SHOP + "/")
    shop.frames()
    assert len(shop.told("visit")) == 1


@pytest.mark.parametrize("before", ["", f"gtag('consent', 'default', {DENIED});"])
def test_google_consent_mode(shop: Shop, before: str) -> None:
    page = open_page(shop, "required", GTAG.replace("{}", before))
    shop.frames()
    assert (shop.posts, nothing_kept(page)) == ([], True)
    pushed = page.evaluate(f"() => {{ gtag('event', 'x'); gtag('consent', 'update', {GRANTED}); }}")
    assert pushed is None
    shop.until("swaps === 1")
    assert consent(shop) == {
        "state": "granted",
        "ad_user_data": True,
        "ad_personalization": False,
        "source": "google",
    }
    page.evaluate(f"() => gtag('consent', 'update', {DENIED})")
    assert shop.content() == HOME
    shop.wait_for("leave", 1)


def test_a_default_yes_of_google_counts_unless_a_region_says_no(shop: Shop) -> None:
    defaults = f"gtag('consent', 'default', {GRANTED});"
    shop.put("/yes", HOME, head=GTAG.replace("{}", defaults))
    regional = "gtag('consent', 'default', {ad_storage: 'denied', region: ['DE']});"
    open_page(shop, "required", GTAG.replace("{}", regional + defaults))
    shop.frames()
    assert shop.posts == []
    shop.attributes = 'data-consent="required"'
    shop.put("/yes", HOME, head=GTAG.replace("{}", defaults))
    shop.visit("/yes")
    assert consent(shop)["source"] == "google"


def test_a_default_no_of_google_takes_back_no_remembered_yes(shop: Shop) -> None:
    head = GTAG.replace("{}", f"gtag('consent', 'default', {DENIED});")
    page = open_page(shop, "required", head)
    page.evaluate(f"() => gtag('consent', 'update', {GRANTED})")
    shop.until("swaps === 1")
    shop.visit("/", swaps=1)
    shop.frames()
    assert shop.content() == SWAPPED
    assert [said["consent"]["state"] for said in shop.told("visit")] == ["granted", "granted"]


def test_tcf(shop: Shop) -> None:
    page = open_page(shop, "required", TCF)
    page.evaluate(f"() => tell('cmpuishown', {FULL})")
    page.evaluate("() => tell('useractioncomplete', { 1: true })")
    assert shop.posts == []
    page.evaluate(f"() => tell('useractioncomplete', {FULL})")
    shop.until("swaps === 1")
    said = consent(shop)
    assert (said["state"], said["source"]) == ("granted", "tcf")
    assert (said["ad_user_data"], said["ad_personalization"]) == (True, False)
    page.evaluate("() => tell('useractioncomplete', {})")
    assert shop.content() == HOME


def test_tcf_where_the_law_does_not_apply(shop: Shop) -> None:
    page = open_page(shop, "required", TCF)
    page.evaluate("() => tell('tcloaded', {}, false)")
    shop.until("swaps === 1")


def test_what_is_said_to_the_script_itself_stands_above_services(shop: Shop) -> None:
    page = open_page(shop, "required", TCF)
    page.evaluate("() => ringtrail('consent', true)")
    shop.until("swaps === 1")
    page.evaluate("() => tell('useractioncomplete', {})")
    assert shop.content() == SWAPPED
    page.evaluate(f"() => {{ ringtrail('consent', false); tell('useractioncomplete', {FULL}); }}")
    assert shop.content() == HOME


@pytest.mark.parametrize("tier", ["off", "required"])
def test_a_browser_that_says_no_to_all_sites(shop: Shop, tier: str) -> None:
    shop.context.add_init_script(
        "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });"
    )
    page = open_page(shop, tier, TCF)
    page.evaluate(f"() => tell('tcloaded', {FULL})")
    shop.frames()
    assert (shop.posts, shop.content()) == ([], HOME)
    page.evaluate("() => ringtrail('consent', true)")
    shop.until("swaps === 1")


def test_cookieless_shows_static_numbers_and_keeps_nothing(shop: Shop) -> None:
    shop.page.clock.install()
    page = open_page(shop, "cookieless")
    shop.until("swaps === 1")
    assert shop.content() == SWAPPED
    page.evaluate("() => history.pushState({}, '', '/team?email=a@b.example')")
    first, second = shop.wait_for("visit", 2)
    sent = {"event_id", "site", "at", "sent_at", "visitor", "mode", "url", "referrer"}
    assert first.keys() == second.keys() == sent
    assert (first["visitor"], first["mode"]) == (None, "cookieless")
    page.click("#a")
    page.clock.fast_forward(90_000)
    shop.frames()
    assert [path for path, _ in shop.posts] == ["visit", "visit"]
    assert nothing_kept(page)


def test_cookieless_until_a_yes(shop: Shop) -> None:
    page = open_page(shop, "cookieless")
    shop.until("swaps === 1")
    shop.leased["site"] = [(LONDON, "+442079460555"), (BRISTOL, "+441174960177")]
    page.evaluate("() => ringtrail('consent', true)")
    shop.until("swaps === 2")
    assert shop.content() == SWAPPED.replace("0991", "0555")
    known = shop.told("visit")[1]
    assert known["visitor"]
    assert "mode" not in known
    page.evaluate("() => ringtrail('consent', false)")
    shop.until("swaps === 4")  # the page's own numbers, then the static ones again
    assert shop.told("visit")[2]["mode"] == "cookieless"
    assert page.evaluate("() => document.cookie") == ""
