"""Where a visit came from, decided in one order. Pure; called by `tracking.pipeline` for every hit.

1. UTM (or Matomo's `mtm_`, `pk_`) that names a source,
2. a vendor's tag (`tracking.vendor_tag`),
3. a click id that proves what the click was (`tracking.click_id`),
4. the referrer told in `utm_referrer`, else the browser's, unless it is the site itself or a page
   that visitors are sent to and come back from (payment, sign-in),
5. a click id that any link may carry,
6. UTM that names a medium or a campaign alone: source `(not set)`,
7. direct.
Values stay as given and are compared in lower case; a click id keeps its case and is kept whoever
wins. An ad system's macro that it failed to fill in is no value, nor is an e-mail address. What
was searched for is not read from a referrer: engines have stopped telling.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from tracking.click_id import CLICK_IDS, ClickId
from tracking.host import Kind, find
from tracking.query import Address, decoded, holds_email, read
from tracking.vendor_tag import VENDOR_TAGS, Tag, vendor_tag

DIRECT = "(direct)"
NOT_SET = "(not set)"
_UTM = {
    "source": ("utm_source", "mtm_source", "pk_source"),
    "medium": ("utm_medium", "mtm_medium", "pk_medium"),
    "campaign": ("utm_campaign", "mtm_campaign", "pk_campaign"),
    "content": ("utm_content", "mtm_content", "pk_content"),
    "term": ("utm_term", "mtm_keyword", "mtm_kwd", "pk_keyword", "pk_kwd"),
}
TAGS = frozenset(name for names in _UTM.values() for name in names)
_MEDIUMS: dict[Kind, str] = {
    "search": "organic",
    "social": "social",
    "email": "email",
    "ai": "ai-assistant",
    "ad": "cpc",
}
_NO_TAG = Tag("", "", None, None, None, "")
_RANKS = {name: rank for rank, name in enumerate(CLICK_IDS)}
# {campaign_id}, {{ad.name}}, ${keyword}, %keyword%, __CAMPAIGN__
_MACRO = re.compile(r"\$?\{[^{}]{1,60}\}|%[A-Za-z_]{3,40}%|__[A-Z][A-Z_]{0,40}__")
_BRACED = re.compile(r"\{[^{}]{1,60}\}")
_PERHAPS_MACRO = re.compile(r"\{|%(25)?7B|__[A-Z]|%[A-Z_]{3,40}%", re.IGNORECASE)
_LONGEST = 255
_MOST_UNFILLED = 5
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")


class Source(msgspec.Struct, frozen=True, gc=False):
    """A classified origin; `rule` names what decided."""

    source: str
    medium: str
    campaign: str | None
    content: str | None
    term: str | None
    click_id_type: str | None
    click_id: str | None
    rule: str


def classify(url: str, referrer: str, own_hosts: frozenset[str]) -> Source:
    """The source of a hit on `url`; never raises, whatever the texts are.

    `own_hosts` are the site's own, in lower case without a port: they and what lies below them
    are never a source.
    """
    page = read(url)
    tags = {part: _tag(page.query, names) for part, names in _UTM.items()} if page.query else {}
    kind, click_id, click = _click(page.query)
    vendor = vendor_tag(page.query) if page.query and not tags["source"] else None
    source, medium, rule = _origin(tags, vendor, click, page, referrer, own_hosts)
    told = vendor if vendor is not None and rule == vendor.rule else _NO_TAG
    return Source(
        source=source[:255],
        medium=medium[:255],
        campaign=tags.get("campaign") or _short(told.campaign),
        content=tags.get("content") or _short(told.content),
        term=tags.get("term") or _short(told.term),
        click_id_type=kind,
        click_id=click_id,
        rule=rule,
    )


def unfilled(url: str) -> list[tuple[str, str]]:
    """Parameters that tell of the source and hold a macro, with their values; at most five.

    A value that is more than the macro counts as it stands, and is no less worth a word.
    """
    if not _PERHAPS_MACRO.search(url):
        return []
    told = TAGS | CLICK_IDS.keys() | VENDOR_TAGS
    found = []
    for name, value in read(url).query.items():
        text = value.strip()
        if "%" in text and _ESCAPED.search(text):
            text = decoded(text.replace("+", "%2B")).strip()
        holds = _is_macro(text) or _BRACED.search(text)
        if holds and (name in told or name.startswith("utm_")):
            found.append((name[:_LONGEST], text[:_LONGEST]))
    return found[:_MOST_UNFILLED]


@lru_cache(maxsize=1024)
def own_hosts(origins: frozenset[str]) -> frozenset[str]:
    """The hosts of a site's origins, as `classify` takes them."""
    return frozenset(read(origin).host for origin in origins) - {""}


