"""Calls over the real edge and PBX, as the plan has them; the platform is not there at all.

The journal is what the bridge will read, so each call is looked up in it.
"""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from telephony_bridge.plan.dial_plan import Destination, Plan, Route, Trunk
from tests.telephony_bridge.caller import Calls, Way, failing
from tests.telephony_bridge.lab import Lab, is_bound, options, until

USERS = ("default", "fast", "busy", "noanswer", "reject", "leave", "desk")
NUMBERS = {user: f"+7495123456{n}" for n, user in enumerate(USERS)}
ONE, NONE = Calls(1, 0), Calls(0, 1)
SPELLINGS = (
    "+74951234561", "74951234561", "84951234561", "4951234561", "81074951234561",
    "+7(495)123-45-61;user=phone",
)  # fmt: skip


def plan(lab: Lab) -> Plan:
    """A line with a default, one without, and two that write the number elsewhere."""
    phones = tuple(Destination(n, 1, user, lab.phone(user)) for n, user in enumerate(USERS, 1))
    routes = tuple(
        Route(NUMBERS[phone.name], 1, 1, phone.id) for phone in phones if phone.name != "default"
    )
    lines = ((lab.carrier, "request_uri", 1), (lab.address(12), "request_uri", None),
             (lab.address(13), "to", 1), (lab.address(14), "p_called_party_id", 1))  # fmt: skip
    return Plan(
        trunks=tuple(
            Trunk(n, 1, 1, f"line {n}", (address,), "RU", place, (), default)
            for n, (address, place, default) in enumerate(lines, 1)
        ),
        destinations=phones,
        routes=(*routes, Route("0550", 1, 1, 2)),
    )


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        lab.render(plan(lab))
        lab.start()
        yield lab


class Journal:
    """What was written since the test began."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._rung, self._ended = len(lab.events("RT_RING")), len(lab.events("RT_END"))

    def calls(self, count: int = 1) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """The rings and the ends of this many calls, sorted by the edge's name for the call."""
        ends = self._lab.ended(self._ended + count)[self._ended :]
        rings = self._lab.events("RT_RING")[self._rung :]
        assert len(rings) == len(ends) == count
        return sorted(rings, key=lambda call: call["rt"]), sorted(ends, key=lambda call: call["rt"])

    def call(self) -> tuple[dict[str, str], dict[str, str]]:
        rings, ends = self.calls()
        return rings[0], ends[0]


@pytest.fixture
def journal(lab: Lab) -> Journal:
    return Journal(lab)


def test_an_answered_call_is_in_the_journal(lab: Lab, journal: Journal) -> None:
    assert lab.call(NUMBERS["desk"], hold=1.2) == ONE
    ring, end = journal.call()
    assert re.fullmatch(r"[0-9a-f-]{36}", ring.pop("rt"))
    assert re.fullmatch(rf"1-[0-9]+@{lab.carrier}", ring.pop("sip"))
    assert ring == {
        "number": NUMBERS["desk"], "trunk": "1", "caller": "+79161234567", "pres": "allowed",
        "dest": lab.phone("desk"), "route": "plan",
    }  # fmt: skip
    assert {name: end[name] for name in ring if name != "route"} == {
        name: value for name, value in ring.items() if name != "route"
    }
    assert (end["status"], end["cause"]) == ("ANSWER", "16")
    assert 1200 <= int(end["talk"]) < 5000
    assert 500 <= int(end["dialed"]) - int(end["talk"]) < 5000
    assert dict(part.split("=") for part in end["q"].split(";"))["lp"] == "0"
    own = [row for row in lab.journal() if row["linkedid"] == lab.journal()[-1]["linkedid"]]
    assert [row["eventtype"] for row in own] == [
        "RT_RING", "ANSWER", "ANSWER", "RT_END", "LINKEDID_END",
    ]  # fmt: skip
    assert own[1]["channame"].startswith("PJSIP/phones-")
    assert all(row["linkedid"].startswith("rt1-") for row in own)


