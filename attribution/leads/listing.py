"""What people corrected, the newest first, with the ids by which it can be taken back.

Called by the route GET /api/v1/corrections, `ringtrail correct list` and, for one call, by the
reports. Reasons are free text and may name a caller: whoever shows them to others masks them.
Decisions about who is who are of no call: they are listed beside.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from attribution.answers import CorrectionRow
from attribution.leads.corrections import ROLES
from ringtrail.core.auth import Scoped
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Query, Row, Warehouse

_CORRECTIONS = Query.load("attribution", "leads/corrections.sql")
_DECISIONS = Query.load("attribution", "leads/person_decisions.sql")


@dataclass(frozen=True, slots=True)
class PersonDecisionRow:
    """What somebody decided about who is who; `one` and `other` are like `phone:+442079460000`.

    `since` is a moment at which the phones were theirs. `decision` is what to undo.
    """

    decision: UUID
    action: Literal["merge", "split", "stop"]
    one: str
    other: str | None
    since: datetime
    decided_at: datetime
    decided_by: str
    why: str
    undone_by: str | None


def corrections(
    warehouse: Warehouse, scope: Scoped, event: UUID | None = None
) -> list[CorrectionRow]:
    """Of a call or a contact, else of the whole account; those that were taken back too.

    Refused for a role that may not correct.
    """
    _check(scope)
    return _told(warehouse.rows(_CORRECTIONS, _bound(scope, event)))


def person_decisions(warehouse: Warehouse, scope: Scoped) -> list[PersonDecisionRow]:
    """Those of the account, of whichever site; refused for a role that may not decide."""
    _check(scope)
    return [
        PersonDecisionRow(
            **row | {at: row[at].replace(tzinfo=UTC) for at in ("since", "decided_at")}
        )
        for row in warehouse.rows(_DECISIONS, {"account": scope.account})
    ]


async def standing(warehouse: Warehouse, scope: Scoped, event: UUID) -> list[CorrectionRow]:
    """Those of a call or a contact that count, for any role that may see it."""
    rows = await warehouse.read(_CORRECTIONS, _bound(scope, event))
    return [row for row in _told(rows) if row.counts]


def _check(scope: Scoped) -> None:
    if scope.role not in ROLES:
        raise Refused(403, "role", f"a {scope.role} may not see what was corrected")


def _bound(scope: Scoped, event: UUID | None) -> Row:
    return {"account": scope.account, "sites": list(scope.sites), "event": event}


def _told(rows: list[Row]) -> list[CorrectionRow]:
    return [
        CorrectionRow(**{**row, "decided_at": row["decided_at"].replace(tzinfo=UTC)})
        for row in rows
    ]
