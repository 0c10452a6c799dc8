"""The models beside what the field's libraries gave for the same paths; read where they lie.

The outputs of the libraries themselves lie beside the project. More paths come with one of them,
and their answers are computed by the libraries that are installed:

    .venv/bin/pip install mta==0.0.9 marketing-attribution-models==2.1.1 do-attribution==0.0.2 \\
      shapley-attribution==2.1.0 ChannelAttribution==2.2.5 matplotlib

What is absent is skipped, with the reason. The libraries' own Monte Carlo figures and models that
only share a name (mta's Markov and time decay, DP6's Shapley) are no oracles.
"""

import gzip
import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from attribution.models import markov
from attribution.models.credit import credit
from attribution.models.paths import Paths, read
from tests.attribution.models.libraries import LIBRARIES

ORACLES = Path(__file__).resolve().parents[4] / "shared" / "oracles" / "attribution"
SETS = ("bryl", "dp6_nine", "fractribution")
beside = pytest.mark.skipif(
    not ORACLES.is_dir(), reason="the oracles are not beside the project: ../shared/oracles"
)
sets = pytest.mark.parametrize("name", SETS)


def told(name: str) -> tuple[Paths, dict[str, Any]]:
    """A set's paths and what the libraries say of them."""
    oracle = json.loads((ORACLES / f"{name}_oracle.json").read_text("utf-8"))
    return read(ORACLES / f"{name}_paths.csv"), oracle


def agree(found: Mapping[str, float], wanted: Mapping[str, float]) -> None:
    """Within 1e-9; a channel that a library leaves out has nothing."""
    assert set(wanted) <= set(found)
    assert found == pytest.approx({name: wanted.get(name, 0) for name in found}, abs=1e-9)


def conversions(paths: Paths, model: str, order: int = 1) -> dict[str, float]:
    return {one.channel: one.conversions for one in credit(paths, model, order=order)}


def values(paths: Paths, model: str) -> dict[str, float]:
    return {one.channel: one.value for one in credit(paths, model)}


@beside
@sets
@pytest.mark.parametrize("model", ["first", "last", "linear"])
def test_channel_attribution(name: str, model: str) -> None:
    paths, oracle = told(name)
    wanted = oracle["ChannelAttribution_heuristics"]
    touch = {"first": "first_touch", "last": "last_touch", "linear": "linear_touch"}[model]
    agree(
        conversions(paths, model),
        {channel: row[f"{touch}_conversions"] for channel, row in wanted.items()},
    )
    agree(values(paths, model), {channel: row[f"{touch}_value"] for channel, row in wanted.items()})


@beside
@sets
@pytest.mark.parametrize("model", ["first", "last", "linear", "position"])
def test_dp6(name: str, model: str) -> None:
    paths, oracle = told(name)
    agree(conversions(paths, model), oracle[f"dp6_{model}_conv"])
    agree(values(paths, model), oracle[f"dp6_{model}_value"])


@beside
@sets
@pytest.mark.parametrize(
    ("model", "key"),
    [("first", "first_touch"), ("last", "last_touch"), ("linear", "linear"),
     ("position", "pos_based"), ("shapley", "shapley")],
)  # fmt: skip
def test_mta(name: str, model: str, key: str) -> None:
    paths, oracle = told(name)
    agree(conversions(paths, model), oracle[f"mta_{key}"])


@beside
@sets
def test_shapley_attribution(name: str) -> None:
    paths, oracle = told(name)
    agree(conversions(paths, "shapley"), oracle["shapley_attribution_simplified"])


def effects(paths: Paths, order: int) -> dict[str, float]:
    found = markov.removal_effects(paths, order).tolist()
    return dict(zip(paths.channels, found, strict=True))


def shares(paths: Paths, order: int) -> dict[str, float]:
    whole = float(paths.conversions.sum())
    return {
        name: value / whole for name, value in conversions(paths, "markov", order=order).items()
    }


@beside
@sets
def test_dp6_markov(name: str) -> None:
    paths, oracle = told(name)
    agree(effects(paths, 1), oracle["dp6_markov_removal_effect"])
    agree(shares(paths, 1), oracle["dp6_markov_share"])


@beside
@sets
@pytest.mark.parametrize("order", [1, 2])
def test_do_attribution_markov(name: str, order: int) -> None:
    paths, oracle = told(name)
    wanted = oracle[f"do_attribution_markov{order}_redirect_to_null"]
    agree(effects(paths, order), wanted["removal_effects"])
    agree(shares(paths, order), wanted["attribution"])


@beside
@sets
@pytest.mark.parametrize("order", [1, 2])
def test_channel_attribution_draws_what_is_exact_here(name: str, order: int) -> None:
    """Its removal effects are simulated: within 2 in 100."""
    paths, oracle = told(name)
    drawn = oracle[f"ChannelAttribution_markov_order{order}"]["removal_effects"]
    wanted = {channel: row["removal_effects_conversion"] for channel, row in drawn.items()}
    assert effects(paths, order) == pytest.approx(wanted, abs=0.02)


def installed(name: str) -> Path | None:
    """Where a distribution's files lie; its code is not imported."""
    try:
        return Path(str(importlib.metadata.distribution(name).locate_file("")))
    except importlib.metadata.PackageNotFoundError:
        return None


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ten thousand paths that come with mta, as a CSV of the four columns."""
    where = installed("mta")
    if where is None:
        pytest.skip("mta is not installed, see the head of this file")
    path = tmp_path_factory.mktemp("mta") / "paths.csv"
    path.write_bytes(gzip.decompress((where / "mta/data/data.csv.gz").read_bytes()))
    return path


def test_ten_thousand_paths(large: Path) -> None:
    paths = read(large)
    assert (len(paths.conversions), len(paths.channels)) == (10_000, 12)
    assert (paths.conversions.sum(), paths.nulls.sum()) == (19_785, 68_602)
    for order in (1, 2, 3):
        chance = markov.conversion_probability(markov.fit(paths, order))
        assert chance == pytest.approx(19_785 / (19_785 + 68_602), abs=1e-12)


@pytest.fixture(scope="module")
def said(large: Path) -> dict[str, Any]:
    """What the libraries that are installed say of the ten thousand paths."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.attribution.models.libraries"]
    done = subprocess.run([*command, str(large)], capture_output=True, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("library", LIBRARIES)
def test_ten_thousand_paths_by_library(large: Path, said: dict[str, Any], library: str) -> None:
    if said[library] is None:
        pytest.skip(f"{library} is not installed, see the head of this file")
    paths = read(large)
    for model, wanted in said[library].items():
        name, order = model.rstrip("12"), int(model[-1]) if model[-1] in "12" else 1
        found = effects(paths, order) if name == "markov" else conversions(paths, name)
        # The largest are 8,447: a relative 1e-12 is the last digits of their sums.
        assert found == pytest.approx(wanted, abs=1e-9, rel=1e-12), model
