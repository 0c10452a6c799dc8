"""Routes into AstDB: a real Asterisk for what it does, a mute or rude one for what it does not."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from telephony_bridge.asterisk.astdb import Changed, ManagerFailed, push
from telephony_bridge.plan.dial_plan import Plan
from tests.telephony_bridge.lab import SECRET, Lab

GREETING = b"Asterisk Call Manager/11.0.0\r\n"


@contextmanager
def server(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """Listens for one connection, which is treated as `behave` does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.settimeout(30)
                behave(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def mute(connection: socket.socket) -> None:
    connection.recv(1)


def mute_after_greeting(connection: socket.socket) -> None:
    connection.sendall(GREETING)
    while connection.recv(4096):
        pass


def drip(connection: socket.socket) -> None:
    """A byte now and then keeps no deadline off."""
    connection.sendall(GREETING)
    stop = threading.Event()
    while not stop.wait(0.05):
        connection.sendall(b"x")


def hang_up(connection: socket.socket) -> None:
    connection.sendall(GREETING)
    connection.recv(4096)


def other(connection: socket.socket) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


def endless(connection: socket.socket) -> None:
    connection.sendall(GREETING)
    while True:
        connection.sendall(b"Event: Noise " * 10_000)


@pytest.mark.parametrize(
    ("behave", "told"),
    [
        (mute, "does not answer"),
        (mute_after_greeting, "does not answer"),
        (drip, "does not answer"),
        (hang_up, "hung up"),
        (other, "no Asterisk manager"),
        (endless, "does not end"),
    ],
)
def test_what_is_no_manager_is_left(behave: Callable[[socket.socket], None], told: str) -> None:
    with server(behave) as address, pytest.raises(ManagerFailed, match=told) as caught:
        push(address, "very-secret", {"+74950000001": "sip:desk@192.0.2.7"}, timeout=0.3)
    assert "very-secret" not in repr(caught.value)


def test_nobody_listens() -> None:
    with pytest.raises(ConnectionRefusedError):
        push("127.0.0.1:1", "secret", {})


@pytest.mark.slow
def test_asterisks_routes_become_ours() -> None:
    with Lab() as lab:
        lab.render(Plan())
        lab.start_asterisk()
        address = str(lab.placement.manager)

        def there() -> dict[str, str]:
            lines = lab.cli("database show rt-route").splitlines()
            pairs = [line.partition(": ") for line in lines if line.startswith("/rt-route/")]
            return {key.strip().removeprefix("/rt-route/"): uri.strip() for key, _, uri in pairs}

        first = {"+74950000001": "sip:desk@192.0.2.7", "0550": "sip:hall@192.0.2.7:5070"}
        assert push(address, SECRET, first) == Changed(2, 0)
        assert there() == first
        assert push(address, SECRET, first) == Changed(0, 0)
        then = {"+74950000001": "sip:hall@192.0.2.7:5070", "+74950000002": "sip:desk@192.0.2.7"}
        assert push(address, SECRET, then) == Changed(2, 1)
        assert there() == then

        with pytest.raises(ManagerFailed, match="Login refused"):
            push(address, "another-secret", then)
        for number, uri in (
            ("+7495", "sip:a@b\r\n\r\nAction: Command\r\nCommand: core stop now"),
            ("+7\r\nVal: x", "sip:a@b"),
        ):
            with pytest.raises(ManagerFailed, match="holds what a line cannot"):
                push(address, SECRET, then | {number: uri})
        assert there() == then
        assert push(address, SECRET, {}) == Changed(0, 2)
        assert there() == {}
