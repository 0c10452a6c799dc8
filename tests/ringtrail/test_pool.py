"""Numbers kept from the command line, each command a process of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ringtrail.test_cli import SITE, run

NUMBER = "+442079460102"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    assert run(path, *SITE).returncode == 0
    return path


def listed(home: Path) -> dict[str, dict[str, Any]]:
    told = json.loads(run(home, "pool", "list", "--json").stdout)
    return {one["number"]: one for one in told["numbers"]}


def test_numbers_come_move_and_go(home: Path) -> None:
    added = run(home, "pool", "add", "Branch", "--original", "0161 496 0000",
                "--tracking", "0161 496 0001", "--match", "require")  # fmt: skip
    assert added.stdout == "pool: 2\n"
    assert run(home, "pool", "change", "2", "--match", "off").returncode == 0
    assert run(home, "pool", "number", "add", "020 7946 0102", "--pool", "2").returncode == 0
    assert run(home, "pool", "number", "move", NUMBER, "--pool", "1").returncode == 0
    assert listed(home)[NUMBER]["pool"] == 1
    assert run(home, "pool", "number", "retire", NUMBER).returncode == 0
    assert listed(home)[NUMBER]["state"] == "retired"
    again = run(home, "pool", "number", "retire", NUMBER)
    assert (again.returncode, "is nobody's" in again.stderr) == (1, True)
    pools = json.loads(run(home, "pool", "list", "--json").stdout)["pools"]
    assert [(one["name"], one["match"]) for one in pools][1] == ("Branch", "off")


def test_a_pool_of_a_branch(home: Path) -> None:
    for number, name in enumerate(("North", "South"), 1):
        assert run(home, "branch", "add", name).stdout == f"branch: {number}\n"
    again = run(home, "branch", "add", "South")
    assert (again.returncode, "has a branch 'South' already" in again.stderr) == (1, True)
    added = run(home, "pool", "add", "Two", "--original", "0161 496 0000", "--branch", "1")
    assert added.stdout == "pool: 2\n"
    assert run(home, "pool", "change", "1", "--branch", "2").returncode == 0
    pools = json.loads(run(home, "pool", "list", "--json").stdout)["pools"]
    assert [one["branch"] for one in pools] == ["South", "North"]
    assert "South" in run(home, "pool", "list").stdout
    assert run(home, "pool", "change", "1", "--branch", "0").returncode == 0
    branches = json.loads(run(home, "branch", "list", "--json").stdout)
    assert [(one["branch"], one["name"], one["pools"]) for one in branches] == [
        (1, "North", 1), (2, "South", 0),
    ]  # fmt: skip


def test_static_and_control_numbers(home: Path) -> None:
    static = ("pool", "number", "add", NUMBER, "--source", "flyer", "--medium", "print",
              "--original", "020 7946 0958", "--rule", "landing")  # fmt: skip
    refused = run(home, *static)
    assert (refused.returncode, "landing needs a pattern" in refused.stderr) == (1, True)
    assert run(home, *static, "--pattern", "/flyer").returncode == 0
    assert run(home, "pool", "number", "add", "020 7946 0103", "--control").returncode == 0
    roles = {number: one["role"] for number, one in listed(home).items()}
    assert roles == {"+442079460101": "pool", NUMBER: "static", "+442079460103": "control"}
    both = run(home, "pool", "number", "add", "020 7946 0104", "--control", "--pool", "1")
    assert both.returncode == 2


def test_a_file_is_taken_whole_or_not_at_all(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("number,role,pool\n020 7946 0102,pool,1\n12,pool,1\n020 7946 0103,pool,9\n")
    refused = run(home, "pool", "import", str(file))
    assert refused.returncode == 1
    assert "line 3: '12' is no phone number of GB" in refused.stderr
    assert "line 4: there is no pool 9" in refused.stderr
    assert list(listed(home)) == ["+442079460101"]
    file.write_text("number,role,pool\n020 7946 0102,pool,1\n")
    assert json.loads(run(home, "pool", "import", str(file), "--json").stdout) == {
        "added": [NUMBER], "flaws": [],
    }  # fmt: skip
    out = tmp_path / "out.csv"
    assert run(home, "pool", "export", "--out", str(out)).returncode == 0
    assert [line.split(",")[0] for line in out.read_text().splitlines()] == [
        "number", "+442079460101", NUMBER,
    ]  # fmt: skip
    assert json.loads(run(home, "pool", "import", str(out), "--json").stdout)["added"] == []


def test_health_of_a_pool_that_nobody_asked(home: Path) -> None:
    told = run(home, "pool", "health", "--json")
    assert told.returncode == 0
    assert json.loads(told.stdout) == []
    assert (
        run(home, "pool", "health", "--since", "2026-02-02", "--until", "2026-02-01").returncode
        == 2
    )
