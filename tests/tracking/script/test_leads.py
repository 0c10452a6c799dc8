"""Forms and chats become events: which fields are told, and how each vendor is heard."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.tracking.script.home import HOME
from tests.tracking.swap_pages.shop import SHOP, Shop

FORM = """<form id="ask">
  <input type="hidden" name="phone" value="secret"><input name="card-name" value="secret">
  <input name="message" autocomplete="cc-number" value="secret"><input type="file" name="mail">
  <input name="your-name" value="Ann"><input type="tel" name="f1" value="+44 20 7946 0958">
  <input type="email" name="f2" value="ann@b.example"><textarea name="f3">Call me</textarea>
  <input name="budget" value="500"><input type="radio" name="size" value="S">
  <input type="radio" name="size" value="M" checked><input type="checkbox" name="news" value="yes">
  <button>Send</button></form>"""
TOLD = {
    "name": "Ann",
    "phone": "+44 20 7946 0958",
    "email": "ann@b.example",
    "message": "Call me",
}
STAY = "<script>addEventListener('submit', event => event.preventDefault());</script>"


def watched(shop: Shop, content: str, head: str = "") -> Page:
    """A page whose forms and chats are watched."""
    shop.put("/ask", content, head=STAY + head)
    page = shop.visit("/ask")
    page.wait_for_load_state("networkidle")
    assert shop.fetched == ["/ringtrail.js"]
    return page


def lead(shop: Shop, count: int = 1) -> dict[str, Any]:
    return shop.wait_for("event", count)[count - 1]


def told(shop: Shop, vendor: str, form: str | int | None, **fields: str | None) -> None:
    shop.frames()
    named = {"vendor": vendor, "form": form} if form else {"vendor": vendor}
    assert lead(shop)["fields"] == {**named, **fields}
    assert len(shop.told("event")) == 1


def test_the_requests_go_to_the_script_s_own_folder(shop: Shop) -> None:
    shop.put("/", HOME)
    shop.pages["/"] = shop.pages["/"].replace("/ringtrail.js", "/in/a/shop.js?v=2")
    with shop.page.expect_request("**/in/a/v1/visit"):
        shop.visit("/")
    assert shop.fetched == ["/in/a/shop.js"]


def test_a_form_that_appears_later_is_watched(shop: Shop) -> None:
    page = watched(shop, HOME)
    page.evaluate("form => { content.innerHTML = form; }", FORM)
    page.click("button")
    told(shop, "generic", "ask", **TOLD)


def test_without_consent_nothing_is_told(shop: Shop) -> None:
    shop.attributes = 'data-consent="required"'
    shop.put("/ask", FORM, head=STAY)
    shop.page.goto(SHOP + "/ask")
    shop.page.wait_for_load_state("networkidle")
    shop.page.click("button")
    shop.frames()
    assert shop.posts == []


def test_any_form_tells_who_wrote_and_nothing_else(shop: Shop) -> None:
    page = watched(shop, FORM)
    page.click("button")
    told(shop, "generic", "ask", **TOLD)
    event = lead(shop)
    assert (event["kind"], event["visit"], event["page"]) == (
        "form",
        shop.current_visit,
        SHOP + "/ask",
    )


def test_a_site_allows_more_fields(shop: Shop) -> None:
    shop.attributes = 'data-fields="budget,size,news,card-name"'
    watched(shop, FORM).click("button")
    told(shop, "generic", "ask", **TOLD, budget="500", size="M")


@pytest.mark.parametrize(
    "form",
    [
        '<form><input name="q" value="shoes"><button>Find</button></form>',
        '<form><input name="email" value="a@b.example"><input type="password"><button>In</button>'
        "</form>",
        f"<div data-rt-skip>{FORM}</div>",
    ],
)
def test_forms_that_are_no_leads(shop: Shop, form: str) -> None:
    watched(shop, form).click("button")
    shop.frames()
    assert shop.told("event") == []


def vendor_form(name: str) -> str:
    return FORM.replace('id="ask"', f'id="ask" class="{name}"')


SENT = "ask.dispatchEvent(new CustomEvent('wpcf7mailsent', { bubbles: true }))"
AFTER = "ask.dispatchEvent(new Event('tildaform:aftersuccess', { bubbles: true }))"
JQUERY = """<script>
  /* What of jQuery matters here: its events do not reach other listeners. */
  var handlers = {};
  function jQuery() {
    return { on(type, act) { handlers[type] = act; return this; } };
  }
