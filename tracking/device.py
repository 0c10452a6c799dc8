"""What a user agent tells: the kind of device, its system, its browser, and whether it is a bot.

Called by `tracking.client` for every hit; answers are cached, since most visitors share a few
hundred user agents. Pure. Nothing is believed of the name but these three words.
"""

from dataclasses import dataclass
from functools import lru_cache

from is_bot import Bots
from ua_parser import parse

LONGEST = 512
_BOTS = Bots()
_PHONES = ("iPhone", "iPod")
_TABLETS = ("iPad", "Kindle")
_DESKTOPS = ("Windows", "Mac OS X", "Linux", "Chrome OS", "Ubuntu", "Fedora", "FreeBSD")
_SCREENS = ("TV", "Tizen", "Web0S", "CrKey", "Roku")


@dataclass(frozen=True, slots=True)
class Device:
    """`device` is mobile, tablet, desktop or tv; what is not known is None."""

    device: str | None = None
    os: str | None = None
    browser: str | None = None
    bot: bool = False


def read_device(user_agent: str) -> Device:
    """The device behind a user agent, of which the first 512 characters count."""
    return _read(user_agent[:LONGEST])


@lru_cache(maxsize=8192)
def _read(user_agent: str) -> Device:
    found = parse(user_agent)
    os = found.os.family if found.os else None
    family = found.device.family if found.device else ""
    return Device(
        device=_kind(user_agent, os or "", family),
        os=os,
        browser=found.user_agent.family if found.user_agent else None,
        bot=_BOTS.is_bot(user_agent),
    )


def _kind(user_agent: str, os: str, family: str) -> str | None:
    if any(word in user_agent for word in _SCREENS):
        return "tv"
    if family in _TABLETS or (os == "Android" and "Mobile" not in user_agent):
        return "tablet"
    if family in _PHONES or "Mobile" in user_agent:
        return "mobile"
    return "desktop" if os.startswith(_DESKTOPS) else None
