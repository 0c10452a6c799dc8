"""A conversion's journey: which touches stand before it, and in which order.

The one definition that the Python models and `rule_weight.sql` share: both ends of the look-back
are closed and in exact seconds, touches of the same moment are ordered by their id, touches after
the conversion are left out, the visit that called is a touch. Other conversions do not cut it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ringtrail.core.clock import SECOND, Micros

NONE = "(none)"
"""The channel of a conversion without a touch, so that totals always reconcile."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A visit as the models see it."""

    touch: UUID
    at: Micros
    channel: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is divided: something that happened, and when its lead was made, if that is known."""

    conversion: UUID
    at: Micros
    lead_at: Micros | None = None


def journey(
    conversion: Conversion, touches: Iterable[Touch], lookback_seconds: float
) -> list[Touch]:
    """The person's touches that may have led to the conversion, oldest first."""
    earliest = conversion.at - round(lookback_seconds * SECOND)
    within = (touch for touch in touches if earliest <= touch.at <= conversion.at)
    return sorted(within, key=lambda touch: (touch.at, touch.touch))
