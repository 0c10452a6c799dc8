"""The website's script: its parts joined in one function, so that a page sees none of their names.

Read once, at import; served by `tracking.api`. The parts share one scope, in the order of PARTS:
what one declares, the next may use. A missing part is a programming error.
"""

from importlib.resources import files

PARTS = ("memory", "digits", "page", "visit", "commands")


def script() -> bytes:
    """The whole script, with the comment that its customers read on top."""
    folder = files("tracking").joinpath("tracker")
    head, *parts = (
        folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in ("head", *PARTS)
    )
    begin, end = "(function (window, document) {\n'use strict';\n", "})(window, document);\n"
    return (head + begin + "\n".join(parts) + end).encode()
