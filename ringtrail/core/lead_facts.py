"""What people say of calls and contacts, and by which rules these count, as facts.

Told by `ringtrail correct`, `ringtrail site rules` and POST /api/v1/corrections. A correction and a
rule outlive every rebuild of the marts. Rules hold from a local day on: what was before keeps the
rule of its day.
"""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from ringtrail.core.fact import At, Fact, Phone, Short, Text

# What a correction may be about, what it may say, and why an event counts nowhere.
Of = Annotated[str, Meta(pattern="^(call|contact)$")]
Action = Annotated[str, Meta(pattern="^(source|match|flag|qualify)$")]
Flag = Annotated[str, Meta(pattern="^(spam|test|self_test|internal|none)$")]
# Whose a phone of the business is; `none`: it is nobody's any more.
Use = Annotated[str, Meta(pattern="^(internal|test|self_test|none)$")]


class Correction(Fact, frozen=True, kw_only=True):
    """Somebody says of a call or a contact what the program got wrong.

    source: it came from there. match: it was of this visit, or of nobody (`visit` None). flag: it
    is spam, a test, internal, or `none` of these. qualify: it is a good lead, or not. Of those of
    one event and action the one decided last counts; undoing it brings the one before back. To
    undo a correction is to tell it again with `undone_by` and `undone_why`.
    `label`: whoever decided knows the visit, so that the match may be fitted and judged by it.
    """

    kind: ClassVar[str] = "correction"
    key: Short
    correction: UUID
    told_at: At
    decided_at: At
    of: Of
    event: UUID
    action: Action
    channel: Short | None = None
    source: Short | None = None
    medium: Short | None = None
    campaign: Short | None = None
    visit: UUID | None = None
    flag: Flag | None = None
    qualified: bool | None = None
    decided_by: Short
    why: Text
    label: bool = False
    undone_by: Short | None = None
    undone_why: Text | None = None

    def __post_init__(self) -> None:
        origin = (self.channel, self.source, self.medium)
        said = {
            "source": None not in origin,
            "match": self.action == "match",
            "flag": self.flag is not None,
            "qualify": self.qualified is not None,
        }
        if [action for action, is_said in said.items() if is_said] != [self.action]:
            raise ValueError("a correction says what its action is about, and nothing else")
        if self.action != "source" and (*origin, self.campaign) != (None,) * 4:
            raise ValueError("only a correction of the source names one, with its channel")
        if self.action != "match" and (self.visit is not None or self.label):
            raise ValueError("only a correction of the match names a visit or is a label")
        if self.of == "contact" and self.action in ("source", "match"):
            raise ValueError("a contact's visit is the one it was left in")


class SiteRule(Fact, frozen=True, kw_only=True):
    """From the site's local day `from_day` on one of its rules is another; the newest telling of
    rule and day counts.

    `target_seconds`: a call with as much talk is a target call. `lead_days`: within so many days
    contacts of one person are one lead. `hours`: when the business is open, by weekday (1 is
    Monday): {"1": "09:00-13:00,14:00-18:00"}; a day that is missing is closed.
    """

    kind: ClassVar[str] = "site_rule"
    key: Short
    told_at: At
    rule: Annotated[str, Meta(pattern="^(target_seconds|lead_days|hours)$")]
    from_day: date
    target_seconds: Annotated[int, Meta(ge=1, le=86_400)] | None = None
    lead_days: Annotated[int, Meta(ge=1, le=366)] | None = None
    hours: dict[str, Short] = {}

    def __post_init__(self) -> None:
        values = {
            "target_seconds": self.target_seconds,
            "lead_days": self.lead_days,
            "hours": self.hours or None,
        }
        if [name for name, value in values.items() if value is not None] != [self.rule]:
            raise ValueError("a rule has the value that its name says, and no other")


class OwnPhone(Fact, frozen=True, kw_only=True):
    """From a local day on a phone is the business's own: calls from it are no customer's.

    internal: an employee's. test: tests are made from it. self_test: the program makes them. Of the
    whole account (`site` is 0); the newest telling of phone and day counts.
    """

    kind: ClassVar[str] = "own_phone"
    key: Short
    told_at: At
    phone: Phone
    use: Use
    from_day: date


LEAD_FACTS: tuple[type[Fact], ...] = (Correction, SiteRule, OwnPhone)
