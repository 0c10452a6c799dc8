"""The command line as a new user runs it: each command a process of its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SITE = (
    "site", "add", "Shop", "--origin", "https://shop.example/", "--number", "020 7946 0958",
    "--tracking", "020 7946 0101", "--timezone", "Europe/London", "--region", "gb",
)  # fmt: skip


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ringtrail", *arguments],
        env=os.environ | {"RINGTRAIL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def states(home: Path) -> dict[str, str]:
    told = run(home, "doctor", "--json").stdout
    return {finding["subject"]: finding["state"] for finding in json.loads(told)}


def test_a_site_is_added_and_the_doctor_knows_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert states(home)["operational store"] == "failure"
    assert not home.exists()

    added = run(home, *SITE)
    assert added.returncode == 0
    assert 'data-site="' in added.stdout and "/hooks/" in added.stdout
    assert states(home) == {
        "home": "ok", "operational store": "ok", "sites": "ok", "app": "warning",
    }  # fmt: skip

    again = run(home, *SITE)
    assert (again.returncode, "+442079460101 is in a pool already" in again.stderr) == (1, True)
    unknown = run(home, "export", "calls", "--account", "2", "--out", str(tmp_path / "calls.csv"))
    assert unknown.returncode == 1
    assert "no account has the number 2; there are 1" in unknown.stderr
    assert list(tmp_path.iterdir()) == [home]


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--origin", "shop.example", "is no origin"),
        ("--number", "12", "is no phone number of GB"),
        ("--timezone", "London", "is no zone"),
        ("--region", "UK", "is no country"),
    ],
)
def test_a_site_that_cannot_be_changes_nothing(
    tmp_path: Path, option: str, value: str, told: str
) -> None:
    arguments = list(SITE)
    arguments[arguments.index(option) + 1] = value
    refused = run(tmp_path / "home", *arguments)
    assert refused.returncode == 1
    assert told in refused.stderr
    assert not (tmp_path / "home").exists()


def test_an_export_goes_to_a_file_or_not_at_all(tmp_path: Path) -> None:
    home, target = tmp_path / "home", tmp_path / "calls.csv"
    run(home, *SITE)
    assert run(home, "export", "calls", "--out", str(target)).returncode == 0
    assert target.read_text().startswith("started_at,call,")
    assert run(home, "export", "calls", "--since", "2026-02-30").returncode == 2


def test_behind_a_proxy_a_site_is_told_the_public_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGTRAIL_PUBLIC_URL", "https://calls.example.com/rt/")
    added = run(tmp_path / "home", *SITE).stdout
    assert '<script async src="https://calls.example.com/rt/ringtrail.js"' in added
    assert "webhook: https://calls.example.com/rt/hooks/" in added


def test_a_site_is_told_its_own_networks(tmp_path: Path) -> None:
    home = tmp_path / "home"
    found = re.search(r'data-site="(.+?)"', run(home, *SITE).stdout)
    assert found is not None
    key = found[1]
    assert run(home, "site", "change", key, "--own-network", "192.0.2.0/24").returncode == 0
    assert run(home, "site", "change", key, "--field", "size").returncode == 0
    secret = run(home, "site", "change", key, "--field", "card_number")
    assert (secret.returncode, "'card_number' is never kept" in secret.stderr) == (1, True)
    wrong = run(home, "site", "change", key, "--own-network", "office")
    assert (wrong.returncode, "'office' is no network" in wrong.stderr) == (1, True)
    unknown = run(home, "site", "change", "nobody")
    assert (unknown.returncode, "no site has the key 'nobody'" in unknown.stderr) == (1, True)


def test_what_can_be_taken_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(home, *SITE).returncode == 0
    for name, first in (("calls", "started_at,call,"), ("contacts", "started_at,contact,")):
        assert run(home, "export", name).stdout.startswith(first)
        into = tmp_path / f"{name}.csv"
        told = run(home, "export", name, "--out", str(into))
        assert (told.returncode, into.read_text().startswith(first)) == (0, True)
        assert f"{name.capitalize()} of " in told.stderr
