"""What currencies were worth, from a file: a row for each day and pair."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from ingest.files.given import Given
from ingest.files.kinds import Cells, Kind, Units, told
from ingest.files.moments import parse_day
from ringtrail.core.facts import Fact
from ringtrail.core.money import Unreadable, currency, parse_decimal
from ringtrail.core.money_facts import FINE, Rate, key_of


class RateRows(Kind):
    """Rows of rates: on a day `nominal` units (else one) of `base` were worth `rate` of `quote`."""

    name = "rate"
    required = ("date", "base", "rate")
    dated_by = "date"
    aliases = {
        "date": ("day", "дата"),
        "base": ("from", "currency", "base currency", "валюта", "букв. код", "char code"),
        "quote": ("to", "quote currency", "in"),
        "rate": ("value", "exchange rate", "курс", "curs"),
        "nominal": ("units", "номинал", "единиц"),
    }

    def __init__(self, given: Given, units: Units) -> None:
        super().__init__(given, units)
        self._seen: dict[str, int] = {}

    def fact(self, cells: Cells, line: int, source_id: str) -> Rate:
        given = self.given
        day = parse_day(cells["date"], given.order)
        if day > given.today:
            raise Unreadable(f"{cells['date']!r} lies in the future")
        base, stated = currency(cells["base"]), told(cells, "quote")
        quote = currency(stated) if stated else given.currency
        if quote is None:
            raise Unreadable("no other currency is told: name it with --currency EUR")
        if base == quote:
            raise Unreadable(f"{base} is always worth one {base}")
        # Nobody groups the digits of a rate: a lone mark is the decimal one.
        lone = "," if "," in cells["rate"] and "." not in cells["rate"] else "."
        rate = parse_decimal(cells["rate"], given.mark or ("," if lone == "," else "."))
        rate /= parse_decimal(told(cells, "nominal") or "1", ".")
        if not FINE <= rate < 10**9:
            raise Unreadable(f"{cells['rate']!r} is no rate")
        key = key_of(day, base, quote, given.connection)
        if key in self._seen:
            raise Unreadable(f"the rate stands in line {self._seen[key]} already")
        self._seen[key] = line
        return Rate(
            account=given.account,
            site=0,
            occurred_at=given.told_at,
            source_id=source_id,
            key=key,
            told_at=given.told_at,
            day=day,
            base=base,
            quote=quote,
            rate=Decimal(rate).quantize(FINE, ROUND_HALF_UP),
            teller=given.connection,
        )

    def day(self, fact: Fact) -> date:
        return cast(Rate, fact).day
