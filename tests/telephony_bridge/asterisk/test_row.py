"""Journal lines read: the lab's real ones, and everything that is none."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrail.core.clock import Micros
from telephony_bridge.asterisk.row import (
    Answered,
    Booted,
    Ended,
    LinkEnded,
    Ring,
    Unreadable,
    read,
)
from tests.telephony_bridge.asterisk.lines import answer, end, line, ring

KEY = "rt1-1795359271.6"
AT = Micros(1_795_359_271_689_486)

# Written by a real Asterisk 22.10.
BOOT = (
    rb'{"eventtype":"RT_BOOT","eventtime":1795500757.872441,"userdeftype":"RT_BOOT",'
    rb'"eventextra":"{\"extra\":\"system=ast1\"}","exten":"s","context":"rt-boot",'
    rb'"channame":"Local/s@rt-boot-00000000;2","appname":"CELGenUserEvent",'
    rb'"uniqueid":"ast1-1795500757.1","linkedid":"ast1-1795500757.0","peer":""}'
)
BOOT_END = (
    rb'{"eventtype":"LINKEDID_END","eventtime":1795500757.872845,"userdeftype":"",'
    rb'"eventextra":"","exten":"s","context":"rt-boot","channame":"Local/s@rt-boot-00000000;2",'
    rb'"appname":"","uniqueid":"ast1-1795500757.1","linkedid":"ast1-1795500757.0","peer":""}'
)
BOOT_ANSWER = (
    rb'{"eventtype":"ANSWER","eventtime":1795500757.872485,"userdeftype":"","eventextra":"",'
    rb'"exten":"s","context":"rt-boot","channame":"Local/s@rt-boot-00000000;2",'
    rb'"appname":"Answer","uniqueid":"ast1-1795500757.1","linkedid":"ast1-1795500757.0","peer":""}'
)
OTHER_PAYLOAD = (
    rb'{"eventtype":"RT_RING","eventtime":1795359271.689486,"userdeftype":"RT_RING",'
    rb'"eventextra":"{\"extra\":\"did=74950000001&ani=79161234567&sip=1-1339%40127.0.0.2&rt=0c\"}",'
    rb'"exten":"74950000001","context":"from-edge","channame":"PJSIP/edge-00000004",'
    rb'"appname":"CELGenUserEvent","uniqueid":"ast1-1795359271.6","linkedid":"ast1-1795359271.6",'
    rb'"peer":""}'
)


def test_lines_of_a_real_boot() -> None:
    assert read(BOOT) == Booted("ast1-1795500757.0", Micros(1_795_500_757_872_441), "ast1")
    assert read(BOOT_END) == LinkEnded("ast1-1795500757.0", Micros(1_795_500_757_872_845))
    assert read(BOOT_ANSWER) is None


def test_a_ring() -> None:
    assert read(ring(KEY, AT / 1e6, "+74950000001", "79161234567")) == Ring(
        KEY, AT, "+74950000001", 1, "79161234567", "allowed", "sip:desk@192.0.2.7"
    )


@pytest.mark.parametrize(
    ("caller", "pres"),
    [("", "unavailable"), ("", "allowed"), ("anonymous", "restricted"), ("Anonymous", "allowed"),
     ("79161234567", "restricted")],
)  # fmt: skip
def test_a_withheld_caller_is_nobody_and_says_why(caller: str, pres: str) -> None:
    row = read(ring(KEY, 1, "0550", caller, pres=pres, trunk="", dest=""))
    assert isinstance(row, Ring)
    assert (row.caller, row.presentation) == (None, pres)
    assert (row.trunk, row.destination) == (None, None)


def test_an_end() -> None:
    row = read(end(KEY, AT / 1e6, "+74950000001", "ANSWER", "13024", "11508"))
    assert isinstance(row, Ended)
    assert (row.status, row.dialed_ms, row.talk_ms) == ("ANSWER", 13024, 11508)
    row = read(end(KEY, AT / 1e6, "+74950000001", "CANCEL"))
    assert isinstance(row, Ended)
    assert (row.status, row.dialed_ms, row.talk_ms) == ("CANCEL", None, None)


def test_only_a_persons_phone_answers() -> None:
    assert read(answer(KEY, 5)) == Answered(KEY, Micros(5_000_000))
    assert read(answer(KEY, 5, "PJSIP/edge-00000001")) is None
    assert read(answer(KEY, 5, "PJSIP/phonestore-00000001")) is None
    assert read(line("HANGUP", KEY, 5)) is None


def with_payload(query: str) -> bytes:
    told = json.loads(ring(KEY, 1, "0550"))
    told["eventextra"] = json.dumps({"extra": query})
    return json.dumps(told).encode()


WHOLE = "number=0550&trunk=1&caller=&pres=allowed&dest="


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"", "json"),
        (b"\0" * 40, "json"),
        (ring(KEY, 1, "0550")[:-30], "json"),
        (b'{"eventtype":"RT_RING","channame":"Ev\\\\"il"}', "json"),
        (b'{"eventtype":"RT_RING","channame":"\xff"}', "json"),
        (b'{"eventtype":"RT_RING","eventtime":"1","linkedid":"1.1"}', "json"),
        (OTHER_PAYLOAD, "number"),
        (ring(KEY, -1, "0550"), "time"),
        (ring(KEY, 1e11, "0550"), "time"),
        (ring("rt1-17953", 1, "0550"), "linkedid"),
        (ring("two words-1.1", 1, "0550"), "linkedid"),
        (ring(KEY, 1, "s"), "number"),
        (ring(KEY, 1, "٠٥٥٠"), "number"),
        (ring(KEY, 1, "1" * 81), "number"),
        (ring(KEY, 1, "0550", trunk="one"), "trunk"),
        (ring(KEY, 1, "0550", trunk="²"), "trunk"),
        (ring(KEY, 1, "0550", pres="maybe"), "pres"),
        (ring(KEY, 1, "0550", "a\nb"), "caller"),
        (ring(KEY, 1, "0550", "1" * 300), "caller"),
        (ring(KEY, 1, "0550", dest="sip:" + "x" * 300), "dest"),
        (end(KEY, 1, "0550", "GONE"), "status"),
        (end(KEY, 1, "0550", "ANSWER", "-1"), "dialed"),
        (end(KEY, 1, "0550", "ANSWER", "1", "1.5"), "talk"),
        (end(KEY, 1, "0550", "ANSWER", "1", "9" * 15), "talk"),
        (line("RT_BOOT", KEY, 1), "payload"),
        (line("RT_BOOT", KEY, 1, other="1"), "system"),
        (with_payload("number"), "payload"),
        (with_payload(WHOLE + "&dest="), "payload"),
        (with_payload(WHOLE.replace("caller=", "caller=%ff")), "payload"),
    ],
)
def test_what_cannot_be_read_says_why(broken: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(broken)
    assert caught.value.reason == reason


def test_a_plus_sign_is_a_plus_sign() -> None:
    row = read(with_payload(WHOLE.replace("0550", "+74950000001")))
    assert isinstance(row, Ring)
    assert row.number == "+74950000001"


@given(st.data())
def test_a_damaged_line_is_read_or_unreadable_and_nothing_else(data: st.DataObject) -> None:
    whole = bytearray(end(KEY, 1, "+74950000001", "ANSWER", "13024", "11508"))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with suppress(Unreadable):
        read(bytes(whole))
