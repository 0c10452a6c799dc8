"""Where one visit ends and the next begins: 30 minutes idle, or a new campaign. Pure.

A direct hit never starts a new visit within the 30 minutes: a reload has no referrer. A hit whose
source differs and is not direct does (Matomo and Universal Analytics draw the line there too).
"""

from dataclasses import dataclass
from uuid import UUID

from ringtrail.core.clock import MINUTE
from tracking.source import Source

IDLE = 30 * MINUTE
DIRECT = "(direct)"


@dataclass(frozen=True, slots=True)
class Ongoing:
    """The visit that the browser says it is in."""

    id: UUID
    visitor: UUID
    last_seen: int
    source: str
    medium: str
    campaign: str | None
    click_id: str | None


def continues(ongoing: Ongoing | None, visitor: UUID | None, source: Source, now: int) -> bool:
    """Whether a hit of `visitor` from `source` belongs to the `ongoing` visit."""
    if ongoing is None or ongoing.visitor != visitor or now - ongoing.last_seen > IDLE:
        return False
    if source.source == DIRECT:
        return True
    same = (source.source, source.medium, source.campaign) == (
        ongoing.source,
        ongoing.medium,
        ongoing.campaign,
    )
    return same and (source.click_id is None or source.click_id == ongoing.click_id)
