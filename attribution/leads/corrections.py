"""What a person asks to be corrected, checked and made a fact.

Called by the route /api/v1/corrections and, where nothing serves, by `ringtrail correct`; they put
the fact into the inbox. What cannot be is `Refused` and nothing is stored: a call or a visit that
the account does not have, two corrections in one, a role that may not. A correction that was told a
moment ago can be undone once it is loaded.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from attribution.identity.history import Deciding, merge, named, split, stop
from attribution.identity.history import undo as undo_decision
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import Micros, micros
from ringtrail.core.errors import Refused
from ringtrail.core.facts import Fact, PersonDecision, restated
from ringtrail.core.identifiers import mint
from ringtrail.core.lead_facts import Correction
from ringtrail.core.warehouse import Query, Row, Warehouse
from tracking.channel import channel

ROLES = frozenset({"administrator", "manager", "marketer"})
NOBODY = "nobody"
UNKNOWN = "(unknown)"
Said = Annotated[str, Meta(max_length=255, min_length=1)]
Why = Annotated[str, Meta(max_length=2048, min_length=1)]


class CorrectionBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of `source` (with `medium`), `match`, `flag` and `qualified`.

    `match` is a visit's id or `nobody`. `by`: who decided, where nobody has signed in.
    """

    of: Literal["call", "contact"]
    event: UUID
    why: Why
    by: Said | None = None
    source: Said | None = None
    medium: Said | None = None
    campaign: Said | None = None
    match: Said | None = None
    flag: Literal["spam", "test", "self_test", "internal", "none"] | None = None
    qualified: bool | None = None
    label: bool = False


class UndoBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A correction, or a decision about who is who, is taken back."""

    correction: UUID
    why: Why
    by: Said | None = None


class PersonBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`one` and `other` are like `phone:+442079460000`, `email:ann@a.example`, `cookie:ID`.

    `since`: a day on which the phones were theirs.
    """

    action: Literal["merge", "split", "stop"]
    one: Said
    other: Said | None = None
    since: datetime | None = None
    why: Why
    by: Said | None = None


