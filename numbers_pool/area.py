"""Like for like: a toll-free number for a toll-free one, a city number of the same city. Pure.

What a number is follows from its digits (Google's metadata), so it is stored only where an index
has to order by it.
"""

from ringtrail.core import phone

MATCHES = ("off", "prefer", "require")


def alike(number: str, original: str) -> bool:
    """Whether a visitor who knows `original` would take `number` for the same kind in one place."""
    same_country = phone.country_code(number) == phone.country_code(original)
    return same_country and phone.kind(number) == phone.kind(original)