@pytest.mark.parametrize(
    ("user", "way", "status"),
    [
        ("busy", failing(486), "BUSY"),
        ("reject", failing(480), "CHANUNAVAIL"),
        ("noanswer", failing(480), "NOANSWER"),
        ("noanswer", "abandoned", "CANCEL"),
        ("leave", "hung_up", "ANSWER"),
    ],
)
def test_how_a_call_can_end(
    lab: Lab, journal: Journal, user: str, way: Way | str, status: str
) -> None:
    assert lab.call(NUMBERS[user], scenario=way, hold=0.5) == ONE
    ring, end = journal.call()
    assert (ring["dest"], end["status"], ring["rt"]) == (lab.phone(user), status, end["rt"])
    assert ("talk" in end and end["talk"] != "") == (status == "ANSWER")


def test_six_spellings_reach_one_phone(lab: Lab, journal: Journal) -> None:
    for text in SPELLINGS:
        assert lab.call(text, hold=0) == ONE
    rings, _ = journal.calls(len(SPELLINGS))
    assert {(ring["number"], ring["dest"], ring["route"]) for ring in rings} == {
        (NUMBERS["fast"], lab.phone("fast"), "plan")
    }


def test_a_short_number_has_a_route(lab: Lab, journal: Journal) -> None:
    assert lab.call("0550", hold=0) == ONE
    assert journal.call()[0]["number"] == "0550"


@pytest.mark.parametrize(("way", "last"), [("to", 13), ("p_called_party_id", 14)])
def test_the_number_stands_elsewhere(lab: Lab, journal: Journal, way: str, last: int) -> None:
    assert lab.call("84951234561", scenario=way, source=lab.address(last), hold=0) == ONE
    ring, _ = journal.call()
    assert (ring["number"], ring["dest"]) == (NUMBERS["fast"], lab.phone("fast"))


@pytest.mark.parametrize(("called", "number"), [("89990000000", "+79990000000"), ("gateway", "")])
def test_an_unknown_number_rings_the_default(
    lab: Lab, journal: Journal, called: str, number: str
) -> None:
    assert lab.call(called, hold=0) == ONE
    ring, end = journal.call()
    assert (ring["number"], ring["dest"]) == (number, lab.phone("default"))
    assert (ring["route"], end["status"]) == ("default", "ANSWER")


def test_without_a_default_an_unknown_number_is_not_found(lab: Lab, journal: Journal) -> None:
    assert lab.call("89990000000", scenario=failing(404), source=lab.address(12)) == ONE
    ring, end = journal.call()
    assert (ring["trunk"], ring["dest"], ring["route"]) == ("2", "", "none")
    assert (end["status"], end["dest"]) == ("", "")
    assert lab.call(NUMBERS["fast"], source=lab.address(12), hold=0) == ONE


@pytest.mark.parametrize(
    ("way", "caller", "presentation"),
    [
        ("withheld", "+79160000001", "restricted"),
        ("anonymous", "", "restricted"),
        ("unknown_caller", "", "unavailable"),
    ],
)
def test_a_withheld_caller(
    lab: Lab, journal: Journal, way: str, caller: str, presentation: str
) -> None:
    assert lab.call(NUMBERS["fast"], caller="+79160000001", scenario=way, hold=0) == ONE
    ring, end = journal.call()
    assert {(row["caller"], row["pres"]) for row in (ring, end)} == {(caller, presentation)}
    assert "79160000001" not in shown_to_the_phone(lab, ring["rt"])


def shown_to_the_phone(lab: Lab, rt: str) -> str:
    """The INVITE that rang the phone."""
    text = (lab.files / "log/phone-messages.log").read_text("utf-8")
    found = [part for part in text.split("\n-----") if f"X-RT-Call: {rt}" in part]
    assert found, f"the phone was never called for {rt}"
    return found[0]


