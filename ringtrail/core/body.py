"""Bodies from outside: read no further than a limit, and refused in the contract's words.

Called by the public intake and by the hooks, before anything else is known of the sender.
"""

import re

import msgspec
from starlette.requests import Request

from ringtrail.core.errors import Refused

# msgspec tells the place only in its text: "... - at `$.a[0]`", "... field `b` - at `$.a`".
_PATH = re.compile(r"`\$\.?([^`]*)`$")
_FIELD = re.compile(r"(?:missing required|contains unknown) field `([^`]*)`")


async def read_body(request: Request, limit: int) -> bytes:
    """The body; raises `Refused` 413 as soon as more than `limit` bytes have come in."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise Refused(413, "size", f"the body is larger than {limit} bytes")
    return bytes(body)


def malformed(error: msgspec.DecodeError | UnicodeDecodeError) -> Refused:
    """The 400 for a body that could not be decoded; names the field where one is at fault."""
    text = str(error)
    found = [match[1] for pattern in (_PATH, _FIELD) if (match := pattern.search(text))]
    return Refused(400, "malformed", text, ".".join(filter(None, found)) or None)
