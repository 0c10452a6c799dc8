"""What money did, as facts: what advertising cost, what deals brought, what a currency was worth.

Told by file imports (`ingest.files`) and by the command line. Amounts are Decimals with four digits
after the point and an ISO 4217 currency; days are the site's local days. All of them may be told
again: the newest telling of a `key` counts, and what was told before stays.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from msgspec import Meta

from ringtrail.core.fact import At, Fact, Phone, Short, Text
from ringtrail.core.money import LARGEST, SCALE

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
Count = Annotated[int, Meta(ge=0, le=10**15)]
Status = Annotated[str, Meta(pattern="^(open|won|lost)$")]

# A percentage or a rate has no currency and more digits than an amount.
FINE = Decimal("0.00000001")
HIGHEST_RATE = Decimal(10) ** 9


def key_of(*parts: object) -> str:
    """The key of a telling whose source has no name for it: a digest of what it is about."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class MoneyFact(Fact, frozen=True, kw_only=True):
    """A fact whose amounts fit the columns of both stores."""

    def __post_init__(self) -> None:
        for amount in self.amounts():
            if not (amount.is_finite() and abs(amount) < LARGEST and amount % SCALE == 0):
                raise ValueError(f"{amount} is no amount of at most four digits after the point")

    def amounts(self) -> Iterator[Decimal]:
        yield from ()


class Spend(MoneyFact, frozen=True, kw_only=True):
    """What a campaign's advertising cost on a day, as the advertising system tells it.

    `key` is `spend_key` of the same row. `vat_included`: None when nobody said.
    """

    kind: ClassVar[str] = "spend"
    key: Short
    told_at: At
    connection: Short
    day: date
    source: Short
    medium: Short
    campaign_id: Short | None = None
    campaign: Short | None = None
    ad_group: Short | None = None
    ad: Short | None = None
    term: Short | None = None
    currency: Currency
    cost: Decimal
    clicks: Count | None = None
    impressions: Count | None = None
    vat_included: bool | None = None

    def amounts(self) -> Iterator[Decimal]:
        yield self.cost


class Deal(MoneyFact, frozen=True, kw_only=True):
    """A deal as its source tells it at `occurred_at`; the newest telling is how it stands.

    `key` is the source's own id. A refund or another amount is a telling of its own, with its date.
    `source` is where the deal came from as the CRM says it; it is shown, and decides nothing.
    """

    kind: ClassVar[str] = "deal"
    key: Short
    told_at: At
    connection: Short
    stage: Short | None = None
    status: Status
    amount: Decimal | None = None
    margin: Decimal | None = None
    currency: Currency
    opened_at: At | None = None
    closed_at: At | None = None
    phone: Phone | None = None
    email: Short | None = None
    customer: Short | None = None
    contact: Short | None = None
    source: Short | None = None

    def amounts(self) -> Iterator[Decimal]:
        yield from (amount for amount in (self.amount, self.margin) if amount is not None)


class Rate(Fact, frozen=True, kw_only=True):
    """On `day` one `base` was worth `rate` of `quote`, as `teller` says. Of the whole account.

    `site` is 0: a rate is the same for all sites.
    """

    kind: ClassVar[str] = "rate"
    key: Short
    told_at: At
    day: date
    base: Currency
    quote: Currency
    rate: Decimal
    teller: Short

    def __post_init__(self) -> None:
        if not (0 < self.rate < HIGHEST_RATE and self.rate % FINE == 0):
            raise ValueError(f"{self.rate} is no rate")


class CostRule(Fact, frozen=True, kw_only=True):
    """From `from_day` on, which VAT and fee belong to a source's costs; the newest telling counts.

    `source` None is every source without a rule of its own. `with_vat`: costs are shown with VAT.
    """

    kind: ClassVar[str] = "cost_rule"
    key: Short
    told_at: At
    source: Short | None = None
    from_day: date
    vat_percent: Decimal
    fee_percent: Decimal
    with_vat: bool

    def __post_init__(self) -> None:
        for percent in (self.vat_percent, self.fee_percent):
            if not (0 <= percent <= 1000 and percent % Decimal("0.01") == 0):
                raise ValueError(f"{percent} is no percentage with two digits after the point")


class SpendAlias(Fact, frozen=True, kw_only=True):
    """Visits call a campaign of a connection otherwise than its advertising system does.

    `of` is the campaign's id or name there, or `*` for all of the connection. `campaign` is what
    visits carry; `{campaign_id}` and `{campaign}` stand for the spend's own. `source` and `medium`
    None: those of the spend. `campaign` None takes the alias away.
    """

    kind: ClassVar[str] = "spend_alias"
    key: Short
    told_at: At
    connection: Short
    of: Short
    source: Short | None = None
    medium: Short | None = None
    campaign: Short | None = None


class Bulk(Fact, frozen=True, kw_only=True):
    """Many tellings of one kind wait in a Parquet file, for the loader to take in one piece.

    `digest` is the file's SHA-256. `replace`: the file is all that its connection and sources spent
    on its days, so that what was told before and is missing in it is void.
    """

    kind: ClassVar[str] = "bulk"
    of: Annotated[str, Meta(pattern="^(spend|deal|rate)$")]
    file: Text
    digest: Short
    rows: Count
    replace: bool = False


MONEY_FACTS: tuple[type[Fact], ...] = (Spend, Deal, Rate, CostRule, SpendAlias, Bulk)
