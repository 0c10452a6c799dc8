"""The text of paths cut into steps: what reading a file of paths spends its time on.

Asked by `paths` for each stretch of a file. Separators are looked for in the bytes of the whole
stretch at once; steps stay where they are, each with the separator behind it, and are only
numbered. What would need care that way is split path by path, which says the same at twice the
time: an empty path, a path that ends in a separator, two separators that share a space.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

SEPARATOR = " > "
_SPACE, _ARROW = b" >"
_PARTED, _ENDED = 1, 2
"""What stands at the last byte of a step: its separator ends here, or its path."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Paths one after the other: before which step each ends; `names[numbers[i]]` is step i's name.

    Names are stripped. They may be empty, and one may stand at several numbers.
    """

    ends: NDArray[np.int64]
    numbers: NDArray[np.integer]
    names: list[str]


def steps_of(texts: Any) -> Steps:
    """The steps of an Arrow array of paths as text; a null is an empty path of one empty step."""
    if texts.type != pa.string():
        texts = texts.cast(pa.string())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    return numbered(*(cut(texts) or split(texts)))


def numbered(ends: NDArray[np.int64], steps: Any) -> Steps:
    """The paths that end there; `steps` is an Arrow array of text."""
    encoded = steps.dictionary_encode()
    names = [name.removesuffix(SEPARATOR).strip() for name in encoded.dictionary.to_pylist()]
    return Steps(ends, encoded.indices.to_numpy().astype(np.min_scalar_type(len(names))), names)


def split(texts: Any) -> tuple[NDArray[np.int64], Any]:
    """Before which step each path ends, and all steps, path by path."""
    lists = pc.split_pattern(texts, SEPARATOR)
    return np.cumsum(pc.list_value_length(lists).to_numpy(), dtype=np.int64), lists.flatten()


def cut(texts: Any) -> tuple[NDArray[np.int64], Any] | None:
    """The same without a copy, each step with its separator; None for what must be `split`.

    `texts` is an array of strings, none of them null.
    """
    if not len(texts):
        return None
    _, places, data = texts.buffers()
    offsets = np.frombuffer(places, np.int32, len(texts) + 1, 4 * texts.offset).astype(np.int64)
    begin, ends = offsets[0], offsets[1:] - offsets[0]
    if (offsets[1:] == offsets[:-1]).any():
        return None
    marks = _marked(np.frombuffer(data, np.uint8, ends[-1], begin), ends)
    if marks is None:
        return None
    lasts = _places(marks)
    bounds = np.empty(len(lasts) + 1, np.int32)
    bounds[0] = begin
    np.add(lasts, begin + 1, out=bounds[1:], casting="same_kind")
    steps: Any = pa.Array.from_buffers(
        pa.string(), len(lasts), [None, pa.py_buffer(bounds.data), data]
    )
    return np.flatnonzero(marks[lasts] == _ENDED) + 1, steps


def _marked(text: NDArray[np.uint8], ends: NDArray[np.int64]) -> NDArray[np.uint8] | None:
    """`_PARTED` and `_ENDED` where they apply, 0 elsewhere; padded to an even length."""
    marks = np.zeros((len(text) + 3) // 2 * 2, np.uint8)
    parted, space = marks[2 : len(text)].view(np.bool_), text == _SPACE
    np.equal(text[1:-1], _ARROW, out=parted)
    parted &= space[:-2]
    parted &= space[2:]
    # One that begins in a path and ends in the next is none.
    marks[ends] = marks[ends + 1] = 0
    if marks[ends - 1].any() or (marks[2:] & marks[:-2]).any():
        return None
    marks[ends - 1] = _ENDED
    return marks


def _places(marks: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where there is a mark. By pairs, which are dense enough for numpy not to branch at each."""
    pairs = np.flatnonzero(marks.view(np.uint16) != 0)
    if len(pairs) < np.count_nonzero(marks):  # steps of one letter
        return np.flatnonzero(marks)
    places = 2 * pairs
    places += marks[places] == 0
    return places
