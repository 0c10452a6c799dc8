"""`ringtrail telephony` as a person sets a line up with it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ringtrail import cli
from ringtrail.core.errors import RingtrailError
from tests.ringtrail.test_cli import SITE
from tests.telephony_bridge.lab import missing


def ringtrail(*arguments: str, code: int = 0) -> str:
    """What a command prints, or tells as the reason why it failed."""
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == code, done.output
    return done.exception.message if isinstance(done.exception, RingtrailError) else done.stdout


def telephony(*arguments: str, code: int = 0) -> str:
    return ringtrail("telephony", *arguments, code=code)


def test_a_line_is_set_up_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, out = tmp_path / "home", tmp_path / "pbx"
    monkeypatch.setenv("RINGTRAIL_HOME", str(home))
    ringtrail(*SITE)
    assert "no trunk: add one with" in telephony("show")
    assert "phone: 1" in telephony("phone", "add", "Desk", "sip:desk@192.0.2.7:5060")
    line = ("trunk", "add", "Carrier", "--address", "198.51.100.0/28", "--rule", r"^9([0-9]+)$=+\1")
    assert "404" in telephony(*line)
    assert "is of trunk 'Carrier'" in telephony(*line, code=1)
    telephony("trunk", "add", "X", "--address", "203.0.113.1", "--rule", "no", code=2)
    told = telephony("route", "add", "020 7946 0101", "1")
    assert "+442079460101 rings phone 1" in told
    assert "no phone 7" in telephony("route", "add", "0550", "7", code=1)
    plan = json.loads(telephony("show", "--json"))
    assert [trunk["region"] for trunk in plan["trunks"]] == ["GB"]
    assert [route["number"] for route in plan["routes"]] == ["+442079460101"]
    assert plan["unrouted"] == []
    assert "Desk" in telephony("show")

    assert "--out" in telephony("render", code=1)
    changed = json.loads(telephony("render", "--out", str(out), "--json"))["changed"]
    assert str(out / "asterisk/extensions.conf") in changed
    assert telephony("render", "--out", str(out)) == ""
    secret = (home / "pbx-secret").read_text()
    assert f"secret = {secret}" in (out / "asterisk/manager.conf").read_text()

    if not missing():
        told = telephony("check", str(out), "--json")
        assert [finding["good"] for finding in json.loads(told)] == [True] * 4
    (out / "kamailio/kamailio.cfg").unlink()
    assert "run `ringtrail telephony render`" in telephony("check", str(out), code=1)
