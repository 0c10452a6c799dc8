"""`ringtrail attribution credit`, as a person and as a program ask it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from attribution.models.credit import PATH_MODELS
from ringtrail import cli
from ringtrail.core.errors import RingtrailError

PATHS = """path,total_conversions,total_conversion_value,total_null
C1 > C2 > C3,1,10.5,0
C1,0,0,1
C2 > C3,0,0,1
"""


@pytest.fixture
def paths(tmp_path: Path) -> Path:
    path = tmp_path / "paths.csv"
    path.write_text(PATHS)
    return path


def ask(paths: Path, *options: str) -> Any:
    done = CliRunner().invoke(
        cli.app, ["attribution", "credit", "--paths", str(paths), *options, "--json"]
    )
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_answer_that_programs_read(paths: Path) -> None:
    assert ask(paths, "--model", "position") == {
        "C1": {"conversions": 0.4, "value": 4.2, "removal_effect": None},
        "C2": {"conversions": 0.2, "value": 2.1, "removal_effect": None},
        "C3": {"conversions": 0.4, "value": 4.2, "removal_effect": None},
    }
    markov = ask(paths, "--model", "markov", "--order", "1")
    effects = {name: row["removal_effect"] for name, row in markov.items()}
    assert effects == pytest.approx({"C1": 0.5, "C2": 1, "C3": 1}, abs=1e-12)
    assert [row["value"] for row in markov.values()] == pytest.approx([2.1, 4.2, 4.2], abs=1e-12)


def test_every_model_of_paths_is_offered(paths: Path) -> None:
    for model in PATH_MODELS:
        more = ["--shares", "50,20,30"] if model == "custom" else []
        rows = ask(paths, "--model", model, *more).values()
        assert sum(row["conversions"] for row in rows) == pytest.approx(1, abs=1e-9)
        assert sum(row["value"] for row in rows) == pytest.approx(10.5, abs=1e-9)


def test_drawn_figures_carry_their_errors(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    lines = [f"c{n} > c{n % 7},1,2,{n}" for n in range(21)]
    path.write_text("\n".join([PATHS.splitlines()[0], *lines]))
    row = ask(path, "--model", "shapley_rate")["c20"]
    assert row["conversions_error"] > 0 and row["value_error"] > 0
    done = CliRunner().invoke(
        cli.app, ["attribution", "credit", "--paths", str(path), "--model", "shapley_rate"]
    )
    assert "±" in done.stdout


def test_what_a_person_reads(paths: Path) -> None:
    command = ["attribution", "credit", "--paths", str(paths), "--model", "markov"]
    lines = CliRunner().invoke(cli.app, command).stdout.splitlines()
    assert lines[0].split() == ["channel", "conversions", "share", "value", "removal", "effect"]
    assert lines[1].split() == ["C2", "0.40", "40.0%", "4.20", "1.0000"]
    assert lines[-1].split() == ["all", "1.00", "10.50"]


def test_a_bad_file_fails_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text(PATHS + "C9,-1,0,0\n")
    for given, message in ((path, "row 4: total_conversions"), (tmp_path / "no.csv", "be read")):
        done = CliRunner().invoke(
            cli.app, ["attribution", "credit", "--paths", str(given), "--model", "first"]
        )
        assert isinstance(done.exception, RingtrailError)
        assert message in done.exception.message


@pytest.mark.parametrize("wrong", [
    ["--model", "time_decay"], ["--model", "custom"], ["--model", "first", "--shares", "1,1,1"],
    ["--model", "custom", "--shares", "0,0,0"], ["--model", "custom", "--shares", "1,2"],
    ["--model", "markov", "--order", "0"], [],
])  # fmt: skip
def test_wrong_usage(paths: Path, wrong: list[str]) -> None:
    done = CliRunner().invoke(cli.app, ["attribution", "credit", "--paths", str(paths), *wrong])
    assert done.exit_code == 2


def test_an_order_that_the_model_does_not_have_is_told(paths: Path) -> None:
    done = CliRunner().invoke(
        cli.app,
        ["attribution", "credit", "--paths", str(paths), "--model", "first", "--order", "2"],
    )
    assert done.exit_code == 0
    assert "--order is passed over" in done.stderr
