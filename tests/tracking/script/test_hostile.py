"""Pages that are huge, full of numbers or never at rest; policies that allow next to nothing."""

import pytest

from tests.tracking.script.home import HOME, SWAPPED
from tests.tracking.script.test_leads import FORM, STAY
from tests.tracking.swap_pages.shop import SERVER, SHOP, Shop

PATIENCE = 60_000  # ms; a page that hangs never answers


def text(shop: Shop) -> str:
    content: str = shop.page.inner_text("#content")
    return content


def test_a_page_of_fifty_thousand_nodes(shop: Shop) -> None:
    row = "<div><b>Item</b> <i>12.50</i> <span>in stock</span></div>"
    shop.put("/huge", HOME + row * 7_000 + "<p>020 7946 0018</p>")
    page = shop.visit("/huge")
    assert page.evaluate("() => document.createTreeWalker(document).nextNode() && 0") == 0
    nodes = "() => { let n = 0; const all = document.createTreeWalker(document); "
    assert page.evaluate(nodes + "while (all.nextNode()) n++; return n; }") > 50_000
    assert page.inner_text("#content > p:last-child") == "020 7946 0991"
    assert page.inner_text("#a") == "0117 496 0177"


def test_ten_thousand_matches(shop: Shop) -> None:
    shop.put("/full", "<p>020 7946 0018, 0117 496 0100</p>" * 5_000)
    shop.visit("/full")
    shown = shop.page.content()
    assert shown.count("020 7946 0991") == shown.count("0117 496 0177") == 5_000
    assert "020 7946 0018" not in shown
    shop.page.evaluate("() => ringtrail('consent', false)")
    assert shop.page.content().count("020 7946 0018") == 5_000


def test_one_line_of_a_megabyte(shop: Shop) -> None:
    shop.put("/line", "<p>" + "7 7 7 8 (020) 79 " * 60_000 + "020 7946 0018</p>")
    shop.page.set_default_timeout(PATIENCE)
    shop.visit("/line")
    assert text(shop).endswith(" 020 7946 0991")


def test_a_storm_of_changes_leaves_the_page_its_frames(shop: Shop) -> None:
    page = shop.visit("/")
    page.set_default_timeout(PATIENCE)
    page.evaluate(
        """() => new Promise(done => {
          let frames = 0;
          (function storm() {
            for (let n = 0; n < 500; n++) {
              const line = document.createElement('p');
              line.textContent = '020 7946 0018';
              content.append(line);
              if (n % 2) line.firstChild.data = 'Call 020 7946 0018';
              if (n % 5 === 0) line.remove();
            }
            if (++frames < 40) requestAnimationFrame(storm); else done();
          })();
        })"""
    )
    shop.frames()
    lines = page.evaluate("() => [...content.children].map(line => line.textContent)")
    assert len(lines) == 2 + 40 * 400
    assert {line for line in lines if "0018" in line} == set()


def test_a_page_that_fights_for_every_node_is_left_in_peace(shop: Shop) -> None:
    """Each node is rewritten five times a second at most: the page comes to rest."""
    shop.put("/fight", "<p>020 7946 0018</p>" * 300)
    page = shop.visit("/fight")
    page.clock.install()
    page.evaluate(
        """() => {
          window.fought = 0;
          new MutationObserver(records => records.forEach(({ target }) => {
            if (!target.data.endsWith('0018')) { fought++; target.data = '020 7946 0018'; }
          })).observe(content, { characterData: true, subtree: true });
          for (const line of content.children) line.firstChild.data = '020 7946 0018';
        }"""
    )
    for _ in range(40):
        page.clock.run_for(20)
    assert page.evaluate("() => fought") <= 300 * 6


def test_a_text_with_a_nul_character_stays(shop: Shop) -> None:
    """It marks the end of a node in the script's own line of text."""
    page = shop.visit("/")
    page.evaluate("() => content.replaceChildren('Call \\0', '020 7946 0018')")
    shop.frames()
    nodes = page.evaluate("() => [...content.childNodes].map(node => node.data)")
    assert nodes == ["Call \0", "020 7946 0018"]


def test_a_deep_page(shop: Shop) -> None:
    page = shop.visit("/")
    page.evaluate(
        """() => {
          let at = content;
          for (let depth = 0; depth < 2000; depth++) {
            at.append(document.createElement('div'));
            at = at.lastChild;
          }
          at.append('020 7946 0018');
        }"""
    )
    shop.frames()
    assert "020 7946 0991" in page.evaluate("() => content.textContent")


@pytest.mark.parametrize("source", ["'nonce-n1'", "'nonce-n1' 'strict-dynamic'", SERVER])
def test_a_strict_policy_lets_the_whole_script_work(shop: Shop, source: str) -> None:
    shop.attributes = 'nonce="n1"'
    shop.put("/ask", FORM + HOME, head=STAY.replace("<script", '<script nonce="n1"'))
    count = f"<script src={SHOP}/count.js>"
    shop.pages["/ask"] = shop.pages["/ask"].replace(count, count.replace("src", "nonce=n1 src"))
    allowed = f"script-src {source} 'nonce-n1'; connect-src {SERVER}; img-src data:"
    shop.headers = {"content-security-policy": f"default-src 'none'; {allowed}"}
    shop.visit("/ask")
    shop.page.click("button")
    assert shop.wait_for("event", 1)[0]["fields"]["vendor"] == "generic"
    shop.until("swaps === 1")
    assert shop.content().endswith(SWAPPED)


def test_a_page_sees_one_name_of_the_script(shop: Shop) -> None:
    names = "() => Object.keys(window).filter(name => !known.has(name)).sort()"
    shop.context.add_init_script("window.known = new Set(Object.keys(window)).add('known')")
    page = shop.visit("/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(names) == [
        *("jivo_onIntroduction", "jivo_onMessageSent"),  # which the chat calls, if it comes
        "ringtrail",
        "swaps",  # the test's own
    ]


def test_two_tabs_are_one_visitor(shop: Shop) -> None:
    first = shop.visit("/")
    shop.page = shop.open()
    shop.visit("/")
    one, other = shop.told("visit")
    assert one["visitor"] == other["visitor"]
    assert other["visit"] == shop.current_visit
    first.evaluate("() => ringtrail('lead', 'form', {})")
    shop.page.evaluate("() => ringtrail('lead', 'form', {})")
    events = shop.wait_for("event", 2)
    assert {event["visitor"] for event in events} == {one["visitor"]}
    assert len({event["event_id"] for event in events}) == 2
