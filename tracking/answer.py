"""What a page is told of its numbers, in the words of the script. Pure.

Called by `tracking.pipeline` for page views, by `tracking.api` and `tracking.event` for numbers of
which a page is told later.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from numbers_pool.lease import Shown
from ringtrail.core import phone
from tracking.cookie import visitor_cookie
from tracking.hit import Hit


def answer_with(hit: Hit, numbers: Sequence[Shown], *, beat_every: int) -> bytes:
    """The body of an answer to a page view."""
    answer: dict[str, object] = {
        "visitor": hit.visitor,
        "visit": hit.visit,
        "beat_every": beat_every,
        "numbers": [on_page(number) for number in numbers],
    }
    if hit.visitor:
        answer["cookie"] = visitor_cookie(hit.visitor, hit.client.origin, hit.site.origins)
    return msgspec.json.encode(answer)


def on_page(number: Shown) -> dict[str, object]:
    """A number as the script needs it: which digits to look for, what to write instead."""
    return {
        **_spelled(number.original, number.number),
        "lease": number.lease,
        "expires_in": number.expires_in,
        "overflow": number.overflow,
    }


@lru_cache(maxsize=16_384)
def _spelled(original: str, number: str) -> dict[str, str]:
    """What follows from the digits alone; numbers are few and are shown often.

    The country's code is that of both numbers; empty where they are of two countries.
    """
    code = phone.country_code(number)
    return {
        "original": original,
        "number": number,
        "country_code": code if code == phone.country_code(original) else "",
        "trunk_prefix": phone.trunk_prefix(original),
        "national": phone.national(number),
        "international": phone.international(number),
    }
