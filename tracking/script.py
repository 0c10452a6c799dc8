"""The website's script as it is served: built small from the parts in `tracking/tracker`.

`ringtrail.js` is what every page loads; `ringtrail-leads.js` (forms and chats) is fetched by it
where a page has some. The built files are committed, so that a machine without node serves and
tests the very bytes; `tools/build_script.js` makes them. Routed by `tracking.wiring`. A missing
file is a programming error.
"""

import hashlib
from collections.abc import Awaitable, Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

NAMES = ("ringtrail", "ringtrail-leads")


def script(name: str = "ringtrail") -> bytes:
    """The built file of that name, one of NAMES."""
    return files("tracking").joinpath("tracker", "built", f"{name}.min.js").read_bytes()


def serve(name: str) -> Callable[[Request], Awaitable[Response]]:
    """What answers GET /`name`.js; the file is read once."""
    content = script(name)
    etag = '"' + hashlib.sha256(content).hexdigest()[:16] + '"'
    headers = {"cache-control": "public, max-age=300", "etag": etag}

    async def answer(request: Request) -> Response:
        # A proxy that compresses makes the tag weak, and a browser may send several.
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type="text/javascript; charset=utf-8")

    return answer
