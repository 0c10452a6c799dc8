"""A customer's shop in a real browser: the script is the product's, only the network is played.

Used by the tests of the website script. A page is served for each path of the shop,
the script as it is served, and each POST is written down and answered in the server's own words
(`tracking.answer.on_page`). What the browser says on its console is kept.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

import msgspec
from playwright.sync_api import Browser, Page, Route

from numbers_pool.lease import Shown
from tracking.answer import on_page
from tracking.cookie import visitor_cookie
from tracking.script import script

SHOP = "http://shop.test"
SERVER = "http://calls.test"
SCRIPT = script().decode()
NAMESPACE = UUID("0192f0c1-0000-7000-8000-000000000000")
LONDON, BRISTOL = "+442079460018", "+441174960100"

ANOTHER_NAME = "/in/a/shop.js"  # of the script, through a proxy
SVG = "image/svg+xml"  # pictures on the pages
PICTURE = "<svg xmlns='http://www.w3.org/2000/svg'/>"

Pair = tuple[str, str]


def numbers(*pairs: Pair, static: bool = False) -> list[dict[str, object]]:
    """What the server says of (original, tracking) pairs; equal ones are an overflow."""
    shown = (
        Shown(
            original=original,
            number=tracking,
            lease=None if static or original == tracking else uuid5(NAMESPACE, tracking),
            expires_in=900,
            beat_seconds=30,
            overflow=original == tracking,
        )
        for original, tracking in pairs
    )
    return [on_page(number) for number in shown]


def lease(*pairs: Pair) -> list[str]:
    return [str(uuid5(NAMESPACE, tracking)) for _, tracking in pairs]


class Unloads:
    """A real server for what a page sends while it is unloaded: Playwright cannot play that."""

    def __init__(self) -> None:
        self.hear: Callable[[str, str], None] = lambda _path, _body: None
        unloads = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                unloads.hear(self.path, self.rfile.read(length).decode())
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def browser_arguments(self) -> list[str]:
        """The played shop counts as the open internet, from which loopback is out of bounds."""
        host, port = urlsplit(SERVER).hostname, self._server.server_address[1]
        return [
            f"--host-resolver-rules=MAP {host}:80 127.0.0.1:{port}",
            "--disable-features=LocalNetworkAccessChecks",
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Shop:
    """One visitor's browser; pages, answers and what was posted are plain attributes."""

    def __init__(self, browser: Browser, unloads: Unloads) -> None:
        self.current_visit = str(uuid4())
        self.pages: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.script = SCRIPT
        self.attributes = ""  # of the script's element
        self.fetched: list[str] = []  # where the script was asked for
        self.leased: dict[str, list[Pair]] = {}  # by site key
        self.renewed: list[Pair] = []
        self.hard_coded: list[Pair] = []  # answered to a report, and known to later visits
        self.reported: list[dict[str, object]] = []
        self.status = 200
        self.failing = ""  # the form of an event that the server fails on
        self.holding = False
        self.held: list[Route] = []
        self.slow = False
        self.loading: list[Route] = []
        self.posts: list[tuple[str, dict[str, Any]]] = []
        unloads.hear = self._hear_unload
        self.complaints: list[str] = []
        self.requests_fail = False  # of which the browser tells by itself
        self.context = browser.new_context()
        self.context.route("**/*", self._serve)
        self.page = self.open()

    def open(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, kind: str, text: str) -> None:
        expected = self.requests_fail and text.startswith("Failed to load resource")
        if kind in ("error", "warning") and not expected:
            self.complaints.append(text)

    def put(self, path: str, content: str, *, site: str = "site", head: str = "") -> None:
        """A page of the shop; `window.swaps` counts the script's events."""
        self.pages[path] = (
            "<!doctype html><meta charset=utf-8><title>Shop</title><link rel=icon href=data:,>"
            f"<script src={SHOP}/count.js></script>{head}"
            f'<script async src="{SERVER}/ringtrail.js" data-site="{site}"'
            f' {self.attributes}></script><body><div id="content">{content}</div>'
        )

    def visit(self, path: str, *, swaps: int = 1) -> Page:
        """Open a page and wait until the script has shown its numbers so often."""
        self.page.goto(SHOP + path)
        self.until(f"swaps >= {swaps}")
        return self.page

    def until(self, condition: str) -> None:
        """Return once the condition holds; asked from outside: a strict page evaluates no text."""
        deadline = time.monotonic() + 30
        while not self.page.evaluate(condition):
            assert time.monotonic() < deadline, f"not within 30 s: {condition}"
            self.page.wait_for_timeout(5)

    def frames(self) -> None:
        """Let the page come to rest: late changes are swapped before the next frame."""
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def content(self) -> str:
        html: str = self.page.inner_html("#content")
        return html

    def told(self, path: str) -> list[dict[str, Any]]:
        return [body for to, body in self.posts if to == path]

    def wait_for(self, path: str, count: int) -> list[dict[str, Any]]:
        """The bodies posted to `path`, once there are `count` of them."""
        deadline = time.monotonic() + 10
        while len(bodies := self.told(path)) < count:
            assert time.monotonic() < deadline, f"{len(bodies)} of {count} {path} after 10 s"
            self.page.wait_for_timeout(5)  # the network is heard only while something is asked
        return bodies

    def release(self) -> None:
        """Give the answers that were held back."""
        self.holding = False
        held, self.held = self.held, []
        for route in held:
            self._answer(route)

    def load_slow(self) -> None:
        """Give the pictures that were held back."""
        self.slow = False
        for route in self.loading:
            route.fulfill(body=PICTURE, content_type=SVG)

    def leave(self) -> None:
        """Unload the page for good; what it says then goes to the real server."""
        self.context.unroute_all()
        self.page.goto("about:blank")
        self.wait_for("leave", 1)

    def close(self) -> None:
        self.context.close()

    def _serve(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if "/ringtrail" in url.path or url.path == ANOTHER_NAME:
            self.fetched.append(url.path)
            route.fulfill(body=self.script, content_type="text/javascript; charset=utf-8")
        elif url.path == "/count.js":
            count = "var swaps = 0; addEventListener('ringtrail:swap', function () { swaps++; });"
            route.fulfill(body=count, content_type="text/javascript")
        elif "/v1/" in url.path:
            self._write_down(url.path, _text(route))
            if self.holding:
                self.held.append(route)
            else:
                self._answer(route)
        elif url.path in self.pages:
            route.fulfill(
                body=self.pages[url.path], content_type="text/html", headers=self.headers or None
            )
        elif route.request.resource_type == "script":
            route.fulfill(body="", content_type="text/javascript")
        elif self.slow:
            self.loading.append(route)
        else:
            route.fulfill(body=PICTURE, content_type=SVG)

    def _write_down(self, path: str, body: str) -> None:
        self.posts.append((path.rpartition("/v1/")[2], json.loads(body)))

    def _hear_unload(self, path: str, body: str) -> None:
        """The last words of an earlier shop, which is being closed, are none of ours."""
        if json.loads(body)["visit"] == self.current_visit:
            self._write_down(path, body)

    def _answer(self, route: Route) -> None:
        if not self.status:
            route.abort("connectionrefused")
            return
        path = urlsplit(route.request.url).path.rpartition("/v1/")[2]
        body = json.loads(_text(route))
        answer: dict[str, object] = {}
        if path == "visit":
            known = body.get("mode") != "cookieless"
            answer = {
                "visitor": body["visitor"],
                "visit": self.current_visit if known else None,
                "beat_every": 30 if known else 0,
                "numbers": self.reported + numbers(*self.leased[body["site"]], static=not known),
            }
            if known:
                origin = route.request.headers["origin"]
                visitor = UUID(body["visitor"])
                answer["cookie"] = visitor_cookie(visitor, origin, frozenset((origin,)))
        elif path == "event":
            answer = {"contact": None}
            if body["fields"].get("name") == "hard_coded_number" and self.hard_coded:
                self.reported = numbers(*self.hard_coded, static=True)
                answer["numbers"] = self.reported
        elif path == "beat" and self.renewed:
            answer = {"numbers": numbers(*self.renewed)}
            self.renewed = []
        leaving = path == "leave"
        done = {"leave": 204, "event": 202}.get(path, 200)
        if self.failing and body.get("fields", {}).get("form") == self.failing:
            done = 500
        route.fulfill(
            status=done if self.status == 200 else self.status,
            body=b"" if leaving else msgspec.json.encode(answer),
            headers={
                "access-control-allow-origin": route.request.headers["origin"],
                "content-type": "application/json",
            },
        )


def _text(route: Route) -> str:
    return route.request.post_data or "{}"


def tidy(page: Page, fragments: Sequence[str]) -> list[str]:
    """Each HTML fragment as the browser would write it."""
    written: list[str] = page.evaluate(
        """fragments => fragments.map(html => {
          const holder = document.createElement('template');
          holder.innerHTML = html;
          return holder.innerHTML;
        })""",
        list(fragments),
    )
    return written
