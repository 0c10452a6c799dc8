"""Dash's browser bundles, compressed once and cached for ever by the browser.

Why: Dash reads each file from the package and sends it uncompressed; here each is brotli'd on its
first use and kept. Plotly's full bundle is replaced by the basic one (scatter, bar, pie), a third
of its size. The grid's bundle is replaced by a stub that asks for it when a grid is first drawn.
What can go wrong: serving a file Dash never registered; only registered paths pass.
"""

import asyncio
import mimetypes
import pkgutil
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from dash import Dash
from dash.fingerprint import check_fingerprint
from starlette.responses import Response

PLOTLY_BASIC = Path(__file__).parent / "assets" / "vendor" / "plotly-basic.min.js"
_GRID = "dash_ag_grid/dash_ag_grid.min.js"
_WHOLE_GRID = "dash_ag_grid/dash_ag_grid_whole.min.js"
# The bundle finds its other parts beside its own address, so the stub names the same folder.
_STUB = Path(__file__).parent / "grid_stub.js"
_FOR_EVER = "private, max-age=31536000, immutable"
_QUALITY = 9


class Bundles:
    """Answers `/_dash-component-suites/` requests of one Dash application."""

    def __init__(self, app: Dash) -> None:
        prefix: str = app.config.requests_pathname_prefix
        self._prefix = f"{prefix}_dash-component-suites/"
        self._app = app
        self._plain: dict[str, bytes] = {}
        self._small: dict[str, bytes] = {}

    def owns(self, path: str) -> bool:
        """Whether the path asks for a component bundle."""
        return path.startswith(self._prefix)

    async def answer(self, path: str, accepts: str) -> Response:
        """The bundle, brotli-compressed for a browser that takes it; 404 when unregistered."""
        package, _, fingerprinted = path.removeprefix(self._prefix).partition("/")
        name, fingerprint = check_fingerprint(fingerprinted)  # type: ignore[no-untyped-call]
        key = f"{package}/{name}"
        if key == _GRID:
            fingerprint = False  # the stub is ours and changes while the bundle's version stays
        if key not in self._plain:
            found = self._read(key, path)
            if found is None:
                return Response("not found", 404, media_type="text/plain")
            self._plain[key] = found
        body = self._plain[key]
        headers = {
            "vary": "accept-encoding",
            "cache-control": _FOR_EVER if fingerprint else "private, no-cache",
            "x-content-type-options": "nosniff",
        }
        if "br" in accepts:
            if key not in self._small:
                small = await asyncio.to_thread(brotli.compress, body, quality=_QUALITY)
                self._small[key] = small
            body = self._small[key]
            headers["content-encoding"] = "br"
        kind = mimetypes.guess_type(name)[0] or "application/javascript"
        return Response(body, media_type=kind, headers=headers)

    def _read(self, key: str, path: str) -> bytes | None:
        if key == _GRID:
            whole = path.replace("/dash_ag_grid.", "/dash_ag_grid_whole.")
            return _STUB.read_text(encoding="utf-8").replace("@WHOLE@", whole).encode()
        package, _, name = (_GRID if key == _WHOLE_GRID else key).partition("/")
        if name not in self._app.registered_paths.get(package, ()):
            return None
        if package == "plotly" and name.endswith("plotly.min.js"):
            return PLOTLY_BASIC.read_bytes()
        return pkgutil.get_data(package, name)