</script>"""


@pytest.mark.parametrize(
    ("vendor", "style", "success"),
    [
        ("cf7", "wpcf7-form", SENT),
        ("tilda", "t-form js-form-proccess", AFTER),
        ("elementor", "elementor-form", "handlers.submit_success({ target: ask })"),
        ("wpforms", "wpforms-form", "handlers.wpformsAjaxSubmitSuccess({ target: ask })"),
    ],
)  # fmt: skip
def test_a_vendor_s_form_is_told_after_its_success(
    shop: Shop, vendor: str, style: str, success: str
) -> None:
    page = watched(shop, vendor_form(style), JQUERY)
    page.click("button")
    shop.frames()
    assert shop.told("event") == []
    page.evaluate(f"() => {{ ask.reset(); {success}; }}")
    told(shop, vendor, "ask", **TOLD)


def test_bitrix24_forms(shop: Shop) -> None:
    page = watched(shop, HOME)
    page.evaluate(
        """() => dispatchEvent(new CustomEvent('b24:form:submit', { detail: { object: {
          identification: { id: 7 },
          getFields: () => [{ name: 'LEAD_PHONE', value: () => '+7 495 765-43-21' },
                            { name: 'LEAD_UF_X', value: () => 'x' }]
        } } }))"""
    )
    told(shop, "bitrix24", 7, phone="+7 495 765-43-21")


def test_hubspot_s_new_forms(shop: Shop) -> None:
    page = watched(shop, HOME)
    page.evaluate(
        """() => {
          window.HubSpotFormsV4 = { getFormFromEvent: () => ({
            getFormFieldValues: async () => [{ name: '0-1/email', value: 'ann@b.example' }] }) };
          dispatchEvent(new CustomEvent('hs-form-event:on-submission:success',
            { detail: { formId: 'ab-12' } }));
        }"""
    )
    told(shop, "hubspot", "ab-12", email="ann@b.example")


MESSAGE = """origin => dispatchEvent(new MessageEvent('message', { origin, data: {
  type: 'hsFormCallback', eventName: 'onFormSubmit', id: 'ab-12',
  data: [{ name: 'email', value: 'ann@b.example' }] } }))"""


@pytest.mark.parametrize("origin", [SHOP, "https://forms.hsforms.com", "https://app.hubspot.com"])
def test_hubspot_s_old_forms(shop: Shop, origin: str) -> None:
    watched(shop, HOME).evaluate(MESSAGE, origin)
    told(shop, "hubspot", "ab-12", email="ann@b.example")


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://hubspot.com.evil.example", "https://a.evilhubspot.com",
     "http://forms.hsforms.com", "null"],
)  # fmt: skip
def test_messages_of_others_are_not_heard(shop: Shop, origin: str) -> None:
    page = watched(shop, HOME)
    page.evaluate(MESSAGE, origin)
    page.evaluate("() => postMessage('a word', '*')")
    shop.frames()
    assert shop.told("event") == []


def test_jivo_s_callbacks_are_wrapped(shop: Shop) -> None:
    own = "<script>function jivo_onMessageSent(x) { window.own = x; return 5; }</script>"
    page = watched(shop, HOME, own)
    returned = page.evaluate(
        """() => {
          window.jivo_api = { getContactInfo: () =>
            ({ client_name: 'Ann', phone: '+442079460958', email: null, description: 'x' }) };
          return [jivo_onMessageSent(3), own];
        }"""
    )
    assert returned == [5, 3]
    shop.frames()
    assert lead(shop)["kind"] == "chat"
    told(shop, "jivo", None, name="Ann", phone="+442079460958", email=None)


def test_tawk(shop: Shop) -> None:
    page = watched(shop, HOME)
    page.evaluate(
        """() => dispatchEvent(new CustomEvent('tawkPrechatSubmit', { detail: [
          { label: 'Name', answer: 'Ann' }, { label: 'Email', answer: 'ann@b.example' }] }))"""
    )
    told(shop, "tawk", None, name="Ann", email="ann@b.example")


def test_bitrix24_chat(shop: Shop) -> None:
    page = watched(shop, HOME)
    page.evaluate(
        """() => {
          window.BX = { LiveChatWidget: { SubscriptionType: { every: 'every' } } };
          dispatchEvent(new CustomEvent('onBitrixLiveChat', { detail: { widget: {
            subscribe: ({ type, callback }) => {
              callback({ type: 'operatorMessage', data: {} });
              callback({ type: 'userForm', data: { fields: { name: 'Ann', phone: '123' } } });
            } } } }));
        }"""
    )
    told(shop, "bitrix24", None, name="Ann", phone="123")


@pytest.mark.parametrize(
    ("vendor", "stub", "event"),
    [
        ("livechat", "window.LiveChatWidget = { on: (type, act) => { window.act = act; } };",
         "act({ author: { type: 'agent' } }); act({ author: { type: 'customer' } })"),
        ("intercom", "window.Intercom = (type, act) => { window.act = act; };", "act()"),
        ("carrotquest",
         "window.carrotquest = { addCallback: (type, act) => { window.act = act; } };", "act({})"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("late", [False, True])
def test_chats_with_listeners(shop: Shop, vendor: str, stub: str, event: str, late: bool) -> None:
    shop.page.clock.install()
    page = watched(shop, HOME, "" if late else f"<script>{stub}</script>")
    if late:
        page.evaluate(f"() => {{ {stub} }}")
    page.clock.run_for(4_000)
    page.evaluate(f"() => {{ {event}; }}")
    told(shop, vendor, None)