def _origin(
    tags: Mapping[str, str | None],
    vendor: Tag | None,
    click: ClickId | None,
    page: Address,
    referrer: str,
    own: frozenset[str],
) -> tuple[str, str, str]:
    """Source, medium and rule, in the order of the module's docstring."""
    named, medium = tags.get("source"), tags.get("medium")
    proof = click if click is not None and click.proves else None
    if named:
        return named, medium or (proof.medium if proof else NOT_SET), "utm"
    if vendor is not None:
        return vendor.source, medium or vendor.medium, vendor.rule
    if proof is not None:
        return proof.source, medium or proof.medium, "click_id"
    found, ignored = _referred(page, referrer, own)
    if found is not None:
        source, usual, rule = found
        return source, medium or usual, rule
    if click is not None:
        return click.source, medium or click.medium, "click_hint"
    if medium or tags.get("campaign"):
        return NOT_SET, medium or NOT_SET, "utm"
    return DIRECT, "(none)", ignored or "direct"


def _referred(
    page: Address, referrer: str, own: frozenset[str]
) -> tuple[tuple[str, str, str] | None, str | None]:
    """Source, medium and rule of the referrer, or why the one that was told starts no source."""
    ignored = None
    told = page.query.get("utm_referrer", "")
    if not told.isprintable():
        told = ""
    elif told and "://" not in told:
        told = f"https://{told}"
    for rule, text in (("utm_referrer", told), ("referrer", referrer)):
        before = _read(text)
        host = before.host
        if host in ("", "app:"):
            continue
        if host == page.host or _is_own(host, own):
            ignored = ignored or "self_referral"
            continue
        known = find(host, before.path)
        if known is None:
            return (host, "referral", rule), None
        if known.kind == "return":
            ignored = ignored or "return"
            continue
        return (known.source, _MEDIUMS.get(known.kind, "referral"), rule), None
    return None, ignored


@lru_cache(maxsize=1024)
def _read(referrer: str) -> Address:
    """Most visitors come from a few pages."""
    return read(referrer)


def _is_own(host: str, own: frozenset[str]) -> bool:
    while host:
        if host in own:
            return True
        _, _, host = host.partition(".")
    return False


def _tag(query: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The first of these parameters that has a value, escaped twice perhaps."""
    for name in names:
        if name in query:
            return _short(query[name])
    return None


def _short(value: str | None) -> str | None:
    text = (value or "").strip()
    if not text or _is_macro(text):
        return None
    if "%" in text and _ESCAPED.search(text):
        text = decoded(text.replace("+", "%2B")).strip()
        if not text or _is_macro(text) or holds_email(text):
            return None
    return text[:255].strip() or None


def _is_macro(text: str) -> bool:
    """Whether nothing but unfilled macros and signs between them stands in the text."""
    left = _MACRO.sub("", text)
    return left != text and not any(letter.isalnum() for letter in left)


def _click(query: Mapping[str, str]) -> tuple[str | None, str | None, ClickId | None]:
    for name in sorted(query.keys() & CLICK_IDS.keys(), key=_RANKS.__getitem__):
        if (value := query[name].strip()) and not _is_macro(value):
            return name, value[:512], CLICK_IDS[name]
    return None, None, None
