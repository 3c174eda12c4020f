"""Ports of every kind, by their address; serial ones here, the only user of pyserial.

``/dev/ttyUSB0`` or ``COM3`` is a serial port, ``socket://HOST:PORT`` a serial line or a printer
behind TCP (``socket_port``), ``file:FOLDER`` a printer whose jobs are files (``file_port``).

Errors::

    DeviceError
    ├── PortError             the port cannot be opened; tried again by the link
    │   ├── PortMissing       nothing at this address (unplugged, wrong name)
    │   ├── PortBusy          another program, or another role of ours, owns the port
    │   ├── PortForbidden     no permission
    │   └── PortUnsuitable    no port at all, or settings it cannot take
    ├── PortLost              the open port went away
    ├── WriteTimeout          the bytes may or may not have gone out
    └── LinkClosed            our own link was closed, the port was not tried

Every read and every write has a time-out: without one, a write to a dead device blocks for ever
(devices.md §1). A write's time-out is for its progress: a long one on a slow line may take its
time, a device that takes nothing may not.

DTR/DSR hand-shake is not offered because pyserial ignores it on POSIX.
"""

import contextlib
import errno
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

import serial

_termios_errors: tuple[type[Exception], ...]
try:
    from termios import error as _TermiosError  # noqa: N812  the module's own name says too little
except ImportError:  # Windows
    _termios_errors = ()
else:
    _termios_errors = (_TermiosError,)

PORT_TROUBLE = (serial.SerialException, OSError, *_termios_errors)


MAX_READ = 4096
BITS_PER_BYTE = 10
LOOK_SECONDS = 0.01


class DeviceError(Exception):
    """Something is the matter with a device or its port."""


class PortError(DeviceError):
    """The port cannot be opened."""


class PortMissing(PortError):
    """Nothing is at this address."""


class PortBusy(PortError):
    """Another program owns the port."""


class PortForbidden(PortError):
    """The port exists, the user may not open it."""


class PortUnsuitable(PortError):
    """No port at all, or it refuses the settings."""


class PortLost(DeviceError):
    """The open port went away."""


class WriteTimeout(DeviceError):
    """A write did not finish in time; the bytes may have gone out."""


class LinkClosed(DeviceError):
    """The link that should have carried this was closed."""


class FlowHandshake(StrEnum):
    """Who slows down the sender."""

    NONE = "none"
    RTS_CTS = "rtscts"
    XON_XOFF = "xonxoff"


@dataclass(frozen=True, slots=True)
class PortSettings:
    """How to open a port: 8N1 always; ``write_timeout`` in seconds."""

    baud: int = 9600
    handshake: FlowHandshake = FlowHandshake.NONE
    write_timeout: float = 1.0


class Port(ABC):
    """One open port, owned by one thread; others may only ``wake`` and ``interrupt``."""

    least_gap = 0.0
    """Seconds of silence that say nothing here, whatever a profile calls a gap."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @abstractmethod
    def read(self, timeout: float) -> bytes:
        """Wait up to ``timeout`` seconds for bytes; return all that is there, maybe nothing.

        Returns early after ``wake``, but never leaves behind what had arrived before the call.
        """

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Hand all bytes to the port; ``WriteTimeout`` or ``PortLost`` otherwise."""

    @abstractmethod
    def discard_unsent(self) -> None:
        """Throw away what the system has taken but the line has not.

        ``PortLost`` where that is only possible by ending the connection.
        """

    @abstractmethod
    def wake(self) -> None:
        """End a ``read`` that is waiting in the owner's thread; harmless at any time."""

    @abstractmethod
    def interrupt(self) -> None:
        """End a ``read``, and a long ``write`` at its next step; the port is about to be closed."""

    @abstractmethod
    def close(self) -> None:
        """Release the port without waiting for bytes a dead device will not take."""


