"""Facts: what happened, as typed structs; the only thing that intakes write.

An intake builds a fact and puts it into the inbox; `ingest.loader` decodes it strictly and appends
it to the warehouse table of its kind. Identifiers come from `fact_id`, never from the time of
receipt. Times are microseconds of UTC, seconds are whole seconds, phones E.164.
"""

import hashlib
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import Meta

from ringtrail.core.clock import Micros
from ringtrail.core.fact import At, Phone, Text
from ringtrail.core.fact import Fact as Fact
from ringtrail.core.fact import Short as Short
from ringtrail.core.lead_facts import LEAD_FACTS
from ringtrail.core.money_facts import MONEY_FACTS

# What can be called: E.164, or a short number as it is dialled.
Called = Annotated[str, Meta(pattern=r"^(\+[0-9]{3,15}|[0-9]{2,6})$")]
Seconds = Annotated[int, Meta(ge=0, le=7 * 86_400)]

OUTCOMES = (
    "answered",
    "missed",
    "busy",
    "abandoned",
    "voicemail",
    "unknown_number",
    "lost_in_pbx_restart",
)
Outcome = Annotated[str, Meta(pattern="^(" + "|".join(OUTCOMES) + ")$")]
# Whether the caller let their number be shown (RFC 3323; Asterisk's CALLERID(pres)).
Presentation = Annotated[str, Meta(pattern="^(allowed|restricted|unavailable)$")]
# What a number is for: shown to visitors, standing for a source, never shown.
Role = Annotated[str, Meta(pattern="^(pool|static|control)$")]
# How a person asks to be reached, other than by calling.
Way = Annotated[str, Meta(pattern="^(form|chat|callback)$")]
# Where in a call the caller gave up.
Step = Annotated[str, Meta(pattern="^(ring|menu|hold)$")]
# By what a person is known. A cookie is a visitor's id.
Known = Annotated[str, Meta(pattern="^(cookie|phone|email|customer|contact|deal)$")]


class SiteDescribed(Fact, frozen=True, kw_only=True):
    """A site's name and zone as they are from `occurred_at` on; the newest per site counts.

    `currency` is what its reports are in (ISO 4217); None when nobody said.
    """

    kind: ClassVar[str] = "site"
    name: Short
    timezone: Short
    currency: Short | None = None


class Visit(Fact, frozen=True, kw_only=True):
    """A visit began: a person on a site, from somewhere."""

    kind: ClassVar[str] = "visit"
    browser: ClassVar[bool] = True
    visit: UUID
    visitor: UUID
    landing: Text
    referrer: Text | None = None
    title: Short | None = None
    source: Short
    medium: Short
    campaign: Short | None = None
    content: Short | None = None
    term: Short | None = None
    channel: Short
    click_id_type: Short | None = None
    click_id: Text | None = None
    rule: Short
    language: Short | None = None
    timezone: Short | None = None
    screen: Short | None = None
    client_ids: dict[str, Short] = {}
    consent: dict[str, Short] = {}
    overflow: bool = False
    device: Short | None = None
    os: Short | None = None
    browser_name: Short | None = None
    country: Short | None = None
    region: Short | None = None
    city: Short | None = None


class Page(Fact, frozen=True, kw_only=True):
    """A page was opened within a visit."""

    kind: ClassVar[str] = "page"
    browser: ClassVar[bool] = True
    visit: UUID
    url: Text
    title: Short | None = None


class LeaseOpened(Fact, frozen=True, kw_only=True):
    """A visit was given a number.

    `drawn`: chance chose the visit for an audit; `audit`: it got one, the pool being free enough.
    """

    kind: ClassVar[str] = "lease"
    browser: ClassVar[bool] = True
    lease: UUID
    visit: UUID
    pool: int
    number: Called
    drawn: bool = False
    audit: bool = False


class LeaseClosed(Fact, frozen=True, kw_only=True):
    """A lease ended; the number was kept free for its visitor until `held_until`."""

    kind: ClassVar[str] = "lease_closed"
    browser: ClassVar[bool] = True
    lease: UUID
    number: Called
    last_seen: At
    held_until: At


class PoolOverflow(Fact, frozen=True, kw_only=True):
    """A visit found no free number in a pool; once a visit and pool."""

    kind: ClassVar[str] = "pool_overflow"
    browser: ClassVar[bool] = True
    visit: UUID
    pool: int


class PoolDescribed(Fact, frozen=True, kw_only=True):
    """What a pool is called and which branch it is of; the newest per pool counts for all its past.

    `original` is the business number that its numbers stand in for.
    """

    kind: ClassVar[str] = "pool"
    pool: int
    name: Short
    original: Called
    branch: int | None = None
    branch_name: Short | None = None


class NumberOwned(Fact, frozen=True, kw_only=True):
    """Whose a number is from `since` on, and up to `until`; the newest telling of each stretch.

    A static number carries the source that it stands for.
    """

    kind: ClassVar[str] = "number_owned"
    number: Called
    role: Role
    pool: int | None = None
    since: At
    until: At | None = None
    channel: Short | None = None
    source: Short | None = None
    medium: Short | None = None
    campaign: Short | None = None


