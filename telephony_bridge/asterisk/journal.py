"""Finds the new lines of Asterisk's call journal, whatever log rotation does to it meanwhile.

Asterisk opens the journal by its name for each line, so a rotation is a rename: older generations
lie beside it under names that begin with its own. A generation is known by the hash of its first
line, which says when and by which channel it was written; the inode only decides between copies.
So a position survives any number of renames, a copy that is truncated afterwards, and a restore.

Called by the bridge, which stores the position together with what the lines said. Only whole lines
are given out. What is not there yet is waited for; what has gone unread is told as a gap.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

CHUNK = 65_536
"""Bytes read at once; far more than Asterisk's longest line, 1,024."""

_HEAD = 4_096
_TIME = re.compile(rb'"eventtime":([0-9]{1,10}(?:\.[0-9]{1,9})?)')
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True, slots=True)
class Position:
    """Up to which byte a generation was read; `first_line` is the hash of its first line."""

    inode: int
    first_line: str
    offset: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines without their line feeds, and where the next ones begin.

    `unread` bytes were there beyond `position` when it was read. `gap` says that the generation in
    which reading had stopped is gone, so that lines may be lost; reading began again with the
    oldest that is left.
    """

    lines: tuple[bytes, ...]
    position: Position | None
    unread: int
    gap: bool = False


@dataclass(frozen=True, slots=True)
class _Generation:
    """An open file; `born` orders it among the others, the journal itself last."""

    file: int
    inode: int
    size: int
    born: tuple[bool, float]
    first_line: str


class Tail:
    """Reads on from a position; asks the disk for two stamps only while nothing changes."""

    def __init__(self, journal: Path, limit: int = CHUNK) -> None:
        self._journal = journal
        self._limit = limit
        self._quiet: tuple[object, Position | None, Chunk] | None = None

    def read(self, position: Position | None) -> Chunk:
        """The next lines, if any; raises OSError for a folder that may not be read."""
        # Taken before reading: what changes meanwhile is found by the next call.
        stamps = self._stamps()
        if self._quiet is not None and self._quiet[:2] == (stamps, position):
            return self._quiet[2]
        chunk = read(self._journal, position, self._limit)
        quiet = not chunk.lines and chunk.position == position
        self._quiet = (stamps, position, chunk) if quiet else None
        return chunk

    def _stamps(self) -> tuple[object, ...]:
        found: list[object] = []
        for path in (self._journal.parent, self._journal):
            try:
                status = path.stat()
            except FileNotFoundError:
                found.append(None)
            else:
                found.append((status.st_ino, status.st_size, status.st_mtime_ns))
        return tuple(found)


def read(journal: Path, position: Position | None, limit: int = CHUNK) -> Chunk:
    """At most `limit` bytes of lines after `position`; from the oldest generation if it is None."""
    with ExitStack() as stack:
        generations = _distinct(_generations(journal, stack), position)
        if not generations:
            return Chunk((), position, 0)
        index, offset, gap = _find(generations, position)
        lines: list[bytes] = []
        while True:
            newest = index == len(generations) - 1
            data = os.pread(generations[index].file, limit, offset)
            ended = len(data) < limit
            # Nobody will finish the last line of a generation that has been followed by another.
            over = (ended and not newest) or not (ended or lines or b"\n" in data)
            taken = data if over else data[: data.rfind(b"\n") + 1]
            lines += taken.removesuffix(b"\n").split(b"\n") if taken else []
            offset, limit = offset + len(taken), limit - len(taken)
            if newest or not ended:
                break
            index, offset = index + 1, 0
        generation, later = generations[index], generations[index + 1 :]
        after = Position(generation.inode, generation.first_line, offset)
        unread = max(generation.size - offset, 0) + sum(other.size for other in later)
    return Chunk(tuple(lines), after, unread, gap)


def _find(generations: Sequence[_Generation], position: Position | None) -> tuple[int, int, bool]:
    """The index and the byte to read on from, and whether what was to be read is gone."""
    if position is None:
        return 0, 0, False
    for index, generation in enumerate(generations):
        if generation.first_line == position.first_line:
            gone = position.offset > generation.size
            return index, 0 if gone else position.offset, gone
    return 0, 0, True


def _distinct(generations: Sequence[_Generation], position: Position | None) -> list[_Generation]:
    """The oldest first, of copies the one that was read from, or else the longest."""
    inode = None if position is None else position.inode
    kept: dict[str, _Generation] = {}
    for generation in sorted(generations, key=lambda g: (g.inode == inode, g.size)):
        kept[generation.first_line] = generation
    return sorted(kept.values(), key=lambda generation: generation.born)


def _generations(journal: Path, stack: ExitStack) -> list[_Generation]:
    """Every generation that has a line; none while renames keep crossing the look."""
    for _ in range(10):
        names = _names(journal)
        opened = [(name, _open(journal.with_name(name), stack)) for name in names]
        inodes = {name: os.fstat(file).st_ino for name, file in opened if file is not None}
        if inodes == names == _names(journal):
            files = [(file, name == journal.name) for name, file in opened if file is not None]
            return _identified(files)
    return []


def _names(journal: Path) -> dict[str, int]:
    """The inodes of the journal and of whatever it was renamed to, by name."""
    try:
        with os.scandir(journal.parent) as entries:
            return {
                entry.name: entry.inode()
                for entry in entries
                if entry.name.startswith(journal.name) and entry.is_file(follow_symlinks=False)
            }
    except FileNotFoundError:
        return {}


def _open(path: Path, stack: ExitStack) -> int | None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    stack.callback(os.close, file)
    return file


def _identified(files: Sequence[tuple[int, bool]]) -> list[_Generation]:
    """Those of the open files that have a first line; each comes with: is it the journal itself."""
    found = []
    for file, current in files:
        head, status = os.pread(file, _HEAD, 0), os.fstat(file)
        if not head or head.startswith(_COMPRESSED):
            continue
        time = _TIME.search(head)
        born = (current, float(time[1]) if time else status.st_mtime)
        found.append((born, head, file, status))
    found.sort(key=lambda one: one[0])
    if found and b"\n" not in found[-1][1] and len(found[-1][1]) < _HEAD:
        found.pop()  # The newest one's first line is still being written.
    return [
        _Generation(
            file=file,
            inode=status.st_ino,
            size=status.st_size,
            born=born,
            first_line=hashlib.sha256(head.partition(b"\n")[0]).hexdigest(),
        )
        for born, head, file, status in found
    ]
