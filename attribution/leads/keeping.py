"""Keeps mart_mark and mart_lead equal to what a rebuild would give.

Called by `attribution.upkeep` within its transaction, in this order: `widen` after the dirty calls
are found, `mark_calls` when they are matched and before days are counted, `keep_marks` after
mart_call, `keep_leads` after persons. What each step changed stays in the temporary tables
dirty_mark and dirty_lead until the next one; they are there after every run. A batch that brings
neither calls nor contacts, decisions or other persons costs two questions. What can go wrong: rules
of an earlier program stand behind the marts (`current` is False): all of them are to be made anew.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from ringtrail.core.warehouse import Query, Transaction

# Goes up when the statements mark the same facts otherwise.
_VERSION = 2


def _query(name: str) -> Query:
    return Query.load("attribution", f"leads/{name}.sql")


@dataclass(frozen=True, slots=True)
class Leads:
    """Writes mart_mark, mart_lead and mart_lead_event.

    `target_seconds`, `lead_days`: of a site that has no rule of its own. `spam_points`: with as
    many of a hundred points an event is spam.
    """

    target_seconds: int = 60
    lead_days: int = 30
    spam_points: int = 60

    @property
    def rules(self) -> str:
        """A digest of all that decides what counts, but facts."""
        return hashlib.sha256(msgspec.json.encode((_VERSION, self))).hexdigest()[:12]

    def current(self, transaction: Transaction) -> bool:
        """Whether these rules made the marks."""
        return bool(transaction.rows(_query("rules"))[0]["rules"] == self.rules)

    def widen(self, transaction: Transaction, batch: UUID, dirty: int) -> int:
        """Add to dirty_call what a batch concerns besides its `dirty` calls; returns how many."""
        if not (dirty or transaction.rows(_query("asked"), {"batch": batch})[0]["decisions"]):
            return 0
        more: int = transaction.rows(_query("dirty_calls"), {"batch": batch})[0]["Count"]
        return more

    def begin(self, transaction: Transaction) -> None:
        """Nothing is marked yet."""
        transaction.run(_query("nothing_marked"))

    def mark_calls(self, transaction: Transaction, rang_at: datetime) -> None:
        """Correct and mark matched_call, whose earliest call rang at `rang_at`."""
        transaction.run(_query("uncorrected_call"))
        if transaction.rows(_query("correction_now"))[0]["Count"]:
            transaction.run(_query("corrected_call"))
        values = {
            "rang_at": rang_at,
            "target_seconds": self.target_seconds,
            "spam_points": self.spam_points,
        }
        transaction.run(_query("mark_call"), values)
        transaction.run(_query("excluded_call"))

    def keep_marks(self, transaction: Transaction, scope: dict[str, Any]) -> None:
        """Mark the contacts that `scope` (batch, site, everything) concerns; store all marks."""
        if scope["everything"]:
            transaction.run(_query("rules_set"), {"rules": self.rules})
        if scope["batch"] is None or self._asked(transaction, scope["batch"]):
            transaction.run(_query("dirty_contact"), scope)
            transaction.run(_query("mark_contact"), {"spam_points": self.spam_points})
        everything = {"everything": scope["everything"]}
        if transaction.rows(_query("dirty_mark"), everything)[0]["Count"]:
            transaction.run(_query("mart_mark_delete"))
            transaction.run(_query("mart_mark_insert"))

    def keep_leads(self, transaction: Transaction) -> None:
        """Put together anew the leads of whoever dirty_mark or person_change concerns."""
        if not transaction.rows(_query("changed"))[0]["changed"]:
            transaction.run(_query("no_lead"))
            return
        for name in ("asked_event", "whose_event"):
            transaction.run(_query(name))
        transaction.run(_query("lead_event_now"), {"lead_days": self.lead_days})
        for name in (
            "held_lead",
            "lead_now",
            "dirty_lead",
            "mart_lead_delete",
            "mart_lead_insert",
            "mart_lead_event_delete",
            "mart_lead_event_insert",
        ):
            transaction.run(_query(name))

    def _asked(self, transaction: Transaction, batch: UUID) -> bool:
        asked = transaction.rows(_query("asked"), {"batch": batch})[0]
        return bool(asked["decisions"] or asked["contacts"])
