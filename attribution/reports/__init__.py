"""Reads of the marts: one query a report, each bound to the reader's account and sites.

Dashboards await them; exporters stream them. Days are the site's local days, `until` inclusive.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from attribution.answers import (
    Acquisition,
    AcquisitionMoney,
    AcquisitionRow,
    Begun,
    CallPage,
    CallRow,
    DateBasis,
    DayChannel,
    Evidence,
    Totals,
    UnknownNumber,
)
from attribution.reports.acquisition_money import acquisition_money
from attribution.reports.evidence import evidence
from attribution.reports.figures import Asked, statement
from ringtrail.core.auth import Scoped
from ringtrail.core.warehouse import Query, Row, Warehouse
from ringtrail.core.warehouse.compose import paged

_ACQUISITION = Query.load("attribution", "reports/acquisition.sql")
_CALLS = Query.load("attribution", "reports/calls.sql")
_CONTACTS = Query.load("attribution", "reports/contacts.sql")
_BEGUN = Query.load("attribution", "reports/begun.sql")
SORTABLE = frozenset(
    ("started_at", "caller", "number", "source", "campaign", "outcome", "wait_seconds",
     "talk_seconds", "probability")
)  # fmt: skip
_NEWEST = "started_at DESC, call"
_COUNTS = tuple(field.name for field in fields(Totals))
_OF_TRAFFIC = tuple(field.name for field in fields(AcquisitionRow))


class Reports:
    """The report reads of one warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    async def acquisition(self, scope: Scoped, since: date, until: date) -> Acquisition:
        """Visits and calls by day and by traffic, beside the equally long period before."""
        before = since - (until - since + timedelta(days=1))
        values = _bound(scope, since, until) | {"before": before}
        rows = await self._warehouse.read(_ACQUISITION, values)
        by_day = [row for row in rows if row["day"] is not None]
        now = [row for row in by_day if row["day"] >= since]
        then = [row for row in by_day if row["day"] < since]
        return Acquisition(
            totals=_totals(now),
            previous=_totals(then),
            days=[
                DayChannel(row["day"], row["channel"], row["visits"], row["calls"])
                for row in sorted(now, key=lambda row: (row["day"], row["channel"]))
            ],
            previous_days=_day_totals(then),
            rows=[_traffic_row(row) for row in rows if row["day"] is None],
            previous_calls=_calls_by_channel(then),
            excluded=await self._excluded(scope, since, until)
            if any(row["excluded"] for row in now)
            else {},
        )

    async def _excluded(self, scope: Scoped, since: date, until: date) -> dict[str, int]:
        asked = Asked(
            "excluded calls",
            ("marks",),
            since,
            until,
            ("excluded",),
            (("reason",),),
            filters={"kind": ("call",)},
        )
        told = statement(scope, asked)
        rows = await self._warehouse.read(told.query, told.values)
        return {row["reason"]: row["excluded"] for row in rows}

    async def money(
        self, scope: Scoped, since: date, until: date, *, model: str, basis: DateBasis
    ) -> AcquisitionMoney:
        """What was spent and what a rule model credits, at every level of the table.

        Refused for a model that is none. Costs count on the day of the spend by any basis.
        """
        return await acquisition_money(self._warehouse, scope, since, until, model, basis)

    async def begun(self, scope: Scoped) -> Begun:
        """Whether a visit and a call were ever counted for this reader's sites."""
        values = {"account": scope.account, "sites": list(scope.sites)}
        row = (await self._warehouse.read(_BEGUN, values))[0]
        return Begun(visits=row["visits"], calls=row["calls"])

    async def calls(
        self,
        scope: Scoped,
        since: date,
        until: date,
        *,
        start: int,
        stop: int,
        sort: tuple[str, bool] | None,
        outcome: str | None,
    ) -> CallPage:
        """Rows [start, stop) of the call log, newest first unless sorted."""
        values = {**_bound(scope, since, until), "outcome": outcome, "start": start, "stop": stop}
        rows = await self._warehouse.read(paged(_CALLS, SORTABLE, sort, _NEWEST), values)
        if not rows and start:
            first = await self.calls(
                scope, since, until, start=0, stop=1, sort=None, outcome=outcome
            )
            return CallPage([], first.total)
        return CallPage([_call_row(row) for row in rows], rows[0]["total"] if rows else 0)

    async def evidence(self, scope: Scoped, call: UUID) -> Evidence | None:
        """Why a call has its source; None for a call that the reader may not see."""
        return await evidence(self._warehouse, scope, call)

    async def unknown_numbers(self, scope: Scoped, since: date, until: date) -> list[UnknownNumber]:
        """Called numbers that nobody set up, the most called first."""
        asked = Asked(
            "unknown numbers",
            ("unknown_numbers",),
            since,
            until,
            ("unknown_calls",),
            (("number",),),
        )
        told = statement(scope, asked)
        rows = await self._warehouse.read(told.query, told.values)
        return [UnknownNumber(row["number"], row["unknown_calls"]) for row in rows]

    def call_rows(
        self, scope: Scoped, since: date, until: date, outcome: str | None = None
    ) -> Iterator[Sequence[Row]]:
        """All columns of the period's calls in chunks, oldest first: for exporters."""
        query = paged(_CALLS, SORTABLE, ("started_at", False), "call")
        values = {**_bound(scope, since, until), "outcome": outcome, "start": 0, "stop": 2**40}
        for chunk in self._warehouse.stream(query, values):
            yield [{**row, "started_at": _local(row)} for row in chunk]

    def contact_rows(self, scope: Scoped, since: date, until: date) -> Iterator[Sequence[Row]]:
        """All columns of the period's contacts in chunks, oldest first: for exporters."""
        query = paged(_CONTACTS, (), None, "started_at, contact")
        values = {**_bound(scope, since, until), "start": 0, "stop": 2**40}
        for chunk in self._warehouse.stream(query, values):
            yield [{**row, "started_at": _local(row)} for row in chunk]


def _bound(scope: Scoped, since: date, until: date) -> dict[str, Any]:
    return {"account": scope.account, "sites": list(scope.sites), "since": since, "until": until}


def _totals(rows: Sequence[Row]) -> Totals:
    return Totals(**{name: sum(row[name] for row in rows) for name in _COUNTS})


def _day_totals(rows: Sequence[Row]) -> list[tuple[date, int, int]]:
    days: dict[date, tuple[int, int]] = {}
    for row in rows:
        visits, calls = days.get(row["day"], (0, 0))
        days[row["day"]] = (visits + row["visits"], calls + row["calls"])
    return [(day, *counts) for day, counts in sorted(days.items())]


def _calls_by_channel(rows: Sequence[Row]) -> dict[str, int]:
    calls: dict[str, int] = {}
    for row in rows:
        calls[row["channel"]] = calls.get(row["channel"], 0) + row["calls"]
    return calls


def _traffic_row(row: Row) -> AcquisitionRow:
    return AcquisitionRow(**{name: row[name] for name in _OF_TRAFFIC})


def _call_row(row: Row) -> CallRow:
    names = [field.name for field in fields(CallRow)]
    shown = {**row, "call": str(row["call"]), "started_at": _local(row)}
    return CallRow(**{name: shown[name] for name in names})


def _local(row: Row) -> Any:
    return row["started_at"].replace(tzinfo=UTC).astimezone(ZoneInfo(row["timezone"]))
