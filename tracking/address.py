"""Takes personal data out of addresses before they are stored. Pure; used for pages and referrers.

Parameters that sound personal, values that hold an e-mail address, a phone or a signed token, and
e-mail addresses in the path are dropped, the fragment always. What identifies the advertisement
(utm_*, click ids) stays. Every pattern takes time in proportion to the address: it comes from
strangers, and the one writer waits for it.
"""

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from tracking.source import CLICK_IDS

LONGEST = 2048
_PERSONAL = re.compile(
    r"e-?mail|phone|mobile|(^|[^a-z])tel|name|birth|login|passw|pwd|token|secret|(^|_|-)key$"
    r"|auth|jwt|sess(ion|_?id)|(^|_)sid$|card|ssn",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^@\s]@[^@\s]+\.[^@\s]")
_PHONE = re.compile(r"[\s+().-]*(?:\d[\s().-]*){10,15}")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+")


def scrub(url: str) -> str:
    """`url` without personal data and fragment, at most 2048 characters; "" for what is no URL.

    What is too long loses whole parameters from its end. Scrubbing twice changes nothing more.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.rpartition("@")[2]
        path = "/".join("*" if _EMAIL.search(unquote(part)) else part
                        for part in parts.path.split("/"))  # fmt: skip
        clean = urlunsplit((parts.scheme, host, path, "", ""))[:LONGEST].strip()
    except ValueError:
        return ""
    mark = "?"
    for name, value in _fields(parts.query):
        if _is_personal(name, value):
            continue
        field = mark + urlencode({name: value})
        if len(clean) + len(field) > LONGEST:
            break
        clean, mark = clean + field, "&"
    return clean


def _fields(query: str) -> list[tuple[str, str]]:
    """The parameters of a query; none of one that only a machine can have made."""
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        return []


def _is_personal(name: str, value: str) -> bool:
    if name.startswith("utm_") or name in CLICK_IDS:
        return False
    return bool(
        _PERSONAL.search(name)
        or _EMAIL.search(value)
        or _PHONE.fullmatch(value)
        or _TOKEN.match(value)
    )
