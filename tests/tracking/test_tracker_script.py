"""The website script in a real browser: which numbers it swaps, and how it behaves.

The swap cases come from the project's own table (`swap_pages/cases.json`) and, where it stands
beside the repository, from an oracle that the project did not write.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.tracking.swap_pages.cases import oracle_cases, own_cases, show
from tests.tracking.swap_pages.shop import (
    BRISTOL,
    LONDON,
    SERVER,
    SHOP,
    VISITOR,
    Shop,
    Unloads,
    lease,
    tidy,
)

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed")


@pytest.fixture(scope="module")
def unloads() -> Iterator[Unloads]:
    started = Unloads()
    yield started
    started.close()


@pytest.fixture(scope="module")
def browser(unloads: Unloads) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-sync",
                *unloads.browser_arguments,
            ],
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def corpus(browser: Browser, unloads: Unloads) -> Iterator[Shop]:
    """One browser page for all swap cases; each is a site of its own and so shares no memory."""
    shop = Shop(browser, unloads)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """How many cases of each level passed, printed as one line at the end."""
    passed: Counter[str] = Counter()
    yield passed
    capture = request.config.pluginmanager.getplugin("capturemanager")
    if passed and capture is not None:
        line = ", ".join(f"{name} {count}" for name, count in sorted(passed.items()))
        with capture.global_and_fixture_disabled():
            sys.stdout.write(f"\nswap cases passed: {line}\n")


@pytest.fixture
def shop(browser: Browser, unloads: Unloads) -> Iterator[Shop]:
    """A new visitor to a shop with two numbers, whose browser must not complain."""
    shop = Shop(browser, unloads)
    shop.leased["site"] = [(LONDON, "+442079460991"), (BRISTOL, "+441174960177")]
    shop.put("/", HOME)
    yield shop
    shop.close()
    assert shop.complaints == []


A = '<a id="a" href="tel:+441174960177" title="0117 496 0177">0117 496 0177</a>'
SWAPPED = f'<p id="p">London <b id="b">020 7946</b> 0991</p>{A}'
HOME = SWAPPED.replace("0991", "0018").replace("0177", "0100")


@pytest.mark.parametrize("case", oracle_cases())
def test_the_oracle_agrees(case: dict[str, Any], corpus: Shop, tally: Counter[str]) -> None:
    html, inside = show(corpus, case)
    accepted = tidy(corpus.page, [case["expected_html"], *case.get("accept_html", [])])
    assert html in accepted
    assert inside == case.get("shadow", {}).get("html")
    assert corpus.complaints == []
    tally[f"oracle {case['level']}"] += 1


@pytest.mark.parametrize("case", own_cases(), ids=lambda case: case["id"])
def test_own_cases(case: dict[str, Any], corpus: Shop, tally: Counter[str]) -> None:
    html, _ = show(corpus, case)
    assert [html] == tidy(corpus.page, [case["expected"]])
    assert corpus.complaints == []
    tally["own"] += 1


def test_the_next_page_swaps_before_the_server_answers(shop: Shop) -> None:
    shop.visit("/")
    shop.holding = True
    page = shop.visit("/")
    assert shop.content() == SWAPPED
    assert len(shop.held) == 1
    shop.release()
    shop.until("swaps === 2")
    assert shop.content() == SWAPPED
    again = shop.told("visit")[1]
    assert (again["visitor"], again["visit"]) == (VISITOR, shop.current_visit)
    assert page.evaluate("() => Object.keys(localStorage)") == ["ringtrail:site"]


def test_a_remembered_lease_that_has_run_out_is_not_shown(shop: Shop) -> None:
    page = shop.visit("/")
    page.evaluate(
        """() => {
          const state = JSON.parse(localStorage['ringtrail:site']);
          localStorage['ringtrail:site'] = JSON.stringify({ ...state, expires: Date.now() - 1 });
        }"""
    )
    shop.holding = True
    shop.page.goto(SHOP + "/")
    shop.wait_for("visit", 2)
    assert shop.content() == HOME
    shop.release()
    shop.until("swaps === 1")


def test_another_number_than_the_remembered_one_takes_its_place(shop: Shop) -> None:
    shop.visit("/")
    shop.leased["site"] = [(LONDON, "+442079460555"), (BRISTOL, "+441174960177")]
    shop.visit("/", swaps=2)
    assert shop.content() == SWAPPED.replace("0991", "0555")


def test_a_renewed_lease_replaces_the_old_number_in_clones_too(shop: Shop) -> None:
    shop.page.clock.install()
    page = shop.visit("/")
    page.evaluate("() => content.append(p.cloneNode(true))")
    shop.renewed = [(LONDON, "+442079460555")]
    page.clock.fast_forward(30_000)
    shop.until("swaps === 2")
    renewed = SWAPPED.replace("0991", "0555")
    assert shop.content() == renewed + renewed[: renewed.index("<a")]
    page.clock.fast_forward(30_000)
    (_, beat) = shop.wait_for("beat", 2)
    assert beat["leases"] == lease((LONDON, "+442079460555"), (BRISTOL, "+441174960177"))


def test_overflow_shows_the_original(shop: Shop) -> None:
    shop.visit("/")
    shop.leased["site"] = [(LONDON, LONDON), (BRISTOL, "+441174960177")]
    page = shop.visit("/", swaps=2)
    assert page.inner_html("#p") == 'London <b id="b">020 7946</b> 0018'
    assert page.inner_text("#a") == "0117 496 0177"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("content.innerHTML = '<p>020 7946 0018</p>'", "<p>020 7946 0991</p>"),
        ("content.replaceChildren('call 020 7946 0018')", "call 020 7946 0991"),
        ("content.replaceChildren('0117 '); content.append('496 0100')", "0117 496 0177"),
        (
            "p.remove(); a.firstChild.data = '02079460018'",
            A.replace("0117 496 0177<", "02079460991<"),
        ),
        ("p.remove(); a.href = 'tel:02079460018'", A.replace("+441174960177", "02079460991")),
        ("p.remove(); a.title = '02079460018'", A.replace('"0117 496 0177', '"02079460991')),
    ],
)
def test_late_changes_of_the_page(shop: Shop, change: str, expected: str) -> None:
    page = shop.visit("/")
    page.evaluate(f"() => {{ {change} }}")
    shop.frames()
    assert shop.content() == expected


def test_late_changes_inside_what_is_skipped_stay(shop: Shop) -> None:
    kept = '<div data-rt-skip=""><p>Fax <b>020 7946 0018</b></p></div>'
    shop.put("/fax", kept + "<p>020 7946 0018</p>")
    page = shop.visit("/fax")
    assert shop.content() == kept + "<p>020 7946 0991</p>"
    page.evaluate("() => document.querySelector('b').append(', 020 7946 0018')")
    shop.frames()
    assert page.inner_text("b") == "020 7946 0018, 020 7946 0018"


def test_text_nodes_keep_their_identity_and_listeners(shop: Shop) -> None:
    shop.holding = True
    page = shop.page
    page.goto(SHOP + "/")
    page.evaluate(
        """() => {
          window.texts = [...p.childNodes, b.firstChild];
          b.addEventListener('click', () => { window.clicked = true; });
        }"""
    )
    shop.wait_for("visit", 1)
    shop.release()
    shop.until("swaps === 1")
    assert shop.content() == SWAPPED
    page.click("#b")
    assert page.evaluate("() => clicked && texts.every(text => p.contains(text))")


def test_a_page_that_insists_on_its_own_text_is_let_alone_for_a_second(shop: Shop) -> None:
    """Two scripts that undo each other's work would otherwise do so in every frame."""
    shop.page.clock.install()
    page = shop.visit("/")
    page.clock.pause_at(page.evaluate("() => Date.now() + 60000"))
    page.evaluate(
        """() => {
          window.insisted = 0;
          const text = p.lastChild;
          const insist = () => { if (text.data !== ' 0018') { insisted++; text.data = ' 0018'; } };
          window.insisting = new MutationObserver(insist);
          insisting.observe(text, { characterData: true });
          insist();
        }"""
    )
    for _ in range(20):
        page.clock.run_for(20)
    assert page.inner_text("#p") == "London 020 7946 0018"
    assert page.evaluate("() => insisted") == 6
    page.evaluate("() => { a.firstChild.data = 'Bristol 0117 496 0100'; insisting.disconnect(); }")
    page.clock.run_for(20)
    assert page.inner_text("#a") == "Bristol 0117 496 0177"
    page.clock.run_for(1_000)
    assert page.inner_text("#p") == "London 020 7946 0991"


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
    assert [body["visitor"] for body in shop.told("visit")] == [None]
    shop.release()
    second = shop.wait_for("visit", 2)[1]
    assert (second["url"], second["visitor"], second["visit"]) == (
        SHOP + "/team",
        VISITOR,
        shop.current_visit,
    )


