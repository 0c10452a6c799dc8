"""The journal's lines through growth, rotation, copies, truncation and chunks of any size."""

import gzip
import os
import shutil
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from telephony_bridge.asterisk import journal
from telephony_bridge.asterisk.journal import Chunk, Position, Tail, read
from tests.telephony_bridge.asterisk.lines import START, link_end

NOTHING = Chunk((), None, 0)


def numbered(serial: int) -> bytes:
    return link_end(f"rt1-{START + serial}.{serial}", START + serial)


def add(path: Path, *lines: bytes) -> None:
    with path.open("ab") as file:
        file.writelines(line + b"\n" for line in lines)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.json"


def drain(file: Path, at: Position | None = None, limit: int = 1024) -> list[bytes]:
    lines: list[bytes] = []
    while (chunk := read(file, at, limit)).position != at:
        assert not chunk.gap
        lines += chunk.lines
        at = chunk.position
    return lines


def test_a_missing_file_or_folder_is_waited_for(file: Path) -> None:
    assert read(file, None) == NOTHING
    assert read(file.parent / "later" / "journal.json", None) == NOTHING
    file.touch()
    assert read(file, None) == NOTHING


def test_only_whole_lines(file: Path) -> None:
    file.write_bytes(numbered(1)[:30])
    assert read(file, None) == NOTHING
    file.write_bytes(numbered(1) + b"\n" + numbered(2)[:-1])
    chunk = read(file, None)
    assert chunk.lines == (numbered(1),)
    assert chunk.unread == len(numbered(2)) - 1
    add(file, b"}")
    assert read(file, chunk.position).lines == (numbered(2),)


def test_generations_are_read_from_the_oldest_whatever_they_are_called(file: Path) -> None:
    """Neither by name nor by inode nor by the time of their last change: a restore mixes these."""
    add(file, numbered(3))
    for serial, name in ((1, "journal.json-2"), (2, "journal.json.old"), (0, "journal.json.1")):
        add(file.with_name(name), numbered(serial))
    add(file.with_name("other.json"), numbered(4))
    assert read(file, None).lines == tuple(map(numbered, range(4)))


def test_two_renames_between_two_reads(file: Path) -> None:
    add(file, numbered(0), numbered(1))
    at = read(file, None, len(numbered(0)) + 1).position
    file.rename(file.with_name("journal.json.1"))
    add(file, numbered(2))
    file.with_name("journal.json.1").rename(file.with_name("journal.json.2"))
    file.rename(file.with_name("journal.json.1"))
    add(file, numbered(3))
    assert drain(file, at) == [numbered(n) for n in (1, 2, 3)]


def test_a_renamed_journal_without_a_new_one_is_kept_to(file: Path) -> None:
    add(file, numbered(0))
    at = read(file, None).position
    file.rename(file.with_name("journal.json.1"))
    assert read(file, at) == Chunk((), at, 0)
    add(file, numbered(1))
    assert drain(file, at) == [numbered(1)]


def test_the_half_line_of_an_older_generation_is_given_out_as_it_is(file: Path) -> None:
    file.write_bytes(numbered(0) + b"\n" + numbered(1)[:40])
    at = read(file, None).position
    file.rename(file.with_name("journal.json.1"))
    assert drain(file, at) == []
    add(file, numbered(2))
    assert drain(file, at) == [numbered(1)[:40], numbered(2)]


def test_a_generation_of_half_a_line(file: Path) -> None:
    file.write_bytes(numbered(0)[:50])
    file.rename(file.with_name("journal.json.1"))
    add(file, numbered(1))
    assert drain(file) == [numbered(0)[:50], numbered(1)]


def test_a_copy_that_is_truncated_afterwards(file: Path) -> None:
    add(file, numbered(0), numbered(1))
    at = read(file, None, len(numbered(0)) + 1).position
    shutil.copy(file, file.with_name("journal.json.1"))
    assert drain(file, at) == [numbered(1)]
    os.truncate(file, 0)
    assert drain(file, at) == [numbered(1)]
    add(file, numbered(2))
    assert drain(file, at) == [numbered(1), numbered(2)]


def test_a_copy_counts_once_from_the_beginning_too(file: Path) -> None:
    add(file, numbered(0), numbered(1))
    shutil.copy(file, file.with_name("journal.json.1"))
    add(file, numbered(2))
    assert drain(file) == [numbered(0), numbered(1), numbered(2)]


@pytest.mark.parametrize("how", ["truncated", "deleted", "compressed"])
def test_what_is_gone_is_a_gap_once(file: Path, how: str) -> None:
    add(file, numbered(0), numbered(1))
    at = read(file, None, len(numbered(0)) + 1).position
    inode = file.stat().st_ino
    if how == "truncated":
        os.truncate(file, 0)
    elif how == "deleted":
        file.unlink()
    else:
        with gzip.open(file.with_name("journal.json.1.gz"), "wb") as packed:
            packed.write(file.read_bytes())
        file.unlink()
    assert read(file, at) == Chunk((), at, 0)
    add(file, numbered(2), numbered(3))
    if how == "truncated":
        assert file.stat().st_ino == inode
    chunk = read(file, at)
    assert chunk.gap
    assert chunk.lines == (numbered(2), numbered(3))
    assert not read(file, chunk.position).gap


