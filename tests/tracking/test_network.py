"""Whose address counts, whatever was forged on the way here."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracking.network import client_address, is_public, public_network, read_networks, within

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


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
@example(IPv4Address("192.0.0.9"))
@example(IPv4Address("198.19.255.255"))
@example(IPv4Address("224.0.0.1"))
@example(IPv4Address("255.255.255.255"))
@example(IPv6Address("2001:db8::1"))
@example(IPv6Address("2001:4860:4860::8888"))
@example(IPv6Address("3fff::1"))
@example(IPv6Address("::ffff:10.0.0.1"))
@example(IPv6Address("64:ff9b::1"))
def test_public_is_what_the_registries_call_global(address: IPv4Address | IPv6Address) -> None:
    assert is_public(address) is address.is_global


def test_public_agrees_with_the_registries_in_every_network_of_version_4() -> None:
    firsts = (IPv4Address((first << 16) + rest) for first in range(2**16) for rest in (0, 0xFFFF))
    assert all(is_public(address) is address.is_global for address in firsts)


@given(st.ip_addresses().map(str) | st.text(st.sampled_from("0123456789abf.:/% x"), max_size=20))
@example("01.2.3.4")
@example("1.2.3")
@example("::ffff:1.2.3.4")
@example("fe80::1%eth0")
@example("1.2.3.4\0")
@example("٣.2.3.4")
def test_an_address_is_read_as_python_reads_it(text: str) -> None:
    try:
        expected = ip_address(text.strip().partition("%")[0] if ":" in text else text.strip())
    except ValueError:
        assert client_address(text, [], ()) is None
        return
    mapped = expected.ipv4_mapped if isinstance(expected, IPv6Address) else None
    assert client_address(text, [], ()) == (mapped or expected)


def test_networks_are_read_and_looked_up() -> None:
    assert read_networks(("192.0.2.0/24", "2001:db8::1")) == (
        ip_network("192.0.2.0/24"),
        ip_network("2001:db8::1/128"),
    )
    assert within(ip_address("192.0.2.7"), read_networks(("192.0.2.0/24",)))
    assert not within(ip_address("192.0.3.7"), read_networks(("192.0.2.0/24",)))
    with pytest.raises(ValueError, match="192.0.2.7/24"):
        read_networks(("192.0.2.7/24",))
