"""Takes personal data out of addresses before they are stored. Pure; used for pages and referrers.

Parameters that sound personal, and values that hold an e-mail address, are dropped together with
the fragment. What identifies the advertisement (utm_*, click ids) stays.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST = 2048
_PERSONAL = re.compile(
    r"e-?mail|phone|(^|[^a-z])tel|name|passw|pwd|token|secret|(^|_|-)key$|auth|session|card|ssn",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def scrub(url: str) -> str:
    """`url` without personal parameters and fragment, at most 2048 characters."""
    try:
        parts = urlsplit(url.strip())
        kept = [
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=500)
            if name.startswith("utm_") or not (_PERSONAL.search(name) or _EMAIL.search(value))
        ]
        host = parts.netloc.rpartition("@")[2]
        clean = urlunsplit((parts.scheme, host, parts.path, urlencode(kept), ""))
    except ValueError:
        return ""
    return clean[:LONGEST]
