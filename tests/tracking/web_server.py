"""Debian's nginx and caddy before the intake, with TLS and the recipes of docs/first_party.md."""

import asyncio
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.house.house import ROOT
from tests.tracking.served import free_port

HOST = "shop.example"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
PAGE = '<!doctype html><title>Shop</title><a href="tel:+74951234567">8 (495) 123-45-67</a>'


def program(name: str) -> str | None:
    return shutil.which(name, path=PATH)


def recipe(language: str, upstream: int, script: str) -> str:
    """What the page tells to write, for that script, with the port that the intake really has."""
    text = (ROOT / "docs/first_party.md").read_text("utf-8")
    found = re.search(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)
    assert found is not None
    assert "127.0.0.1:8000" in found[1]
    assert "/ringtrail.js" in found[1]
    told = found[1].replace("/ringtrail.js", f"/{script}.js")
    return told.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")


@dataclass(frozen=True)
class WebServer:
    """A running web server of the shop."""

    port: int
    trust: ssl.SSLContext

    @asynccontextmanager
    async def browser(self, address: str = "127.0.0.1") -> AsyncIterator["Visitor"]:
        transport = httpx.AsyncHTTPTransport(verify=self.trust, local_address=address)
        base = f"https://127.0.0.1:{self.port}"
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            yield Visitor(client)


@dataclass(frozen=True)
class Visitor:
    """Asks as a browser that has the shop's name in its address bar."""

    client: httpx.AsyncClient

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"host": HOST, **options.pop("headers", {})}
        extensions = {"sni_hostname": HOST}
        return await self.client.request(
            method, path, headers=headers, extensions=extensions, **options
        )


@asynccontextmanager
async def running(name: str, upstream: int, folder: Path, script: str) -> AsyncIterator[WebServer]:
    """`name` is nginx or caddy; `upstream` the intake's port; `script` one of the served names."""
    certificate, key, port = folder / "shop.crt", folder / "shop.key", free_port()
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
            "-keyout", str(key), "-out", str(certificate),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    config = folder / "config"
    write = {"nginx": _nginx, "caddy": _caddy}[name]
    config.write_text(write(folder, port, certificate, key, recipe(name, upstream, script)))
    command = {
        "nginx": ["nginx", "-c", str(config), "-p", str(folder), "-e", str(folder / "log")],
        "caddy": ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"],
    }[name]
    with (folder / "output").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=output, stderr=output,
            env=os.environ | {"PATH": PATH, "HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        )  # fmt: skip
    try:
        await _listening(port, process, folder / "output")
        yield WebServer(port, ssl.create_default_context(cafile=str(certificate)))
    finally:
        process.terminate()
        await process.wait()


async def _listening(port: int, process: asyncio.subprocess.Process, output: Path) -> None:
    while True:
        assert process.returncode is None, output.read_text()
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        await writer.wait_closed()
        return


def _nginx(folder: Path, port: int, certificate: Path, key: Path, told: str) -> str:
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off; {user} pid {folder}/pid; error_log {folder}/log;
events {{}}
http {{
  access_log off;
  {temporary}
  server {{
    listen 127.0.0.1:{port} ssl;
    server_name {HOST};
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location = / {{ default_type text/html; return 200 '{PAGE}'; }}
    {told}
  }}
}}
"""


def _caddy(folder: Path, port: int, certificate: Path, key: Path, told: str) -> str:
    return f"""
{{
  admin off
  auto_https disable_redirects
}}
https://{HOST}:{port} {{
  bind 127.0.0.1
  tls {certificate} {key}
  {told}
  header / Content-Type text/html
  respond / `{PAGE}`
}}
"""
