"""A call that a person leaves out: counted apart, found from there, marked, told and put back."""

import pytest
from playwright.sync_api import Page, expect

from tests.dashboards.browser.conftest import DESK, PHONE, OpenPage, ready
from tests.dashboards.browser.test_access import violations

PATH = "/api/v1/corrections"
COUNTED = """async ([call, out]) => {
  const address = "/api/v1/calls.csv?outcome=excluded&since=2000-01-01&until=2100-01-01";
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await fetch(address);
    if (answer.ok && (await answer.text()).includes(call) === out) return;
    await new Promise((again) => setTimeout(again, 100));
  }
  throw new Error("not counted in time");
}"""


def until_counted(page: Page, call: str, *, out: bool) -> None:
    """Wait until the marts know it."""
    page.evaluate(COUNTED, [call, out])


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=str)
def test_a_call_that_is_left_out(open_page: OpenPage, size: tuple[int, int], scheme: str) -> None:
    page = ready(open_page("/app/call-log", size=size, scheme=scheme))
    call = page.locator(".ag-center-cols-container .ag-row").first.get_attribute("row-id")
    assert call is not None
    body = {"of": "call", "event": call, "flag": "test", "why": "our own try"}
    taken = page.request.post(PATH, data=body)
    assert taken.status == 202
    correction = taken.json()["correction"]
    until_counted(page, call, out=True)

    page.goto("/app/acquisition")
    line = page.locator(".aside")
    expect(line).to_have_text("1 call left out: test 1")
    assert violations(ready(page)) == []
    line.get_by_role("link").click()
    badge = page.locator(".ag-row .left-out")
    expect(badge).to_have_text("Left out: test")
    expect(page.locator("#calls-count")).to_have_text("1 call")
    assert violations(page) == []
    page.locator(".ag-row .lines strong").first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("It counts nowhere")
    expect(drawer).to_contain_text("our own try")
    expect(drawer).to_contain_text(f"ringtrail correct undo {correction}")
    assert violations(page) == []

    undone = {"correction": correction, "why": "it was a customer"}
    assert page.request.post(f"{PATH}/undo", data=undone).status == 202
    until_counted(page, call, out=False)
    page.goto("/app/acquisition")
    expect(ready(page).locator(".kpi").first).to_be_visible()
    expect(line).to_have_count(0)
