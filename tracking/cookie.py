"""The visitor's cookie as a text, for the server to set where it may and else for the script.

A browser that forgets what scripts store after a week keeps what a server of the same site has
set; so `tracking.api` sets it where the page and Ringtrail share a host. The answer to a visit
(`tracking.pipeline`) has the same text for the script, which sets it where no server has and
deletes it after a no: it is not HttpOnly. Pure. What can go wrong: a browser refuses a domain that
is no one's own, such as that of a hosting service; then the visitor is known by localStorage alone.
"""

from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

NAME = "ringtrail"
_SECONDS = 400 * 86_400  # the longest that browsers keep one
# Under a country's domain these are no one's own, as in shop.co.uk.
_REGISTRIES = frozenset(("ac", "co", "com", "edu", "go", "gov", "gob", "in", "ltd", "mil", "msk",
                         "ne", "net", "nom", "or", "org", "plc", "spb"))  # fmt: skip


def visitor_cookie(visitor: UUID, origin: str, origins: frozenset[str]) -> str:
    """The Set-Cookie value for a page of `origin`; `origins` are the site's own."""
    return f"{NAME}={visitor}; {_attributes(origin, origins)}"


@lru_cache(maxsize=4096)
def share_host(origin: str, host: str | None) -> bool:
    """Whether a page of `origin` and a request whose Host header is `host` are of one host."""
    try:
        return host is not None and urlsplit(origin).hostname == urlsplit(f"//{host}").hostname
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _attributes(origin: str, origins: frozenset[str]) -> str:
    page = urlsplit(origin)
    secure = "; Secure" if page.scheme == "https" else ""
    domain = _domain(page.hostname or "", [urlsplit(one).hostname or "" for one in origins])
    always = f"Max-Age={_SECONDS}; Path=/; SameSite=Lax"
    return always + secure + (f"; Domain={domain}" if domain else "")


def _domain(host: str, hosts: Collection[str]) -> str | None:
    """The widest domain that the page's host has in common with one of the site's, without www.

    None for a bare machine, whose cookie is its own without a domain.
    """
    shared = [_common(host.removeprefix("www."), one.removeprefix("www.")) for one in hosts]
    own = sorted(filter(_may_own, shared), key=len)
    return ".".join(own[0]) if own else None


def _common(one: str, other: str) -> list[str]:
    """The labels that both end with."""
    labels: list[str] = []
    for ours, theirs in zip(one.split(".")[::-1], other.split(".")[::-1], strict=False):
        if ours != theirs:
            break
        labels.insert(0, ours)
    return labels


def _may_own(labels: list[str]) -> bool:
    """Whether somebody may own the domain, as far as its labels tell."""
    if len(labels) < 2 or labels[-1].isdigit():
        return False
    return len(labels) > 2 or len(labels[1]) > 2 or labels[0] not in _REGISTRIES
