"""What a journal row means for a call: pure, without a store or a clock.

    Ring        opens a live call               Ended       closes it: a fact
    Answered    a person picked up              LinkEnded   closes what lost its Ended line
                                                Booted      closes whatever rang before

Called by the bridge, which keeps live calls and asks who owns a number. The same rows give the
same facts, byte by byte and id by id, however often and from wherever they are read again: nothing
here knows when it is read, and `told_at` is the time of the row that ended the call.
"""

import re
from dataclasses import dataclass, replace

import msgspec

from ringtrail.core import phone
from ringtrail.core.clock import DAY, SECOND, Micros
from ringtrail.core.facts import Call, UnknownNumber, encode, restated
from ringtrail.core.identifiers import fact_id
from telephony_bridge.asterisk.row import (
    Answered,
    Booted,
    Called,
    Ended,
    LinkEnded,
    Ring,
    Row,
    Unreadable,
    counter,
)

# As the facts have it: E.164, or a short number as it is dialled.
_CALLED = re.compile(r"\+[0-9]{3,15}|[0-9]{2,6}")
_OUTCOMES = {"ANSWER": "answered", "BUSY": "busy", "CANCEL": "abandoned"}
# Asterisk takes calls a moment before it writes that it has started.
_BOOTING = 2 * SECOND


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a called number is; not `known`: nobody's, it is counted where its trunk belongs.

    `region` is the country (ISO 3166 alpha-2) in which the caller's number was written.
    """

    account: int
    site: int
    known: bool
    trunk: int | None
    region: str | None


@dataclass(frozen=True, slots=True)
class Live:
    """A call that has not ended; `key` is the PBX's linked id."""

    key: str
    account: int
    site: int
    trunk: int | None
    number: str
    known: bool
    caller: str | None
    presentation: str
    destination: str | None
    started_at: Micros
    answered_at: Micros | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """The call is alive from now on."""

    live: Live


@dataclass(frozen=True, slots=True)
class Answer:
    """The live call was picked up."""

    live: Live


@dataclass(frozen=True, slots=True)
class Close:
    """The call is over; it is no longer alive, and this is the fact."""

    key: str
    fact: Call | UnknownNumber


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a call ended; `rang` is false if nothing was there to ring."""

    at: Micros
    outcome: str
    ring: int
    talk: int
    rang: bool = True


def assemble(live: Live | None, row: Row, owner: Owner | None) -> Open | Answer | Close | None:
    """What to do because of `row`.

    `live` is the live call of the row's key; for `Booted` each live call of the journal in turn.
    `owner` is asked for only when a ring or an end comes without a live call. Raises `Unreadable`
    when nobody owns the trunk nor the number, so that no account can be told.
    """
    match row:
        case Ring():
            return None if live else Open(_opened(row, owner, row.at))
        case Ended():
            if live is None:
                # Its ring was lost: the line was cut, or the journal began later.
                live = _opened(row, owner, Micros(row.at - 1000 * (row.dialed_ms or 0)))
            return _close(live, _ending(live, row))
        case Answered():
            if live is None or live.answered_at is not None:
                return None
            return Answer(replace(live, answered_at=row.at))
        case LinkEnded():
            return None if live is None else _close(live, _cut_off(live, row))
        case Booted():
            return None if live is None or _survives(live, row) else _close(live, _lost(live, row))


def _opened(row: Called, owner: Owner | None, started_at: Micros) -> Live:
    if owner is None:
        raise Unreadable("owner")
    return Live(
        key=row.key,
        account=owner.account,
        site=owner.site,
        trunk=owner.trunk,
        number=row.number,
        known=owner.known and _CALLED.fullmatch(row.number) is not None,
        caller=phone.parse(row.caller, owner.region),
        presentation=row.presentation,
        destination=row.destination,
        started_at=started_at,
    )


def _ending(live: Live, row: Ended) -> _Ending:
    answered = row.status == "ANSWER"
    since = row.at - live.started_at
    if not answered:
        talk = 0
    elif row.talk_ms is not None:
        talk = 1000 * row.talk_ms
    else:
        talk = 0 if live.answered_at is None else row.at - live.answered_at
    ring = (since if row.dialed_ms is None else 1000 * row.dialed_ms) - talk
    rang = live.destination is not None
    if row.status:
        outcome = _OUTCOMES.get(row.status, "missed")
    else:
        outcome = "abandoned" if rang else "missed"
    return _Ending(row.at, outcome, ring, talk, rang)


def _cut_off(live: Live, row: LinkEnded) -> _Ending:
    """The end of a call whose own line is lost, reckoned from what else was heard."""
    rang = live.destination is not None
    if live.answered_at is None:
        return _Ending(row.at, "missed", row.at - live.started_at, 0, rang)
    ring, talk = live.answered_at - live.started_at, row.at - live.answered_at
    return _Ending(row.at, "answered", ring, talk, rang)


def _lost(live: Live, boot: Booted) -> _Ending:
    """Nobody knows when the call broke off, so only what came before the answer is counted."""
    ring = 0 if live.answered_at is None else live.answered_at - live.started_at
    return _Ending(boot.at, "lost_in_pbx_restart", ring, 0)


def _survives(live: Live, boot: Booted) -> bool:
    """Whether the call belongs to the Asterisk that has just started, or to a later one."""
    if live.started_at > boot.at:
        return True
    return counter(live.key) < counter(boot.key) and live.started_at > boot.at - _BOOTING


def _close(live: Live, ending: _Ending) -> Close:
    return Close(live.key, _call(live, ending) if live.known else _unknown(live, ending))


def _call(live: Live, ending: _Ending) -> Call:
    key = f"pbx:{live.key}"
    fact = Call(
        account=live.account,
        site=live.site,
        occurred_at=live.started_at,
        source_id="",
        key=key,
        call=fact_id(live.account, "call_key", key),
        told_at=ending.at,
        number=live.number,
        caller=live.caller,
        presentation=live.presentation,
        outcome=ending.outcome,
        step="ring" if ending.outcome == "abandoned" else None,
        trunk=live.trunk,
        destination=live.destination,
        ring_seconds=_seconds(ending.ring),
        talk_seconds=_seconds(ending.talk),
    )
    return msgspec.structs.replace(fact, source_id=restated(key, encode(fact)))


def _unknown(live: Live, ending: _Ending) -> UnknownNumber:
    """Never restated: no key would let a later telling replace an earlier one."""
    return UnknownNumber(
        account=live.account,
        site=live.site,
        occurred_at=live.started_at,
        source_id=f"pbx:{live.key}",
        number=live.number,
        caller=live.caller,
        presentation=live.presentation,
        connection="pbx" if live.trunk is None else f"trunk:{live.trunk}",
        outcome=ending.outcome if ending.rang else "unknown_number",
        destination=live.destination,
        talk_seconds=_seconds(ending.talk),
    )


def _seconds(span: int) -> int:
    """Microseconds as whole seconds within what a fact allows, half a second up."""
    return min(max((span + SECOND // 2) // SECOND, 0), 7 * DAY // SECOND)
