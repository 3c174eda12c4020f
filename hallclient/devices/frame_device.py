"""What callers and strips have in common.

Their frames are picked out of a shared line, commands go out until they are acknowledged, and a
device that comes back is told everything anew.

A device that acknowledges nothing it is told counts as there; one that should and does not is
stale, is greeted again every ``RENEW_SECONDS``, and at once when it says something.
"""

import threading
import time

from hallclient.devices.codec.formats import Frame
from hallclient.devices.link import Link
from hallclient.devices.listening import ListeningDevice
from hallclient.devices.member import Channel
from hallclient.devices.outbox import Outbox
from hallclient.devices.profile import DeviceProfile
from hallclient.devices.transport import DeviceError
from hallclient.services.ports_devices import DeviceState

RENEW_SECONDS = 5.0


class FrameDevice(ListeningDevice):
    """One device at ``address`` on a link. Subclasses say what it should show, and hear it."""

    def __init__(self, link: Link, profile: DeviceProfile, address: int) -> None:
        self._address = address
        self._outbox = Outbox(ack_seconds=profile.ack_seconds, retries=profile.retries)
        self._pump_queued = False
        self._renew_at: float | None = None
        self._keep_alive_at: float | None = None
        self._wanted = b""
        self._untold = False
        self._settling: list[threading.Event] = []
        super().__init__(link, profile)

    def settle(self) -> threading.Event:
        """Return what is set when nothing is left to be told, or the port is away; any thread.

        It stays unset while the port is lost in the middle: wait with a limit.
        """
        settled = threading.Event()
        self._member.submit(
            lambda channel: self._settle(settled, channel), lambda _reason: settled.set()
        )
        return settled

    # The link's client, in the worker thread.

    def opened(self, channel: Channel) -> None:
        """Tell the device everything: it may have lost its power too."""
        super().opened(channel)
        self._outbox.silent = False
        self._renew(channel)

    def due(self, now: float) -> float | None:
        """Repeat what was not acknowledged, keep alive, greet anew."""
        state = self._member.state
        if state not in {DeviceState.READY, DeviceState.STALE}:
            return None
        if state is DeviceState.STALE and self._renew_at is None:
            self._renew_at = now + RENEW_SECONDS
        elif state is DeviceState.READY and self._renew_at is not None:
            self._renew_at = now
        moments = [self._outbox.due_at(), self._renew_at, self._keep_alive_at]
        soonest = min((moment for moment in moments if moment is not None), default=None)
        if soonest is None or self._pump_queued:
            return None
        if soonest <= now:
            self._pump_queued = True
            self._member.submit(self._work, self._refused)
            return None
        return soonest

    # For subclasses.

    def _greet(self) -> None:
        """Put everything the device should know into the outbox; worker thread."""
        if "init" in self._profile.commands:
            self._put("init")
        self._post_wanted()

    def _hear(self, frame: Frame, channel: Channel) -> None:
        """Take a frame of this device that acknowledges nothing."""

    def _want(self, **values: object) -> None:
        """Have something shown from now on; any thread. The last wins, and nothing older comes out.

        A device without a display shows nothing.
        """
        if "show" in self._profile.commands:
            self._wanted = self._profile.encode("show", self._address, **values)
            self._untold = True  # also the same again: a strip may blink at a recall
            self._member.submit(self._tell_wanted, _drop)

    def _tell(self, command: str) -> None:
        """Have something done now; any thread. While the port is away it is dropped."""
        if command in self._profile.commands:
            data = self._profile.encode(command, self._address)
            self._member.submit(lambda channel: self._send(command, data, channel), _drop)

    def _put(self, command: str) -> None:
        """Put a command into the outbox; worker thread."""
        self._post(command, self._profile.encode(command, self._address))

    # Helpers.

    def _take(self, frame: Frame, channel: Channel) -> None:
        if frame.addr != self._profile.speaks_from(self._address):
            return
        channel.answers(answers=True)
        self._outbox.silent = False
        sending = self._outbox.sending
        if sending is not None and self._profile.is_ack(frame, sending):
            self._outbox.acknowledged()
            self._pump(channel)
        else:
            self._hear(frame, channel)

    def _tell_wanted(self, channel: Channel) -> None:
        if self._untold:
            self._post_wanted()
            self._pump(channel)

    def _post_wanted(self) -> None:
        self._untold = False
        if self._wanted:
            self._post("show", self._wanted)

    def _send(self, command: str, data: bytes, channel: Channel) -> None:
        self._post(command, data)
        self._pump(channel)

    def _post(self, command: str, data: bytes) -> None:
        awaited = self._profile.awaits_ack(command)
        self._outbox.put(command, data, acknowledged=awaited)

    def _work(self, channel: Channel) -> None:
        self._pump_queued = False
        now = time.monotonic()
        if self._renew_at is not None and self._renew_at <= now:
            self._renew(channel)
            return
        if self._keep_alive_at is not None and self._keep_alive_at <= now:
            self._keep_alive(now)
        self._pump(channel)

    def _refused(self, _reason: DeviceError) -> None:
        self._pump_queued = False

    def _renew(self, channel: Channel) -> None:
        self._renew_at = None
        self._outbox.clear()
        self._greet()
        self._keep_alive_at = None
        if self._profile.keep_alive is not None:
            self._keep_alive_at = time.monotonic() + self._profile.keep_alive.seconds
        self._pump(channel)

    def _keep_alive(self, now: float) -> None:
        if self._profile.keep_alive is not None:
            self._keep_alive_at = now + self._profile.keep_alive.seconds
            self._put(self._profile.keep_alive.command)

    def _pump(self, channel: Channel) -> None:
        """Write what is to be written now."""
        now = time.monotonic()
        while (data := self._outbox.next(now)) is not None:
            channel.write(data)
        if self._outbox.silent:
            channel.answers(answers=False)
        if self._outbox.due_at() is None:
            while self._settling:
                self._settling.pop().set()

    def _settle(self, settled: threading.Event, channel: Channel) -> None:
        self._settling.append(settled)
        self._pump(channel)


def _drop(_reason: DeviceError) -> None:
    """Drop a command: a device that is away is told everything when it comes back."""