def test_an_evil_caller_breaks_nothing(lab: Lab, journal: Journal) -> None:
    assert lab.call(NUMBERS["fast"], scenario="evil", hold=0) == ONE
    ring, _ = journal.call()
    assert (ring["caller"], ring["number"], ring["route"]) == ("+7912", NUMBERS["fast"], "plan")
    assert {json.dumps(row) for row in lab.journal()}
    assert "Ev" not in shown_to_the_phone(lab, ring["rt"])


def test_an_evil_number_is_data(lab: Lab, journal: Journal) -> None:
    assert lab.call(NUMBERS["fast"], scenario="evil_number", caller="79", hold=0) == ONE
    ring, _ = journal.call()
    assert (ring["caller"], ring["pres"]) == ("179", "allowed")


def test_forged_headers_are_gone(lab: Lab, journal: Journal) -> None:
    assert lab.call(NUMBERS["fast"], scenario="answered", hold=0) == ONE
    ring, _ = journal.call()
    assert ring["trunk"] == "1"
    assert "forged" not in ring["rt"] + shown_to_the_phone(lab, ring["rt"])


def test_the_database_overrides_the_plan(lab: Lab, journal: Journal) -> None:
    entry = f"rt-route {NUMBERS['busy']}"
    lab.cli(f"database put {entry} {lab.phone('fast')}")
    assert lab.call(NUMBERS["busy"], hold=0) == ONE
    # What is no plain address is not dialled: the plan stands.
    lab.cli(f"database put {entry} sip:fast@{lab.address(4)}&Local/s@rt-boot")
    assert lab.call(NUMBERS["busy"], scenario=failing(486)) == ONE
    lab.cli(f"database del {entry}")
    assert lab.call(NUMBERS["busy"], scenario=failing(486)) == ONE
    rings = [ring for ring in lab.events("RT_RING") if ring["number"] == NUMBERS["busy"]][-3:]
    assert [ring["route"] for ring in rings] == ["db", "plan", "plan"]
    journal.calls(3)


def test_a_stranger_is_refused_and_then_banned(lab: Lab) -> None:
    stranger = lab.address(99)
    assert lab.call(NUMBERS["fast"], scenario=failing(403), source=stranger) == ONE
    before = len(lab.events("RT_RING"))
    flood = options(lab.placement.edge)
    assert "403" in lab.exchange(flood, source=stranger)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((stranger, 0))
        for _ in range(500):
            sock.sendto(flood.replace("{here}", f"{stranger}:9").encode(), lab.edge)
    until(lambda: lab.exchange(flood, source=stranger) == "", "the stranger gets no answer")
    assert f"name: {stranger}" in lab.kamailio("htable.dump", "banned")
    assert "200 OK" in lab.exchange(flood)
    assert len(lab.events("RT_RING")) == before


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        ("Max-Forwards: 70", "Max-Forwards: 0", "SIP/2.0 483"),
        ("OPTIONS", "REGISTER", "SIP/2.0 405"),
        ("To: <sip:", "To: <sip:x@y>;tag=2\r\nX-Was: <sip:", "SIP/2.0 404"),
        ("CSeq: 1 OPTIONS", "CSeq: 1 INVITE", "SIP/2.0 400"),
        ("OPTIONS", "CANCEL", ""),
        ("OPTIONS", "ACK", ""),
    ],
)
def test_what_is_no_call_stays_at_the_edge(lab: Lab, old: str, new: str, answer: str) -> None:
    before = len(lab.events("RT_RING"))
    message = options(lab.placement.edge)
    assert old in message
    told = lab.exchange(message.replace(old, new))
    assert told.startswith(answer) and bool(told) == bool(answer)
    assert len(lab.events("RT_RING")) == before


