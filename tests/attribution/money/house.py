"""A warehouse with spend, visits, rates, rules and aliases put into it row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from uuid import UUID

from attribution.money import Cause, refresh
from ringtrail.core.warehouse import Query, Row, Warehouse

DAY = date(2026, 9, 7)
NOON = datetime(2026, 9, 7, 12)
EVER = {"account": 1, "sites": [1], "since": date(2000, 1, 1), "until": date(2100, 1, 1)}


@dataclass(frozen=True)
class Spent:
    """A spend row."""

    cost: str
    campaign: str | None = None
    campaign_id: str | None = None
    source: str = "google"
    medium: str = "cpc"
    currency: str = "EUR"
    day: date = DAY
    key: str = ""
    connection: str = "ads"
    vat: bool | None = None
    term: str | None = None
    site: int = 1
    account: int = 1


class House:
    """Puts rows in, refreshes, and reads what came of them."""

    def __init__(self, path: Path) -> None:
        self.warehouse = Warehouse(path)
        self.warehouse.migrate()
        self._turn = count(1)

    def close(self) -> None:
        self.warehouse.close()

    def put(self, table: str, rows: Iterable[Row]) -> None:
        with self.warehouse.transaction() as transaction:
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                values = ", ".join(f"${name}" for name in row)
                statement = f'INSERT INTO "{table}" ({names}) VALUES ({values})'
                transaction.run(Query("put", statement), row)

    def fact(self, kind: str, rows: Iterable[Row], account: int = 1, site: int = 1) -> None:
        turns = [(next(self._turn), row) for row in rows]
        self.put(
            f"fact_{kind}",
            [
                {
                    "fact_id": UUID(int=turn), "batch": UUID(int=0), "account": account,
                    "site": site, "occurred_at": NOON, "received_at": NOON,
                    "told_at": NOON + timedelta(seconds=turn),
                } | row
                for turn, row in turns
            ],
        )  # fmt: skip

    def spend(self, rows: Sequence[Spent]) -> None:
        for row in rows:
            told: Row = {
                "key": row.key or f"{row}", "connection": row.connection, "day": row.day,
                "source": row.source, "medium": row.medium, "campaign_id": row.campaign_id,
                "campaign": row.campaign, "term": row.term, "currency": row.currency,
                "cost": Decimal(row.cost), "clicks": 1, "vat_included": row.vat,
            }  # fmt: skip
            self.fact("spend", [told], row.account, row.site)

    def visits(
        self, campaign: str | None, source: str = "google", medium: str = "cpc",
        channel: str = "Paid Search", day: date = DAY, visits: int = 3, site: int = 1,
        account: int = 1,
    ) -> None:  # fmt: skip
        traffic = self._traffic(account, channel, source, medium, campaign)
        counts = dict.fromkeys(
            ("overflows", "calls", "answered", "missed", "first_time", "attributed",
             "wait_seconds", "talk_seconds"), 0,
        )  # fmt: skip
        self.put("mart_day", [{"account": account, "site": site, "day": day, "traffic": traffic,
                               "visits": visits} | counts])  # fmt: skip

    def _traffic(self, account: int, *place: str | None) -> int:
        """Its entry in the dictionary, which has one for all sites of an account."""
        named = dict(
            zip(("channel", "source", "medium", "campaign"), place, strict=True), account=account
        )
        same = " AND ".join(f"{name} IS NOT DISTINCT FROM ${name}" for name in named)
        held = self.warehouse.rows(
            Query("held", f"SELECT traffic FROM mart_traffic WHERE {same}"), named
        )
        if held:
            return int(held[0]["traffic"])
        traffic = 1_000_000 + next(self._turn)
        self.put("mart_traffic", [{"traffic": traffic, **named}])
        return traffic

    def site(self, currency: str | None, account: int = 1, site: int = 1) -> None:
        self.put("fact_site", [{
            "fact_id": UUID(int=next(self._turn)), "batch": UUID(int=0), "account": account,
            "site": site, "occurred_at": NOON, "received_at": NOON, "name": "Shop",
            "timezone": "Europe/London", "currency": currency,
        }])  # fmt: skip

    def rate(self, base: str, quote: str, rate: str, day: date = DAY) -> None:
        self.fact("rate", [{"key": f"{base}{quote}{day}", "day": day, "base": base, "quote": quote,
                            "rate": Decimal(rate), "teller": "ecb"}], site=0)  # fmt: skip

    def rule(
        self, vat: str, fee: str, with_vat: bool, source: str | None = None, day: date = DAY
    ) -> None:
        self.fact("cost_rule", [{
            "key": f"{source}{day}", "source": source, "from_day": day,
            "vat_percent": Decimal(vat), "fee_percent": Decimal(fee), "with_vat": with_vat,
        }])  # fmt: skip

    def alias(
        self, of: str, campaign: str | None, source: str | None = None, medium: str | None = None,
        connection: str = "ads",
    ) -> None:  # fmt: skip
        self.fact("spend_alias", [{
            "key": f"{connection}{of}", "connection": connection, "of": of, "source": source,
            "medium": medium, "campaign": campaign,
        }])  # fmt: skip

    def refresh(self) -> None:
        with self.warehouse.transaction() as transaction:
            refresh(transaction, Cause())

    def rows(self, text: str) -> list[Row]:
        return self.warehouse.rows(Query("test", text))

    def ask(self, name: str, **other: object) -> list[Row]:
        return self.warehouse.rows(Query.load("attribution", f"money/{name}.sql"), EVER | other)

    def joined(self) -> dict[str | None, tuple[str, str, str, str | None]]:
        """Spend's campaign (or its id) -> how it was joined, and to which visits."""
        self.refresh()
        return {
            row["spend_campaign"] or row["campaign_id"]: (
                row["joined"], row["channel"], row["source"], row["campaign"],
            )
            for row in self.rows("FROM mart_spend_campaign")
        }  # fmt: skip

    def shown(self) -> tuple[Decimal | None, str | None]:
        """The one cost as the reports show it, and its problem."""
        self.refresh()
        (row,) = self.rows("FROM mart_cost")
        return row["reporting_cost"], row["problem"]
