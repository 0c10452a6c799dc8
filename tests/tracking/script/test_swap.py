"""Which numbers the script swaps, how late changes are met, and what it never touches.

The swap cases come from the project's own table (`swap_pages/cases.json`) and, where it stands
beside the repository, from an oracle that the project did not write.
"""

from collections import Counter
from typing import Any

import pytest

from tests.tracking.script.home import HOME, SWAPPED, A
from tests.tracking.swap_pages.cases import oracle_cases, own_cases, show
from tests.tracking.swap_pages.shop import BRISTOL, LONDON, SHOP, Shop, lease, tidy


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
    first, again = shop.told("visit")
    assert (again["visitor"], again["visit"]) == (first["visitor"], shop.current_visit)
    assert page.evaluate("() => Object.keys(localStorage)") == ["ringtrail:site"]


def test_a_remembered_lease_that_has_run_out_is_not_shown(shop: Shop) -> None:
    page = shop.visit("/")
    page.evaluate(
        """() => {
          const state = JSON.parse(localStorage['ringtrail:site']);
          localStorage['ringtrail:site'] =
            JSON.stringify({ ...state, seen: Date.now() - 900_001 });
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
