"""Whose request it is: the client's address, seen through proxies that the operator trusts. Pure.

Called by `tracking.client` for every hit. An address is kept in memory only; what may be stored is
its network, /24 or /48. What can go wrong: a proxy that is not listed as trusted makes all visitors
look like itself, which is why an address that is nobody's own on the internet has no network here.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_PREFIX = {4: 24, 6: 48}
_ONE_LINE = {4: 32, 6: 64}


@lru_cache(maxsize=1024)
def read_networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks that the texts name; a plain address is a network of one. Raises ValueError."""
    return tuple(ip_network(text) for text in texts)


def client_address(
    peer: str | None, forwarded: Sequence[str], trusted: Sequence[Network]
) -> Address | None:
    """The right-most address of the way here that is not one of the `trusted` proxies.

    `forwarded` are the values of X-Forwarded-For, which count only behind a trusted peer. None when
    that place is not an address.
    """
    way = [part for value in forwarded for part in value.split(",")] + [peer or ""]
    address = None
    for part in reversed(way):
        address = _read(part)
        if address is None or not within(address, trusted):
            return address
    return address


def within(address: Address, networks: Sequence[Network]) -> bool:
    """Whether the address lies in one of the networks."""
    return any(address in network for network in networks)


def public_network(address: Address | None) -> str | None:
    """The /24 or /48 around an address of the public internet, as text; None for any other."""
    return _around(address, _PREFIX)


def public_line(address: Address | None) -> str | None:
    """One line's address on the public internet, as text: of IPv6 the /64; None for any other."""
    return _around(address, _ONE_LINE)


def _around(address: Address | None, prefix: Mapping[int, int]) -> str | None:
    if address is None or not address.is_global:
        return None
    length = prefix[address.version]
    rest = address.max_prefixlen - length
    return f"{type(address)(int(address) >> rest << rest)}/{length}"


@lru_cache(maxsize=4096)
def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address
