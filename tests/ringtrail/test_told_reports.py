"""`ringtrail report tell|list|then-and-now`: with the files alone and beside the app, in words."""

import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from attribution.replay import Figures, ThenAndNow
from ringtrail import told_reports
from ringtrail.core.clock import SystemClock
from ringtrail.core.facts import Fact, Visit
from ringtrail.core.inbox import put
from ringtrail.core.settings import Settings
from ringtrail.platform import Platform
from tests.ringtrail.test_corrections import Shop
from tests.ringtrail.test_sources import environment, serving

WIDTH = 80


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ringtrail", *arguments],
        env=environment(home, COLUMNS=str(WIDTH), NO_COLOR="1"),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def shown(home: Path, *arguments: str) -> str:
    done = run(home, "report", *arguments)
    assert done.returncode == 0, done.stderr
    assert "…" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= WIDTH
    return done.stdout


@pytest.mark.timeout(240)
def test_with_the_files_and_beside_the_app(tmp_path: Path) -> None:
    Shop(tmp_path).platform.close()
    assert "ringtrail report tell" in shown(tmp_path, "list")
    kept = shown(tmp_path, "tell", "--to", "the board")
    assert re.search(r"^visits +1$", kept, re.MULTILINE)
    report = re.findall(r"then-and-now (\S+)", kept)[0]
    assert "Nothing has changed since." in shown(tmp_path, "then-and-now", report)

    load(
        tmp_path,
        Visit(account=1, site=1, occurred_at=SystemClock().now(), source_id="late",
              visit=UUID(int=8), visitor=UUID(int=9), landing="/", rule="r", source="bing",
              medium="cpc", channel="Paid Search"),
    )  # fmt: skip

    alone = shown(tmp_path, "then-and-now", report)
    assert "visits that came late: visits +1\n" in alone
    with serving(tmp_path):
        assert shown(tmp_path, "then-and-now", report) == alone
        assert "for the board" in " ".join(shown(tmp_path, "list").split())
        second = run(tmp_path, "report", "tell", "--model", "linear", "--json")
        assert second.returncode == 0, second.stderr
        assert msgspec.json.decode(second.stdout)["figures"]["visits"] == 2
        unknown = run(tmp_path, "report", "then-and-now", str(UUID(int=7)))
        assert (unknown.returncode, "`ringtrail report list`" in unknown.stderr) == (1, True)
    assert shown(tmp_path, "list").count("told 2") == 2


def load(home: Path, fact: Fact) -> None:
    platform = Platform(Settings(home=home))
    platform.writer.immediate(lambda inbox: put(inbox, [fact], platform.clock.now()))
    platform.loader.run()
    platform.close()


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("report", "tell", "--since", "2026-02-02", "--until", "2026-02-01"), 2, "not be after"),
        (("report", "tell", "--model", "magic"), 1, "last_non_direct"),
        (("report", "tell", "--basis", "moon"), 2, "'touch'"),
        (("report", "tell", "--account", "9"), 1, "there are 1"),
        (("report", "then-and-now", "seven"), 2, "'report'"),
        (("report", "then-and-now", str(UUID(int=7))), 1, "`ringtrail report list`"),
        (("correct", "call", "seven", "--why", "x", "--by", "y", "--flag", "spam"), 2, "'CALL'"),
        (("correct", "undo", "seven", "--why", "x", "--by", "y"), 2, "'CORRECTION'"),
        (("attribution", "fits"), 0, "ringtrail attribution fit"),
    ],
)
def test_a_mistake_is_told_with_what_is_right(
    home: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    done = run(home, *arguments)
    assert done.returncode == status
    assert says in done.stderr + done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    opened = tmp_path_factory.mktemp("home")
    Shop(opened).platform.close()
    return opened


def test_large_figures_and_all_causes_fit(capsys: pytest.CaptureFixture[str]) -> None:
    large = Figures(12_345_678, *(-98_765_432.1,) * 7)
    kept = {
        "report": UUID(int=1), "sites": [1], "since": "2026-01-01", "until": "2026-12-31",
        "model": "last_non_direct", "basis": "sale", "version": "d7d2db1d4709",
        "channel_rules": "d2988747febf", "fits": ["assumed"], "lookback_seconds": 1.0,
        "load": 123_456, "told_at": "2026-12-31T00:00:00", "told_to": "",
        "currency": "GBP",
    }  # fmt: skip
    moved = [
        {"cause": cause, "channel": "Direct", "things": 1, "change": large}
        for cause in told_reports.WORDS
    ]
    found = msgspec.convert(
        msgspec.to_builtins({"told": kept, "version_now": "d7d2db1d4709", "load_now": 1,
                             "then": large, "now": large, "differences": moved}),
        ThenAndNow,
    )  # fmt: skip
    told_reports._print(found)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert not any("…" in line for line in lines)
    assert sum("-98,765,432.10" in line for line in lines) > len(told_reports.WORDS)


def test_credit_that_went_elsewhere_is_told() -> None:
    assert told_reports._moved(Figures(calls=0.5, cost=-1)) == "calls +0.50, cost -1"
    assert told_reports._moved(Figures()) == "from one channel to another"
