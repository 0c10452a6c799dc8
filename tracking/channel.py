"""The channel of a source: GA4's default channel group as one ordered list, first match wins.

Deviations from GA4:
- AI Assistant (in GA4 since May 2026) stands before Organic Search; Google does not say where it
  stands. An assistant's name as source is enough; the medium need not say `ai-assistant`.
- Categories come from the tables in `hosts/`, not from Google's list, which takes webmail for
  search and knows few Russian and Thai sites. They know a source by its other words (`ig`, `fb`)
  and by its host (`m.facebook.com`), in any case of letters.
- A source that names an advertising account (`fb-ads`, `adwords`, `yandex.direct`) is paid,
  whatever its medium; a medium of Display is Display.
- A webmail's name or a word like `Newsletter-UK` as source is Email, as `email` is.
- Figures of linked ad accounts, which Google classifies by network, are not known here.
Not deviations, though they surprise: `cpm` of a search engine, a social network or a video
platform is paid search, social or video, for it matches `.*cp.*` and those rules precede Display.
Source: support.google.com/analytics/answer/9756891
"""

import re
from collections.abc import Callable
from functools import cached_property, lru_cache

from tracking.host import Kind, Known, named

_PAID = re.compile(r"^(.*cp.*|ppc|retargeting|paid.*)$")
_SHOP_CAMPAIGN = re.compile(r"^(.*(([^a-df-z]|^)shop|shopping).*)$")
_NEWSLETTER = re.compile(r"(^|[^a-z])newsletters?($|[^a-z])")
_DISPLAY = {"display", "banner", "expandable", "interstitial", "cpm"}
_SOCIAL = {"social", "social-network", "social-media", "sm", "social network", "social media"}
_EMAIL = {"email", "e-mail", "e_mail", "e mail"}
_PUSH = ("mobile", "notification")


class Asked:
    """A source in lower case, as the predicates read it."""

    def __init__(self, source: str, medium: str, campaign: str) -> None:
        self.source = source
        self.medium = medium
        self.campaign = campaign

    @cached_property
    def known(self) -> Known | None:
        return named(self.source)

    def is_kind(self, kind: Kind) -> bool:
        return self.known is not None and self.known.kind == kind

    @cached_property
    def is_paid(self) -> bool:
        account = self.known is not None and self.known.paid and self.medium not in _DISPLAY
        return account or bool(_PAID.match(self.medium))

    @cached_property
    def is_shop(self) -> bool:
        return self.is_kind("shop") or bool(_SHOP_CAMPAIGN.match(self.campaign))

    def is_email(self) -> bool:
        told = self.source in _EMAIL or self.medium in _EMAIL
        return told or self.is_kind("email") or bool(_NEWSLETTER.search(self.source))

    def is_push(self) -> bool:
        told = self.medium.endswith("push") or any(word in self.medium for word in _PUSH)
        return told or self.source == "firebase"


CHANNELS: tuple[tuple[str, Callable[[Asked], bool]], ...] = (
    ("Direct", lambda a: a.source == "(direct)" and a.medium in ("(none)", "(not set)")),
    ("Cross-network", lambda a: "cross-network" in a.campaign),
    ("Paid Shopping", lambda a: a.is_shop and a.is_paid),
    ("Paid Search", lambda a: a.is_kind("search") and a.is_paid),
    ("Paid Social", lambda a: a.is_kind("social") and a.is_paid),
    ("Paid Video", lambda a: a.is_kind("video") and a.is_paid),
    ("Display", lambda a: a.medium in _DISPLAY),
    ("Paid Other", lambda a: a.is_paid),
    ("Organic Shopping", lambda a: a.is_shop),
    ("Organic Social", lambda a: a.is_kind("social") or a.medium in _SOCIAL),
    ("Organic Video", lambda a: a.is_kind("video") or "video" in a.medium),
    ("AI Assistant", lambda a: a.is_kind("ai") or a.medium == "ai-assistant"),
    ("Organic Search", lambda a: a.is_kind("search") or a.medium == "organic"),
    ("Referral", lambda a: a.medium in ("referral", "app", "link")),
    ("Email", lambda a: a.is_email()),
    ("Affiliates", lambda a: a.medium == "affiliate"),
    ("Audio", lambda a: a.medium == "audio"),
    ("SMS", lambda a: "sms" in (a.source, a.medium)),
    ("Mobile Push", lambda a: a.is_push()),
)


@lru_cache(maxsize=4096)
def channel(source: str, medium: str, campaign: str | None) -> str:
    """The channel's name; what no rule takes is Unassigned."""
    asked = Asked(source.lower(), medium.lower(), (campaign or "").lower())
    return next((name for name, holds in CHANNELS if holds(asked)), "Unassigned")
