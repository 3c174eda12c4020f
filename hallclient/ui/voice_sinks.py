"""Where the voice goes: the sound device, a WAV file, nowhere. None of them can hold anybody up.

All but :meth:`Sink.close` is called in the voice's own thread. A device that hangs does so in a
thread that nobody waits for longer than a moment; it is tried again later.
"""

import logging
import threading
import time
import wave
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Protocol

from hallclient.ui.voice_bank import RATE
from hallclient.ui.voice_tape import Tape, little_endian

log = logging.getLogger(__name__)

PATIENCE_S = 3.0
"""A device that has not opened or closed by then hangs."""
AGAIN_S = 20.0
"""So long after a device failed it is tried again, when there is something to say."""
PERIOD_MS, PERIODS = 20, 2
"""What a device holds of its own: it cannot be taken back, so it is below the 50 ms of hush()."""
_FILE_STEP_S = 0.02


class SinkError(Exception):
    """Nothing can be heard; the sentence says why."""


class Sink(Protocol):
    """Takes sound off a tape."""

    def wake(self) -> bool:
        """Be ready to sound; return whether it is. Takes a few seconds at most."""

    def rest(self) -> None:
        """Nothing will be said for a while: give the device back."""

    def fail(self) -> None:
        """Nothing was taken off the tape: the device is lost."""

    def close(self) -> None:
        """End, from any thread. At most a few seconds."""


class SilentSink:
    """Nowhere."""

    def wake(self) -> bool:
        """There is nothing to wake."""
        return False

    def rest(self) -> None:
        """Do nothing."""

    def fail(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class Device(Protocol):
    """A running sound device."""

    def close(self) -> None:
        """Stop; may hang."""


class DeviceSink:
    """The system's sound device, held only while something is said."""

    def __init__(
        self,
        tape: Tape,
        opener: "Callable[[Tape], Device] | None" = None,
        clock: Callable[[], float] = time.monotonic,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._tape, self._clock = tape, clock
        self._opener = open_device if opener is None else opener
        self._patience = patience_s
        self._device: Device | None = None
        self._busy: threading.Thread | None = None
        self._not_before = 0.0
        self._told = False

    def wake(self) -> bool:
        """Open the device where it is not open; see :class:`Sink`."""
        if self._device is not None:
            return True
        if self._clock() < self._not_before:
            return False
        try:
            self._device = self._open()
        except SinkError as error:
            self._not_before = self._clock() + AGAIN_S
            if not self._told:
                log.info("no voice is heard, it is tried again: %s", error)
            self._told = True
            return False
        if self._told:
            log.info("the voice is heard again")
        self._told = False
        return True

    def rest(self) -> None:
        """Close the device."""
        device, self._device = self._device, None
        if device is not None:
            self._bounded(device.close, "sound close")

    def fail(self) -> None:
        """Let the lost device go; the next words look for another at once."""
        log.info("the sound device has stopped, the voice looks for another")
        self.rest()

    def close(self) -> None:
        """Close the device."""
        self.rest()

    def _open(self) -> Device:
        got: list[Device] = []
        wrong: list[Exception] = []
        late = threading.Event()

        def work() -> None:
            try:
                got.append(self._opener(self._tape))
            except Exception as error:  # noqa: BLE001 - a driver may raise anything
                wrong.append(error)
            if late.is_set():
                for device in got:
                    device.close()

        if not self._bounded(work, "sound open"):
            late.set()
            raise SinkError("the sound device does not answer")
        if not got:
            raise SinkError(f"no sound device: {wrong[0]!r}" if wrong else "no sound device")
        return got[0]

    def _bounded(self, work: Callable[[], None], name: str) -> bool:
        """Do what may hang; return whether it was done. While something hangs nothing is begun."""
        if self._busy is not None and self._busy.is_alive():
            return False
        self._busy = threading.Thread(target=work, name=name, daemon=True)
        self._busy.start()
        self._busy.join(self._patience)
        return not self._busy.is_alive()


def open_device(tape: Tape) -> Device:
    """Start the system's own sound device; raises what the library raises."""
    import miniaudio  # noqa: PLC0415 - only where something is read out

    # Its device "null" would swallow every word and never be tried again.
    real = [backend for backend in miniaudio.Backend if backend is not miniaudio.Backend.NULL]
    device = miniaudio.PlaybackDevice(
        output_format=miniaudio.SampleFormat.SIGNED16,
        nchannels=1,
        sample_rate=RATE,
        buffersize_msec=PERIOD_MS,
        callback_periods=PERIODS,
        backends=real,
        app_name="hallclient",
    )
    stream = _pulled(tape)
    next(stream)
    device.start(stream)
    return device  # type: ignore[no-any-return]


def _pulled(tape: Tape) -> Generator[bytes, int, None]:
    wanted = yield b""
    while True:
        wanted = yield tape.take(wanted)


class WavSink:
    """A WAV file with what would be heard, as it would be heard: interruptions cut it off."""

    def __init__(self, tape: Tape, file: Path) -> None:
        self._tape, self._file = tape, file
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._dead = False

    def wake(self) -> bool:
        """Begin to write; see :class:`Sink`."""
        if self._thread is None and not self._end.is_set():
            self._thread = threading.Thread(target=self._run, name="voice to file", daemon=True)
            self._thread.start()
        return not self._dead

    def rest(self) -> None:
        """Go on: a file costs nothing."""

    def fail(self) -> None:
        """Give up: the file cannot be written."""
        self._dead = True

    def close(self) -> None:
        """Finish the file."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        try:
            with self._file.open("wb") as file, wave.open(file, "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(RATE)
                self._write(out)
        except OSError as error:
            self._dead = True
            log.warning("the voice cannot be written to %s: %s", self._file.name, error)

    def _write(self, out: wave.Wave_write) -> None:
        start, taken = time.monotonic(), 0
        while not self._end.wait(_FILE_STEP_S):
            due = int((time.monotonic() - start) * RATE) - taken
            taken += due
            frames = min(due, self._tape.left)
            samples = self._tape.take(max(due, 0))
            if frames > 0:
                out.writeframes(little_endian(samples[: frames * 2]))
