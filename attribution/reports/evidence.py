"""Why a call has the source that it has: who may have called, how likely, and what led to it.

Asked by `attribution.Reports`. What can go wrong: a call of another account or site, or none at
all; the answer is then None.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from attribution.answers import CorrectionRow, Evidence, Holder, JourneyVisit, Judged
from attribution.leads.listing import standing
from attribution.match.fit import kept_version
from attribution.models.rules import RULES
from ringtrail.core.auth import Scoped
from ringtrail.core.warehouse import Query, Row, Warehouse

_EVIDENCE = Query.load("attribution", "reports/call_evidence.sql")
_JOURNEY = Query.load("attribution", "reports/call_journey.sql")


async def evidence(warehouse: Warehouse, scope: Scoped, call: UUID) -> Evidence | None:
    """The call, its candidates and its journey; None for a call that the reader may not see."""
    values = {"account": scope.account, "sites": list(scope.sites), "call": call}
    rows = await warehouse.read(_EVIDENCE, values)
    if not rows:
        return None
    told = rows[0]
    nobody = [row for row in rows if row["lease"] is None and row["fit"] is not None]
    return Evidence(
        started_at=_local(told["started_at"], told),
        caller=told["caller"],
        number=told["number"],
        outcome=told["outcome"],
        match=told["match"],
        probability=told["probability"],
        holders=[_holder(row) for row in rows if row["lease"] is not None],
        judged=await _judged(warehouse, nobody[0]) if nobody else None,
        journey=[_visit(row) for row in await warehouse.read(_JOURNEY, values)],
        excluded=told["excluded"],
        corrected=told["corrected"],
        reasons=json.loads(told["reasons"]),
        corrections=[_here(one, told) for one in await standing(warehouse, scope, call)],
    )


async def _judged(warehouse: Warehouse, nobody: Row) -> Judged:
    version = nobody["fit"]
    found = await kept_version(warehouse, version)
    measured = found.reliability if found else None
    return Judged(
        nobody=nobody["candidate_probability"],
        terms=json.loads(nobody["terms"]),
        fit=version,
        of_site=found is not None and found.site is not None,
        verdict=measured.verdict if measured else "assumed",
        labels=measured.labels if measured else 0.0,
        error=measured.ece if measured else None,
    )


def _here(one: CorrectionRow, row: Row) -> CorrectionRow:
    return replace(one, decided_at=one.decided_at.astimezone(ZoneInfo(row["timezone"])))


def _holder(row: Row) -> Holder:
    return Holder(
        got_it=bool(row["mine"]),
        probability=row["candidate_probability"],
        terms=json.loads(row["terms"]),
        on_site=row["on_site"],
        seconds=row["seconds"],
        opened_at=_local(row["opened_at"], row),
        left_at=_local(row["last_seen"], row) if row["last_seen"] else None,
        channel=row["channel"],
        source=row["source"],
        medium=row["medium"],
        campaign=row["campaign"],
        page=row["page"],
    )


def _visit(row: Row) -> JourneyVisit:
    return JourneyVisit(
        at=_local(row["touch_at"], row) if row["touch_at"] else None,
        called=row["called"],
        channel=row["channel"],
        source=row["source"],
        medium=row["medium"],
        campaign=row["campaign"],
        landing=row["landing"],
        weights={model: row[f"weight_{model}"] for model in RULES},
    )


def _local(at: datetime, row: Row) -> datetime:
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(row["timezone"]))
