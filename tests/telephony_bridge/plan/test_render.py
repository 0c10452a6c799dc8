"""The files: only what the plan says is in them, whatever it says; written whole and for few."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from ringtrail.core.errors import NotConfigured, RingtrailError
from ringtrail.core.settings import Settings
from telephony_bridge.plan.dial_plan import Destination, Plan, Route, Trunk
from telephony_bridge.plan.placement import Address, Placement, address, placement
from telephony_bridge.plan.render import FOLDERS, render, write

TRUNK = Trunk(3, 1, 1, "Carrier", ("198.51.100.0/28",), "RU", "request_uri", (), 5)
DESK = Destination(5, 1, "Desk", "sip:desk@192.0.2.7:5060")
PLAN = Plan((TRUNK,), (DESK,), (Route("+74951234567", 1, 1, 5), Route("0550", 1, 1, 5)))


@pytest.fixture
def place(tmp_path: Path) -> Placement:
    return Placement(
        home=PurePosixPath(tmp_path / "pbx"),
        root=Path("/"),
        edge=Address("192.0.2.1", 5060),
        pbx=Address("192.0.2.2", 5060),
        manager=Address("127.0.0.1", 5038),
        secret="a-secret-of-thirty-two-letters-x",
    )


def test_the_plan_is_in_the_files(place: Placement) -> None:
    files = render(PLAN, place)
    assert "exten => +74951234567,1,Return(sip:desk@192.0.2.7:5060)" in files[
        "asterisk/extensions.conf"
    ].splitlines()  # fmt: skip
    assert "exten => 03,1,Return(sip:desk@192.0.2.7:5060)" in files["asterisk/extensions.conf"]
    assert "3 198.51.100.0 28 0" in files["kamailio/address.list"].splitlines()
    assert "1 sip:192.0.2.2:5060 0 10" in files["kamailio/dispatcher.list"].splitlines()
    assert "match = 192.0.2.1" in files["asterisk/pjsip.conf"].splitlines()


HOSTILE = (
    "x\n[general]", "x;--", "--;x", '"', "'", "${SHELL(id)}", "$(var(x))", "*/", "#!define X", "}",
    "exten => s,1,System(id)", "\\", "\x00", "\u2028x", "\x85x", "{{ 7*7 }}", "{% raw %}", "/* x",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_changes_a_comment_at_most(place: Placement, text: str) -> None:
    """A name that a store somehow holds is refused, or stands in a comment with no special sign."""
    calm = render(PLAN, place)
    try:
        files = render(replace(PLAN, trunks=(replace(TRUNK, name=text),)), place)
    except RingtrailError:
        return
    changed = 0
    for name, written in files.items():
        before, after = calm[name].split("\n"), written.split("\n")
        assert len(before) == len(after), name
        for old, new in zip(before, after, strict=True):
            if old != new:
                assert new.startswith(("; trunk 3: ", "# trunk 3: ")), new
                assert not set(new[11:]) & set(";\"'$\\{}#*/\n\r=>[]()"), new
                changed += 1
    assert changed == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_refused(place: Placement, text: str) -> None:
    refused = (
        replace(PLAN, destinations=(replace(DESK, uri=f"sip:{text}@192.0.2.7"),)),
        replace(PLAN, destinations=(replace(DESK, uri=f"sip:desk@192.0.2.7{text}"),)),
        replace(PLAN, routes=(Route(f"+7495{text}", 1, 1, 5),)),
        replace(PLAN, trunks=(replace(TRUNK, addresses=(text,)),)),
        replace(PLAN, trunks=(replace(TRUNK, region=text),)),
        replace(PLAN, trunks=(replace(TRUNK, number_from=text),)),
        replace(PLAN, trunks=(replace(TRUNK, rules=((f"^{text}$", "1"),)),)),
        replace(PLAN, trunks=(replace(TRUNK, rules=(("^1$", text),)),)),
    )
    for plan in refused:
        with pytest.raises(RingtrailError, match="the plan cannot be written"):
            render(plan, place)


def test_what_does_not_fit_together_is_refused(place: Placement) -> None:
    twin = replace(TRUNK, id=4, addresses=("198.51.100.8",))
    for plan, told in (
        (replace(PLAN, trunks=(TRUNK, twin)), "is of trunk"),
        (replace(PLAN, destinations=()), "there is no phone 5"),
        (replace(PLAN, destinations=(replace(DESK, account=2),)), "another account"),
        (replace(PLAN, trunks=(replace(TRUNK, addresses=("192.0.2.0/24",)),)), "would loop"),
    ):
        with pytest.raises(RingtrailError, match=told):
            render(plan, place)


def test_files_are_written_whole_and_only_when_they_change(place: Placement) -> None:
    files = render(PLAN, place)
    assert len(write(files, place.files)) == len(files)
    for path in place.files.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o750 if path.is_dir() else 0o640), path
    assert {folder for folder in FOLDERS if not (place.files / folder).is_dir()} == set()
    stamps = {path: path.stat().st_ino for path in place.files.rglob("*.conf")}
    assert write(files, place.files) == []

    moved = replace(PLAN, routes=PLAN.routes[:1])
    (place.files / "asterisk/extensions.conf").chmod(0o666)
    assert write(render(moved, place), place.files) == [place.files / "asterisk/extensions.conf"]
    assert {path for path, inode in stamps.items() if path.stat().st_ino != inode} == {
        place.files / "asterisk/extensions.conf"
    }
    assert (place.files / "asterisk/extensions.conf").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"home": PurePosixPath("/x\ny")}, "folder"),
        ({"home": PurePosixPath('/x"y')}, "folder"),
        ({"secret": "short"}, "secret"),
        ({"secret": "x" * 20 + "\npermit = 0.0.0.0/0"}, "secret"),
        ({"system": "rt1;x"}, "name"),
        ({"ring_seconds": 0}, "ring"),
        ({"pbx": Address("192.0.2.1", 5060)}, "the same"),
    ],
)
def test_a_place_that_cannot_be(place: Placement, change: dict[str, object], told: str) -> None:
    with pytest.raises(NotConfigured, match=told):
        replace(place, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0:5060", "localhost:5060", "192.0.2.1", "192.0.2.1:0", "192.0.2.1:99999", "::1:5"],
)
def test_an_address_that_cannot_be(text: str) -> None:
    with pytest.raises(NotConfigured, match="RINGTRAIL_PBX_ADDRESS"):
        address("RINGTRAIL_PBX_ADDRESS", text)


def test_where_the_files_lie(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    settings.prepare()
    out = tmp_path / "chroot/pbx"
    assert placement(settings, out).home == PurePosixPath(out)
    inside = settings.model_copy(update={"pbx_root": tmp_path / "chroot"})
    assert placement(inside, out).home == PurePosixPath("/pbx")
    assert placement(inside, out).files == out
    kept = inside.model_copy(update={"pbx_home": Path("/rt")})
    assert placement(kept, None).files == tmp_path / "chroot/rt"
    with pytest.raises(NotConfigured, match="--out"):
        placement(settings, None)
    with pytest.raises(NotConfigured, match="not within"):
        placement(inside, tmp_path / "elsewhere")
