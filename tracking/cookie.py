"""The visitor's cookie, set by the server where the page and Ringtrail share a host.

A browser that forgets what scripts store after a week keeps what a server of the same site has set.
Called by `tracking.api` with the answer to a visit; pure. The script reads it and deletes it after
a no, so it is not HttpOnly and always names its domain. What can go wrong: a browser refuses a
domain that is no one's own; then the script's own cookie stands.
"""

from collections.abc import Collection
from urllib.parse import urlsplit
from uuid import UUID

NAME = "ringtrail"
_SECONDS = 400 * 86_400  # the longest that browsers keep one


def visitor_cookie(
    visitor: UUID, origin: str, host: str | None, origins: Collection[str]
) -> str | None:
    """The Set-Cookie value, or None where it could not be kept.

    `origin` is the page's, `host` where the request went, `origins` are the site's own.
    """
    page = urlsplit(origin)
    if not host or page.hostname != host:
        return None
    hosts = [urlsplit(one).hostname or "" for one in origins]
    domain = _domain(hosts) or _domain([host])
    value = f"{NAME}={visitor}; Max-Age={_SECONDS}; Path=/; SameSite=Lax"
    secure = "; Secure" if page.scheme == "https" else ""
    return value + secure + (f"; Domain={domain}" if domain else "")


def _domain(hosts: Collection[str]) -> str | None:
    """The narrowest domain above all hosts of a site, without www; None for a bare machine."""
    names = [host.removeprefix("www.").split(".")[::-1] for host in hosts]
    shared: list[str] = []
    for labels in zip(*names, strict=False):
        if len(set(labels)) > 1:
            break
        shared.append(labels[0])
    is_name = len(shared) > 1 and not shared[0].isdigit()
    return ".".join(reversed(shared)) if is_name else None
