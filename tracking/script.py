"""The website's script as it is served: built small from the parts in `tracking/tracker`.

`ringtrail.js` does everything and is what a page loads by default. `ringtrail-numbers.js` is built
from some of the same parts, for pages that want numbers and nothing else: docs/install_script.md
says what it leaves out. The built files are committed, so that a machine without node serves and
tests the very bytes; `tools/build_script.js` makes them. Routed by `tracking.wiring`. A missing
file is a programming error.

`tracker/versions` keeps what was served before, a folder a version, so that an owner can go back by
RINGTRAIL_SCRIPT_VERSION; before a change of the script is released, `built` is copied there.
"""

import hashlib
from collections.abc import Awaitable, Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from ringtrail.core.errors import NotConfigured

NAMES = ("ringtrail", "ringtrail-numbers")


def versions() -> list[str]:
    """The versions that one can go back to, the oldest first."""
    kept = files("tracking").joinpath("tracker", "versions").iterdir()
    return sorted((folder.name for folder in kept if folder.name.isdecimal()), key=int)


def script(name: str = "ringtrail", version: str = "") -> bytes:
    """The file of that name, one of NAMES, as it is built now or as a version had it.

    A version with one file has that under both names: who has gone back gets nothing newer. Raises
    NotConfigured for an unknown version.
    """
    tracker = files("tracking").joinpath("tracker")
    if version and version not in versions():
        raise NotConfigured(
            f"RINGTRAIL_SCRIPT_VERSION {version!r} is not kept: give one of "
            f"{', '.join(versions())}, or leave it out for the newest"
        )
    folder = tracker.joinpath("versions", version) if version else tracker.joinpath("built")
    built = folder.joinpath(f"{name}.min.js")
    if version and not built.is_file():
        built = folder.joinpath(f"{NAMES[0]}.min.js")
    return built.read_bytes()


def serve(name: str, version: str = "") -> Callable[[Request], Awaitable[Response]]:
    """What answers GET /`name`.js; the file is read once."""
    content = script(name, version)
    etag = '"' + hashlib.sha256(content).hexdigest()[:16] + '"'
    headers = {"cache-control": "public, max-age=300", "etag": etag}

    async def answer(request: Request) -> Response:
        # A proxy that compresses makes the tag weak, and a browser may send several.
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type="text/javascript; charset=utf-8")

    return answer
