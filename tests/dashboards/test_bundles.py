"""The vendored plotly.js is the version plotly.py brings."""

import pkgutil
import re

from dashboards.bundles import PLOTLY_BASIC


def _version(script: bytes) -> bytes:
    found = re.search(rb"plotly\.js (?:\([^)]*\) )?v([0-9.]+)", script[:1000])
    assert found
    return found[1]


def test_vendored_plotly_follows_plotly_py() -> None:
    bundled = pkgutil.get_data("plotly", "package_data/plotly.min.js")
    assert bundled
    assert _version(PLOTLY_BASIC.read_bytes()) == _version(bundled)