def test_the_pbx_takes_calls_from_the_edge_only(lab: Lab) -> None:
    pbx = (lab.placement.pbx.host, lab.placement.pbx.port)
    before = len(lab.events("RT_RING"))
    invite = (
        options(lab.placement.pbx)
        .replace("OPTIONS", "INVITE")
        .replace("sip:", "sip:0550@", 1)
        .replace("Max-Forwards", "Contact: <sip:probe@{here}>\r\nMax-Forwards")
    )
    for source in (lab.carrier, lab.address(4), lab.address(99)):
        assert "SIP/2.0 401" in lab.exchange(invite, source=source, to=pbx)
    assert len(lab.events("RT_RING")) == before


def test_nothing_of_a_call_listens_beyond_its_address(lab: Lab) -> None:
    """SIP and RTP of the PBX are on its own address, so a firewall knows what it guards."""
    with lab.dial(NUMBERS["fast"], hold=2) as dialling:
        until(lambda: lab.cli("core show channels count").startswith("2"), "the call is up")
        rtp = re.search(r"m=audio (\d+)", shown_to_the_phone(lab, lab.events("RT_RING")[-1]["rt"]))
        assert rtp is not None
        assert is_bound(lab.placement.pbx.host, int(rtp[1]))
        assert is_bound(lab.placement.pbx.host, int(rtp[1]) + 1)
        assert dialling.done() == ONE


def test_a_route_that_was_added_rings_after_a_reload(lab: Lab, journal: Journal) -> None:
    """Without a restart, and so without a call lost."""
    added = Route("+74951234599", 1, 1, USERS.index("fast") + 1)
    with lab.dial(NUMBERS["fast"], hold=1) as under_way:
        lab.render(replace(plan(lab), routes=(*plan(lab).routes, added)))
        lab.cli("dialplan reload")
        assert lab.call("84951234599", hold=0) == ONE
        assert under_way.done() == ONE
    rings, _ = journal.calls(2)
    assert {ring["number"]: ring["route"] for ring in rings}[added.number] == "plan"


def test_a_call_outlives_the_edge(lab: Lab, journal: Journal) -> None:
    with lab.dial(NUMBERS["fast"], hold=2) as dialling:
        until(lambda: lab.cli("core show channels count").startswith("2"), "the call is up")
        lab.kill_kamailio()
        lab.start_kamailio()
        assert dialling.done() == ONE
    assert journal.call()[1]["status"] == "ANSWER"


def test_many_calls_at_once(lab: Lab, journal: Journal) -> None:
    assert lab.call(NUMBERS["fast"], count=40, rate=20) == Calls(40, 0)
    rings, ends = journal.calls(40)
    assert [ring["rt"] for ring in rings] == [end["rt"] for end in ends]
    assert len({ring["rt"] for ring in rings}) == 40


def test_a_pbx_that_was_killed_says_so_and_rings_again(lab: Lab) -> None:
    """AstDB is gone, the platform is not there: the plan alone makes it ring."""
    rung = len(lab.events("RT_RING"))
    with lab.dial(NUMBERS["noanswer"], count=3) as lost:
        until(lambda: len(lab.events("RT_RING")) == rung + 3, "three calls ring")
        before = len(lab.journal())
        lab.kill_asterisk()
        lost.kill()
    for file in (lab.files / "lib").glob("astdb.sqlite3*"):
        file.unlink()
    lab.start_asterisk()
    boot = until(lambda: lab.journal()[before:], "the journal goes on")[0]
    assert (boot["eventtype"], json.loads(boot["eventextra"])) == (
        "RT_BOOT",
        {"extra": "system=rt1"},
    )
    assert lab.call(NUMBERS["fast"], hold=0) == ONE
    assert lab.events("RT_RING")[-1]["route"] == "plan"


def test_a_dead_pbx_is_told_to_the_carrier(lab: Lab) -> None:
    lab.kill_asterisk()
    try:
        assert lab.call(NUMBERS["fast"], scenario=failing(503)) == ONE
    finally:
        lab.start_asterisk()
    assert lab.call(NUMBERS["fast"], hold=0) == ONE
