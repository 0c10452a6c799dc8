"""The served files are small, and what a build of today's parts gives."""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tracking.script import NAMES, script

ROOT = Path(__file__).parents[3]
TOOLS = ROOT / "tools"
PARTS = ROOT / "tracking" / "tracker"
# Bytes after gzip -9: the script that does everything, and the one for numbers only.
EVERYTHING, NUMBERS = 5_120, 3_072


def test_the_script_stays_small() -> None:
    everything, numbers = (len(gzip.compress(script(name), 9, mtime=0)) for name in NAMES)
    sys.stdout.write(f"\nscript, gzip -9: everything {everything} of {EVERYTHING} bytes, ")
    sys.stdout.write(f"numbers only {numbers} of {NUMBERS}\n")
    assert everything <= EVERYTHING
    assert numbers <= NUMBERS


def test_the_built_files_are_not_older_than_their_parts() -> None:
    """Without node too: the build writes down which parts it has read."""
    lines = (PARTS / "built" / "parts.sha256").read_text().splitlines()
    written = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in PARTS.glob("*.js")
    }
    assert found == written, "a part has changed: cd tools && npm ci && npm run build"


def test_a_build_gives_the_same_bytes(tmp_path: Path) -> None:
    node = shutil.which("node")
    pinned = json.loads((TOOLS / "package.json").read_text())["devDependencies"]["terser"]
    installed = TOOLS / "node_modules" / "terser" / "package.json"
    if node is None or not installed.exists():
        pytest.skip(
            "needs node and `cd tools && npm ci`; the committed files are served as they are"
        )
    assert json.loads(installed.read_text())["version"] == pinned
    subprocess.run([node, "build_script.js", str(tmp_path)], cwd=TOOLS, check=True)
    for name in NAMES:
        assert (tmp_path / f"{name}.min.js").read_bytes() == script(name), name


def test_the_lock_names_no_registry() -> None:
    lock = (TOOLS / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
    assert "://" not in lock
