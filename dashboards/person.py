"""Who is signed in and by which address, carried from the gate to the pages by ContextVars.

Who: `gate` sets them for one request or connection; pages and the shell read them.
What can go wrong: code outside a request finds nobody; `person()` then refuses, never guesses.
"""

from contextvars import ContextVar

from ringtrail.core.auth import SignedIn

__all__ = ["NobodySignedIn", "SignedIn", "nonce", "origin", "person", "signed_in"]


class NobodySignedIn(PermissionError):
    """A page or callback ran without a person: the gate was not in front of it."""


signed_in: ContextVar[SignedIn | None] = ContextVar("signed_in", default=None)
nonce: ContextVar[str] = ContextVar("nonce", default="")
origin: ContextVar[str] = ContextVar("origin", default="")


def person() -> SignedIn:
    """The signed-in person of this request, or `NobodySignedIn`."""
    current = signed_in.get()
    if current is None:
        raise NobodySignedIn
    return current