class SerialPort(Port):
    """A serial port."""

    def __init__(self, device: serial.Serial, url: str) -> None:
        self._device = device
        self._url = url
        self._closing = threading.Lock()
        self._interrupted = threading.Event()

    def read(self, timeout: float) -> bytes:
        """Wait for the first byte, take all that came with it."""
        try:
            self._device.timeout = timeout
            data = bytearray(self._device.read(1))
            while len(data) < MAX_READ and (waiting := self._device.in_waiting):
                data += self._device.read(waiting)
            return bytes(data)
        except PORT_TROUBLE as error:
            raise PortLost(f"lost {self._url}") from error

    def write(self, data: bytes) -> None:
        """Write in steps that the line can carry, so that a slow one is no dead one."""
        # Steps of a quarter of what the line carries within the time-out. The system calls a port
        # with more than a few hundred bytes waiting not writable, however fast they leave.
        seconds = self._device.write_timeout or 0.0
        step = max(1, int(self._device.baudrate * seconds / BITS_PER_BYTE / 4))
        try:
            for start in range(0, len(data), step):
                self._wait_for_room(step, seconds)
                self._device.write(data[start : start + step])
        except serial.SerialTimeoutException as error:
            raise WriteTimeout(f"{self._url} takes no bytes") from error
        except PORT_TROUBLE as error:
            raise PortLost(f"lost {self._url}") from error

    def _wait_for_room(self, room: int, seconds: float) -> None:
        """Wait until no more than ``room`` bytes are unsent; ``seconds`` is for any progress."""
        before, deadline = self._unsent(), time.monotonic() + seconds
        while (unsent := self._unsent()) > room and not self._interrupted.is_set():
            now = time.monotonic()
            if unsent < before:
                before, deadline = unsent, now + seconds
            elif now >= deadline:
                raise WriteTimeout(f"{self._url} takes no bytes")
            self._interrupted.wait(LOOK_SECONDS)
        if self._interrupted.is_set():
            raise PortLost(f"{self._url} was closed over a write")

    def _unsent(self) -> int:
        try:
            return self._device.out_waiting
        except PORT_TROUBLE:  # the system does not say, or the port is lost: the write will tell
            return 0

    def discard_unsent(self) -> None:
        """Empty the system's buffer."""
        try:
            self._device.reset_output_buffer()
        except PORT_TROUBLE as error:
            raise PortLost(f"lost {self._url}") from error

    def wake(self) -> None:
        """Cancel a read."""
        with self._closing:
            if self._device.is_open:
                self._device.cancel_read()

    def interrupt(self) -> None:
        """Cancel a read and stop before the next step of a write."""
        self._interrupted.set()
        self.wake()

    def close(self) -> None:
        """Empty the buffer first: the system would wait for it."""
        with contextlib.suppress(*PORT_TROUBLE):  # gone already: still free the descriptor
            self._device.reset_output_buffer()
        with self._closing, contextlib.suppress(*PORT_TROUBLE):
            self._device.close()


def open_port(
    url: str, settings: PortSettings, given_up: Callable[[], bool] = lambda: False
) -> Port:
    """Open a port for one owner, or raise a ``PortError`` whose text is fit for a person.

    A connection that takes its time is left when ``given_up`` says so.
    """
    if url.startswith("socket:"):
        from hallclient.devices.socket_port import open_socket  # noqa: PLC0415 - few need it

        return open_socket(url, settings, given_up)
    if url.startswith("file:"):
        from hallclient.devices.file_port import open_folder  # noqa: PLC0415 - few need it

        return open_folder(url)
    return _open_serial(url, settings)


def _open_serial(url: str, settings: PortSettings) -> Port:
    try:
        device = serial.Serial(
            url,
            baudrate=settings.baud,
            timeout=0.1,
            write_timeout=settings.write_timeout,
            rtscts=settings.handshake is FlowHandshake.RTS_CTS,
            xonxoff=settings.handshake is FlowHandshake.XON_XOFF,
            exclusive=True,
        )
    except (*PORT_TROUBLE, ValueError) as error:
        raise _port_error(url, error) from error
    return SerialPort(device, url)


def _port_error(url: str, error: Exception) -> PortError:
    number = getattr(error, "errno", None)
    # On Windows pyserial gives no number, only the system's exception inside the text.
    text = str(error)
    if number in {errno.ENOENT, errno.ENODEV, errno.ENXIO} or "FileNotFoundError" in text:
        return PortMissing(f"there is no port {url}")
    if number in {errno.EBUSY, errno.EAGAIN} or "PermissionError" in text:
        return PortBusy(f"port {url} is in use by another program")
    if number in {errno.EACCES, errno.EPERM}:
        return PortForbidden(f"this user may not open port {url}")
    if number == errno.EIO:
        return PortMissing(f"nothing is connected to port {url}")
    return PortUnsuitable(f"{url} cannot be used as a serial port")
