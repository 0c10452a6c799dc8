"""Where the demo clinic's visitors come from: one catalogue for the past and for the live visits.

`month` and `simulator` draw from `SOURCES`; both build the landing address with `arrive`, so that
invented facts and live visits classify alike. Channel names are GA4's default groups; a name that
differs from the classifier's would show as two rows of one channel in a report.
"""

import random
from dataclasses import dataclass
from urllib.parse import urlencode

PAGES = {
    "/demo/": "Lumen Dental: gentle dentistry in London",
    "/demo/implants": "Dental implants | Lumen Dental",
    "/demo/contact": "Contact | Lumen Dental",
}


@dataclass(frozen=True)
class Source:
    """A way to the site; `weight` is its share of first visits, `calls` its share of callers."""

    weight: float
    calls: float
    source: str
    medium: str
    channel: str
    rule: str
    campaign: str | None = None
    terms: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    referrer: str | None = None
    click: str | None = None
    landing: str = "/demo/"


@dataclass(frozen=True)
class Arrival:
    """One arrival from a source: the address that was opened and what stood in it."""

    path: str
    query: str
    term: str | None
    content: str | None
    click_id: str | None


def _google_ads(weight: float, calls: float, campaign: str, landing: str, *terms: str) -> Source:
    return Source(
        weight=weight,
        calls=calls,
        source="google",
        medium="cpc",
        channel="Paid Search",
        rule="utm",
        campaign=campaign,
        terms=terms,
        contents=("headline-a", "headline-b"),
        referrer="https://www.google.com/",
        click="gclid",
        landing=landing,
    )


def _facebook_ads(weight: float, campaign: str, landing: str, *contents: str) -> Source:
    return Source(
        weight=weight,
        calls=0.016,
        source="facebook",
        medium="paid_social",
        channel="Paid Social",
        rule="utm",
        campaign=campaign,
        contents=contents,
        referrer="https://l.facebook.com/",
        click="fbclid",
        landing=landing,
    )


def _referred(
    weight: float, calls: float, source: str, medium: str, channel: str, referrer: str
) -> Source:
    return Source(weight, calls, source, medium, channel, "referrer", referrer=referrer)


DIRECT = Source(13, 0.036, "(direct)", "(none)", "Direct", "direct")
NEWSLETTER = Source(
    4, 0.03, "newsletter", "email", "Email", "utm", campaign="recall-letter", contents=("button",)
)
SOURCES: tuple[Source, ...] = (
    _google_ads(9, 0.055, "brand-london", "/demo/", "lumen dental", "lumen dental phone"),
    _google_ads(
        11, 0.046, "implants-london", "/demo/implants", "dental implants london", "implant cost"
    ),
    _google_ads(6, 0.07, "emergency-dentist", "/demo/contact", "emergency dentist near me"),
    _google_ads(5, 0.02, "invisible-braces", "/demo/", "invisible braces", "clear aligners cost"),
    _referred(
        24, 0.028, "google", "organic", "Organic Search", "https://www.google.com/"
    ),
    _referred(5, 0.03, "bing", "organic", "Organic Search", "https://www.bing.com/"),
    DIRECT,
    _facebook_ads(6, "smile-makeover", "/demo/", "video", "carousel"),
    _facebook_ads(5, "implants-autumn", "/demo/implants", "before-after", "story"),
    _referred(
        4, 0.012, "instagram", "social", "Organic Social", "https://l.instagram.com/"
    ),
    NEWSLETTER,
    _referred(
        3, 0.04, "chatgpt.com", "ai-assistant", "AI Assistant", "https://chatgpt.com/"
    ),
    _referred(3, 0.026, "nhs.uk", "referral", "Referral", "https://www.nhs.uk/"),
    _referred(
        2, 0.026, "london-dentists.example", "referral", "Referral",
        "https://london-dentists.example/",
    ),
)  # fmt: skip
_WEIGHTS = [source.weight for source in SOURCES]
_CLICK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def choose(rng: random.Random) -> Source:
    """The source of somebody's first visit."""
    return rng.choices(SOURCES, _WEIGHTS)[0]


def choose_return(rng: random.Random) -> Source:
    """The source of a later visit: most type the name, some answer a letter or search again."""
    draw = rng.random()
    if draw < 0.55:
        return DIRECT
    return NEWSLETTER if draw < 0.67 else choose(rng)


def arrive(source: Source, rng: random.Random) -> Arrival:
    """An address as this source would open it, with its tags and a click id of its own."""
    term = rng.choice(source.terms) if source.terms else None
    content = rng.choice(source.contents) if source.contents else None
    click_id = None
    query: dict[str, str] = {}
    if source.rule == "utm":
        query = {"utm_source": source.source, "utm_medium": source.medium}
        tags = {"utm_campaign": source.campaign, "utm_term": term, "utm_content": content}
        query |= {name: value for name, value in tags.items() if value}
    if source.click is not None:
        head = "Cj0KCQiA" if source.click == "gclid" else "IwAR"
        click_id = head + "".join(rng.choices(_CLICK_LETTERS, k=40))
        query[source.click] = click_id
    return Arrival(source.landing, urlencode(query), term, content, click_id)
