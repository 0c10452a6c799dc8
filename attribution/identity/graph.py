"""What the graph of identity is made of: nodes by which a person is known, and links between them.

`attribution.identity.persons` numbers the nodes of a region in their naming order (account, kind,
node, since), so that here a node is a small integer and the smallest node of a person names it,
whatever came in first. What can go wrong: text that only looks like a phone or an e-mail; it is no
node at all, since a node that many share glues strangers together.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ringtrail.core import phone as phones


class Kind(StrEnum):
    """By what a person is known, in the order in which it names them; as in the warehouse."""

    cookie = "cookie"
    phone = "phone"
    email = "email"
    customer = "customer"
    contact = "contact"
    deal = "deal"


# E.164 with a subscriber: an emergency or a short code is everybody's.
PHONE = r"\+[1-9][0-9]{6,14}"
EMAIL = r"[^\s@]+@[^\s@]+\.[^\s@.]+"


@dataclass(frozen=True, slots=True)
class Known:
    """One name of a person, as it stands in the graph."""

    kind: Kind
    node: str


def known(kind: Kind, text: str) -> Known | None:
    """The node that `text` names; None for a phone or an e-mail that is none, and for nothing."""
    text = text.strip()
    if kind is Kind.phone:
        found = phones.parse(text)
        return Known(kind, found) if found and re.fullmatch(PHONE, found) else None
    if kind is Kind.email:
        text = unicodedata.normalize("NFC", text.lower())
        return Known(kind, text) if re.fullmatch(EMAIL, text) else None
    if kind is Kind.cookie:
        text = text.lower()
    return Known(kind, text) if text else None


@dataclass(frozen=True, slots=True)
class Links:
    """Link i ties the nodes `one[i]` < `other[i]`; no pair twice.

    `at` is when they were first named together (microseconds); `sure` is False where nothing but
    a matched call says so.
    """

    one: Sequence[int]
    other: Sequence[int]
    at: Sequence[int]
    sure: Sequence[bool]
