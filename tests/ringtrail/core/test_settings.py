"""What the environment may say, and how it is told that it may not."""

from ipaddress import ip_network

import pytest

from ringtrail.core.errors import NotConfigured
from ringtrail.core.settings import Settings, read_settings


def test_the_address_is_the_listening_one_unless_a_public_one_is_given() -> None:
    assert Settings(host="127.0.0.1", port=8000).address == "http://127.0.0.1:8000"
    public = Settings(public_url="https://calls.example.com/rt/")
    assert (public.address, public.secure) == ("https://calls.example.com/rt", True)
    assert not Settings(public_url="http://calls.example.com").secure
    assert not Settings().secure


def test_trusted_proxies_are_a_list_with_commas() -> None:
    assert Settings().proxies == ()
    told = Settings(trusted_proxies="127.0.0.1, 10.0.0.0/8,2001:db8::/32,").proxies
    assert told == tuple(map(ip_network, ("127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32")))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "calls.example.com"),
        ("PUBLIC_URL", "ftp://calls.example.com"),
        ("PUBLIC_URL", "https://calls.example.com/?a=b"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "localhost"),
        ("NETWORK_SHARE", "0"),
        ("NETWORK_SHARE", "1.5"),
    ],
)
def test_what_cannot_be_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"RINGTRAIL_{name}", value)
    with pytest.raises(NotConfigured, match=f"RINGTRAIL_{name} cannot be used"):
        read_settings()
