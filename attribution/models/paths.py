"""Journeys aggregated by their channels: how often a path was gone, what it brought, how often not.

Built from a CSV of `path,total_conversions,total_conversion_value,total_null` (steps joined by
" > "), as the field's libraries read it, or from rows. Arrays, so that millions of steps are
divided without a loop. What can go wrong: a file that is no such CSV, with the row that is at
fault; counts below 0. Conversions of an empty path belong to the channel `(none)`.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv
from scipy import sparse

from attribution.models.journey import NONE
from ringtrail.core.errors import RingtrailError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SEPARATOR = " > "
# Arrow's own pool gives memory back at once and asks anew, and so does any for large pieces: three
# times the time for a large file.
_SLICE = 20_000
_POOL = pa.system_memory_pool()
COLUMNS = ("path", "total_conversions", "total_conversion_value", "total_null")


@dataclass(frozen=True, slots=True)
class Paths:
    """`steps[starts[i]:starts[i + 1]]` are the channels (places in `channels`) of path i.

    `conversions` and `nulls` count the journeys that went it and converted or did not; `values` is
    what the conversions brought together, and may be negative (refunds). No path is empty.
    """

    channels: tuple[str, ...]
    steps: Ints
    starts: Ints
    conversions: Floats
    values: Floats
    nulls: Floats

    @property
    def lengths(self) -> Ints:
        """How many steps each path has."""
        return np.diff(self.starts)

    def where(self, chosen: NDArray[np.bool_]) -> "Paths":
        """The paths that are chosen, with the channels of all."""
        if chosen.all():
            return self
        lengths = self.lengths
        return Paths(
            self.channels,
            self.steps[np.repeat(chosen, lengths)],
            np.concatenate([[0], np.cumsum(lengths[chosen])]),
            self.conversions[chosen],
            self.values[chosen],
            self.nulls[chosen],
        )

    def sets(self) -> sparse.csr_array:
        """How often (columns) each channel stands in (rows) each path; what is not there is not."""
        size = (len(self.conversions), len(self.channels))
        entries = (np.ones(len(self.steps)), self.steps, self.starts)
        times = sparse.csr_array(entries, shape=size, copy=True)
        times.sum_duplicates()  # in place
        return times


def summed(keys: Ints, amounts: Floats, size: int) -> Floats:
    """The sum of the amounts of each key from 0 to `size` - 1."""
    return np.bincount(keys, amounts, size).astype(np.float64, copy=False)


def from_rows(rows: Iterable[tuple[Sequence[str], float, float, float]]) -> Paths:
    """Paths of (channels, conversions, value, nulls)."""
    listed = list(rows)
    texts = pa.array([list(row[0]) or [NONE] for row in listed], pa.list_(pa.string()))
    numbers = np.array([row[1:] for row in listed], np.float64).reshape(-1, 3)
    return _paths("paths", [_steps(texts)], *numbers.T)


def read(path: Path) -> Paths:
    """The paths of a CSV file; further columns are passed over.

    Raises RingtrailError, which names the row, when it is no such file.
    """
    convert = csv.ConvertOptions(
        include_columns=list(COLUMNS),
        column_types={"path": pa.string(), **dict.fromkeys(COLUMNS[1:], pa.float64())},
        strings_can_be_null=False,
    )
    parse = csv.ParseOptions(newlines_in_values=True)
    try:
        table = csv.read_csv(path, parse_options=parse, convert_options=convert)
    except OSError as error:
        raise RingtrailError(f"{path} cannot be read: {error.strerror or error}") from error
    except KeyError as error:
        raise RingtrailError(
            f"{path} lacks a column: its first line must name {', '.join(COLUMNS)}"
        ) from error
    except pa.ArrowInvalid as error:
        raise RingtrailError(f"{path} is no CSV of paths: {error}") from error
    return of_table(table, str(path))


def of_table(table: pa.Table, name: str = "paths") -> Paths:
    """The paths of a table with the columns `COLUMNS`; `name` is what errors call it.

    Raises RingtrailError for a step without a name and for a number that is none.
    """
    numbers = [_numbers(name, table, column) for column in COLUMNS[1:]]
    texts = table.column("path")
    slices = [texts.slice(at, _SLICE).combine_chunks() for at in range(0, len(texts), _SLICE)]
    with ThreadPoolExecutor() as threads:  # Arrow lets go of the interpreter
        return _paths(name, list(threads.map(_encoded, slices)), *numbers)


def _encoded(texts: Any) -> tuple[Ints, Any]:
    """How many steps each path has, and all steps as an Arrow dictionary."""
    split = pc.split_pattern(texts, SEPARATOR, memory_pool=_POOL)
    return _steps(split)


def _steps(split: Any) -> tuple[Ints, Any]:
    lengths = pc.list_value_length(split).to_numpy().astype(np.int64)
    return lengths, split.flatten().dictionary_encode()


def _numbers(source: str, table: pa.Table, name: str) -> Floats:
    found = np.asarray(table.column(name).to_numpy(), np.float64)
    wrong = ~np.isfinite(found)
    if name != "total_conversion_value":
        wrong |= found < 0
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        least = "" if name == "total_conversion_value" else " of at least 0"
        raise RingtrailError(f"{source}, row {at + 1}: {name} must be a number{least}")
    return found


def _paths(
    source: str, parts: list[tuple[Ints, Any]], conversions: Floats, values: Floats, nulls: Floats
) -> Paths:
    """Paths of `_steps`, part by part."""
    if not parts:
        return Paths((), np.zeros(0, np.int64), np.zeros(1, np.int64), conversions, values, nulls)
    lengths = np.concatenate([lengths for lengths, _ in parts])
    encoded: Any = pa.chunked_array([steps for _, steps in parts]).unify_dictionaries()
    names = [name.strip() for name in encoded.chunk(0).dictionary.to_pylist()]
    steps = np.concatenate([one.indices for one in encoded.chunks], dtype=np.int64)
    if "" in names:
        nameless = np.flatnonzero(np.array([not name for name in names])[steps])
        owners = np.searchsorted(np.cumsum(lengths), nameless, "right")
        if (torn := np.flatnonzero(lengths[owners] > 1)).size:
            at = owners[torn[0]]
            raise RingtrailError(f"{source}, row {at + 1}: the path has a step without a name")
    channels = {name or NONE: at for at, name in enumerate(dict.fromkeys(names))}
    if len(channels) < len(names):
        steps = np.array([channels[name or NONE] for name in names])[steps]
    return Paths(
        channels=tuple(channels),
        steps=steps,
        starts=np.concatenate([[0], np.cumsum(lengths)]),
        conversions=conversions,
        values=values,
        nulls=nulls,
    )
