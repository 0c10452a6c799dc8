"""The channel of a source: GA4's default channel group as one ordered list, first match wins.

Deviations from GA4: AI Assistant stands before Organic Search and Referral (Google does not say
where it stands); categories come from our own host list, not from Google's; figures of linked ad
accounts, which Google classifies by network, are not known here.
Source: support.google.com/analytics/answer/9756891
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

_PAID = re.compile(r"^(.*cp.*|ppc|retargeting|paid.*)$")
_SHOP_CAMPAIGN = re.compile(r"^(.*(([^a-df-z]|^)shop|shopping).*)$")
_DISPLAY = {"display", "banner", "expandable", "interstitial", "cpm"}
_SOCIAL = {"social", "social-network", "social-media", "sm", "social network", "social media"}
_EMAIL = {"email", "e-mail", "e_mail", "e mail"}
_SHOPS = {"amazon", "ebay", "etsy", "alibaba", "shopping", "ozon", "wildberries", "walmart"}
_PUSH = ("mobile", "notification")
_VIDEO = {"youtube", "vimeo", "rutube", "twitch", "dailymotion"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A source in lower case, as the predicates read it."""

    source: str
    medium: str
    campaign: str

    def is_kind(self, kind: str) -> bool:
        return _KINDS.get(self.source) == kind or _KINDS.get(f"{self.source}.com") == kind

    def is_paid(self) -> bool:
        return bool(_PAID.match(self.medium))

    def is_shop(self) -> bool:
        return self.source.partition(".")[0] in _SHOPS or bool(_SHOP_CAMPAIGN.match(self.campaign))

    def is_video(self) -> bool:
        return self.source.partition(".")[0] in _VIDEO

    def is_push(self) -> bool:
        told = self.medium.endswith("push") or any(word in self.medium for word in _PUSH)
        return told or self.source == "firebase"


def _kinds() -> dict[str, str]:
    text = files("tracking").joinpath("hosts.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {row["source"]: row["kind"] for row in rows} | {row["host"]: row["kind"] for row in rows}


_KINDS = _kinds()
CHANNELS: tuple[tuple[str, Callable[[Asked], bool]], ...] = (
    ("Direct", lambda a: a.source == "(direct)" and a.medium in ("(none)", "(not set)")),
    ("Cross-network", lambda a: "cross-network" in a.campaign),
    ("Paid Shopping", lambda a: a.is_shop() and a.is_paid()),
    ("Paid Search", lambda a: a.is_kind("search") and a.is_paid()),
    ("Paid Social", lambda a: a.is_kind("social") and a.is_paid()),
    ("Paid Video", lambda a: a.is_video() and a.is_paid()),
    ("Display", lambda a: a.medium in _DISPLAY),
    ("Paid Other", lambda a: a.is_paid()),
    ("Organic Shopping", lambda a: a.is_shop()),
    ("Organic Social", lambda a: a.medium in _SOCIAL),
    ("Organic Video", lambda a: a.is_video() or "video" in a.medium),
    ("AI Assistant", lambda a: a.medium == "ai-assistant" or a.is_kind("ai")),
    ("Email", lambda a: a.source in _EMAIL or a.medium in _EMAIL),
    ("Organic Social", lambda a: a.is_kind("social")),
    ("Organic Search", lambda a: a.is_kind("search") or a.medium == "organic"),
    ("Referral", lambda a: a.medium in ("referral", "app", "link")),
    ("Affiliates", lambda a: a.medium == "affiliate"),
    ("Audio", lambda a: a.medium == "audio"),
    ("SMS", lambda a: "sms" in (a.source, a.medium)),
    ("Mobile Push", lambda a: a.is_push()),
)


def channel(source: str, medium: str, campaign: str | None) -> str:
    """The channel's name; what no rule takes is Unassigned."""
    asked = Asked(source.lower(), medium.lower(), (campaign or "").lower())
    return next((name for name, holds in CHANNELS if holds(asked)), "Unassigned")
