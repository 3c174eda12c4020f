"""Ports behind TCP, with real servers: honest ones, deaf ones, ones that vanish."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from hallclient.devices import socket_port
from hallclient.devices.link import Link
from hallclient.devices.socket_port import CONNECT_SECONDS, OPTIONS, SocketPort
from hallclient.devices.transport import (
    Port,
    PortLost,
    PortMissing,
    PortSettings,
    PortUnsuitable,
    WriteTimeout,
    open_port,
)
from hallclient.services.ports_devices import DeviceState
from tests.devices.stubs import WAIT, Box, Client

QUICK = PortSettings(write_timeout=0.2)
TCP_REPAIR = 19


class Server:
    """A listening socket and the connections it has accepted."""

    def __init__(self, number: int = 0, backlog: int = 5) -> None:
        self._listening = socket.socket()
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listening.bind(("127.0.0.1", number))
        self._listening.listen(backlog)
        self._listening.settimeout(WAIT)
        self.number = self._listening.getsockname()[1]
        self.url = f"socket://127.0.0.1:{self.number}"
        self._accepted: list[socket.socket] = []

    def accept(self) -> socket.socket:
        peer, _address = self._listening.accept()
        peer.settimeout(WAIT)
        self._accepted.append(peer)
        return peer

    def close(self) -> None:
        for one in (self._listening, *self._accepted):
            one.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    try:
        yield made
    finally:
        made.close()


@contextmanager
def linked(url: str) -> Iterator[tuple[Client, Box[DeviceState], Link]]:
    link, client, states = Link(url, QUICK), Client(), Box[DeviceState]()
    client.member = link.join(client)
    client.member.watch(states.put)
    link.start()
    try:
        yield client, states, link
    finally:
        link.close()


def take(peer: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        chunk = peer.recv(min(count - len(data), 1_000_000))
        assert chunk
        data += chunk
    return bytes(data)


def lost(port: Port) -> None:
    """Read until the port is lost; fail when it is not within ``WAIT``."""
    deadline = time.monotonic() + WAIT

    def listen() -> None:
        while time.monotonic() < deadline:
            port.read(0.1)

    with pytest.raises(PortLost):
        listen()


def test_bytes_pass_both_ways(server: Server) -> None:
    every = bytes(range(256)) * 40
    with open_port(server.url, QUICK) as port:
        peer = server.accept()
        port.write(every)
        assert take(peer, len(every)) == every
        peer.sendall(every)
        got = b""
        while len(got) < len(every):
            chunk = port.read(WAIT)
            assert chunk
            got += chunk
        assert got == every
        assert port.read(0.01) == b""


@pytest.mark.parametrize(
    "url",
    [
        "socket://",
        "socket://host",
        "socket://:9100",
        "socket://h:0",
        "socket://h:70000",
        "socket://h:9100/x",
        "socket://h:9100?x",
        "socket://me@h:9100",
        "socket:h:9100",
        "socket://[::1:9100",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(PortUnsuitable, match="is not socket://HOST:PORT"):
        open_port(url, QUICK)


def test_nobody_there_is_missing_and_said_so(server: Server) -> None:
    server.close()
    with pytest.raises(PortMissing, match=f"nobody accepts a connection at {server.url}"):
        open_port(server.url, QUICK)
    for host in ("hall.invalid", "x" * 70, "大厅..invalid"):
        with pytest.raises(PortMissing, match=f"there is no host {host}"):
            open_port(f"socket://{host}:9100", QUICK)


@contextmanager
def full_house() -> Iterator[str]:
    """Yield the address of a server that lets callers wait without a word."""
    server = Server(backlog=0)
    with ExitStack() as stack:
        stack.callback(server.close)
        for _ in range(3):
            guest = stack.enter_context(socket.socket())
            guest.setblocking(False)
            guest.connect_ex(("127.0.0.1", server.number))
        yield server.url


def test_a_host_that_does_not_answer_is_missing_in_time() -> None:
    with full_house() as url:
        before = time.monotonic()
        with pytest.raises(PortMissing, match="nothing answers at socket"):
            open_port(url, QUICK)
        assert time.monotonic() - before < CONNECT_SECONDS + 1.0


def test_a_link_that_is_closed_does_not_wait_for_a_connection() -> None:
    with full_house() as url, linked(url) as (_client, states, link):
        states.wait_for(DeviceState.OPENING)
        before = time.monotonic()
        link.close()
        assert time.monotonic() - before < CONNECT_SECONDS / 2
        assert states.items == [DeviceState.OPENING, DeviceState.CLOSED]


def test_a_peer_that_never_reads_ends_the_write_and_then_the_connection(server: Server) -> None:
    with open_port(server.url, QUICK) as port:
        peer = server.accept()
        before = time.monotonic()
        with pytest.raises(WriteTimeout, match="takes no bytes"):
            port.write(bytes(50_000_000))
        assert time.monotonic() - before < 5.0
        with pytest.raises(PortLost, match="the connection is given up"):
            port.discard_unsent()
        port.close()
        # What was not read is lost with the connection: no late surprise.
        with pytest.raises(ConnectionResetError):
            take(peer, 50_000_000)


def test_an_interrupted_write_ends_at_once(server: Server) -> None:
    with open_port(server.url, PortSettings(write_timeout=60)) as port:
        server.accept()
        timer = threading.Timer(0.1, port.interrupt)
        timer.start()
        with pytest.raises(PortLost, match="was closed over a write"):
            port.write(bytes(50_000_000))
        timer.join()


@pytest.mark.parametrize("rudely", [False, True])
def test_a_peer_that_hangs_up_is_a_lost_port(server: Server, rudely: bool) -> None:
    with open_port(server.url, QUICK) as port:
        peer = server.accept()
        if rudely:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        lost(port)


def test_last_words_are_heard_before_the_end(server: Server) -> None:
    with open_port(server.url, QUICK) as port:
        peer = server.accept()
        peer.sendall(b"goodbye")
        peer.close()
        assert port.read(WAIT) == b"goodbye"
        lost(port)


def test_every_guard_against_a_silent_end_is_set(server: Server) -> None:
    with open_port(server.url, QUICK) as port:
        assert isinstance(port, SocketPort)
        known = [(level, getattr(socket, name, None), value) for level, name, value in OPTIONS]
        got = [
            (level, option, port._socket.getsockopt(level, option))
            for level, option, _value in known
            if option is not None
        ]
        assert got == [one for one in known if one[1] is not None]
        assert len(got) >= 5  # keep-alive with its three times, and no delay


def test_a_peer_that_vanished_without_a_word_is_noticed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = [(*o[:2], 1 if o[1] in {"TCP_KEEPIDLE", "TCP_KEEPINTVL"} else o[2]) for o in OPTIONS]
    monkeypatch.setattr(socket_port, "OPTIONS", quick)
    with open_port(server.url, QUICK) as port:
        peer = server.accept()
        try:  # a socket under repair is closed without telling the other side
            peer.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        except OSError:
            pytest.skip("only an administrator can let a socket vanish")
        peer.close()
        before = time.monotonic()
        lost(port)
        assert time.monotonic() - before > 0.5  # no word came: it was the probe


def test_wake_ends_a_read_and_harms_nothing_later(server: Server) -> None:
    port = open_port(server.url, QUICK)
    server.accept()
    waker = threading.Timer(0.05, port.wake)
    waker.start()
    before = time.monotonic()
    assert port.read(WAIT) == b""
    assert time.monotonic() - before < WAIT / 2
    waker.join()
    for _ in range(10_000):  # more than a pipe holds
        port.wake()
    assert port.read(0.01) == b""
    port.close()
    port.wake()


def test_a_link_is_back_when_the_server_is(server: Server) -> None:
    with linked(server.url) as (client, states, _link):
        server.accept().sendall(b"one")
        client.heard.wait_until(lambda parts: b"".join(parts) == b"one")
        server.close()
        states.wait_for(DeviceState.ABSENT)
        again = Server(server.number)
        try:
            again.accept().sendall(b" two")
            client.heard.wait_until(lambda parts: b"".join(parts) == b"one two")
        finally:
            again.close()
    assert states.items[:4] == [
        DeviceState.OPENING,
        DeviceState.READY,
        DeviceState.ABSENT,
        DeviceState.READY,
    ]


def test_a_server_that_never_reads_does_not_hold_its_link(server: Server) -> None:
    refused, ended = Box[object](), Box[str]()
    with linked(server.url) as (client, states, link):
        server.accept()
        states.wait_for(DeviceState.READY)
        assert client.member is not None

        def flood(channel: object) -> None:
            try:
                channel.write(bytes(50_000_000))  # type: ignore[attr-defined]
            finally:
                ended.put("over")

        client.member.submit(flood, refused.put)
        ended.wait()
        states.wait_until(lambda seen: seen.count(DeviceState.READY) == 2)  # connected anew
        before = time.monotonic()
        link.close()
        assert time.monotonic() - before < 1.0