def test_a_file_shorter_than_its_position_is_a_gap(file: Path) -> None:
    add(file, numbered(0), numbered(1))
    at = read(file, None).position
    assert at is not None
    os.truncate(file, len(numbered(0)) + 1)
    chunk = read(file, at)
    assert chunk.gap
    assert chunk.lines == (numbered(0),)


def test_the_inode_does_not_matter_while_the_first_line_is_the_same(file: Path) -> None:
    add(file, numbered(0))
    at = read(file, None).position
    assert at is not None
    add(file, numbered(1))
    assert read(file, replace(at, inode=1)).lines == (numbered(1),)


def test_an_endless_line_is_given_out_in_pieces(file: Path) -> None:
    add(file, numbered(0), b"x" * 5000, numbered(1))
    lines = drain(file)
    assert lines[0] == numbered(0) and lines[-1] == numbered(1)
    assert b"".join(lines[1:-1]) == b"x" * 5000


def test_a_rename_during_the_look_is_looked_at_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything moves on by one name after the first look at the folder."""
    add(file, numbered(0), numbered(1))
    at = read(file, None, len(numbered(0)) + 1).position
    file.rename(file.with_name("journal.json.1"))
    add(file, numbered(2))
    look, looks = journal._names, count()

    def moving(path: Path) -> dict[str, int]:
        names = look(path)
        if next(looks) == 0:
            path.with_name("journal.json.1").rename(path.with_name("journal.json.2"))
            path.rename(path.with_name("journal.json.1"))
            add(path, numbered(3))
        return names

    monkeypatch.setattr(journal, "_names", moving)
    chunk = read(file, at)
    assert not chunk.gap
    assert chunk.lines == (numbered(1), numbered(2), numbered(3))


def test_a_quiet_journal_is_not_opened_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(file, numbered(0))
    tail = Tail(file)
    at = tail.read(None).position
    still = tail.read(at)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "read", None)
        assert tail.read(at) == still
    add(file, numbered(1))
    assert tail.read(at).lines == (numbered(1),)


class Rotation(RuleBasedStateMachine):
    """A writer, a rotator and a reader take turns: no line is lost, none comes twice."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.got: list[bytes] = []
        self.half = b""
        self.names = count()
        self.at: Position | None = None

    @initialize(folder=st.just(None))
    def begin(self, folder: None) -> None:
        self.folder = Path(os.environ["PYTEST_JOURNALS"]) / os.urandom(8).hex()
        self.folder.mkdir()
        self.file = self.folder / "journal.json"
        self.tail = Tail(self.file, 300)

    def next_line(self) -> bytes:
        return numbered(len(self.written))

    @rule(lines=st.integers(1, 5))
    def write(self, lines: int) -> None:
        for _ in range(lines):
            with self.file.open("ab") as file:
                line = self.next_line()
                file.write(line[len(self.half) :] + b"\n")
            self.written.append(line)
            self.half = b""

    @rule(length=st.integers(1, 60))
    def write_half(self, length: int) -> None:
        line = self.next_line()[:length]
        if len(line) > len(self.half):
            with self.file.open("ab") as file:
                file.write(line[len(self.half) :])
            self.half = line

    @precondition(lambda self: self.file.exists() and not self.half)
    @rule(suffix=st.sampled_from([".", "-", ".old", "2026"]))
    def rotate(self, suffix: str) -> None:
        self.file.rename(self.folder / f"journal.json{suffix}{next(self.names)}")

    @rule()
    def take(self) -> None:
        chunk = self.tail.read(self.at)
        assert not chunk.gap
        self.got += chunk.lines
        self.at = chunk.position

    @rule()
    def restart(self) -> None:
        self.tail = Tail(self.file, 300)

    @invariant()
    def in_order_and_once(self) -> None:
        assert self.got == self.written[: len(self.got)]

    def teardown(self) -> None:
        if not hasattr(self, "tail"):
            return
        while (chunk := self.tail.read(self.at)).position != self.at:
            self.got += chunk.lines
            self.at = chunk.position
        assert self.got == self.written
        shutil.rmtree(self.folder)


def test_any_order_of_writes_rotations_and_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_JOURNALS", str(tmp_path))
    test = Rotation.TestCase()
    test.runTest()


@given(limit=st.integers(min_value=200, max_value=2000), cut=st.integers(0, 10_000))
def test_chunks_of_any_size_give_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, limit: int, cut: int
) -> None:
    file = tmp_path_factory.mktemp("journals") / "journal.json"
    lines = [numbered(serial) for serial in range(12)]
    whole = b"".join(line + b"\n" for line in lines)
    cut = cut % (len(whole) + 1)
    file.write_bytes(whole[:cut])
    at = None
    got: list[bytes] = []
    for rest in (whole[cut:], b""):
        while (chunk := read(file, at, limit)).position != at:
            got += chunk.lines
            at = chunk.position
        with file.open("ab") as end:
            end.write(rest)
    assert got == lines
