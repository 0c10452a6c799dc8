"""Reading files of paths, and the rule models over them beside those over single journeys."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings

from attribution.models import path_weight
from attribution.models.credit import PATH_MODELS, credit
from attribution.models.journey import Conversion, Touch
from attribution.models.paths import Paths, from_rows, read
from attribution.models.rules import RULES, Factors, Shares, weigh
from ringtrail.core.clock import Micros
from ringtrail.core.errors import Refused, RingtrailError
from tests.attribution.models.drawn_paths import ROWS, Row

HEAD = "path,total_conversions,total_conversion_value,total_null\n"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "paths.csv"
        path.write_bytes(text.encode())
        return path

    return written


def told(paths: Paths) -> list[tuple[list[str], float, float, float]]:
    steps = [paths.channels[step] for step in paths.steps]
    ends = zip(paths.starts[:-1], paths.starts[1:], strict=True)
    numbers = (paths.conversions.tolist(), paths.values.tolist(), paths.nulls.tolist())
    return list(zip([steps[a:b] for a, b in ends], *numbers, strict=True))


def test_what_a_file_may_hold(write: Write) -> None:
    text = (
        "\ufefftotal_null,extra,path,total_conversions,total_conversion_value\r\n"
        '3,x,"Поиск, платный > A>B >  c ",2,-10.5\r\n'
        "0,y,,1,0\r\n"
        '4,z,"(direct) >  (direct)",0,0\r\n'
    )
    assert told(read(write(text))) == [
        (["Поиск, платный", "A>B", "c"], 2, -10.5, 3),
        (["(none)"], 1, 0, 0),
        (["(direct)", "(direct)"], 0, 0, 4),
    ]


def test_a_file_without_paths_gives_nothing(write: Write) -> None:
    paths = read(write(HEAD))
    assert told(paths) == []
    for model in PATH_MODELS:
        assert credit(paths, model, custom=Shares(1, 1, 1)) == []


@pytest.mark.parametrize(("text", "message"), [
    ("", "is no CSV of paths"),
    ("path,total_conversions\na,1\n", "lacks a column"),
    (HEAD + "a,one,1,0\n", "is no CSV of paths"),
    (HEAD + "a,1,1\n", "is no CSV of paths"),
    (HEAD + "a,1,1,0\nb,-1,1,0\n", "row 2: total_conversions must be a number of at least 0"),
    (HEAD + "a,1,1,0\nb,1,1,nan\n", "row 2: total_null must be a number of at least 0"),
    (HEAD + "a,1,,0\n", "row 1: total_conversion_value must be a number"),
    (HEAD + "a,1,inf,0\n", "row 1: total_conversion_value must be a number"),
    (HEAD + "a,1,1,0\nb > ,1,1,0\n", "row 2: the path has a step without a name"),
    (HEAD + "a,1,1,0\na >  > b,1,1,0\n", "row 2: the path has a step without a name"),
])  # fmt: skip
def test_a_bad_file_is_refused_with_its_row(write: Write, text: str, message: str) -> None:
    with pytest.raises(RingtrailError, match=message):
        read(write(text))


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(RingtrailError, match="cannot be read"):
            read(path)


MORE = {
    "custom": Shares(first=50, others=20, last=30),
    "middle": Shares(first=0, others=1, last=0),
    "named_u": Shares(first=0.4, others=0.2, last=0.4, passes_direct=True),
}
EVERY = {
    name: rule
    for name, rule in {**RULES, **MORE}.items()
    if name not in ("w", "time_decay") and isinstance(rule, Shares | Factors)
}


@settings(deadline=None)
@given(rows=ROWS)
def test_paths_are_divided_as_journeys_are(rows: list[Row]) -> None:
    paths = from_rows(rows)
    for name, rule in EVERY.items():
        wanted = dict.fromkeys(paths.channels, 0.0)
        for channels, _, value, _ in rows:
            touches = [Touch(UUID(int=at), Micros(at), name) for at, name in enumerate(channels)]
            weights = weigh(rule, Conversion(UUID(int=0), Micros(99)), touches)
            for channel, weight in zip(channels, weights, strict=True):
                wanted[channel] += weight * value
        (found,) = path_weight.divided(paths, rule, [paths.values])
        given_away = dict(zip(paths.channels, found.tolist(), strict=True))
        assert given_away == pytest.approx(wanted, abs=1e-11), name


@settings(deadline=None)
@given(rows=ROWS)
def test_all_conversions_and_all_value_are_given_away(rows: list[Row]) -> None:
    paths = from_rows(rows)
    for model in PATH_MODELS:
        credits = credit(paths, model, custom=Shares(1, 2, 3))
        assert [one.channel for one in credits] == list(paths.channels)
        conversions, value = paths.conversions.sum(), paths.values.sum()
        # Markov divides by what conversions tell, the rate game by journeys: without, it stays.
        if not {"markov": conversions, "shapley_rate": conversions + paths.nulls.sum()}.get(
            model, 1
        ):
            value = 0
        assert sum(one.conversions for one in credits) == pytest.approx(conversions, abs=1e-9)
        assert sum(one.value for one in credits) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("model", PATH_MODELS)
def test_a_single_touch_gets_all(model: str) -> None:
    paths = from_rows([(["a"], 3, 12.5, 4)])
    (one,) = credit(paths, model, order=2, custom=Shares(1, 1, 1))
    assert (one.conversions, one.value) == pytest.approx((3, 12.5), abs=1e-12)


@pytest.mark.parametrize("model", PATH_MODELS)
def test_a_path_of_ten_thousand_steps(model: str) -> None:
    paths = from_rows([(list("abcd") * 2_500, 2, -7, 1), (["e"], 0, 0, 5)])
    credits = credit(paths, model, order=3, custom=Shares(1, 1, 1))
    assert sum(one.conversions for one in credits) == pytest.approx(2, abs=1e-9)
    assert sum(one.value for one in credits) == pytest.approx(-7, abs=1e-9)


def test_what_paths_cannot_tell_is_refused() -> None:
    paths = from_rows([(["a"], 1, 1, 0)])
    for name in ("w", "time_decay"):
        rule = RULES[name]
        assert name not in PATH_MODELS and isinstance(rule, Shares | Factors)
        with pytest.raises(Refused, match="paths"):
            path_weight.divided(paths, rule, [paths.values])
        with pytest.raises(ValueError, match="no model of paths"):
            credit(paths, name)


def test_a_step_knows_its_path() -> None:
    paths = from_rows([(["a", "b", "a"], 1, 1, 0), (["b"], 0, 0, 1)])
    assert paths.sets().toarray().tolist() == [[2, 1], [0, 1]]
    assert np.array_equal(paths.lengths, [3, 1])