Body = CorrectionBody | UndoBody | PersonBody


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, in whose account, when."""

    scope: Scoped
    by: str
    at: Micros


def decide(warehouse: Warehouse, decider: Decider, asked: Body) -> tuple[UUID, Fact]:
    """The fact that a request asks for, and the id by which it can be undone."""
    if decider.scope.role not in ROLES:
        raise Refused(403, "role", f"a {decider.scope.role} may not correct what counts")
    if isinstance(asked, CorrectionBody):
        made = _correct(warehouse, decider, asked)
        return made.correction, made
    if isinstance(asked, UndoBody):
        return asked.correction, _undo(warehouse, decider, asked)
    decision = _person(decider, asked)
    return decision.decision, decision


def _correct(warehouse: Warehouse, decider: Decider, asked: CorrectionBody) -> Correction:
    said = _said(asked)
    event = _event(warehouse, decider.scope, asked)
    if "visit" in said and said["visit"] is not None:
        _check_visit(warehouse, decider.scope, said["visit"], event["occurred_at"])
    correction = mint()
    made = Correction(
        account=decider.scope.account, site=event["site"], occurred_at=decider.at, source_id="",
        key=str(correction), correction=correction, told_at=decider.at, decided_at=decider.at,
        of=asked.of, event=asked.event, decided_by=decider.by, why=asked.why, label=asked.label,
        **said,
    )  # fmt: skip
    return _told(made)


def _said(asked: CorrectionBody) -> dict[str, Any]:
    """The action and its values."""
    told = {
        "source": asked.source,
        "match": asked.match,
        "flag": asked.flag,
        "qualify": asked.qualified,
    }
    actions = [action for action, value in told.items() if value is not None]
    if len(actions) != 1:
        raise Refused(400, "malformed", "say one of source, match, flag and qualified", "action")
    (action,) = actions
    if asked.of == "contact" and action in ("source", "match"):
        raise Refused(400, "malformed", "a contact's visit is the one it was left in", action)
    if asked.label and action != "match":
        raise Refused(400, "malformed", "only a match can be a label of the match", "label")
    if action == "source":
        return {"action": action, **_source(asked)}
    if asked.medium is not None or asked.campaign is not None:
        raise Refused(400, "malformed", "medium and campaign need their source", "source")
    if action == "match":
        return {"action": action, "visit": _visit(told["match"])}
    return {"action": action, "qualified" if action == "qualify" else action: told[action]}


def _source(asked: CorrectionBody) -> dict[str, str | None]:
    source, medium = (asked.source or "").strip(), (asked.medium or "").strip()
    campaign = (asked.campaign or "").strip() or None
    if not source or not medium:
        raise Refused(400, "malformed", "a source has a medium, as google has cpc", "medium")
    if source == UNKNOWN:
        told = "to say that it was nobody's, match it to nobody"
        raise Refused(400, "malformed", told, "source")
    found = channel(source, medium, campaign)
    return {"channel": found, "source": source, "medium": medium, "campaign": campaign}


def _visit(text: Any) -> UUID | None:
    if text == NOBODY:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Refused(
            400, "malformed", f"{text!r} is neither a visit's id nor nobody", "match"
        ) from None


def _event(warehouse: Warehouse, scope: Scoped, asked: CorrectionBody) -> Row:
    found = _rows(warehouse, "event", scope, {"of": asked.of, "event": asked.event})
    if not found:
        raise Refused(
            404, "event", f"no {asked.of} of the account has the id {asked.event}", "event"
        )
    return found[0]


def _check_visit(warehouse: Warehouse, scope: Scoped, visit: UUID, rang_at: datetime) -> None:
    found = _rows(warehouse, "visit", scope, {"visit": visit})
    if not found:
        raise Refused(404, "event", f"no visit of the account has the id {visit}", "match")
    if found[0]["occurred_at"] > rang_at:
        raise Refused(400, "malformed", "the visit began after the call", "match")


def _undo(warehouse: Warehouse, decider: Decider, asked: UndoBody) -> Fact:
    which = {"correction": asked.correction}
    for row in _rows(warehouse, "correction", decider.scope, which):
        _check_standing(row)
        values = {name: _text(value) for name, value in row.items() if name != "undone_by"}
        told = {
            "occurred_at": decider.at, "told_at": decider.at, "source_id": "",
            "key": str(asked.correction), "undone_by": decider.by, "undone_why": asked.why,
        }  # fmt: skip
        return _told(msgspec.convert(values | told, Correction))
    account = {"account": decider.scope.account}
    for row in warehouse.rows(_query("decision"), which | account):
        _check_standing(row)
        values = {name: _text(value) for name, value in row.items()}
        told = {"site": 0, "occurred_at": 0, "told_at": 0, "source_id": "",
                "key": str(asked.correction)}  # fmt: skip
        return undo_decision(msgspec.convert(values | told, PersonDecision), decider.by, decider.at)
    raise Refused(404, "correction", f"no correction has the id {asked.correction}", "correction")


def _check_standing(row: Row) -> None:
    if row["undone_by"] is not None:
        told = f"{row['undone_by']} has taken it back already"
        raise Refused(409, "correction", told, "correction")


def _person(decider: Decider, asked: PersonBody) -> PersonDecision:
    if (asked.other is None) != (asked.action == "stop"):
        raise Refused(400, "malformed", "a merge and a split are of two, a stop is of one", "other")
    since = None
    if asked.since is not None:
        since = micros(asked.since.replace(tzinfo=asked.since.tzinfo or UTC))
    deciding = Deciding(decider.scope.account, decider.by, asked.why, decider.at, since)
    one = named(*_kind_and_node(asked.one))
    if asked.other is None:
        return stop(deciding, one)
    other = named(*_kind_and_node(asked.other))
    return (merge if asked.action == "merge" else split)(deciding, one, other)


def _kind_and_node(text: str) -> tuple[str, str]:
    kind, mark, node = text.partition(":")
    if not mark:
        raise Refused(400, "malformed", f"{text!r} is not like phone:+442079460000", "node")
    return kind, node


def _told(made: Correction) -> Correction:
    content = f"{made.told_at}:{made.undone_by}".encode()
    return msgspec.structs.replace(made, source_id=restated(made.key, content))


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _rows(warehouse: Warehouse, name: str, scope: Scoped, values: Row) -> list[Row]:
    return warehouse.rows(
        _query(name), {"account": scope.account, "sites": list(scope.sites), **values}
    )


def _query(name: str) -> Query:
    return Query.load("attribution", f"leads/{name}.sql")
