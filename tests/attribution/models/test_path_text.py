"""The text of paths is cut exactly as `str.split` would, however Arrow holds it."""

from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attribution.models import paths
from attribution.models.path_text import SEPARATOR, cut, steps_of
from ringtrail.core.errors import RingtrailError

PIECES = [" > ", " > ", ">", " ", "  ", " >", "> ", "a", "google_cpc", "Поиск", "é", "\xa0", "\n",
          "\0", "🎈", "㸠", " > a > "]  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
TEXTS = st.lists(st.none() | TEXT, max_size=12)
TIDY = st.lists(st.lists(st.sampled_from(["a", "Поиск", "a>b", "vk"]), min_size=1).map(
    SEPARATOR.join), min_size=1)  # fmt: skip
HELD_AS = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]


def plainly(texts: list[str | None]) -> list[list[str]]:
    return [[step.strip() for step in (text or "").split(SEPARATOR)] for text in texts]


def told(texts: Any) -> list[list[str]]:
    found = steps_of(texts)
    steps = [found.names[number] for number in found.numbers]
    ends = [0, *found.ends.tolist()]
    assert len(steps) == ends[-1]
    return [steps[a:b] for a, b in pairwise(ends)]


@given(texts=TEXTS, before=TEXTS, after=TEXTS, held=st.sampled_from(HELD_AS))
@example(texts=["x >", " y", " ", "> b", "> ", "a"], before=["a >"], after=[" b"], held=HELD_AS[0])
@example(texts=["a > > b", "a"], before=[], after=[], held=HELD_AS[0])
@example(texts=["a > "], before=[], after=["b"], held=HELD_AS[0])
def test_steps_are_those_of_str_split(
    texts: list[str | None], before: list[str | None], after: list[str | None], held: Any
) -> None:
    whole = pa.array([*before, *texts, *after], pa.string()).cast(held)
    assert told(whole.slice(len(before), len(texts))) == plainly(texts)


@given(texts=TIDY, before=TEXTS)
def test_an_ordinary_path_is_cut_where_it_lies(texts: list[str], before: list[str | None]) -> None:
    array: Any = pa.array([*before, *texts], pa.string()).slice(len(before))
    found = cut(array)
    assert found is not None
    assert found[1].buffers()[2].address == array.buffers()[2].address
    assert told(array) == plainly(list(texts))


@pytest.mark.parametrize("text", ["", "a > ", " > a >  > ", "a > > b"])
def test_what_needs_care_is_split_path_by_path(text: str) -> None:
    assert cut(pa.array(["a > b", text, "c"])) is None


@given(batches=st.lists(st.lists(TEXT, max_size=7), max_size=4), stretch=st.integers(1, 5))
def test_batches_of_any_size_give_the_same_paths(batches: list[list[str]], stretch: int) -> None:
    texts = [text for batch in batches for text in batch]
    wanted = plainly([*texts])
    torn = [at for at, steps in enumerate(wanted, 1) if len(steps) > 1 and "" in steps]

    def table(one: list[str]) -> pa.RecordBatch:
        numbers = {name: pa.array(range(len(one)), pa.int64()) for name in paths.COLUMNS[1:]}
        return pa.record_batch({"path": pa.array(one, pa.string()), **numbers})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(paths, "_STRETCH", stretch)
        if torn:
            with pytest.raises(RingtrailError, match=f"row {torn[0]}: the path has a step without"):
                paths.of_batches(map(table, batches))
            return
        found = paths.of_batches(map(table, batches))
    steps = [found.channels[step] for step in found.steps]
    assert [steps[a:b] for a, b in pairwise(found.starts)] == [
        [step or "(none)" for step in one] for one in wanted
    ]
    assert found.channels == tuple(dict.fromkeys(steps))
    assert found.nulls.tolist() == [at for batch in batches for at in range(len(batch))]
