"""Tags with which Russian advertising tools mark their links instead of UTM, decoded. Pure.

- `_openstat`: base64url, often without its padding, of `service;campaign;ad;position` in UTF-8 or
  windows-1251; links written by hand carry it as plain text.
- `roistat`, `rs`: Roistat's marker `direct1_search_AD_PHRASE`, the first word being the channel.
- `calltouch_tm`: Calltouch's `yd_c:CAMPAIGN_gb:GROUP_ad:AD_ph:PHRASE`.
What is none of that is no tag: the order of `tracking.source` goes on without it.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from tracking.host import find, named

VENDOR_TAGS = frozenset({"_openstat", "roistat", "rs", "calltouch_tm"})
_TO_URL_SAFE = str.maketrans("+/ ", "-_-", "=")
_ROISTAT = re.compile(r"([a-z][a-z.-]*)\d*(?:_|$)", re.IGNORECASE)
# Roistat's and Calltouch's words for whose advertisement it was.
_ROISTAT_CHANNELS = {"direct": "yandex", "google": "google", "vk": "vk", "vkontakte": "vk",
                     "facebook": "facebook", "mytarget": "vk", "bing": "bing"}  # fmt: skip
_CALLTOUCH_CHANNELS = {"yd": "yandex"}
_CALLTOUCH = re.compile(r"_(c|ad|ph):([^:]*?)(?=_[a-z]+:|$)")


@dataclass(frozen=True, slots=True)
class Openstat:
    """The four fields of an `_openstat` tag, as they stand in it."""

    service: str
    campaign: str
    ad: str
    position: str


@dataclass(frozen=True, slots=True)
class Tag:
    """What a vendor's tag says; `rule` is the vendor."""

    source: str
    medium: str
    campaign: str | None
    content: str | None
    term: str | None
    rule: str


def vendor_tag(query: Mapping[str, str]) -> Tag | None:
    """The first readable tag of an address's parameters."""
    if value := query.get("_openstat"):
        found = openstat(value)
        if found is not None:
            return _from_openstat(found)
    if value := query.get("roistat"):
        return _roistat(value, known_only=False)
    if value := query.get("calltouch_tm"):
        return _calltouch(value)
    if value := query.get("rs"):
        return _roistat(value, known_only=True)
    return None


def openstat(value: str) -> Openstat | None:
    """The fields of a tag's value, encoded or plain; None for what is no tag."""
    text = value if ";" in value else _unpacked(value)
    parts = text.split(";")
    if len(parts) < 4 or not parts[0].strip() or not text.isprintable():
        return None
    return Openstat(*parts[:4])


def _unpacked(value: str) -> str:
    packed = value.strip().translate(_TO_URL_SAFE)
    try:
        raw = b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return ""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("windows-1251", "replace")


def _from_openstat(tag: Openstat) -> Tag:
    service = tag.service.strip().lower()
    known = find(service) or named(service)
    source = known.source if known else service
    return Tag(source, "cpc", tag.campaign or None, tag.ad or None, None, "openstat")


def _roistat(value: str, *, known_only: bool) -> Tag | None:
    """`rs` is a word that others use too: there only a known channel makes it a marker."""
    text = value.strip()
    head = _ROISTAT.match(text)
    if head is None:
        return None
    channel = head[1].lower()
    source = _ROISTAT_CHANNELS.get(channel)
    if source is None:
        return None if known_only else Tag(channel, "(not set)", None, None, None, "roistat")
    _, _, rest = text.partition("_")
    _, _, rest = rest.partition("_")
    ad, _, phrase = rest.partition("_")
    return Tag(source, "cpc", None, ad or None, phrase or None, "roistat")


def _calltouch(value: str) -> Tag | None:
    channel, _, _ = value.partition("_")
    source = _CALLTOUCH_CHANNELS.get(channel.lower())
    if source is None:
        return None
    found = dict(_CALLTOUCH.findall(value))
    return Tag(
        source, "cpc", found.get("c") or None, found.get("ad") or None, found.get("ph") or None,
        "calltouch",
    )  # fmt: skip
