"""What a dial plan consists of, and what may stand in it; nothing here reads or writes a store.

`store` fills these from the operational store and asks `refuse_*` before a row is added; `render`
asks them again, because whatever reaches a configuration file of a telephone switch can reroute
calls. Each check raises ValueError with a message for a person.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from telephony_bridge.plan import numbering

NUMBER_FROM = ("request_uri", "to", "p_called_party_id")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_URI = re.compile(
    rf"sip:[A-Za-z0-9_.+-]{{1,64}}@({_LABEL}(?:\.{_LABEL})*)(?::([1-9][0-9]{{0,4}}))?"
)
_LONGEST_URI = 128
_DIALLED = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{2,6}")
_WIDEST = {4: 8, 6: 32}


@dataclass(frozen=True, slots=True)
class Destination:
    """A place that rings."""

    id: int
    account: int
    name: str
    uri: str


@dataclass(frozen=True, slots=True)
class Trunk:
    """A carrier's line; `default` is the destination of numbers that no route names."""

    id: int
    account: int
    site: int
    name: str
    addresses: tuple[str, ...]
    region: str
    number_from: str
    rules: tuple[tuple[str, ...], ...]
    default: int | None


@dataclass(frozen=True, slots=True)
class Route:
    """A number, E.164 or short, and the destination that it rings."""

    number: str
    account: int
    site: int
    destination: int


@dataclass(frozen=True, slots=True)
class PoolNumber:
    """A number that an account has; without a route it rings its trunk's default."""

    number: str
    account: int
    site: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan, each part in the order of its ids."""

    trunks: tuple[Trunk, ...] = ()
    destinations: tuple[Destination, ...] = ()
    routes: tuple[Route, ...] = ()
    numbers: tuple[PoolNumber, ...] = ()

    @property
    def unrouted(self) -> tuple[PoolNumber, ...]:
        """The numbers that no route names."""
        routed = {route.number for route in self.routes}
        return tuple(number for number in self.numbers if number.number not in routed)

    def destination(self, id: int) -> Destination:
        """The destination of that id; raises ValueError when there is none."""
        for destination in self.destinations:
            if destination.id == id:
                return destination
        raise ValueError(f"there is no phone {id}: add one with `ringtrail telephony phone add`")


def refuse_plan(plan: Plan) -> None:
    """Checks every part, and what only the whole can show."""
    for destination in plan.destinations:
        refuse_destination(destination)
    for trunk in plan.trunks:
        refuse_trunk(trunk, plan.trunks)
        if trunk.default is not None:
            _refuse_stranger(plan.destination(trunk.default), trunk.account)
    for route in plan.routes:
        refuse_number(route.number)
        _refuse_stranger(plan.destination(route.destination), route.account)


def _refuse_stranger(destination: Destination, account: int) -> None:
    if destination.account != account:
        raise ValueError(f"phone {destination.id} is of another account than what rings it")


def refuse_destination(destination: Destination) -> None:
    """A name that can be shown, a plain SIP address."""
    _refuse_name(destination.name)
    found = _URI.fullmatch(destination.uri)
    if (
        found is None
        or len(destination.uri) > _LONGEST_URI
        or (found[2] is not None and int(found[2]) > 65_535)
    ):
        raise ValueError(
            f"{destination.uri!r} is no phone's address: give one like sip:desk@192.0.2.7:5060"
        )
    if re.fullmatch(r"[0-9.]+", found[1]):
        _address(found[1])


def _address(text: str) -> None:
    try:
        ip_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is no IP address") from None


def refuse_trunk(trunk: Trunk, others: Iterable[Trunk]) -> None:
    """A name, source addresses of its own, a known region, usable rules."""
    _refuse_name(trunk.name)
    if not trunk.addresses:
        raise ValueError("a trunk needs an address that its calls come from")
    if trunk.number_from not in NUMBER_FROM:
        raise ValueError(
            f"{trunk.number_from!r} holds no called number: give one of {', '.join(NUMBER_FROM)}"
        )
    numbering.rules(trunk.region, trunk.rules)
    own = [network(text) for text in trunk.addresses]
    for other in others:
        for taken in map(network, other.addresses) if other.id != trunk.id else ():
            for mine in own:
                if taken.version == mine.version and taken.overlaps(mine):
                    raise ValueError(f"{mine} is of trunk {other.name!r} already: {taken}")


def network(text: str) -> IPv4Network | IPv6Network:
    """The network that `text` names, an address being one of its own."""
    try:
        found = ip_network(text)
    except ValueError as error:
        raise ValueError(
            f"{text!r} cannot be a trunk's address: {error}; "
            "give one like 192.0.2.7 or 192.0.2.0/24"
        ) from None
    if found.prefixlen < _WIDEST[found.version] or found.is_multicast:
        raise ValueError(f"{text} is too wide: whoever has an address in it could send calls")
    return found


def refuse_number(number: str) -> None:
    """E.164 with a plus, or a short number."""
    if _DIALLED.fullmatch(number) is None:
        raise ValueError(f"{number!r} is no number: give one like +442079460101, or a short one")


def _refuse_name(name: str) -> None:
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise ValueError(f"{name!r} is no name: give up to 100 printable characters")
