"""What advertising cost, from a file: a row for each day and campaign, or finer."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import cast

from ingest.files.kinds import Cells, Kind, told
from ingest.files.moments import parse_day
from ringtrail.core.facts import Fact
from ringtrail.core.money import Unreadable, parse_count
from ringtrail.core.money_facts import Spend, key_of

_YES = {"yes", "true", "1", "да", "included", "incl"}
_NO = {"no", "false", "0", "нет", "excluded", "excl"}
_DEFAULT_MEDIUM = "cpc"


class SpendRows(Kind):
    """Rows of a cost report. Rows of one key within a file are parts of one sum."""

    name = "spend"
    required = ("date", "cost")
    dated_by = "date"
    aliases = {
        "date": ("day", "дата", "день", "reporting starts"),
        "source": ("utm_source", "источник", "рекламная система", "traffic source"),
        "medium": ("utm_medium", "канал", "тип трафика"),
        "campaign_id": (
            "utm_id", "id campaign", "№ кампании", "номер кампании", "id кампании",
            "идентификатор кампании",
        ),
        "campaign": ("campaign name", "utm_campaign", "кампания", "название кампании"),
        "group": (
            "ad group", "ad group name", "ad set", "ad set name", "группа", "группа объявлений",
            "название группы",
        ),
        "ad": ("ad name", "utm_content", "content", "creative", "объявление", "заголовок"),
        "term": (
            "utm_term", "keyword", "search keyword", "keywords", "ключевое слово", "ключевая фраза",
            "условие показа", "фраза",
        ),
        "currency": ("currency code", "валюта"),
        "cost": (
            "costs", "spend", "amount spent", "expenses", "expense", "amount", "расход", "расходы",
            "стоимость", "затраты", "потрачено", "ค่าใช้จ่าย",
        ),
        "clicks": ("link clicks", "клики", "переходы"),
        "impressions": ("impr.", "views", "показы"),
        "vat_included": ("vat", "includes vat", "с ндс", "ндс"),
    }  # fmt: skip

    def fact(self, cells: Cells, line: int, source_id: str) -> Spend:
        given = self.given
        day = parse_day(cells["date"], given.order)
        if day > given.today:
            raise Unreadable(f"{cells['date']!r} lies in the future")
        source = told(cells, "source") or given.source
        if source is None:
            raise Unreadable("no source is told: name it with --source google")
        medium = told(cells, "medium") or given.medium or _DEFAULT_MEDIUM
        cost, currency = self.money(cells["cost"], "cost", told(cells, "currency"))
        if cost < 0 and not given.credit_notes:
            raise Unreadable(
                f"{cells['cost']!r} is less than nothing: say --credit-notes if it is a credit note"
            )
        parts = {name: told(cells, name) for name in ("campaign_id", "campaign", "ad", "term")}
        group = told(cells, "group")
        # A campaign that has an id may be renamed and is the same.
        which = ("id", parts["campaign_id"]) if parts["campaign_id"] else ("", parts["campaign"])
        return Spend(
            account=given.account,
            site=given.site,
            occurred_at=given.told_at,
            source_id=source_id,
            key=key_of(
                given.site, given.connection, day, source, medium, *which, group, parts["ad"],
                parts["term"], currency,
            ),
            told_at=given.told_at,
            connection=given.connection,
            day=day,
            source=source,
            medium=medium,
            ad_group=group,
            currency=currency,
            cost=cost,
            clicks=_count(cells, "clicks"),
            impressions=_count(cells, "impressions"),
            vat_included=self._vat(cells),
            **parts,
        )  # fmt: skip

    def day(self, fact: Fact) -> date:
        return cast(Spend, fact).day

    def totals(self, fact: Fact) -> Iterator[tuple[str, Decimal]]:
        row = cast(Spend, fact)
        yield row.currency, row.cost

    def _vat(self, cells: Cells) -> bool | None:
        text = told(cells, "vat_included")
        if text is None:
            return self.given.vat_included
        if text.casefold() not in _YES | _NO:
            raise Unreadable(f"{text!r} does not say whether VAT is included: write yes or no")
        return text.casefold() in _YES


def _count(cells: Cells, name: str) -> int | None:
    text = told(cells, name)
    return None if text is None else parse_count(text)