def test_withdrawn_consent_restores_the_page_and_stops(shop: Shop) -> None:
    munich = "<p>(089) 12\u201134\u201156</p><b>089/12</b><i>34 56</i>"
    shop.leased["site"] = [("+4989123456", "+49891122334"), (BRISTOL, "+441174960177")]
    shop.put("/", munich + HOME)
    shop.page.clock.install()
    page = shop.visit("/")
    leased = "<p>089 1122334</p><b>089 1122334</b><i></i>"
    assert shop.content() == leased + SWAPPED.replace("0991", "0018")
    page.evaluate("() => document.body.append(a.cloneNode(true))")
    page.evaluate("() => ringtrail('consent', false)")
    assert shop.content() == munich + HOME
    assert page.locator("a").last.inner_text() == "0117 496 0100"
    assert shop.wait_for("leave", 1)[0]["visit"] == shop.current_visit
    page.evaluate("() => { content.append('0117 496 0177'); history.pushState({}, '', '/team'); }")
    page.clock.fast_forward(90_000)
    shop.frames()
    assert shop.content() == munich + HOME + "0117 496 0177"
    assert [path for path, _ in shop.posts] == ["visit", "leave"]


def test_a_refusal_holds_on_the_next_page_until_consent(shop: Shop) -> None:
    page = shop.visit("/")
    page.evaluate("() => ringtrail('consent', false)")
    page.goto(SHOP + "/")
    shop.frames()
    assert shop.content() == HOME
    assert len(shop.told("visit")) == 1
    assert page.evaluate("() => localStorage['ringtrail:site']") == '{"refused":true}'
    page.evaluate("() => ringtrail('consent', true)")
    shop.until("swaps === 1")
    assert shop.content() == SWAPPED
    assert shop.told("visit")[1]["visitor"] is None


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
    assert page.evaluate("() => ids") == [VISITOR, shop.current_visit]
    assert page.evaluate("() => new Promise(tell => ringtrail('id', tell))") == VISITOR


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
    shop.page.add_init_script("Object.defineProperty(document, 'prerendering', { value: true });")
    page = shop.page
    page.goto(SHOP + "/")
    page.wait_for_function("typeof ringtrail === 'function'")
    shop.frames()
    assert shop.posts == []
    page.evaluate("() => document.dispatchEvent(new Event('prerenderingchange'))")
    shop.until("swaps === 1")
    assert shop.content() == SWAPPED
