"""Takes personal data out of addresses before they are stored. Pure; used for pages and referrers.

Parameters that sound personal, values that hold an e-mail address, a phone or a signed token, and
e-mail addresses in the path are dropped, the fragment always. What tells where the visitor came
from (UTM, click ids, vendors' tags, the host and path of `utm_referrer`) stays unless it holds an
e-mail address, and stays first when the address is too long: `tracking.source` must say the same of
the stored address as of the one that the browser sent. Every pattern takes time in proportion to
the address: it comes from strangers, and the one writer waits for it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote_plus, unquote, urlsplit, urlunsplit

from tracking.click_id import CLICK_IDS
from tracking.query import fields, holds_email
from tracking.source import TAGS
from tracking.vendor_tag import VENDOR_TAGS

LONGEST = 2048
# What host and path keep of an address whose tags alone are too long.
_PLACE = 255
_PERSONAL = re.compile(
    r"e-?mail|phone|mobile|(^|[^a-z])tel|name|birth|login|passw|pwd|token|secret|(^|_|-)key$"
    r"|auth|jwt|sess(ion|_?id)|(^|_)sid$|card|ssn",
    re.IGNORECASE,
)
_PHONE = re.compile(r"[\s+().-]*(?:\d[\s().-]*){10,15}")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+")
_TELLING = TAGS | CLICK_IDS.keys() | VENDOR_TAGS


@lru_cache(maxsize=1024)
def scrub(url: str) -> str:
    """`url` without personal data and fragment, at most 2048 characters; "" for what is no URL.

    What is too long loses whole parameters from its end, those of the advertisement last.
    Scrubbing twice changes nothing more. The pages of a window ask more than once for theirs.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.rpartition("@")[2]
        path = parts.path
        if "@" in path or "%" in path:
            path = "/".join("*" if holds_email(unquote(part)) else part
                            for part in path.split("/"))  # fmt: skip
        bare = urlunsplit((parts.scheme, host, path, "", ""))
    except ValueError:
        return ""
    kept = [(_is_telling(name), f"{_quoted(name)}={_quoted(value)}")
            for name, value in _harmless(fields(parts.query))]  # fmt: skip
    telling = _fitting(kept, LONGEST - min(len(bare), _PLACE), telling=True)
    bare = bare[: LONGEST - sum(len(kept[index][1]) + 1 for index in telling)].strip()
    left = LONGEST - len(bare) - sum(len(kept[index][1]) + 1 for index in telling)
    chosen = telling | _fitting(kept, left, telling=False)
    query = "&".join(kept[index][1] for index in sorted(chosen))
    return f"{bare}?{query}" if query else bare


def _fitting(kept: list[tuple[bool, str]], room: int, *, telling: bool) -> set[int]:
    """Which of these fields, the telling or the others, fit one after the other."""
    chosen = set()
    for index, (tells, field) in enumerate(kept):
        if tells is telling:
            room -= len(field) + 1
            if room < 0:
                break
            chosen.add(index)
    return chosen


def _quoted(text: str) -> str:
    return quote_plus(text, errors="replace")


def _is_telling(name: str) -> bool:
    return name.startswith("utm_") or name in _TELLING


def _harmless(told: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What may be stored; of `utm_referrer` the one that counts, without its query."""
    referred = False
    for name, value in told:
        if holds_email(value):
            continue
        if name == "utm_referrer":
            if not referred and value.strip():
                referred = True
                yield name, scrub(value).partition("?")[0] if value.isprintable() else ""
        elif _is_telling(name) or not (
            _PERSONAL.search(name) or _PHONE.fullmatch(value) or _TOKEN.match(value)
        ):
            yield name, value
