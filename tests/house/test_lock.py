"""Each dependency that pyproject.toml names is in the lock that is installed."""

import re
import tomllib

import pytest

from tests.house.house import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUN = PROJECT["dependencies"]
DEV = RUN + PROJECT["optional-dependencies"]["dev"]


def name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


@pytest.mark.parametrize(("lock", "wanted"), [("run.txt", RUN), ("dev.txt", DEV)])
def test_lock_holds_every_dependency(lock: str, wanted: list[str]) -> None:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    locked = {name(line) for line in re.findall(r"^[\w.-]+==\S+", text, flags=re.M)}
    locked |= {name(line) for line in re.findall(r"^([\w.-]+)\[", text, flags=re.M)}
    assert {name(requirement) for requirement in wanted} - locked == set()
