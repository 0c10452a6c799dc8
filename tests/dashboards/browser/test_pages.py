"""Sorting, filters that go along, the CSV, cards on a telephone, and what a page weighs."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.dashboards.browser.conftest import PHONE, OpenPage, ready

BUDGET = 860_000


def numbers(cells: Locator) -> list[float]:
    return [float(re.sub(r"[^0-9.]", "", text) or 0) for text in cells.all_inner_texts()]


def column(page: Page, depth: int, place: int) -> list[float]:
    return numbers(page.locator(f"table.tree tr.d{depth}:not([hidden]) > :nth-child({place})"))


def test_a_head_sorts_each_level_and_survives_a_reload(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition?show=calls"))
    head = page.get_by_role("columnheader", name="Visits")
    expect(page.get_by_role("columnheader", name="Calls", exact=True)).to_have_attribute(
        "aria-sort", "descending"
    )
    page.get_by_role("button", name="Unfold Paid search").click()
    page.get_by_role("button", name="Unfold google / cpc").click()
    for way, reverse in (("descending", True), ("ascending", False)):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", way)
        for depth in (0, 2):
            expect(page.locator(f"table.tree tr.d{depth}:not([hidden])").nth(1)).to_be_visible()
            shown = column(page, depth, 2)
            assert shown == sorted(shown, reverse=reverse)
    expect(page).to_have_url(re.compile(r"\?show=calls&sort=visits$"))
    page.reload()
    ready(page)
    expect(head).to_have_attribute("aria-sort", "ascending")


def test_a_head_sorts_by_keyboard_and_keeps_the_focus(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition?show=calls"))
    head = page.get_by_role("columnheader", name="Missed")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(head.get_by_role("button")).to_be_focused()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label).first.click()
    page.get_by_role("option", name=option, exact=True).click()


def head_of(page: Page, title: str) -> Locator:
    return page.get_by_role("columnheader", name=re.compile(f"^{title}".replace("/", ".")))


def place(page: Page, title: str) -> int:
    """Where in a row the column of this head stands, counted from 1."""
    heads = page.locator("table.tree thead th").all_inner_texts()
    return 1 + next(at for at, head in enumerate(heads) if head.startswith(title))


def test_a_model_divides_what_is_credited_and_nothing_else(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition?show=calls"))
    at = place(page, "Credited")
    head = page.locator("table.tree th", has_text="Credited")
    said = page.locator(".card header", has_text="Channels, sources").locator("small")
    total = page.locator(f"table.tree tr.total > :nth-child({at})")
    expect(head).to_contain_text("by call day")
    expect(said).to_have_text("Credit: Last non-direct, by day of the sale")
    (whole,) = numbers(total)
    assert whole > 100
    before = {place: column(page, 0, place) for place in (2, 3, at)}
    choose(page, "Model", "Linear")
    expect(said).to_have_text("Credit: Linear, by day of the sale")
    linear = column(page, 0, at)
    assert linear != before[at]
    for shares in (linear, before[at]):
        assert abs(sum(shares) - whole) < 0.05 * len(shares) + 0.05
    expect(page).to_have_url(re.compile(r"\?show=calls&model=linear$"))
    choose(page, "Date basis", "By day of the visit")
    expect(head).to_contain_text("by visit day")
    expect(page).to_have_url(re.compile(r"model=linear&basis=touch$"))
    assert column(page, 0, at) != linear
    for other in (2, 3):
        assert sum(column(page, 0, other)) == sum(before[other])
    page.reload()
    ready(page)
    expect(said).to_have_text("Credit: Linear, by day of the visit")
    expect(page.get_by_label("Model").first).to_have_value("Linear")


def test_money_adds_up_and_names_its_days(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition"))
    expect(page.get_by_role("button", name="Money")).to_have_attribute("aria-pressed", "true")
    for title, day in (("Spend", "spend day"), ("Revenue", "sale day"), ("Cost / lead", "lead day"),
                       ("ROMI, margin", "sale day")):  # fmt: skip
        expect(head_of(page, title)).to_contain_text(f"by {day}")
    for title in ("Spend", "Revenue", "Margin"):
        at = place(page, title)
        (total,) = numbers(page.locator(f"table.tree tr.total > :nth-child({at})"))
        shown = column(page, 0, at)[:-2]  # the last two rows are counted above
        assert total > 100
        assert abs(sum(shown) - total) < 0.01 * len(shown)
    head = head_of(page, "Spend")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.locator("table.tree tr.d0 th").first).to_have_text("Paid search")
    choose(page, "Date basis", "By day of the lead")
    expect(head_of(page, "Revenue")).to_contain_text("by lead day")


def test_spend_and_visits_that_do_not_meet_unfold_to_campaigns(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition"))
    for title, campaign, filled in (
        ("Spend without visits", "google / cpc, whitening-spring", "Spend"),
        ("Paid visits without spend", "invisible-braces", "Visits"),
    ):
        row = page.locator("table.tree tr", has_text=campaign).last
        expect(row).to_be_hidden()
        page.get_by_role("button", name=f"Unfold {title}").click()
        expect(row).to_be_visible()
        (own,) = numbers(row.locator(f"> :nth-child({place(page, filled)})"))
        (whole,) = numbers(page.locator("table.tree tr.gap", has_text=title)
                           .locator(f"> :nth-child({place(page, filled)})"))  # fmt: skip
        assert own == whole > 0


def test_columns_change_places_and_the_address_keeps_the_choice(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition"))
    expect(head_of(page, "Spend")).to_be_visible()
    page.get_by_role("group", name="Columns").get_by_role("button", name="Calls").click()
    expect(page.get_by_role("columnheader", name="Avg wait")).to_be_visible()
    expect(head_of(page, "Spend")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?show=calls$"))
    page.get_by_role("button", name="7 days").click()
    expect(page.get_by_role("columnheader", name="Avg wait")).to_be_visible()
    page.reload()
    ready(page)
    expect(page.get_by_role("columnheader", name="Avg wait")).to_be_visible()


def test_on_a_telephone_every_choice_is_in_sight(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition", size=PHONE))
    for name in ("7 days", "vs previous period"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    for label in ("Model", "Date basis"):
        expect(page.get_by_label(label).first).to_be_in_viewport(ratio=1)
    choose(page, "Model", "Linear")
    expect(page.get_by_text("Credit: Linear")).to_be_attached()
    expect(head_of(page, "Spend")).to_be_attached()
    expect(page.get_by_role("columnheader", name="Visits")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_credit_sorts_and_goes_along_to_the_next_page(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition?model=position&days=7&show=calls"))
    head = page.locator("table.tree th", has_text="Credited")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    said = page.locator(".card header", has_text="Channels, sources").locator("small")
    expect(said).to_contain_text("By position 40/20/40")
    shown = column(page, 0, place(page, "Credited"))
    assert shown == sorted(shown, reverse=True)
    page.get_by_role("link", name="Call log").first.click()
    ready(page)
    page.get_by_role("link", name="Acquisition").first.click()
    ready(page)
    expect(said).to_contain_text("By position 40/20/40")


def test_the_call_log_sorts_on_the_server(open_page: OpenPage) -> None:
    page = ready(open_page("/app/call-log"))
    head = page.get_by_role("columnheader", name="Wait")
    all_waits = [
        int(row["ring_seconds"]) + int(row["hold_seconds"])
        for row in csv.DictReader(
            page.context.request.get(page.locator("#call-log-csv").get_attribute("href") or "")
            .text()
            .splitlines()
        )
    ]
    assert len(all_waits) > 100
    for way, best in (("descending", max(all_waits)), ("ascending", min(all_waits))):
        head.click()
        expect(head).to_have_attribute("aria-sort", way)
        first = page.locator(".ag-row[row-index='0'] [col-id=wait_seconds]")
        expect(first).to_have_text(f"{best // 60}:{best % 60:02}")
    expect(page).to_have_url(re.compile(r"sort=wait_seconds"))
    page.reload()
    ready(page)
    expect(head).to_have_attribute("aria-sort", "ascending")


def test_filters_go_along_and_survive_a_reload(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition"))
    page.get_by_role("button", name="7 days").click()
    page.get_by_role("button", name="vs previous period").click()
    expect(page).to_have_url(re.compile(r"days=7&compare=0$"))
    page.get_by_role("link", name="Call log").first.click()
    ready(page)
    expect(page).to_have_url(re.compile(r"/app/call-log\?days=7&compare=0$"))
    page.reload()
    ready(page)
    expect(page.get_by_role("button", name="7 days")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="90 days").click()
    page.get_by_role("link", name="Acquisition").first.click()
    ready(page)
    expect(page.get_by_role("button", name="90 days")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="vs previous period")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_the_csv_is_the_page(open_page: OpenPage, tmp_path: Path) -> None:
    page = ready(open_page("/app/call-log?days=7"))
    page.get_by_label("Status").first.click()
    page.get_by_role("option", name="Missed").click()
    expect(page.locator(".ag-row .pill", has_text="Answered")).to_have_count(0)
    expect(page.locator(".ag-row .pill").first).to_have_text("Missed")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Calls, CSV").click()
    coming.value.save_as(tmp_path / "calls.csv")
    with (tmp_path / "calls.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["outcome"] for row in rows} == {"missed"}
    expect(page.locator(".found")).to_have_text(f"{len(rows)} call{'' if len(rows) == 1 else 's'}")


def test_no_call_is_said_over_the_grid(open_page: OpenPage) -> None:
    page = open_page("/app/call-log?since=2020-01-01&until=2020-01-02")
    expect(page.get_by_role("heading", name="No calls here")).to_be_visible()
    page.get_by_role("button", name="28 days").click()
    expect(page.get_by_role("heading", name="No calls here")).to_be_hidden()
    ready(page)


def test_a_call_opens_its_evidence_by_click_and_by_keyboard(open_page: OpenPage) -> None:
    page = ready(open_page("/app/call-log"))
    drawer = page.get_by_role("dialog")
    for place, keyboard in ((0, False), (1, True), (1, False)):
        row = page.locator(f".ag-row[row-index='{place}']")
        caller = row.locator(".lines strong").first.inner_text()
        if keyboard:
            row.locator(".ag-cell").first.focus()
            page.keyboard.press("Enter")
        else:
            row.locator(".ag-cell").first.click()
        expect(drawer.get_by_role("heading", name=caller)).to_be_visible()
        expect(drawer).to_contain_text(row.locator("[col-id=probability]").inner_text())
        shares = drawer.locator("table.credit tbody tr", has_text="Linear").locator("td")
        assert abs(sum(numbers(shares)) - 100) < 1
        assert shares.count() == drawer.locator("table.journey tbody tr").count()
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        expect(row.locator(".ag-cell").first).to_be_focused()


def test_on_a_telephone_calls_are_cards(open_page: OpenPage) -> None:
    page = ready(open_page("/app/call-log", size=PHONE))
    card = page.locator(".ag-row[row-index='0'] .call-card")
    expect(card).to_be_visible()
    for part in ("+44", "Number called", "Wait", "Talk", "Match"):
        expect(card).to_contain_text(part)
    expect(page.locator(".ag-header")).to_be_hidden()
    page.get_by_label("Order").first.click()
    page.get_by_role("option", name="Longest wait").click()
    expect(page).to_have_url(re.compile(r"sort=-wait_seconds"))
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("columnheader", name="Wait")).to_have_attribute(
        "aria-sort", "descending"
    )


def test_the_grid_is_fetched_only_where_there_is_one(open_page: OpenPage) -> None:
    page = ready(open_page("/app/acquisition"))
    weights: dict[str, int] = page.evaluate(
        """Object.fromEntries(performance.getEntriesByType('resource')
        .filter(one => one.initiatorType === 'script').map(one => [one.name, one.transferSize]))"""
    )
    assert sum(weights.values()) < BUDGET
    assert not any("whole" in name for name in weights)
    with page.expect_request(re.compile(r"dash_ag_grid_whole\.v")):
        page.get_by_role("link", name="Call log").first.click()
    ready(page)
