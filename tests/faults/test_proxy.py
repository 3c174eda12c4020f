"""The lab's cable: what passes it, what does not, and when."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hallclient.lab.proxy import Proxy

PATIENCE_S = 5.0


class Echo:
    """A server that says what it hears, by TCP or at a Unix socket."""

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            self._socket = socket.create_server(("127.0.0.1", 0))
            self.address: tuple[str, int] | str = self._socket.getsockname()
        else:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.bind(str(path))
            self._socket.listen()
            self.address = str(path)
        self.ended = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(1 << 16):
                    connection.sendall(data)
            except OSError:
                pass
            self.ended.set()


@pytest.fixture(params=["tcp", "unix"])
def echo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Echo]:
    server = Echo(tmp_path / "echo" if request.param == "unix" else None)
    yield server
    server.close()


@pytest.fixture
def cable(echo: Echo) -> Iterator[Proxy]:
    with Proxy(echo.address) as proxy:
        yield proxy


@contextmanager
def client(cable: Proxy, patience_s: float = PATIENCE_S) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", cable.port), timeout=patience_s) as one:
        yield one


def said(one: socket.socket, text: bytes) -> bytes:
    one.sendall(text)
    heard = b""
    while len(heard) < len(text):
        piece = one.recv(1 << 16)
        if not piece:
            break
        heard += piece
    return heard


def said_twice(one: socket.socket) -> None:
    """What was reset is known at the second word at the latest."""
    for text in (b"x", b"y"):
        said(one, text)


def try_to_speak(cable: Proxy) -> None:
    with client(cable) as one:
        said_twice(one)


def test_everything_passes_both_ways_and_in_order(cable: Proxy) -> None:
    text = bytes(range(256)) * 20_000  # more than the proxy holds at a time
    with client(cable) as one, client(cable) as other:
        sender = threading.Thread(target=one.sendall, args=(text,))
        sender.start()
        heard = b""
        while len(heard) < len(text):
            heard += one.recv(1 << 16)
        sender.join()
        assert heard == text
        assert said(other, b"hello") == b"hello"


def test_a_goodbye_passes_too(cable: Proxy, echo: Echo) -> None:
    with client(cable) as one:
        assert said(one, b"last") == b"last"
        one.shutdown(socket.SHUT_WR)
        assert one.recv(10) == b""
    assert echo.ended.wait(PATIENCE_S)


def test_cut_and_healed(cable: Proxy) -> None:
    with client(cable) as one:
        assert said(one, b"a") == b"a"
        cable.cut()
        with pytest.raises(ConnectionError):
            said_twice(one)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", cable.port), timeout=1)
    cable.heal()
    with client(cable) as one:
        assert said(one, b"d") == b"d"


def test_reset_is_for_what_is_open(cable: Proxy) -> None:
    with client(cable) as one:
        assert said(one, b"a") == b"a"
        cable.reset()
        with pytest.raises(ConnectionError):
            said_twice(one)
    with client(cable) as one:
        assert said(one, b"d") == b"d"


def test_frozen_nothing_passes_and_afterwards_all_of_it(cable: Proxy) -> None:
    with client(cable, 0.2) as one:
        assert said(one, b"a") == b"a"
        cable.freeze()
        with pytest.raises(TimeoutError):
            said(one, b"bcd")
        with client(cable, 0.2) as late, pytest.raises(TimeoutError):
            late.sendall(bytes(30 << 20))  # nobody holds as much as that
        cable.heal()
        one.settimeout(PATIENCE_S)
        assert one.recv(3) == b"bcd"


def test_forgotten_the_server_has_gone_and_the_client_does_not_know(
    cable: Proxy, echo: Echo
) -> None:
    with client(cable, 0.2) as one:
        assert said(one, b"a") == b"a"
        cable.forget()
        assert echo.ended.wait(PATIENCE_S)
        with pytest.raises(TimeoutError):
            said(one, b"b")
        with client(cable) as fresh:
            assert said(fresh, b"c") == b"c"
        cable.heal()
        one.settimeout(PATIENCE_S)
        with pytest.raises(ConnectionError):
            said_twice(one)


def test_delayed_each_way(cable: Proxy) -> None:
    cable.delay(0.1)
    with client(cable) as one:
        began = time.monotonic()
        assert said(one, b"a") == b"a"
        assert 0.2 <= time.monotonic() - began < PATIENCE_S


def test_a_trickle(cable: Proxy) -> None:
    cable.trickle(1000)
    with client(cable) as one:
        began = time.monotonic()
        assert said(one, bytes(300)) == bytes(300)
        assert 0.25 <= time.monotonic() - began < PATIENCE_S


def test_a_server_that_is_not_there_is_a_reset(tmp_path: Path) -> None:
    with Proxy(str(tmp_path / "nobody")) as cable, pytest.raises(ConnectionError):
        try_to_speak(cable)
