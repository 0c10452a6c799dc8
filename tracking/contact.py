"""What a visitor told in a form, a chat or a wish for a call back, and how two tellings are one.

A page that carries a form plug-in tells of one submission twice: by the plug-in's own event and by
the form's. Called by `tracking.event`; pure. What can go wrong: a phone that is none is left out,
the contact stays.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ringtrail.core import phone

VENDORS = frozenset(
    ("cf7", "elementor", "wpforms", "tilda", "hubspot", "bitrix24", "jivo", "tawk", "livechat",
     "intercom", "carrotquest", "api", "generic")
)  # fmt: skip
GENERIC = "generic"
_SHORT = 255
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Told:
    """A way to reach a person and what they said; phone is E.164, e-mail in lower case."""

    vendor: str = GENERIC
    form: str | None = None
    phone: str | None = None
    email: str | None = None
    name: str | None = None
    message: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    def merged(self, later: "Told") -> "Told":
        """Both tellings as one: the first word on each point counts, a vendor's own above all."""
        return replace(
            self,
            vendor=later.vendor if self.vendor == GENERIC else self.vendor,
            form=self.form or later.form,
            phone=self.phone or later.phone,
            email=self.email or later.email,
            name=self.name or later.name,
            message=self.message or later.message,
            fields={**later.fields, **self.fields},
        )


def read_contact(fields: Mapping[str, str | None], region: str, allowed: Sequence[str]) -> Told:
    """The contact in the fields of an event.

    `region` is where the phone was dialled, `allowed` names the further fields that are kept.
    """
    vendor = _text(fields.get("vendor"))
    return Told(
        vendor=vendor if vendor in VENDORS else GENERIC,
        form=_short(fields.get("form")),
        phone=phone.parse(_text(fields.get("phone")), region),
        email=_email(fields.get("email")),
        name=_short(fields.get("name")),
        message=_text(fields.get("message")),
        fields={name: text for name in allowed if (text := _text(fields.get(name)))},
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a page says that its visitor is; phone and e-mail as in `Told`."""

    phone: str | None
    email: str | None
    customer: str | None


def read_identity(fields: Mapping[str, str | None], region: str) -> Identity | None:
    """The person in the fields of `ringtrail('identify', ...)`; None where nothing can be read.

    `id` is the business's own of the person.
    """
    told = read_contact(fields, region, ())
    found = Identity(told.phone, told.email, _short(fields.get("id")))
    return found if any((found.phone, found.email, found.customer)) else None


def is_reachable(fields: Mapping[str, str | None]) -> bool:
    """Whether somebody meant to leave a phone or an e-mail, readable or not."""
    return bool(_text(fields.get("phone")) or _text(fields.get("email")))


def _email(value: str | None) -> str | None:
    text = (_text(value) or "").lower()
    return text if len(text) <= _SHORT and _EMAIL.fullmatch(text) else None


def _short(value: str | None) -> str | None:
    """As much of a text as a short column keeps."""
    return (_text(value) or "")[:_SHORT].strip() or None


def _text(value: str | None) -> str | None:
    """Without what no text column keeps and without the digits of a payment card."""
    text = (value or "").replace("\0", "").strip()
    return _CARD.sub(_hidden, text) or None


def _hidden(found: re.Match[str]) -> str:
    digits = [int(digit) for digit in found[0] if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return "*" if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else found[0]
