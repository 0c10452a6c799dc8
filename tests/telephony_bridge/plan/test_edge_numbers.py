"""Kamailio applies the same rules to a called number as Python does: asked over SIP, both compared.

In Asterisk's place stands a socket that writes down whom the edge would call.
"""

import re
import socket
from collections.abc import Iterator
from itertools import count

import pytest

from telephony_bridge.plan.dial_plan import Plan, Trunk
from telephony_bridge.plan.numbering import normalise, rules
from tests.telephony_bridge.lab import Lab
from tests.telephony_bridge.plan.test_numbering import MEANT

# What a SIP address can hold; the rest of the spellings are only typed by people.
SENDABLE = re.compile(r"[A-Za-z0-9+()*#.;=%-]+")
TEXTS = (
    "sales", "s", "gateway-1", "0", "12", "123456", "1234567", "+1", "+12", "%20", "%2B", "+-",
    "7" * 32, "7" * 33, "8495123456", "884951234567", "0007495", "810749", "+84951234567", "*55",
    "95", "49311", "004", "+4900301234", "0660812345678", "00166812345678", "93", "97(1",
)  # fmt: skip
OWN = (("^9([0-9])$", r"+7\15"), (r"^(8[0-9]{2,3})([0-9]?)\+?$", r"\2\1"), ("^49311$", "0"))
LINES = (("RU", ()), ("GB", ()), ("US", ()), ("DE", ()), ("TH", ()), ("IT", ()), ("RU", OWN))
_serial = count(1)


class Pbx:
    """Receives calls in Asterisk's place and refuses them."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((lab.placement.pbx.host, lab.placement.pbx.port))
        self._socket.settimeout(10)

    def close(self) -> None:
        self._socket.close()

    def called(self, source: str, uri: str, *headers: str, to: str = "<sip:x@edge>") -> str:
        """The user whom the edge calls when this INVITE comes from `source`, and its message."""
        serial = f"{next(_serial)}-called"
        message = "\r\n".join(
            (
                f"INVITE {uri} SIP/2.0", f"Via: SIP/2.0/UDP {source}:25090;branch=z9hG4bK{serial}",
                "From: <sip:carrier@carrier.example>;tag=1", f"To: {to}", f"Call-ID: {serial}",
                "CSeq: 1 INVITE", "Max-Forwards: 70", f"Contact: <sip:c@{source}:25090>",
                *headers, "Content-Length: 0", "", "",
            )
        )  # fmt: skip
        edge = self._lab.placement.edge
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as carrier:
            carrier.bind((source, 25_090))
            carrier.sendto(message.encode(), (edge.host, edge.port))
            while True:
                received, sender = self._socket.recvfrom(65_536)
                request = received.decode()
                if request.startswith("OPTIONS") or f"Call-ID: {serial}" not in request:
                    self._answer(request, "200 OK", sender)
                elif request.startswith("INVITE"):
                    self._answer(request, "404 Not Found", sender)
                    return request

    def _answer(self, request: str, status: str, sender: tuple[str, int]) -> None:
        if request.startswith("ACK"):
            return
        kept = re.findall(r"^((?:Via|From|Call-ID|CSeq):[^\r]*)", request, flags=re.M)
        to = re.findall(r"^(To:[^\r]*)", request, flags=re.M)[0]
        answer = [f"SIP/2.0 {status}", *kept, f"{to};tag=pbx", "Content-Length: 0", "", ""]
        self._socket.sendto("\r\n".join(answer).encode(), sender)


@pytest.fixture(scope="module")
def edge() -> Iterator[tuple[Lab, Pbx]]:
    with Lab() as lab:
        trunks = [
            Trunk(
                n, 1, 1, f"{region} {n}", (lab.address(20 + n),), region, "request_uri", own, None
            )
            for n, (region, own) in enumerate(LINES, 1)
        ]
        trunks += [
            Trunk(n, 1, 1, place, (lab.address(20 + n),), "RU", place, (), None)
            for n, place in ((11, "to"), (12, "p_called_party_id"))
        ]
        lab.render(Plan(trunks=tuple(trunks)))
        pbx = Pbx(lab)
        try:
            lab.start_kamailio()
            yield lab, pbx
        finally:
            pbx.close()


def user(request: str) -> str:
    found = re.match(r"INVITE sip:([^@ ]*)@", request)
    assert found is not None, request
    return found[1]


@pytest.mark.parametrize(("line", "region", "own"), [(n, *line) for n, line in enumerate(LINES, 1)])
def test_the_edge_reads_numbers_as_python_does(
    edge: tuple[Lab, Pbx], line: int, region: str, own: tuple[tuple[str, str], ...]
) -> None:
    lab, pbx = edge
    spoken = {text for numbers in MEANT.values() for texts in numbers.values() for text in texts}
    texts = [text for text in (*sorted(spoken), *TEXTS) if SENDABLE.fullmatch(text)]
    assert len(texts) > 60
    expected = {text: normalise(rules(region, own), text) or "s" for text in texts}
    source = lab.address(20 + line)
    found = {
        text: user(pbx.called(source, f"sip:{text}@{lab.placement.edge}")) for text in texts
    }  # fmt: skip
    assert found == expected


def test_the_number_is_taken_from_where_the_line_has_it(edge: tuple[Lab, Pbx]) -> None:
    lab, pbx = edge
    uri = f"sip:gateway@{lab.placement.edge}"
    wanted = "+74951234567"
    place = lab.address(31)
    assert (
        user(pbx.called(place, uri, to='"Shop" <sip:84951234567@c.example;user=phone>')) == wanted
    )
    assert user(pbx.called(place, uri, to="<tel:+7-495-123-45-67>")) == wanted
    place = lab.address(32)
    for value in ("<sip:84951234567@c.example>", '"Shop" <tel:+74951234567>;x=y'):
        assert user(pbx.called(place, uri, f"P-Called-Party-ID: {value}")) == wanted
    # A line that once leaves it out has written it in the usual place.
    assert user(pbx.called(place, f"sip:84951234567@{lab.placement.edge}")) == wanted


def test_a_tel_uri_is_read(edge: tuple[Lab, Pbx]) -> None:
    lab, pbx = edge
    called = pbx.called(lab.address(21), "tel:+7(495)123-45-67;phone-context=+7")
    assert user(called) == "+74951234567"


def test_headers_of_ours_that_come_from_outside_are_gone(edge: tuple[Lab, Pbx]) -> None:
    lab, pbx = edge
    forged = ("X-RT-Call: forged", "x-rt-trunk: 99", "X-Rt-Else: forged", "X-Other: stays")
    request = pbx.called(lab.address(21), f"sip:0550@{lab.placement.edge}", *forged)
    ours = dict(re.findall(r"^(x-[\w-]+): ([^\r]*)", request, flags=re.M | re.I))
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", ours.pop("X-RT-Call"))
    assert ours == {"X-RT-Trunk": "1", "X-Other": "stays"}