class Call(Fact, frozen=True, kw_only=True):
    """A call to a tracking number, as told when it ended; a later telling replaces an earlier."""

    kind: ClassVar[str] = "call"
    key: Short
    call: UUID
    told_at: At
    number: Called
    caller: Phone | None = None
    presentation: Presentation = "allowed"
    direction: Short = "inbound"
    outcome: Outcome
    step: Step | None = None
    trunk: int | None = None
    destination: Short | None = None
    ring_seconds: Seconds = 0
    menu_seconds: Seconds = 0
    hold_seconds: Seconds = 0
    talk_seconds: Seconds = 0


class Contact(Fact, frozen=True, kw_only=True):
    """A person left a way to be reached; a later telling replaces an earlier.

    `way` is what they used, `vendor` whose form or chat it was, `form` its name on the page.
    """

    kind: ClassVar[str] = "contact"
    key: Short
    contact: UUID
    told_at: At
    way: Way
    vendor: Short
    form: Short | None = None
    phone: Phone | None = None
    email: Short | None = None
    name: Short | None = None
    message: Text | None = None
    page: Text | None = None
    visit: UUID | None = None
    visitor: UUID | None = None
    fields: dict[str, Text] = {}


class Identified(Fact, frozen=True, kw_only=True):
    """The page said who its visitor is, by a phone, an e-mail or the business's own customer id.

    Once a visit, however many of its pages say the same.
    """

    kind: ClassVar[str] = "identified"
    visit: UUID
    visitor: UUID
    phone: Phone | None = None
    email: Short | None = None
    customer: Short | None = None


class PersonDecision(Fact, frozen=True, kw_only=True):
    """Somebody decided who is who; a later telling of `decision` replaces an earlier one.

    merge: `one` and `other` are one person. split: they are two, whatever links them. stop: `one`
    tells of nobody (an employee, a test). `since` is a moment at which a phone was theirs: numbers
    change hands. `undone_by`: who took the decision back.
    """

    kind: ClassVar[str] = "person_decision"
    key: Short
    decision: UUID
    told_at: At
    action: Annotated[str, Meta(pattern="^(merge|split|stop)$")]
    one_kind: Known
    one: Short
    other_kind: Known | None = None
    other: Short | None = None
    since: At
    decided_by: Short
    why: Text
    undone_by: Short | None = None

    def __post_init__(self) -> None:
        second = (self.other_kind, self.other)
        if (self.action == "stop") != (second == (None, None)) or (second.count(None) == 1):
            raise ValueError("a merge and a split are of two, a stop is of one")
        if second == (self.one_kind, self.one):
            raise ValueError("one and the other are the same")
        for kind, node in ((self.one_kind, self.one), second):
            if kind == "cookie" and node != str(UUID(node)):
                raise ValueError("a cookie is a visitor's id")


class NumberClicked(Fact, frozen=True, kw_only=True):
    """A visitor clicked the number that they were shown: they may be about to call."""

    kind: ClassVar[str] = "click"
    browser: ClassVar[bool] = True
    visit: UUID
    lease: UUID


class UnknownNumber(Fact, frozen=True, kw_only=True):
    """A call reached a number that the account does not own.

    `destination` is what rang instead, `outcome` how that ended: unknown_number when nothing rang.
    """

    kind: ClassVar[str] = "unknown_number"
    number: Short
    caller: Phone | None = None
    presentation: Presentation = "allowed"
    connection: Short
    outcome: Outcome = "unknown_number"
    destination: Short | None = None
    talk_seconds: Seconds = 0


_FACTS: tuple[type[Fact], ...] = (
    SiteDescribed,
    Visit,
    Page,
    LeaseOpened,
    LeaseClosed,
    PoolOverflow,
    PoolDescribed,
    NumberOwned,
    Call,
    Contact,
    Identified,
    NumberClicked,
    PersonDecision,
    UnknownNumber,
    *LEAD_FACTS,
    *MONEY_FACTS,
)
KINDS = {fact.kind: fact for fact in _FACTS}
_ENCODER = msgspec.json.Encoder()
_DECODERS = {kind: msgspec.json.Decoder(fact, strict=True) for kind, fact in KINDS.items()}


def encode(fact: Fact) -> bytes:
    return _ENCODER.encode(fact)


def decode(kind: str, body: bytes) -> Fact:
    """The fact in `body`; raises `msgspec.ValidationError` or `KeyError` for what is none."""
    return _DECODERS[kind].decode(body)


def restated(key: str, content: bytes) -> str:
    """The source id of a fact that its source may tell again with other content."""
    return f"{key}:{hashlib.sha256(content).hexdigest()[:32]}"


def sent_at(received_at: Micros, at: float, sent: float) -> tuple[Micros, bool]:
    """When a browser's event occurred: received - (sent - at), the delay clamped to 0..7 days.

    `at` and `sent` are the browser's own milliseconds, whose offset cancels out.
    Returns the time and whether the clamp had to act.
    """
    delay = round((sent - at) * 1000)
    kept = min(max(delay, 0), 7 * 86_400_000_000)
    return Micros(received_at - kept), kept != delay
