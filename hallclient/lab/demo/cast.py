"""The processes of the demo: started, watched, ended."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from hallclient.lab.hand import Hand

END_S = 30.0
COMMAND_S = 60.0


class Cast:
    """Role processes by name, each with a log file and a socket for a hand. A context manager."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = dict(environment)
        # The path of a socket is short by law of the system, that of the folder need not be.
        self._sockets = tempfile.TemporaryDirectory(prefix="hallclient-")
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._hands: list[Hand] = []
        self.failed: dict[str, int] = {}
        """Exit codes of roles that ended in another way than they were told."""

    def __enter__(self) -> "Cast":
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()
        self._sockets.cleanup()

    def start(self, name: str, words: Sequence[str], *, robot: bool = True) -> None:
        """Start ``hallclient`` with these words as the role ``name``."""
        command = [sys.executable, "-m", "hallclient", *words]
        # On a leash: a role does not outlive a demo that was killed.
        command += ["--leash", *(["--robot", str(self._socket(name))] if robot else [])]
        with (self._folder / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own program
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment,
            )

    def run(self, words: Sequence[str], typed: str) -> str:
        """Run a command to its end, typing what it asks for; return what is wrong, if anything."""
        command = [sys.executable, "-m", "hallclient", *words]
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                command,
                input=typed.encode(),
                capture_output=True,
                env=self._environment,
                timeout=COMMAND_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {COMMAND_S:g} s"
        return done.stderr.decode("utf-8", "replace").strip() if done.returncode else ""

    def hand(self, name: str) -> Hand:
        """Return a hand on a role, as soon as it is up; ``HandError`` where it ends before."""
        process = self._running.get(name)
        hand = Hand(
            self._socket(name), ended=lambda: process is not None and process.poll() is not None
        )
        self._hands.append(hand)
        return hand

    def lost(self) -> list[str]:
        """Return the roles that have ended without being told."""
        return [name for name, process in self._running.items() if process.poll() is not None]

    def end(self) -> None:
        """Ask every role to end, and make those that do not."""
        for hand in self._hands:
            hand.close()
        self._hands.clear()
        for name in self.lost():
            self.failed[name] = _let_go(self._running.pop(name))
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for name, process in self._running.items():
            try:
                code = process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
            _let_go(process)
            if code != 0:
                self.failed[name] = code
        self._running.clear()

    def _socket(self, name: str) -> Path:
        return Path(self._sockets.name, name)


def _let_go(process: "subprocess.Popen[bytes]") -> int:
    """Drop the leash of a process that has ended; return its exit code."""
    if process.stdin is not None:
        process.stdin.close()
    return int(process.returncode)
