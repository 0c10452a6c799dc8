"""The demo clinic's website: three static pages that carry the script like any customer's site.

`ringtrail.server` adds `routes` to the application. The business number stands on the pages in
every form that the script must find: plain text, `tel:` links, split over spans. The pages answer
404 while there is no demo site, so that a production server shows no shop.
"""

from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PAGES = {"/demo/": "home", "/demo/implants": "implants", "/demo/contact": "contact"}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cache-Control": "no-cache",
}
_FOLDER = Path(__file__).parent / "shop"


def routes(
    site_key: Callable[[], str | None], business_number_display: str, e164: str
) -> list[Route]:
    """The shop's routes; `site_key` is asked at every request, the files are read once."""
    words = {
        "number": escape(business_number_display),
        "spans": _split(business_number_display),
        "e164": escape(e164),
    }
    shown = [
        Route(path, _page(_read(f"{name}.html"), words, site_key), methods=["GET"])
        for path, name in PAGES.items()
    ]
    return [*shown, Route("/demo/shop.css", _style(_read("shop.css"), site_key), methods=["GET"])]


def _page(
    html: str, words: dict[str, str], site_key: Callable[[], str | None]
) -> Callable[[Request], Response]:
    template = Template(html)

    def page(request: Request) -> Response:
        key = site_key()
        if key is None:
            return _absent()
        body = template.substitute(words, site_key=escape(key))
        return Response(body, media_type="text/html", headers=_HEADERS)

    return page


def _style(css: str, site_key: Callable[[], str | None]) -> Callable[[Request], Response]:
    def style(request: Request) -> Response:
        if site_key() is None:
            return _absent()
        return Response(css, media_type="text/css", headers=_HEADERS)

    return style


def _absent() -> Response:
    return PlainTextResponse("There is no demo site here.\n", 404)


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _split(number: str) -> str:
    """The number as some page builders write it: each group in a span of its own."""
    return " ".join(f"<span>{escape(group)}</span>" for group in number.split())
