"""Whose address counts, whatever was forged on the way here."""

from ipaddress import ip_address, ip_network

import pytest

from tracking.network import client_address, public_network, read_networks, within

PROXIES = read_networks(("127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("77.88.8.8", [], "77.88.8.8"),
        # Nobody but a trusted peer is asked for the way.
        ("77.88.8.8", ["8.8.8.8"], "77.88.8.8"),
        ("127.0.0.1", ["77.88.8.8"], "77.88.8.8"),
        # What the client itself wrote stands to the left of what the proxy saw.
        ("127.0.0.1", ["8.8.8.8, 77.88.8.8"], "77.88.8.8"),
        ("127.0.0.1", ["8.8.8.8", "77.88.8.8"], "77.88.8.8"),
        ("127.0.0.1", ["8.8.8.8, 77.88.8.8, 10.1.2.3"], "77.88.8.8"),
        ("::1", ["77.88.8.8,2001:db8::7"], "77.88.8.8"),
        ("::ffff:127.0.0.1", ["::ffff:77.88.8.8"], "77.88.8.8"),
        ("127.0.0.1", ["10.0.0.9"], "10.0.0.9"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", [""], None),
        ("127.0.0.1", ["8.8.8.8, unknown"], None),
        ("127.0.0.1", ["8.8.8.8, 77.88.8.8:4431"], None),
        (None, ["8.8.8.8"], None),
        ("unix:", [], None),
    ],
)
def test_the_right_most_untrusted_address_counts(
    peer: str | None, forwarded: list[str], found: str | None
) -> None:
    address = client_address(peer, forwarded, PROXIES)
    assert address == (ip_address(found) if found else None)


def test_without_trusted_proxies_the_socket_alone_counts() -> None:
    assert client_address("127.0.0.1", ["8.8.8.8"], ()) == ip_address("127.0.0.1")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("77.88.8.8", "77.88.8.0/24"),
        ("2a02:6b8:1:2:3:4:5:6", "2a02:6b8:1::/48"),
        ("127.0.0.1", None),
        ("192.168.7.7", None),
        ("fe80::1", None),
        ("100.64.0.1", None),
    ],
)
def test_only_what_is_public_has_a_network(address: str, network: str | None) -> None:
    assert public_network(ip_address(address)) == network
    assert public_network(None) is None


def test_networks_are_read_and_looked_up() -> None:
    assert read_networks(("192.0.2.0/24", "2001:db8::1")) == (
        ip_network("192.0.2.0/24"),
        ip_network("2001:db8::1/128"),
    )
    assert within(ip_address("192.0.2.7"), read_networks(("192.0.2.0/24",)))
    assert not within(ip_address("192.0.3.7"), read_networks(("192.0.2.0/24",)))
    with pytest.raises(ValueError, match="192.0.2.7/24"):
        read_networks(("192.0.2.7/24",))
