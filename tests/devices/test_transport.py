"""Opening ports: one owner, errors fit for a person, no endless waits."""

import errno
import threading
import time
from pathlib import Path
from typing import cast

import pytest
import serial

from hallclient.devices.transport import (
    FlowHandshake,
    PortBusy,
    PortError,
    PortForbidden,
    PortLost,
    PortMissing,
    PortSettings,
    PortUnsuitable,
    SerialPort,
    WriteTimeout,
    _port_error,
    open_port,
)
from tests.devices.stubs import WAIT, Listener

QUICK = PortSettings(write_timeout=0.2)


def test_missing_port_is_named() -> None:
    with pytest.raises(PortMissing, match="there is no port /dev/ttyHALL9"):
        open_port("/dev/ttyHALL9", QUICK)


def test_a_second_owner_is_told_so() -> None:
    with (
        Listener() as device,
        open_port(device.path, QUICK),
        pytest.raises(PortBusy, match=f"{device.path} is in use by another program"),
    ):
        open_port(device.path, QUICK)


def test_a_released_port_can_be_opened_again() -> None:
    with Listener() as device:
        open_port(device.path, QUICK).close()
        open_port(device.path, QUICK).close()


def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (file, tmp_path):
        with pytest.raises(PortUnsuitable, match="cannot be used as a serial port"):
            open_port(str(path), QUICK)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (serial.SerialException(errno.EACCES, "x"), PortForbidden),
        (serial.SerialException(errno.EBUSY, "x"), PortBusy),
        (serial.SerialException(errno.EIO, "x"), PortMissing),
        (serial.SerialException("could not open: FileNotFoundError(2, ...)"), PortMissing),
        (serial.SerialException("could not open: PermissionError(13, ...)"), PortBusy),
        (ValueError("baud"), PortUnsuitable),
    ],
)
def test_errors_of_the_system_are_sorted(error: Exception, kind: type[PortError]) -> None:
    assert type(_port_error("COM3", error)) is kind


@pytest.mark.parametrize("handshake", [FlowHandshake.NONE, FlowHandshake.XON_XOFF])
def test_bytes_pass_both_ways(handshake: FlowHandshake) -> None:
    every = bytes(set(range(256)) - {0x11, 0x13})
    with (
        Listener() as device,
        open_port(device.path, PortSettings(handshake=handshake)) as port,
    ):
        port.write(every)
        heard = device.heard.wait_until(lambda parts: sum(map(len, parts)) >= len(every))
        assert b"".join(heard) == every
        device.say(every)
        got = b""
        while len(got) < len(every):
            chunk = port.read(WAIT)
            assert chunk
            got += chunk
        assert got == every


def test_read_returns_empty_after_its_time() -> None:
    with Listener() as device, open_port(device.path, QUICK) as port:
        before = time.monotonic()
        assert port.read(0.05) == b""
        assert time.monotonic() - before < 1.0


def test_a_write_nobody_takes_ends() -> None:
    with Listener() as device:
        device.stop_reading()
        with open_port(device.path, QUICK) as port:
            before = time.monotonic()
            with pytest.raises(WriteTimeout, match="takes no bytes"):
                port.write(bytes(200_000))
            assert time.monotonic() - before < 1.0
            port.discard_unsent()
            device.start_reading()
            port.write(b"again")
            device.heard.wait_until(lambda parts: b"".join(parts).endswith(b"again"))


class SlowWire:
    """A serial device whose system counts the bytes still to be sent, as no pseudo-terminal does.

    ``sends`` bytes leave the line at every look.
    """

    baudrate, write_timeout, is_open = 9600, 0.05, True

    def __init__(self, sends: int) -> None:
        self._sends = sends
        self._unsent = 0
        self.most_unsent = 0
        self.taken = b""

    @property
    def out_waiting(self) -> int:
        self._unsent = max(0, self._unsent - self._sends)
        return self._unsent

    def write(self, data: bytes) -> None:
        self.taken += data
        self._unsent += len(data)
        self.most_unsent = max(self.most_unsent, self._unsent)

    def cancel_read(self) -> None:
        pass


def test_a_long_write_on_a_slow_line_takes_its_time() -> None:
    wire = SlowWire(sends=1)
    SerialPort(cast("serial.Serial", wire), "slow").write(bytes(range(100)))
    assert wire.taken == bytes(range(100))
    assert wire.most_unsent <= 9600 / 10 * wire.write_timeout / 2


def test_a_long_write_that_gets_nowhere_ends() -> None:
    wire = SlowWire(sends=0)
    with pytest.raises(WriteTimeout, match="slow takes no bytes"):
        SerialPort(cast("serial.Serial", wire), "slow").write(bytes(100))
    assert 0 < len(wire.taken) < 100


def test_a_long_write_ends_when_the_port_is_about_to_be_closed() -> None:
    wire = SlowWire(sends=1)
    wire.write_timeout = 60.0
    port = SerialPort(cast("serial.Serial", wire), "slow")
    timer = threading.Timer(0.05, port.interrupt)
    timer.start()
    with pytest.raises(PortLost, match="was closed over a write"):
        port.write(bytes(600_000))
    timer.join()


def test_a_pulled_cable_is_a_lost_port() -> None:
    with Listener() as device, open_port(device.path, QUICK) as port:
        device.unplug()
        with pytest.raises(PortLost):
            port.read(WAIT)
        with pytest.raises(PortLost):
            port.write(b"x")
        with pytest.raises(PortLost):
            port.discard_unsent()


def test_wake_ends_a_read_and_harms_nothing_later() -> None:
    with Listener() as device:
        port = open_port(device.path, QUICK)
        waker = threading.Timer(0.05, port.wake)
        waker.start()
        before = time.monotonic()
        assert port.read(WAIT) == b""
        assert time.monotonic() - before < WAIT / 2
        waker.join()
        port.close()
        port.wake()


def test_a_wake_does_not_hide_what_had_arrived() -> None:
    with Listener() as device, open_port(device.path, QUICK) as port:
        assert isinstance(port, SerialPort)
        device.say(b"ab")
        seen = port.read(WAIT)
        device.say(b"cd")
        deadline = time.monotonic() + WAIT
        while port._device.in_waiting < 2:
            assert time.monotonic() < deadline
        port.wake()
        assert seen + port.read(0.0) == b"abcd"
