"""A warehouse into which tests tell facts batch by batch, and mart_call as the upkeep leaves it."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from attribution.identity import Guards, Persons
from ringtrail.core.clock import DAY, SECOND, Micros, utc
from ringtrail.core.facts import Contact, Fact, Identified, NumberOwned, Page, PoolDescribed
from ringtrail.core.identifiers import mint
from ringtrail.core.money_facts import Deal
from ringtrail.core.warehouse import Query, Row, Transaction, Warehouse

T = Micros(1_790_000_000_000_000)
ACCOUNT, SITE = 1, 7
MARTS = ("mart_mention", "mart_person", "mart_person_alarm")
FACTS = (
    "fact_contact", "fact_identified", "fact_deal", "fact_number_owned", "fact_person_decision",
    "fact_pool", "mart_call",
)  # fmt: skip
_TIMES = {"occurred_at", "told_at", "since", "until", "opened_at", "closed_at"}
_ROW = Query(
    "mart_call",
    "INSERT INTO mart_call BY NAME SELECT 1 AS account, 7 AS site, $call::UUID AS call, '' AS key,"
    " make_timestamp($at) AS started_at, DATE '2026-01-01' AS day, '+442079460101' AS number,"
    " $caller AS caller, $presentation AS presentation, $direction AS direction,"
    " 'answered' AS outcome, false AS first_time, 0 AS ring_seconds, 0 AS menu_seconds,"
    " 0 AS hold_seconds, 0 AS talk_seconds, $match AS match,"
    " $visitor::UUID AS visitor, '' AS channel, '' AS source, '' AS medium, 0 AS traffic",
)


def at(days: float) -> Micros:
    return Micros(T + round(days * DAY))


def cookie(n: int) -> UUID:
    return UUID(int=n)


def phone(n: int) -> str:
    return f"+4420794600{n:02}"


@dataclass(frozen=True)
class Rang:
    """A call as the marts have it."""

    n: int
    days: float
    caller: str | None
    visitor: UUID | None = None
    match: str = "lease"
    presentation: str = "allowed"
    direction: str = "inbound"


def contact(n: int, days: float, told: int = 0, **fields: Any) -> Contact:
    return Contact(
        account=ACCOUNT,
        site=SITE,
        occurred_at=at(days),
        source_id=f"{n}:{told}:{days}:{fields}",
        key=str(n),
        contact=UUID(int=1000 + n),
        told_at=at(days) + told * SECOND,
        way="form",
        vendor="ours",
        **fields,
    )


def identified(n: int, days: float, visitor: UUID, **fields: Any) -> Identified:
    return Identified(
        account=ACCOUNT,
        site=SITE,
        occurred_at=at(days),
        source_id=f"{n}:{days}:{visitor}:{fields}",
        visit=UUID(int=n),
        visitor=visitor,
        **fields,
    )


def deal(n: int, days: float, told: int = 0, **fields: Any) -> Deal:
    return Deal(
        account=ACCOUNT,
        site=SITE,
        occurred_at=at(days) + told,
        source_id=f"{n}:{told}:{days}:{fields}",
        key=str(n),
        told_at=at(days) + told * SECOND,
        connection="crm",
        status="open",
        currency="GBP",
        **fields,
    )


def owned(number: str, days: float) -> NumberOwned:
    return NumberOwned(
        account=ACCOUNT, site=SITE, occurred_at=at(days), source_id=number, number=number,
        role="static", since=at(days),
    )  # fmt: skip


def pool(original: str, days: float) -> PoolDescribed:
    return PoolDescribed(
        account=ACCOUNT, site=SITE, occurred_at=at(days), source_id=original, pool=1, name="City",
        original=original,
    )  # fmt: skip


def page(n: int, days: float) -> Page:
    return Page(
        account=ACCOUNT, site=SITE, occurred_at=at(days), source_id=str(n), visit=UUID(int=n),
        url="https://shop.example/",
    )  # fmt: skip


class Taken(Exception):
    """Ends a transaction whose writes are not wanted."""


@dataclass
class World:
    warehouse: Warehouse
    persons: Persons
    change: list[Row] = field(default_factory=list)
    """The columns that person_change had after the last batch."""

    def tell(self, *told: Fact | Rang) -> list[UUID]:
        """One batch; returns the visitors who are another person now."""
        batch = mint()
        with self.warehouse.transaction() as transaction:
            self._write(transaction, batch, told)
            self.persons.update(transaction, batch)
            self.change = transaction.rows(Query("change", "DESCRIBE person_change"))
            return [visitor for _, visitor in self.persons.changed_visitors(transaction)]

    def _write(self, transaction: Transaction, batch: UUID, told: Iterable[Fact | Rang]) -> None:
        dirty = "CREATE OR REPLACE TEMP TABLE dirty_call (account INTEGER, call UUID)"
        transaction.run(Query("dirty", dirty))
        for one in told:
            if isinstance(one, Rang):
                self._ring(transaction, one)
            else:
                _put(transaction, batch, one)

    def _ring(self, transaction: Transaction, rang: Rang) -> None:
        values = {
            "call": str(UUID(int=2000 + rang.n)), "at": at(rang.days), "caller": rang.caller,
            "visitor": rang.visitor and str(rang.visitor), "match": rang.match,
            "presentation": rang.presentation, "direction": rang.direction,
        }  # fmt: skip
        one = {"call": values["call"]}
        transaction.run(Query("gone", "DELETE FROM mart_call WHERE call = $call::UUID"), one)
        transaction.run(_ROW, values)
        transaction.run(Query("dirty", "INSERT INTO dirty_call VALUES (1, $call::UUID)"), one)

    def marts(self) -> dict[str, list[str]]:
        return {name: self._sorted(self.warehouse.rows(_all(name))) for name in MARTS}

    def rebuilt(self) -> dict[str, list[str]]:
        """What a rebuild would give; what is kept stays as it is."""
        found: dict[str, list[str]] = {}
        with suppress(Taken), self.warehouse.transaction() as transaction:
            self.persons.rebuild(transaction)
            found = {name: self._sorted(transaction.rows(_all(name))) for name in MARTS}
            raise Taken
        return found

    @staticmethod
    def _sorted(rows: list[Row]) -> list[str]:
        return sorted(str(tuple(row.values())) for row in rows)

    def rows(self) -> list[Row]:
        return self.warehouse.rows(_all("mart_person"))

    def person(self, node: object, days: float | None = None) -> UUID:
        """Whose a node is; of a phone at a moment."""
        moment = utc(at(days or 0)).replace(tzinfo=None)
        found = [
            row["person"] for row in self.rows()
            if row["node"] == str(node)
            and (row["until"] is None or days is None or row["since"] <= moment < row["until"])
        ]  # fmt: skip
        if not found and isinstance(node, UUID):
            return node
        (person,) = found
        assert isinstance(person, UUID)
        return person

    def together(self, *nodes: object) -> bool:
        return len({self.person(node) for node in nodes}) == 1

    def alarms(self) -> list[tuple[str, str]]:
        rows = self.warehouse.rows(_all("mart_person_alarm"))
        return sorted((row["alarm"], row["node"]) for row in rows)

    def clear(self) -> None:
        with self.warehouse.transaction() as transaction:
            for name in (*MARTS, *FACTS):
                transaction.run(Query("clear", f"DELETE FROM {name}"))
            self.persons.rebuild(transaction)


def open_world(warehouse: Warehouse, **guards: Any) -> World:
    return World(warehouse, Persons(Guards(**guards)))


def _all(name: str) -> Query:
    return Query(name, f"FROM {name}")


def _put(transaction: Transaction, batch: UUID, fact: Fact) -> None:
    """As the loader does, one row at a time."""
    values: dict[str, Any] = {"fact_id": str(fact.id()), "batch": str(batch), "received_at": T}
    for name in fact.__struct_fields__:
        value = getattr(fact, name)
        if name != "source_id":
            values[name] = (
                json.dumps(value) if isinstance(value, dict)
                else str(value) if isinstance(value, UUID) else value
            )  # fmt: skip
    times = _TIMES | {"received_at"}
    columns = ", ".join(
        f'make_timestamp(${name}) AS "{name}"' if name in times else f'${name} AS "{name}"'
        for name in values
    )
    statement = f"INSERT INTO fact_{fact.kind} BY NAME SELECT {columns}"
    transaction.run(Query("put", statement), values)
