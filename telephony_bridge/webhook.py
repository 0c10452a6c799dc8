"""The generic call webhook: one JSON body for each call, sent when it has ended.

The sender's `call` is the key: the same body again changes nothing, another body under the same
key replaces what was told before. A number that the account did not own at the ring is a fact of
its own kind, not a call. The answer carries who holds the number, for the sender's screen.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from numbers_pool import store as pool
from ringtrail.core import phone
from ringtrail.core.body import malformed
from ringtrail.core.clock import DAY, Micros, micros, utc
from ringtrail.core.connect import Hook, Store
from ringtrail.core.errors import Refused
from ringtrail.core.facts import Call, Outcome, Seconds, UnknownNumber, restated
from ringtrail.core.identifiers import fact_id
from ringtrail.core.inbox import put


class CallBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a sender tells of a call; `started_at` is ISO 8601 with its offset."""

    call: Annotated[str, Meta(min_length=1, max_length=200)]
    number: Annotated[str, Meta(min_length=2, max_length=64)]
    caller: Annotated[str, Meta(max_length=64)] | None = None
    direction: Annotated[str, Meta(pattern="^(inbound|outbound|internal)$")] = "inbound"
    started_at: Annotated[datetime, Meta(tz=True)]
    outcome: Outcome
    ring_seconds: Seconds = 0
    menu_seconds: Seconds = 0
    hold_seconds: Seconds = 0
    talk_seconds: Seconds = 0


_DECODER = msgspec.json.Decoder(CallBody)


def take(store: Store, hook: Hook) -> dict[str, object]:
    """Store the call of a verified delivery; returns the answer's body."""
    try:
        body = _DECODER.decode(hook.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise malformed(error) from error
    number = phone.parse(body.number, hook.region)
    started = micros(body.started_at)
    if started < 0 or started > hook.received_at + DAY:
        raise Refused(400, "malformed", "a call cannot have started then", "started_at")
    owner = pool.owner(store, number, started) if number else None
    if number is None or owner is None or owner.account != hook.account:
        put(store, [_unknown(hook, body, started)], hook.received_at)
        return {"call": None, "unknown_number": True, "holders": []}
    key = f"{hook.connection}:{body.call}"
    call = _call(hook, body, key, owner.site, number)
    put(store, [call], hook.received_at)
    holders = [
        {"visit": holder.visit, "lease": holder.lease, "seen": utc(holder.last_seen).isoformat(),
         "source": holder.card.source, "medium": holder.card.medium,
         "campaign": holder.card.campaign, "page": holder.card.page}
        for holder in pool.holders(store, number, started)
    ]  # fmt: skip
    return {"call": call.call, "unknown_number": False, "holders": holders}


def _call(hook: Hook, body: CallBody, key: str, site: int, number: str) -> Call:
    return Call(
        account=hook.account,
        site=site,
        occurred_at=micros(body.started_at),
        source_id=restated(key, hook.body),
        key=key,
        call=fact_id(hook.account, "call_key", key),
        told_at=hook.received_at,
        number=number,
        caller=phone.parse(body.caller, hook.region),
        presentation="allowed" if body.caller else "restricted",
        direction=body.direction,
        outcome=body.outcome,
        ring_seconds=body.ring_seconds,
        menu_seconds=body.menu_seconds,
        hold_seconds=body.hold_seconds,
        talk_seconds=body.talk_seconds,
    )


def _unknown(hook: Hook, body: CallBody, started: Micros) -> UnknownNumber:
    return UnknownNumber(
        account=hook.account,
        site=hook.site,
        occurred_at=started,
        source_id=restated(f"{hook.connection}:{body.call}", hook.body),
        number=phone.parse(body.number, hook.region) or body.number,
        caller=phone.parse(body.caller, hook.region),
        presentation="allowed" if body.caller else "restricted",
        connection=hook.connection,
    )
