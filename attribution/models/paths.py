"""Journeys aggregated by their channels: how often a path was gone, what it brought, how often not.

Built from a CSV of `path,total_conversions,total_conversion_value,total_null` (steps joined by
" > "), as the field's libraries read it, or from rows. Arrays, so that millions of steps are
divided without a loop. What can go wrong: a file that is no such CSV, with the row that is at
fault; counts below 0. Conversions of an empty path belong to the channel `(none)`.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv
from scipy import sparse

from attribution.models.journey import NONE
from attribution.models.path_text import Steps, numbered, steps_of
from ringtrail.core.errors import RingtrailError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Places = NDArray[np.integer]
"""In the narrowest type that holds them: to be widened before they are reckoned with."""
_STRETCH = 8_000
"""Paths that are cut at once: few enough for a processor's cache."""
COLUMNS = ("path", "total_conversions", "total_conversion_value", "total_null")


@dataclass(frozen=True, slots=True)
class Paths:
    """`steps[starts[i]:starts[i + 1]]` are the channels (places in `channels`) of path i.

    `conversions` and `nulls` count the journeys that went it and converted or did not; `values` is
    what the conversions brought together, and may be negative (refunds). No path is empty.
    """

    channels: tuple[str, ...]
    steps: Places
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
        which = np.flatnonzero(chosen)
        begins = self.starts[which]
        lengths = self.starts[which + 1] - begins
        starts = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(starts[-1]) + np.repeat(begins - starts[:-1], lengths)
        return Paths(
            self.channels,
            self.steps[places],
            starts,
            self.conversions[which],
            self.values[which],
            self.nulls[which],
        )

    def sets(self) -> sparse.csr_array:
        """How often (columns) each channel stands in (rows) each path; what is not there is not."""
        size = (len(self.conversions), len(self.channels))
        entries = (np.ones(len(self.steps)), self.steps, self.starts)
        times = sparse.csr_array(entries, shape=size, copy=True)
        times.sum_duplicates()  # in place
        return times


def summed(keys: Places, amounts: Floats, size: int) -> Floats:
    """The sum of the amounts of each key from 0 to `size` - 1."""
    return np.bincount(keys, amounts, size).astype(np.float64, copy=False)


def from_rows(rows: Iterable[tuple[Sequence[str], float, float, float]]) -> Paths:
    """Paths of (channels, conversions, value, nulls)."""
    listed = list(rows)
    paths = [list(row[0]) or [NONE] for row in listed]
    ends = np.cumsum([len(path) for path in paths], dtype=np.int64)
    steps = numbered(ends, pa.array([step for path in paths for step in path], pa.string()))
    numbers = np.array([row[1:] for row in listed], np.float64).reshape(-1, 3)
    return _paths("paths", [steps], *numbers.T)


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
    return of_batches(table.to_batches(), name)


def of_batches(batches: Iterable[pa.RecordBatch], name: str = "paths") -> Paths:
    """The paths of a table that comes batch by batch, cut while the next ones are read."""
    stretches = (
        batch.slice(at, _STRETCH) for batch in batches for at in range(0, batch.num_rows, _STRETCH)
    )
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # numpy and Arrow let go of the interpreter
        parts = list(threads.map(_part, stretches))
    steps = [steps for steps, _ in parts]
    return _paths(name, steps, *(
        _checked(name, column, np.concatenate([np.zeros(0), *(part[column] for _, part in parts)]))
        for column in COLUMNS[1:]
    ))  # fmt: skip


def _part(batch: Any) -> tuple[Steps, dict[str, Floats]]:
    numbers = {
        name: np.asarray(batch.column(name).to_numpy(zero_copy_only=False), np.float64)
        for name in COLUMNS[1:]
    }
    return steps_of(batch.column("path")), numbers


def _checked(source: str, name: str, found: Floats) -> Floats:
    wrong = ~np.isfinite(found)
    if name != "total_conversion_value":
        wrong |= found < 0
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        least = "" if name == "total_conversion_value" else " of at least 0"
        raise RingtrailError(f"{source}, row {at + 1}: {name} must be a number{least}")
    return found


def _paths(
    source: str, parts: list[Steps], conversions: Floats, values: Floats, nulls: Floats
) -> Paths:
    """Paths of steps, part by part."""
    starts = np.zeros(1 + len(conversions), np.int64)
    channels: dict[str, int] = {}
    row, step, places = 0, 0, []
    for part in parts:
        _refuse_torn(source, row, part)
        places.append([channels.setdefault(name or NONE, len(channels)) for name in part.names])
        np.add(part.ends, step, out=starts[row + 1 : row + 1 + len(part.ends)])
        row, step = row + len(part.ends), step + len(part.numbers)
    narrow = np.min_scalar_type(len(channels))
    steps = np.concatenate([np.zeros(0, narrow), *(
        np.array(here, narrow).take(part.numbers) for here, part in zip(places, parts, strict=True)
    )])  # fmt: skip
    return Paths(tuple(channels), steps, starts, conversions, values, nulls)


def _refuse_torn(source: str, row: int, part: Steps) -> None:
    """A step without a name is an empty path or an error. `row`: paths before the part."""
    if "" not in part.names:
        return
    nameless = np.flatnonzero(np.array([not name for name in part.names])[part.numbers])
    owners = np.searchsorted(part.ends, nameless, "right")
    torn = owners[np.diff(part.ends, prepend=0)[owners] > 1]
    if torn.size:
        at = row + torn[0] + 1
        raise RingtrailError(f"{source}, row {at}: the path has a step without a name")
