"""The check runs the real programs: what it calls good starts, what it calls wrong does not."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from telephony_bridge.plan.check import Finding, check
from telephony_bridge.plan.dial_plan import Route
from telephony_bridge.plan.placement import Address, Placement
from telephony_bridge.plan.render import render, write
from tests.telephony_bridge.lab import CHROOT, missing
from tests.telephony_bridge.plan.test_render import PLAN

ROOTS = [Path("/"), CHROOT]


@pytest.fixture
def place(tmp_path: Path) -> Placement:
    if missing():
        pytest.skip(missing())
    return Placement(
        home=PurePosixPath(tmp_path / "pbx"),
        root=Path("/"),
        edge=Address("127.0.0.1", 5060),
        pbx=Address("127.0.0.1", 5080),
        manager=Address("127.0.0.1", 5038),
        secret="a-secret-of-thirty-two-letters-x",
    )


def found(place: Placement, changes: dict[str, tuple[str, str]]) -> dict[str, Finding]:
    """The findings on a folder in which somebody replaced one text by another."""
    rendered = render(PLAN, place)
    write(rendered, place.files)
    for name, (old, new) in changes.items():
        assert old in rendered[name]
        (place.files / name).write_text(rendered[name].replace(old, new), "utf-8")
    return {finding.subject: finding for finding in check(place.files, rendered, PLAN, ROOTS)}


def test_what_is_rendered_starts(place: Placement) -> None:
    findings = found(place, {})
    assert {subject: finding.good for subject, finding in findings.items()} == {
        "files": True, "edge": True, "PBX": True, "routes": True,
    }  # fmt: skip
    assert not list((CHROOT / "tmp").glob("ringtrail-check-*"))


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong"),
    [
        ("kamailio/kamailio.cfg", "exit;", "exit", {"files", "edge"}),
        ("kamailio/kamailio.cfg", "uuid.so", "uuid2.so", {"files", "edge"}),
        ("asterisk/pjsip.conf", "context = from-edge", "kontext = x", {"files", "PBX"}),
        ("asterisk/modules.conf", "res_pjsip_pubsub.so", "res_none.so", {"files", "PBX"}),
        ("asterisk/extensions.conf", "exten => 0550,", "exten => 0551,", {"files", "routes"}),
    ],
)
def test_what_was_broken_is_found(
    place: Placement, name: str, old: str, new: str, wrong: set[str]
) -> None:
    findings = found(place, {name: (old, new)})
    assert {subject for subject, finding in findings.items() if not finding.good} == wrong
    assert all(finding.advice for finding in findings.values() if not finding.good)


def test_a_plan_that_moved_on_asks_for_a_render(place: Placement) -> None:
    write(render(PLAN, place), place.files)
    later = replace(PLAN, routes=(*PLAN.routes, Route("112", 1, 1, 5)))
    findings = check(place.files, render(later, place), later, ROOTS)
    assert [finding.subject for finding in findings if not finding.good] == ["files", "routes"]


def test_without_files_or_programs_it_says_what_to_do(place: Placement, tmp_path: Path) -> None:
    rendered = render(PLAN, place)
    assert [finding.good for finding in check(tmp_path, rendered, PLAN, ROOTS)] == [False]
    write(rendered, place.files)
    findings = check(place.files, rendered, PLAN, [tmp_path / "nothing"])
    assert findings[-1].told.startswith("there is no asterisk here")
    assert "make telephony" in findings[-1].advice
