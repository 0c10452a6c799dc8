"""The bodies of the public endpoints, decoded strictly; unknown fields are ignored.

What people write themselves is cut where it is too long, never refused: the script does not measure
it. Called by `tracking.api`.
"""

import json
from itertools import islice
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from ringtrail.core.body import malformed
from ringtrail.core.errors import Refused
from ringtrail.core.facts import Short

# No store keeps a NUL in a text column, and no browser puts a control character into an address.
_PRINTED = r"[^\x00-\x1f]*$"
Url = Annotated[str, Meta(max_length=8192, pattern="^https?://" + _PRINTED)]
Address = Annotated[str, Meta(max_length=8192, pattern="^" + _PRINTED)]
Key = Annotated[str, Meta(min_length=1, max_length=64, pattern="^" + _PRINTED)]
Pixels = Annotated[int, Meta(ge=0, le=100_000)]
_MOST_FIELDS, _FIELD_NAME, _FIELD_TEXT = 30, 64, 1000
Answer = Short | bool | None
B = TypeVar("B", bound="Body")
Millis = Annotated[float, Meta(ge=0, le=9e15)]


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What the visitor allowed, who asked (own call, Google, TCF, GPC), by which version.

    Answers come as Google's words, `granted` and `denied`, or as true and false.
    """

    state: Answer = "unknown"
    ad_user_data: Answer = None
    ad_personalization: Answer = None
    source: Short | None = None
    version: Short | None = None

    @property
    def denied(self) -> bool:
        return self.state in ("denied", False)

    def words(self) -> dict[str, str]:
        """As it is kept with the visit."""
        values = msgspec.structs.asdict(self)
        return {name: _word(value) for name, value in values.items() if value is not None}


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What every body says."""

    event_id: UUID
    site: Key
    at: Millis
    sent_at: Millis
    consent: Consent = Consent()


class VisitBody(Body, frozen=True, kw_only=True):
    """POST /v1/visit: a page was opened."""

    url: Url
    visitor: UUID | None = None
    visit: UUID | None = None
    referrer: Address | None = None
    title: str | None = None
    screen: tuple[Pixels, Pixels] | None = None
    language: Short | None = None
    timezone: Short | None = None
    client_ids: dict[Short, str | None] = {}
    webdriver: bool = False
    prerender: bool = False
    mode: Literal["cookieless"] | None = None


class BeatBody(Body, frozen=True, kw_only=True):
    """POST /v1/beat: the page is still seen."""

    visit: UUID
    leases: Annotated[list[UUID], Meta(max_length=32)] = []
    page: Address | None = None


class LeaveBody(Body, frozen=True, kw_only=True):
    """POST /v1/leave: the page was unloaded."""

    visit: UUID
    leases: Annotated[list[UUID], Meta(max_length=32)] = []


class EventBody(Body, frozen=True, kw_only=True):
    """POST /v1/event: the visitor did something; see `tracking.event`."""

    kind: Literal["form", "chat", "callback", "click", "custom"]
    visit: UUID | None = None
    visitor: UUID | None = None
    page: Address | None = None
    told: dict[str, Any] = msgspec.field(name="fields", default_factory=dict)

    @property
    def fields(self) -> dict[str, str | None]:
        """What was told, as short texts: the first 30."""
        first = islice(self.told.items(), _MOST_FIELDS)
        return {name[:_FIELD_NAME]: _text(value) for name, value in first}


_DECODERS: dict[type[Body], Any] = {
    kind: msgspec.json.Decoder(kind) for kind in (VisitBody, BeatBody, LeaveBody, EventBody)
}


def read(kind: type[B], body: bytes) -> B:
    """The body as `kind`; raises `Refused` 400 that names the field."""
    try:
        decoded: B = _DECODERS[kind].decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise malformed(error) from error
    except RecursionError as error:
        raise Refused(400, "malformed", "the body is nested too deeply") from error
    return decoded


def _text(value: Any) -> str | None:
    """A field's value, or those of several boxes, as it would be read; nothing of an object."""
    if isinstance(value, list):
        texts = (_text(one) for one in value if not isinstance(one, list))
        return ", ".join(filter(None, texts))[:_FIELD_TEXT]
    if value is None or isinstance(value, dict):
        return None
    return (value if isinstance(value, str) else json.dumps(value))[:_FIELD_TEXT]


def _word(value: str | bool) -> str:
    return value if isinstance(value, str) else ("denied", "granted")[value]
