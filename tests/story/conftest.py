"""The real platform in a process of its own, on a free port, with the demo's site and no month."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story.platform import Running, until_ready

PROGRAM = """
import asyncio, json, sys
from ringtrail import server, store
from ringtrail.core.models import Role
from ringtrail.core.settings import Settings
from ringtrail.demo import shop
from ringtrail.platform import Platform

platform = Platform(Settings())
origin = f"http://{platform.settings.host}:{platform.settings.port}"
account = store.open_account(platform.engine, platform.clock, "Story")
site = store.open_site(platform.engine, platform.clock, account, store.NewSite(
    "Story", (origin,), "Europe/London", "GB", "+442079460958",
    ("+442079460101", "+442079460102", "+442079460103")))
store.add_user(platform.engine, platform.clock, account, "ann@story.example", "Ann",
               "correct horse", Role.manager)
key = store.add_key(platform.engine, platform.clock, account, "story", Role.manager)
pages = shop.routes(lambda: site.site_key, "020 7946 0958", "+442079460958")
application = server.create_app(platform, extra=tuple(pages))
gate = server.add_dashboards(application, platform)
print(json.dumps({"origin": origin, "hook": site.hook, "secret": site.hook_secret, "key": key,
                  "site": site.site_key, "account": account}), flush=True)
asyncio.run(server.serve(platform, gate, server.as_operator(application)))
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"RINGTRAIL_HOME": str(tmp_path), "RINGTRAIL_PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        until_ready(told["origin"])
        yield Running(**told, environment=environment, pid=process.pid)
        process.terminate()
        # A test may have killed it; otherwise it ends in order.
        assert process.wait(30) in (0, -signal.SIGKILL)
