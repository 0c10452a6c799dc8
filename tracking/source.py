"""Where a visit came from: explicit UTM, then click ids, then the referrer, else direct. Pure.

Called by `tracking.pipeline` for every hit. A click id keeps its case and is kept whoever wins;
one that any visitor may carry (fbclid, ysclid) is no proof that the click was paid for.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

DIRECT = "(direct)"
_UTM = ("source", "medium", "campaign", "content", "term")
# Click id -> the network that issues it, and whether only paid clicks carry it.
CLICK_IDS = {
    "gclid": ("google", True),
    "gbraid": ("google", True),
    "wbraid": ("google", True),
    "dclid": ("google", True),
    "yclid": ("yandex", True),
    "msclkid": ("bing", True),
    "vkclid": ("vk", True),
    "rb_clickid": ("vk", True),
    "ttclid": ("tiktok", True),
    "li_fat_id": ("linkedin", True),
    "rdt_cid": ("reddit", True),
    "ScCid": ("snapchat", True),
    "twclid": ("twitter", False),
    "fbclid": ("facebook", False),
    "igshid": ("instagram", False),
    "ysclid": ("yandex", False),
}
_MEDIUMS = {"search": "organic", "social": "social", "email": "email", "ai": "ai-assistant"}


@dataclass(frozen=True, slots=True)
class Source:
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
    """The source of a hit on `url`; never raises, whatever the texts are."""
    query = _query(url)
    tags = {name: _tag(query.get(f"utm_{name}")) for name in _UTM}
    kind, click = _click_id(query)
    source, medium, rule = _origin(tags, kind, referrer, own_hosts)
    return Source(
        source=source,
        medium=medium,
        campaign=tags["campaign"],
        content=tags["content"],
        term=tags["term"],
        click_id_type=kind,
        click_id=click,
        rule=rule,
    )


def _origin(
    tags: dict[str, str | None], kind: str | None, referrer: str, own_hosts: frozenset[str]
) -> tuple[str, str, str]:
    network, paid = CLICK_IDS[kind] if kind else ("", False)
    if tags["source"]:
        return tags["source"], tags["medium"] or ("cpc" if paid else "(not set)"), "utm"
    if paid:
        return network, tags["medium"] or "cpc", "click_id"
    host = _host(referrer)
    if host and host not in own_hosts:
        known = _known(host)
        if known is None:
            return host, tags["medium"] or "referral", "referrer"
        source, what = known
        if what != "payment":
            return source, tags["medium"] or _MEDIUMS[what], "referrer"
    if network:
        medium = "organic" if network == "yandex" else "social"
        return network, tags["medium"] or medium, "click_id"
    return DIRECT, "(none)", "direct"


def _query(url: str) -> dict[str, str]:
    try:
        found = parse_qs(urlsplit(url).query, max_num_fields=200)
    except ValueError:
        return {}
    # PostgreSQL takes no NUL into a text column.
    return {name: values[0].replace("\0", "") for name, values in found.items()}


def _tag(value: str | None) -> str | None:
    """A tag's text; macros that an ad system failed to fill in are no value."""
    text = (value or "").strip()[:255]
    macro = text.startswith(("{", "%", "__")) and text.endswith(("}", "%", "__"))
    return None if not text or macro else text


def _click_id(query: dict[str, str]) -> tuple[str | None, str | None]:
    for kind in CLICK_IDS:
        if value := query.get(kind, "").strip():
            return kind, value[:512]
    return None, None


def _host(referrer: str) -> str:
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")[:255]


def _load() -> dict[str, tuple[str, str]]:
    text = files("tracking").joinpath("hosts.csv").read_text(encoding="utf-8")
    return {row["host"]: (row["source"], row["kind"]) for row in csv.DictReader(text.splitlines())}


_HOSTS = _load()


def _known(host: str) -> tuple[str, str] | None:
    """The longest listed suffix of `host` that ends at a label."""
    labels = host.split(".")
    for start in range(len(labels)):
        if found := _HOSTS.get(".".join(labels[start:])):
            return found
    if "google" in labels[:2] or "yandex" in labels[:2]:
        return ("google" if "google" in labels else "yandex"), "search"
    return None
