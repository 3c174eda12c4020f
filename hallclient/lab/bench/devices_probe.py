"""The process that ``bench devices`` looks at: links on many ports, and a Qt loop that beats.

Arguments: the ports; those after ``--hung`` take no bytes, and are written to all the time. Reads
words from its standard input and answers with one line of JSON each: ``ready`` when every port is
open, ``begin`` and ``end`` around what is measured, ``busy`` and ``idle`` for commands to the
ports or none. Ends with its input.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Qt, QTimer, Signal

from hallclient.devices.link import Channel
from hallclient.devices.links import Links
from hallclient.devices.profile import DeviceProfile, load_profile
from hallclient.devices.transport import DeviceError
from hallclient.services.ports_devices import DeviceState

BEAT_MS = 2
COMMAND_MS = 100
FLOOD = bytes(200_000)
SIGNALS = 500


class Ear(QObject):
    """A client of a link that sends what it hears to the UI thread."""

    heard = Signal(bytes)

    def __init__(self, profile: DeviceProfile, links: Links, url: str) -> None:
        super().__init__()
        self._profile = profile
        self._decoder = profile.decoder()
        self._ask = profile.encode("ask", 1)
        self.link = links.at(url, profile.port)
        self._member = self.link.join(self)

    @property
    def gap_seconds(self) -> float | None:
        """The profile's gap inside a frame."""
        return self._profile.gap_seconds if self._decoder.pending else None

    def opened(self, channel: Channel) -> None:
        """Nothing to say."""

    def received(self, data: bytes, channel: Channel) -> None:
        """Hand every frame to the UI, acknowledge it."""
        for frame in self._decoder.feed(data):
            self.heard.emit(frame.data)
            answer = self._profile.acknowledge(frame)
            if answer is not None:
                channel.write(answer)

    def silent(self, channel: Channel) -> None:  # noqa: ARG002 - as a link calls it
        """Give up a torn frame."""
        while self._decoder.pending:
            self._decoder.gap()

    def due(self, now: float) -> float | None:  # noqa: ARG002 - the same
        """Nothing is due."""
        return None

    def command(self, data: bytes = b"") -> None:
        """Send a command, as a screen does."""
        self._member.submit(lambda channel: channel.write(data or self._ask), _ignore)


def _ignore(_reason: DeviceError) -> None:
    pass


class ProcessorClock:
    """How long this thread was ready to run while others had the processor, in seconds; Linux."""

    def __init__(self) -> None:
        path = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._file = path.open("rb", buffering=0) if path.exists() else None

    def waited(self) -> float:
        """Return the seconds so far; 0 where the system does not tell."""
        if self._file is None:
            return 0.0
        return int(os.pread(self._file.fileno(), 100, 0).split()[1]) / 1e9


class Probe(QObject):
    """Measures the loop it lives in."""

    signalled = Signal(float)

    def __init__(self, urls: list[str], hung: list[str]) -> None:
        super().__init__()
        profile = load_profile("ff68-keypad")
        self._links = Links()
        self._ears = [Ear(profile, self._links, url) for url in urls]
        self._deaf = [Ear(profile, self._links, url) for url in hung]
        self._signal_ms: list[float] = []
        self._heard: list[tuple[str, float]] = []
        self._clock = ProcessorClock()
        self._late = self._stall = self._last = self._waited = self._begun = self._cpu = 0.0
        for ear in self._ears:
            ear.heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.signalled.connect(self._take_signal, Qt.ConnectionType.QueuedConnection)
        self._beat = self._timer(BEAT_MS, self._look)
        self._commands = self._timer(COMMAND_MS, self._speak)
        self._words = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._words.activated.connect(self._obey)

    def start(self) -> None:
        """Open the ports."""
        self._links.start()
        self._beat.start()

    def close(self) -> None:
        """Close the ports."""
        self._links.close()

    def _timer(self, ms: int, action: object) -> QTimer:
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(ms)
        timer.timeout.connect(action)
        return timer

    def _look(self) -> None:
        now, waited = time.monotonic(), self._clock.waited()
        late = now - self._last - BEAT_MS / 1000
        self._late = max(self._late, late)
        self._stall = max(self._stall, late - (waited - self._waited))
        self._last, self._waited = now, waited

    def _speak(self) -> None:
        for ear in self._ears:
            ear.command()
        for ear in self._deaf:
            ear.command(FLOOD)

    def _take(self, data: bytes) -> None:
        self._heard.append((data.hex(), time.monotonic()))

    def _take_signal(self, sent: float) -> None:
        self._signal_ms.append((time.monotonic() - sent) * 1000)

    def _obey(self) -> None:
        for word in os.read(sys.stdin.fileno(), 4096).decode().split() or ["bye"]:
            if word == "bye":
                QCoreApplication.quit()
            else:
                print(json.dumps(getattr(self, f"_word_{word}")()), flush=True)

    def _word_ready(self) -> bool:
        wanted = {DeviceState.READY, DeviceState.STALE}
        return all(ear.link.state in wanted for ear in self._ears + self._deaf)

    def _word_signals(self) -> bool:
        """Send bare signals from a thread, one a millisecond; they are told by ``end``."""
        pause = threading.Event()

        def send() -> None:
            for _ in range(SIGNALS):
                self.signalled.emit(time.monotonic())
                pause.wait(0.001)

        threading.Thread(target=send, daemon=True).start()
        return True

    def _word_busy(self) -> bool:
        self._commands.start()
        return True

    def _word_idle(self) -> bool:
        self._commands.stop()
        return True

    def _word_begin(self) -> bool:
        self._heard.clear()
        self._signal_ms.clear()
        self._begun, self._cpu = time.monotonic(), time.process_time()
        self._last, self._waited = self._begun, self._clock.waited()
        self._late = self._stall = 0.0
        return True

    def _word_end(self) -> dict[str, object]:
        seconds = time.monotonic() - self._begun
        return {
            "cpu": (time.process_time() - self._cpu) / seconds,
            "stall_ms": self._stall * 1000,
            "late_ms": self._late * 1000,
            "signal_ms": self._signal_ms,
            "heard": self._heard,
        }


def main(words: list[str]) -> int:
    """Run until the standard input ends."""
    cut = words.index("--hung")
    app = QCoreApplication([])
    probe = Probe(words[:cut], words[cut + 1 :])
    probe.start()
    code = app.exec()
    probe.close()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
