"""Dash on the one FastAPI application: its pages, its callbacks, its index page.

Who: the composition root calls `build` once, after all other routes are added, then wraps the
server in `Gate`. What can go wrong: Dash's catch-all would answer any GET with its page, so `index`
refuses what is not under its prefix; a callback's exception would vanish, so `on_error` logs it.
"""

import inspect
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dash import Dash, register_page
from dash.backends._fastapi import get_current_request
from fastapi import FastAPI, HTTPException

from dashboards import filters, shell
from dashboards.pages.acquisition import page as acquisition
from dashboards.pages.call_log import page as call_log
from dashboards.person import SignedIn, nonce
from dashboards.reading import Reports, Sites
from ringtrail.core.clock import Clock, SystemClock, utc

PREFIX = "/app/"
_ASSETS = Path(__file__).parent / "assets"
_log = logging.getLogger(__name__)
_THEME_FIRST = (
    "(function(){var s=null;try{s=localStorage.getItem('mantine-color-scheme-value')}catch(e){}"
    "if(s!=='light'&&s!=='dark')"
    "s=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light';"
    "document.documentElement.setAttribute('data-mantine-color-scheme',s)})()"
)


_INDEX = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">{%metas%}'
    f"<script>{_THEME_FIRST}</script><title>{{%title%}}</title>"
    '<link rel="icon" type="image/svg+xml" href="/app/assets/mark.svg">{%css%}</head>'
    "<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"
)


class RingtrailDash(Dash):
    """Dash with our index page: language, nonce on every script, the theme before first paint."""

    def index(self, *args: object, **kwargs: object) -> str:
        """The page; a 404 for addresses that are not Dash's."""
        path = get_current_request().url.path
        if not path.startswith(PREFIX):
            raise HTTPException(404)
        html: str = super().index(*args, **kwargs)  # type: ignore[no-untyped-call]
        return html

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """Fill the index template; every script carries this request's nonce."""
        html: str = super().interpolate_index(**parts)  # type: ignore[no-untyped-call]
        return html.replace("<script", f'<script nonce="{nonce.get()}"')

    def make_ready(self) -> None:
        """Collect assets and add the page router now: Dash would on its first own request.

        Until then the first reader of a deep address would get a page without css. The hooks are
        coroutine functions that wait for nothing, so one step runs each to its end.
        """
        backend: Any = self.backend
        for hook in backend._before_request_funcs:
            started = hook()
            if inspect.iscoroutine(started):
                try:
                    started.send(None)
                except StopIteration:
                    continue
                started.close()
                raise RuntimeError("a Dash set-up hook waits for something; run it in the loop")


def build(
    server: FastAPI,
    reports: Reports,
    sites: Sites,
    clock: Clock | None = None,
) -> Dash:
    """Put the dashboards on `server` under /app/; days are those of the person's site."""
    today = local_today(clock or SystemClock())
    app = RingtrailDash(
        "ringtrail",
        server=server,  # type: ignore[arg-type]  # its hint knows Flask only
        routes_pathname_prefix=PREFIX,
        requests_pathname_prefix=PREFIX,
        use_pages=True,
        pages_folder="",
        assets_folder=str(_ASSETS),
        assets_ignore=r"(plotly-basic.*|sign_in.*)",
        suppress_callback_exceptions=True,
        use_async=True,
        serve_locally=True,
        compress=False,
        title="Ringtrail",
        update_title=None,  # type: ignore[arg-type]
        index_string=_INDEX,
        add_log_handler=False,
        websocket_callbacks=False,
        enable_mcp=False,
        on_error=log_error,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    _pages(reports, sites, today)
    _no_sockets(app, server)
    app.layout = shell.frame
    shell.register(app)
    filters.register(app)
    acquisition.register(app, reports, sites, today)
    call_log.register(app, reports, today)
    app.make_ready()
    return app


def _pages(reports: Reports, sites: Sites, today: Callable[[SignedIn], date]) -> None:
    for page, name in ((acquisition, "Acquisition"), (call_log, "Call log")):
        register_page(  # type: ignore[no-untyped-call]
            page.__name__,
            path=page.PATH,
            title=f"{name} · Ringtrail",
            name=name,
            layout=page.layout(reports, sites, today),
        )


def _no_sockets(app: Dash, server: FastAPI) -> None:
    """Take Dash's callback socket away: no page uses it, and it would outlive a sign-out."""
    app.backend.websocket_capability = False
    path = f"{PREFIX}_dash-ws-callback"
    routes = server.router.routes
    routes[:] = [route for route in routes if getattr(route, "path", None) != path]


def local_today(clock: Clock) -> Callable[[SignedIn], date]:
    """The day it is where the person's site is."""
    return lambda who: utc(clock.now()).astimezone(ZoneInfo(who.timezone)).date()


def log_error(error: Exception) -> None:
    """Write down what a callback raised; the page keeps what it shows."""
    _log.error("a dashboard callback failed", exc_info=error)
