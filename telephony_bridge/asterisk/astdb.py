"""Writes the routes into Asterisk's own database (AstDB), over its manager interface (AMI).

Called by the bridge after each start of Asterisk and whenever the routes have changed. One
connection serves one push: whatever is interrupted is done anew by the next, which asks Asterisk
what it has and changes what differs, so that a route is never missing in between.

Own code, because the one asyncio library for it (panoramisk) has had no release since 2021, and
three commands over a line protocol need none of it.
"""

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

FAMILY = "rt-route"
USER = "ringtrail"
_LONGEST = 1_000_000


class ManagerFailed(Exception):
    """Asterisk's manager refused, was silent for too long, or answered what is no answer."""


Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a push did to AstDB."""

    put: int
    deleted: int


def push(address: str, secret: str, routes: Mapping[str, str], *, timeout: float = 5.0) -> Changed:
    """Make AstDB's routes those of `routes`, number -> SIP address.

    `address` is host:port; `timeout` seconds are for the connection and then for each answer.
    Raises `ManagerFailed`, and OSError when nothing listens there.
    """
    with Manager(address, timeout) as manager:
        manager.sign_in(USER, secret)
        there = manager.family(FAMILY)
        gone = [number for number in there if number not in routes]
        differ = [number for number, uri in routes.items() if there.get(number) != uri]
        for number in differ:
            manager.put(FAMILY, number, routes[number])
        for number in gone:
            manager.delete(FAMILY, number)
    return Changed(len(differ), len(gone))


class Manager:
    """One connection; commands are sent and answered one after the other."""

    def __init__(self, address: str, timeout: float) -> None:
        host, _, port = address.rpartition(":")
        self._timeout = timeout
        self._socket = socket.create_connection((host.strip("[]"), int(port)), timeout)
        self._deadline = time.monotonic() + timeout
        self._buffer = b""
        self._serial = 0
        try:
            greeting = self._take(b"\r\n")
            if not greeting.startswith(b"Asterisk Call Manager/"):
                raise ManagerFailed("what listens there is no Asterisk manager")
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> "Manager":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def sign_in(self, user: str, secret: str) -> None:
        """Sign in, without the events that a manager is usually sent."""
        self._ask("Login", Username=user, Secret=secret, Events="off")

    def family(self, name: str) -> dict[str, str]:
        """The keys of an AstDB family with their values."""
        try:
            self._ask("DBGetTree", Family=name)
        except ManagerFailed as error:
            if str(error).endswith("Database entry not found"):
                return {}
            raise
        found: dict[str, str] = {}
        while (message := self._message()).get("Event") != "DBGetTreeComplete":
            if message.get("Event") == "DBGetTreeResponse":
                found[message["Key"].removeprefix(f"/{name}/")] = message.get("Val", "")
        return found

    def put(self, family: str, key: str, value: str) -> None:
        self._ask("DBPut", Family=family, Key=key, Val=value)

    def delete(self, family: str, key: str) -> None:
        self._ask("DBDel", Family=family, Key=key)

    def _ask(self, action: str, **fields: str) -> Message:
        """The answer to an action; `ManagerFailed` if it is no success."""
        self._serial += 1
        serial = str(self._serial)
        lines = {"Action": action, "ActionID": serial, **fields}
        for name, value in lines.items():
            # A line break would begin a field, or an action, of the value's choosing.
            if not value.isprintable():
                raise ManagerFailed(f"{name} of {action} holds what a line cannot")
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._deadline = time.monotonic() + self._timeout
        self._send(text.encode() + b"\r\n")
        while True:
            message = self._message()
            if "Response" in message and message.get("ActionID") == serial:
                break
        if message["Response"] != "Success":
            raise ManagerFailed(f"{action} refused: {message.get('Message', 'no reason given')}")
        return message

    def _message(self) -> Message:
        """The next block of `Name: value` lines."""
        block = self._take(b"\r\n\r\n").decode(errors="replace")
        pairs = (line.partition(": ") for line in block.split("\r\n"))
        return {name: value for name, colon, value in pairs if colon}

    def _send(self, data: bytes) -> None:
        self._socket.settimeout(self._left())
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise ManagerFailed("the manager takes nothing in") from error

    def _take(self, end: bytes) -> bytes:
        """What comes before the next `end`."""
        while end not in self._buffer:
            if len(self._buffer) > _LONGEST:
                raise ManagerFailed("the manager's answer does not end")
            self._socket.settimeout(self._left())
            try:
                more = self._socket.recv(65_536)
            except TimeoutError as error:
                raise ManagerFailed("the manager does not answer") from error
            if not more:
                raise ManagerFailed("the manager hung up")
            self._buffer += more
        taken, _, self._buffer = self._buffer.partition(end)
        return taken

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ManagerFailed("the manager does not answer")
        return left
