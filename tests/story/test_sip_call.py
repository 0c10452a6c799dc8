"""The story over real SIP: an ad click in Chromium, a carrier's call, a phone, an exported row.

SIPp is the carrier and the phone, Kamailio the edge, Asterisk the PBX, all of them real. One line
and one platform serve the module; every test has visitors, callers and campaigns of its own.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.story.line import Line, open_line
from tests.story.shop import STRANGE
from tests.story.told import eventually, exported, rows
from tests.story.visitor import line_of, sign_in, visit
from tests.telephony_bridge.caller import Way, failing

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with open_line(tmp_path_factory.mktemp("shop")) as line, line.shop:
        yield line


@pytest.fixture(scope="module")
def log(browser: Browser, line: Line) -> Page:
    return sign_in(browser, line.shop)


@pytest.mark.parametrize(
    ("campaign", "caller", "phone", "way", "outcome"),
    [
        ("implants", "+447700900101", "slow", "answered", "answered"),
        ("crowns", "+447700900102", "busy", failing(486), "busy"),
        ("bridges", "+447700900103", "noanswer", failing(480), "missed"),
        ("braces", "+447700900104", "noanswer", "abandoned", "abandoned"),
    ],
)
def test_a_call_is_told_with_the_ad_that_led_to_it(
    browser: Browser, line: Line, log: Page,
    campaign: str, caller: str, phone: str, way: str | Way, outcome: str,
) -> None:  # fmt: skip
    gclid = f"Cj-{campaign}"
    number = visit(browser, line.shop, campaign, gclid)
    line.give(number, phone)
    dialling = line.lab.dial(number, scenario=way, caller=caller, hold=1.2)
    lease = ""
    if phone != "busy":
        ringing = line.ringing(number)
        assert ringing.answered_at is None
        (candidate,) = ringing.candidates
        card, lease = candidate["card"], candidate["lease"]
        assert (card["source"], card["campaign"]) == ("google", campaign)
        assert (ringing.caller, ringing.destination) == (caller, line.lab.phone(phone))
    assert dialling.done().good == 1

    (row,) = eventually(line.shop, campaign)
    assert (row["source"], row["medium"], row["gclid"]) == ("google", "cpc", gclid)
    assert (row["number"], row["caller"], row["outcome"]) == (number, caller, outcome)
    assert row["match"] == "lease"
    assert row["lease"] == lease or (phone == "busy" and row["lease"])
    assert (row["talk_seconds"] != "0") == (outcome == "answered")
    assert [other for other in exported(line.shop) if other["campaign"] == campaign] == [row]
    log.reload()
    expect(line_of(log, campaign)).to_contain_text(outcome.capitalize())


def test_a_call_that_is_given_up_keeps_its_step(browser: Browser, line: Line) -> None:
    number = visit(browser, line.shop, "veneers", "Cj-veneers")
    line.give(number, "noanswer")
    assert line.lab.call(number, scenario="abandoned", hold=0.5).good == 1
    (row,) = eventually(line.shop, "veneers")
    line.shop.stop()
    (fact,) = line.shop.facts(f"SELECT outcome, step FROM fact_call WHERE call = '{row['call']}'")
    line.shop.start()
    assert fact == {"outcome": "abandoned", "step": "ring"}


def test_six_spellings_are_one_number(browser: Browser, line: Line) -> None:
    number = visit(browser, line.shop, "whitening", "Cj-white")
    bare = number.removeprefix("+44")
    spellings = (number, f"44{bare}", f"0044{bare}", f"0{bare}", bare, f"+44(0){bare};user=phone")
    for n, spelling in enumerate(spellings):
        assert line.lab.call(spelling, caller=f"+44770090020{n}", hold=0).good == 1, spelling
    told = eventually(line.shop, "whitening", len(spellings))
    assert {row["caller"] for row in told} == {f"+44770090020{n}" for n in range(len(spellings))}
    assert {(row["number"], row["gclid"], row["outcome"], row["match"]) for row in told} == {
        (number, "Cj-white", "answered", "lease")
    }
    assert len({row["lease"] for row in told}) == 1


def test_each_of_two_calls_at_once_finds_its_own_visitor(browser: Browser, line: Line) -> None:
    campaigns = ("hygiene", "dentures")
    numbers = [visit(browser, line.shop, campaign, f"Cj-{campaign}") for campaign in campaigns]
    assert len(set(numbers)) == 2
    for number in numbers:
        line.give(number, "slow")
    calls = [
        line.lab.dial(number, caller=f"+44770090030{n}", hold=0.5)
        for n, number in enumerate(numbers)
    ]
    live = [line.ringing(number) for number in numbers]
    assert [row.answered_at for row in live] == [None, None]
    found = [[candidate["card"]["campaign"] for candidate in row.candidates] for row in live]
    assert found == [["hygiene"], ["dentures"]]
    assert [call.done().good for call in calls] == [1, 1]
    for n, (number, campaign) in enumerate(zip(numbers, campaigns, strict=True)):
        (row,) = eventually(line.shop, campaign)
        assert (row["number"], row["caller"]) == (number, f"+44770090030{n}")
        assert (row["gclid"], row["match"]) == (f"Cj-{campaign}", "lease")


def test_a_withheld_caller_is_shown_as_withheld(browser: Browser, line: Line, log: Page) -> None:
    number = visit(browser, line.shop, "checkup", "Cj-checkup")
    line.give(number, "slow")
    dialling = line.lab.dial(number, scenario="withheld", caller="+447700900400", hold=0.2)
    ringing = line.ringing(number)
    assert (ringing.caller, ringing.presentation) == (None, "restricted")
    assert dialling.done().good == 1
    (row,) = eventually(line.shop, "checkup")
    assert (row["caller"], row["first_time"], row["match"]) == ("", "false", "lease")
    log.reload()
    expect(line_of(log, "checkup")).to_contain_text("Withheld")


def test_an_unknown_number_rings_the_default_and_is_no_row(
    line: Line, browser: Browser, log: Page
) -> None:
    caller = "+447700900500"
    # No route names it, so what rings can only be the default; a known call comes after it.
    assert line.lab.call(STRANGE, caller=caller, hold=1.2).good == 1
    number = visit(browser, line.shop, "sedation", "Cj-sedation")
    assert line.lab.call(number, caller=caller, hold=0.2).good == 1
    eventually(line.shop, "sedation")
    assert [row["number"] for row in rows(line.shop) if row["caller"] == caller] == [number]
    log.reload()
    line_of(log, "sedation")
    expect(log.locator(".ag-row", has_text="7946 0777")).to_have_count(0)

    line.shop.stop()
    (fact,) = line.shop.facts("SELECT * FROM fact_unknown_number")
    line.shop.start()
    assert (fact["number"], fact["caller"], fact["outcome"]) == (STRANGE, caller, "answered")
    assert fact["destination"] == line.lab.phone("fast")
    assert fact["talk_seconds"] >= 1
