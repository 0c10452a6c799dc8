"""Deals from a CRM's export: how each stands, or each of its changes with a date of its own."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import cast

from ingest.files.given import Given
from ingest.files.kinds import Cells, Kind, Units, told
from ingest.files.moments import parse_moment
from ringtrail.core import phone
from ringtrail.core.clock import DAY, Micros, utc
from ringtrail.core.facts import Fact
from ringtrail.core.money import Unreadable, parse_amount
from ringtrail.core.money_facts import Deal

_STATUSES = {
    "won": (
        "won", "closed won", "closedwon", "win", "success", "successful", "paid", "completed",
        "complete", "done", "успешно", "успешно реализовано", "успех", "выиграна", "выигран",
        "оплачен", "оплачено", "продажа", "завершен", "завершён", "выполнен",
    ),
    "lost": (
        "lost", "closed lost", "closedlost", "lose", "failed", "canceled", "cancelled", "rejected",
        "закрыто и не реализовано", "не реализовано", "проиграна", "проигран", "отказ", "отменен",
        "отменён", "провал",
    ),
    "open": (
        "open", "new", "in progress", "active", "pending", "открыта", "открыт", "новая", "новый",
        "в работе",
    ),
}  # fmt: skip
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words}


class DealRows(Kind):
    """Rows of deals. Without `changed_at` a row is how the deal stands at its closing, or now."""

    name = "deal"
    required = ("deal_id",)
    dated_by = "deal_id"
    aliases = {
        "deal_id": (
            "id", "deal", "deal number", "order", "order id", "order number", "lead id",
            "opportunity id", "сделка", "id сделки", "номер сделки", "заказ", "номер заказа",
            "№ заказа",
        ),
        "stage": ("deal stage", "pipeline stage", "этап", "этап сделки", "стадия"),
        "status": ("deal status", "статус", "состояние"),
        "amount": (
            "value", "deal value", "revenue", "price", "budget", "total", "сумма", "бюджет",
            "сумма сделки", "сумма заказа", "выручка", "цена",
        ),
        "margin": ("profit", "gross profit", "маржа", "прибыль"),
        "cost_of_goods": ("cogs", "cost", "себестоимость"),
        "currency": ("currency code", "валюта"),
        "opened_at": (
            "created", "created at", "create date", "date created", "date", "opened", "создана",
            "дата создания", "создан", "дата",
        ),
        "closed_at": (
            "closed", "close date", "date closed", "won at", "paid at", "закрыта",
            "дата закрытия", "дата оплаты",
        ),
        "changed_at": (
            "changed", "updated", "updated at", "modified", "last modified", "изменена",
            "дата изменения", "дата обновления",
        ),
        "phone": (
            "phone number", "mobile", "tel", "телефон", "рабочий телефон", "контактный телефон",
        ),
        "email": ("e-mail", "mail", "почта", "эл. почта"),
        "customer": ("customer id", "client id", "client", "клиент", "id клиента", "покупатель"),
        "contact": ("contact id", "id контакта"),
        "source": ("deal source", "lead source", "utm_source", "источник"),
    }  # fmt: skip

    def __init__(self, given: Given, units: Units) -> None:
        super().__init__(given, units)
        self._seen: dict[tuple[str, Micros | None], int] = {}

    def fact(self, cells: Cells, line: int, source_id: str) -> Deal:
        given = self.given
        key = told(cells, "deal_id")
        if key is None:
            raise Unreadable("the deal has no id")
        changed = self._moment(cells, "changed_at")
        if before := self._seen.get((key, changed)):
            raise Unreadable(
                f"deal {key} stands in line {before} already"
                + ("" if changed else ": its changes need a column changed_at")
            )
        status = _status(cells)
        opened, closed = self._moment(cells, "opened_at"), self._moment(cells, "closed_at")
        if changed is not None and changed > given.told_at + DAY:
            raise Unreadable(f"{cells['changed_at']!r} lies in the future")
        amount, margin, code = self._figures(cells)
        natural = opened if status == "open" else closed
        found = Deal(
            account=given.account,
            site=given.site,
            # The loader puts a telling without a date at `natural` only where that is news.
            occurred_at=changed or min(natural or given.told_at, given.told_at),
            source_id=source_id,
            key=key,
            told_at=given.told_at,
            connection=given.connection,
            stage=told(cells, "stage"),
            status=status,
            amount=amount,
            margin=margin,
            currency=code,
            opened_at=opened,
            closed_at=closed,
            phone=phone.parse(told(cells, "phone"), given.region),
            email=(told(cells, "email") or "").lower() or None,
            customer=told(cells, "customer"),
            contact=told(cells, "contact"),
            source=told(cells, "source"),
        )
        self._seen[key, changed] = line
        return found

    def dated(self, cells: Cells) -> bool:
        return told(cells, "changed_at") is not None

    def day(self, fact: Fact) -> date:
        return utc(fact.occurred_at).astimezone(self.given.zone).date()

    def totals(self, fact: Fact) -> Iterator[tuple[str, Decimal]]:
        row = cast(Deal, fact)
        if row.amount is not None:
            yield row.currency, row.amount

    def _moment(self, cells: Cells, name: str) -> Micros | None:
        text = told(cells, name)
        return None if text is None else parse_moment(text, self.given.zone, self.given.order)

    def _figures(self, cells: Cells) -> tuple[Decimal | None, Decimal | None, str]:
        """Amount, margin and their currency; a margin that is not told follows from the cost."""
        stated, mark = told(cells, "currency"), self.given.mark
        if (text := told(cells, "amount")) is None:
            _, code = self.money("0", "amount", stated)
            amount = None
        else:
            amount, code = self.money(text, "amount", stated)
        if (text := told(cells, "margin")) is not None:
            return amount, parse_amount(text, mark)[0], code
        if amount is None or (text := told(cells, "cost_of_goods")) is None:
            return amount, None, code
        return amount, amount - parse_amount(text, mark)[0], code


def _status(cells: Cells) -> str:
    """`open`, `won` or `lost`; by the stage's name where no status is told, else open."""
    if (text := told(cells, "status")) is not None:
        if (found := _STATUS_OF.get(text.casefold())) is None:
            raise Unreadable(f"{text!r} is no status: write open, won or lost")
        return found
    return _STATUS_OF.get((told(cells, "stage") or "").casefold(), "open")
