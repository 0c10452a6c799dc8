"""What people decided about who is who, and how a decision is taken back.

A merge, a split and a stop are facts (`PersonDecision`), so they outlive rebuilds; to undo one is
to tell it again with who took it back. Of two decisions that contradict each other the newer one
holds. Called by whoever lets people decide; `attribution.identity.guards` obeys. What can go
wrong: a name that is no phone or e-mail (Refused), a decision about a phone that nobody has seen
yet, which takes effect when it is.
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import msgspec

from attribution.identity.graph import Kind, Known, known
from ringtrail.core.clock import Micros
from ringtrail.core.errors import Refused
from ringtrail.core.facts import PersonDecision, restated
from ringtrail.core.identifiers import mint


class Ruling(NamedTuple):
    """A merge or a split of two nodes of a cluster that nobody has undone."""

    action: str
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides, why, when; `since` is a moment at which the phones meant were theirs."""

    account: int
    by: str
    why: str
    at: Micros
    since: Micros | None = None


def named(kind: str, text: str) -> Known:
    """The node that a person typed; raises Refused for what is none."""
    found = known(Kind(kind), text) if kind in Kind.__members__ else None
    if found is None:
        raise Refused(400, "malformed", f"{text!r} is no {kind}", "node")
    return found


def merge(deciding: Deciding, one: Known, other: Known) -> PersonDecision:
    """`one` and `other` are the same person."""
    return _decision(deciding, "merge", one, other)


def split(deciding: Deciding, one: Known, other: Known) -> PersonDecision:
    """`one` is not the person that `other` is: it leaves with what hangs on it alone."""
    return _decision(deciding, "split", one, other)


def stop(deciding: Deciding, one: Known) -> PersonDecision:
    """`one` tells of nobody: an employee's phone, a test."""
    return _decision(deciding, "stop", one, None)


def undo(decision: PersonDecision, by: str, at: Micros) -> PersonDecision:
    """`decision`, taken back; it stays in the history."""
    # It occurs now: the inbox takes nothing that is older than its ledger.
    return _told(msgspec.structs.replace(decision, undone_by=by, told_at=at, occurred_at=at))


def _decision(deciding: Deciding, action: str, one: Known, other: Known | None) -> PersonDecision:
    if other == one:
        raise Refused(400, "malformed", f"{one.node} is one person already", "node")
    decision: UUID = mint()
    return _told(
        PersonDecision(
            account=deciding.account,
            site=0,
            occurred_at=deciding.at,
            source_id="",
            key=str(decision),
            decision=decision,
            told_at=deciding.at,
            action=action,
            one_kind=one.kind,
            one=one.node,
            other_kind=None if other is None else other.kind,
            other=None if other is None else other.node,
            since=deciding.at if deciding.since is None else deciding.since,
            decided_by=deciding.by,
            why=deciding.why,
        )
    )


def _told(decision: PersonDecision) -> PersonDecision:
    content = f"{decision.told_at}:{decision.undone_by}".encode()
    return msgspec.structs.replace(decision, source_id=restated(decision.key, content))
