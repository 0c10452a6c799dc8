"""What a person says beside a file: whose it is, and how its figures and dates are written."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from ingest.files.moments import Order
from ringtrail.core.clock import Micros
from ringtrail.core.money import Mark


@dataclass(frozen=True, slots=True)
class Given:
    """The site that a file is about, and what holds for rows that do not say it themselves.

    `connection` names where the figures come from; `today` is the site's day at `told_at`;
    `credit_notes` says that costs below zero are meant.
    """

    account: int
    site: int
    zone: ZoneInfo
    region: str
    told_at: Micros
    today: date
    connection: str
    currency: str | None = None
    mark: Mark | None = None
    order: Order | None = None
    source: str | None = None
    medium: str | None = None
    vat_included: bool | None = None
    replace: bool = False
    credit_notes: bool = False
