"""Click ids: which parameter whose click carries, and what it proves. Pure data.

`proves` says that the id alone tells what the click was, whatever the referrer: advertising
networks, affiliate networks and mailing systems add theirs to their own links and nowhere else.
The others are met on any link, and count only where nothing better is known. Their order is their
rank: of several ids in one address the first decides.
Source: the vendors' help pages; which ids organic links carry too: facts of the field.
"""

from typing import NamedTuple


class ClickId(NamedTuple):
    """Who issues the id, the medium it stands for, and whether it proves that."""

    source: str
    medium: str
    proves: bool


def _ids(proves: bool, source: str, medium: str, *names: str) -> dict[str, ClickId]:
    return dict.fromkeys(names, ClickId(source, medium, proves))


CLICK_IDS: dict[str, ClickId] = {
    **_ids(True, "google", "cpc", "gclid", "gbraid", "wbraid"),
    **_ids(True, "google", "display", "dclid"),
    **_ids(True, "yandex", "cpc", "yclid"),
    **_ids(True, "bing", "cpc", "msclkid"),
    **_ids(True, "vk", "cpc", "vkclid", "rb_clickid"),
    **_ids(True, "tiktok", "cpc", "ttclid"),
    **_ids(True, "linkedin", "cpc", "li_fat_id"),
    **_ids(True, "reddit", "cpc", "rdt_cid"),
    **_ids(True, "snapchat", "cpc", "ScCid"),
    **_ids(True, "quora", "cpc", "qclid"),
    **_ids(True, "taboola", "cpc", "tblci"),
    **_ids(True, "outbrain", "cpc", "obclid", "dicbo"),
    **_ids(True, "impact", "affiliate", "irclickid"),
    **_ids(True, "admitad", "affiliate", "admitad_uid"),
    **_ids(True, "cj", "affiliate", "cjevent"),
    **_ids(True, "mailchimp", "email", "mc_cid", "mc_eid"),
    **_ids(True, "hubspot", "email", "_hsenc", "_hsmi"),
    **_ids(True, "marketo", "email", "mkt_tok"),
    **_ids(False, "facebook", "social", "fbclid"),
    **_ids(False, "instagram", "social", "igshid", "igsh"),
    **_ids(False, "twitter", "social", "twclid"),
    **_ids(False, "pinterest", "social", "epik"),
    **_ids(False, "vk", "social", "vk_ref"),
    **_ids(False, "yandex", "organic", "ysclid"),
    **_ids(False, "yandex.market", "referral", "ymclid"),
    **_ids(False, "google", "organic", "srsltid"),
}
