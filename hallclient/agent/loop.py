"""A part of the agent that looks again and again, in a thread of its own."""

import threading
from typing import Final

END_S: Final = 8.0
"""So long a part is given to end."""


class LoopPart:
    """Start, stop and close of ``agent.part.Part``; who derives from it looks and says."""

    name: str
    end_s: float = END_S

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """Ask it to end after the present step."""
        self._stop.set()

    def close(self) -> None:
        """End. A step that does not come back is left to the database, as if we were killed."""
        self.stop()
        if self._thread.ident is not None:
            self._thread.join(self.end_s)

    # In the thread

    def _work(self) -> None:
        while not self._stop.is_set():
            self._stop.wait(self._look_around())
        self._say_ended()

    def _look_around(self) -> float:
        """Look once, and let no error out; return the seconds until the next look."""
        raise NotImplementedError

    def _say_ended(self) -> None:
        """Say that it ended with the agent."""
        raise NotImplementedError
