"""How long the website script takes to show a remembered lease of 20 numbers on a page.

    make bench        or: .venv/bin/python -m bench.swap [RUNS]

In a real Chromium, for pages of 5,000 and 50,000 nodes. Measured is what a returning visitor's
browser does before it may paint: compile the served script, run it, find the 20 numbers in the
whole page and write the leased ones, up to the script's own event. Each run is a page load of its
own, so nothing is warm.

The limit: on the same page, in page loads between those, the bare walk over all text nodes that
reads each one's length. A script that looks at all of a page's text cannot take less. The ratio is
that of the medians.
"""

import json
import os
import statistics
import sys
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from playwright.sync_api import Page, Route, sync_playwright

from tests.tracking.swap_pages.shop import PICTURE, SERVER, SHOP, SVG, numbers
from tracking.script import script

CHROMIUM = Path("/usr/bin/chromium")
SIZES = (5_000, 50_000)
TARGETS = {5_000: 20, 50_000: 80}
"""Milliseconds that a quiet machine should not pass."""
PAIRS = [(f"+44207946{n:04}", f"+44207946{n + 100:04}") for n in range(20)]
ROW = "<li><b>Item {}</b> <i>12.50</i> <span>in stock since 2026</span></li>"
NODES_OF_ROW = 9

SWAP = """([source, address]) => new Promise(done => {
  const element = document.createElement('script');
  element.src = address;
  element.dataset.site = 'site';
  Object.defineProperty(document, 'currentScript', { value: element });
  addEventListener('ringtrail:swap', () => done(performance.now() - began), { once: true });
  const began = performance.now();
  new Function(source)();
})"""
WALK = """() => {
  const began = performance.now();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let length = 0;
  while (walker.nextNode()) length += walker.currentNode.data.length;
  return length && performance.now() - began;
}"""


def page_of(nodes: int) -> str:
    """A shop's page of about so many nodes, the 20 numbers spread over it."""
    rows = nodes // NODES_OF_ROW
    apart = rows // len(PAIRS)
    lines = (
        ROW.format(n)
        + (f"<li>Call 020 7946 {PAIRS[n // apart][0][-4:]}</li>" if n % apart == 0 else "")
        for n in range(apart * len(PAIRS))
    )
    return (
        f"<!doctype html><meta charset=utf-8><link rel=icon href=data:,><ul>{''.join(lines)}</ul>"
    )


def remembered() -> str:
    state: dict[str, object] = {
        "visitor": "5f4ee0a4-76a5-4d3e-9a5f-3a4f8a3e4f11",
        "visit": "5f4ee0a4-76a5-4d3e-9a5f-3a4f8a3e4f12",
        "seen": 9e15,
        "numbers": numbers(*PAIRS),
    }
    text = msgspec.json.encode(state).decode()
    return f"localStorage['ringtrail:site'] = {json.dumps(text)}"


def serve(route: Route, pages: dict[str, str]) -> None:
    path = urlsplit(route.request.url).path
    if path in pages:
        route.fulfill(body=pages[path], content_type="text/html")
    elif path.startswith("/v1/"):
        route.abort()  # the swap does not wait for the server
    else:
        route.fulfill(body=PICTURE, content_type=SVG)


def runs(page: Page, path: str, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds of swaps and of bare walks, in turn."""
    swaps, walks = [], []
    for _ in range(count):
        page.goto(SHOP + path)
        walks.append(page.evaluate(WALK))
        page.goto(SHOP + path)
        swaps.append(page.evaluate(SWAP, [script().decode(), f"{SERVER}/ringtrail.js"]))
        shown = page.evaluate("() => document.body.textContent.match(/Call 020 7946 01\\d\\d/g)")
        if len(shown or ()) != len(PAIRS):
            sys.exit(f"{shown} were swapped instead of {len(PAIRS)} numbers")
    return swaps, walks


def told(milliseconds: list[float]) -> str:
    return f"min {min(milliseconds):.1f} ms, median {statistics.median(milliseconds):.1f} ms"


def main(count: int = 20) -> None:
    if not CHROMIUM.exists():
        sys.exit("Debian's chromium is not installed")
    pages = {f"/{nodes}": page_of(nodes) for nodes in SIZES}
    before = os.getloadavg()[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context()
        context.add_init_script(remembered())
        context.route("**/*", lambda route: serve(route, pages))
        page = context.new_page()
        for nodes in SIZES:
            swaps, walks = runs(page, f"/{nodes}", count)
            ratio = statistics.median(swaps) / statistics.median(walks)
            sys.stdout.write(
                f"{nodes:,} nodes, {count} runs\n"
                f"  remembered lease of {len(PAIRS)} numbers  {told(swaps)}"
                f" (at most {TARGETS[nodes]} ms on a quiet machine)\n"
                f"  limit: bare walk of the text    {told(walks)}\n"
                f"  ratio of the medians            {ratio:.1f}\n"
            )
        browser.close()
    sys.stdout.write(
        f"load average {before:.2f} before, {os.getloadavg()[0]:.2f} after; "
        f"{os.cpu_count()} processors\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
