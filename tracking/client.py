"""What a request tells beside its body: the page's origin, the browser, where it comes from.

Built by `tracking.api` before the hit goes on its way. The address itself is for comparisons in
memory and is never stored or logged.
"""

from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from tracking.device import Device, read_device
from tracking.network import Address, Network, client_address, public_line, public_network
from tracking.place import Place, Places


@dataclass(frozen=True, slots=True)
class Client:
    """The sender of one request."""

    origin: str = ""
    address: Address | None = field(default=None, repr=False)
    device: Device = Device()
    place: Place = Place()

    @property
    def network(self) -> str | None:
        """The public /24 or /48 that it comes from."""
        return public_network(self.address)

    @property
    def line(self) -> str | None:
        """The public address that it comes from, or its /64."""
        return public_line(self.address)


class Clients:
    """Reads requests' senders; `trusted` are the proxies whose X-Forwarded-For is believed."""

    def __init__(self, trusted: tuple[Network, ...] = (), cities: Path | None = None) -> None:
        self._trusted = trusted
        self._places = Places(cities)

    def line_of(self, request: Request) -> str | None:
        """The public address that a request comes from, or its /64."""
        return public_line(self._address(request))

    def of(self, request: Request) -> Client:
        address = self._address(request)
        # In one go: each look-up by Starlette goes through all of them.
        headers = dict(reversed(request.scope["headers"]))
        return Client(
            origin=headers.get(b"origin", b"").decode("latin-1"),
            address=address,
            device=read_device(headers.get(b"user-agent", b"").decode("latin-1")),
            place=self._places.find(address),
        )

    def _address(self, request: Request) -> Address | None:
        peer = request.client.host if request.client else None
        return client_address(peer, request.headers.getlist("x-forwarded-for"), self._trusted)
