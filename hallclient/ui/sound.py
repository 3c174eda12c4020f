"""The chime before a call. No sound card, no player, a hung player: the hall goes on without it.

QtMultimedia is not used: it lives in the Addons, 175 MB for two notes.
"""

import logging
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, QProcess, QTimer

from hallclient import assets

log = logging.getLogger(__name__)

LONGEST_MS = 4000
"""A player still running after this is hung and is ended; the chime itself takes one second."""
_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))


class Sink(Protocol):
    """Where a sound goes."""

    def play(self, file: Path) -> None:
        """Start to play a WAV file and return at once."""

    def close(self) -> None:
        """End what is playing."""


class SilentSink:
    """No sound, on purpose or for want of a player."""

    def play(self, file: Path) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class CommandSink(QObject):
    """Plays by a command of the system, one sound at a time; never blocks or leaves a process."""

    def __init__(self, command: tuple[str, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._complained = False
        self._process = QProcess(self)
        self._process.setStandardOutputFile(QProcess.nullDevice())
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.errorOccurred.connect(self._complain)
        self._process.finished.connect(self._finished)
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.setInterval(LONGEST_MS)
        self._limit.timeout.connect(self._process.kill)

    @property
    def playing(self) -> bool:
        """Whether a sound is under way."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def play(self, file: Path) -> None:
        """Start the player; while one is running the new sound is left out."""
        if self.playing:
            return
        program, *arguments = self._command
        self._process.start(program, [*arguments, str(file)])
        self._limit.start()

    def close(self) -> None:
        """Kill a player that still runs and wait for its end, at most a second."""
        self._limit.stop()
        if self.playing:
            self._process.kill()
            self._process.waitForFinished(1000)

    def _finished(self) -> None:
        self._limit.stop()

    def _complain(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._limit.stop()
            if not self._complained:
                self._complained = True
                log.warning("no sound: %s cannot be started", self._command[0])


class WindowsSink:
    """Plays by the standard library's ``winsound``, asynchronously."""

    def __init__(self, winsound: Any) -> None:
        self._winsound = winsound

    def play(self, file: Path) -> None:
        """Start the sound, cutting off the one before."""
        flags = self._winsound.SND_FILENAME | self._winsound.SND_ASYNC
        try:
            self._winsound.PlaySound(str(file), flags)
        except RuntimeError:
            log.warning("no sound: Windows cannot play %s", file.name)

    def close(self) -> None:
        """Stop the sound."""
        self._winsound.PlaySound(None, 0)


def find_sink(parent: QObject | None = None) -> Sink:
    """Return the first player that this system has, or silence."""
    if sys.platform == "win32":
        return WindowsSink(import_module("winsound"))
    for command in _PLAYERS:
        found = shutil.which(command[0])
        if found is not None:
            return CommandSink((found, *command[1:]), parent)
    log.info("no sound: none of %s is installed", ", ".join(player[0] for player in _PLAYERS))
    return SilentSink()


class Chime:
    """Two soft notes, once per call."""

    def __init__(self, sink: Sink | None = None) -> None:
        self._sink = find_sink() if sink is None else sink
        self._file = assets.path("sounds", "chime.wav")

    def ring(self) -> None:
        """Start the chime and return at once."""
        self._sink.play(self._file)

    def close(self) -> None:
        """End what is playing."""
        self._sink.close()
