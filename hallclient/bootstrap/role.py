"""A role as the command line runs it: application, window, and what must be let go at the end."""

import gc
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from hallclient.config import Settings
from hallclient.logs import set_up_logging
from hallclient.ui.app import App, make_application

SETTLED_MS = 3000
TROUBLE = 3
"""Exit code of a role that cannot work with its database."""


class Ending(QObject):
    """Ends the application with a sentence when nothing can mend what is wrong."""

    _asked = Signal(str)

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app
        self._ended = False
        self._asked.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def hopeless(self, sentence: str) -> None:
        """End the role; any thread. What others log about the same trouble would only confuse."""
        logging.disable(logging.WARNING)
        self._asked.emit(sentence)

    def _end(self, sentence: str) -> None:
        if self._ended:  # several threads have met the same trouble
            return
        self._ended = True
        print(f"hallclient: {sentence}", file=sys.stderr)  # noqa: T201 - the terminal's sentence
        self._app.qt.exit(TROUBLE)


@dataclass(slots=True)
class Role:
    """A role that is ready to run. ``closers`` are called in order when it ends."""

    app: App
    ending: Ending
    widget: QWidget | None = None
    start: Callable[[], None] = lambda: None
    dock: Callable[[], None] | None = None
    """Takes the window's own place on the screen, for one that is never full screen."""
    closers: list[Callable[[], object]] = field(default_factory=list)
    useful: Callable[[], bool] = lambda: True
    """Whether the window has something of its own to show."""
    ready: Callable[[], bool] = lambda: True
    """Whether the database has answered and the role does its work."""

    def show(self, settings: Settings, place: tuple[int, int, int, int] | None) -> None:
        """Show the window: on the whole screen, or at ``place`` (x, y, width, height)."""
        if self.widget is None:
            return
        if place is not None:
            self.widget.setGeometry(*place)
            self.widget.show()
        elif self.dock is not None:
            self.dock()
            self.widget.show()
        elif settings.full_screen:
            self.widget.showFullScreen()
        else:
            self.widget.show()

    @staticmethod
    def log_to(file: Path | None) -> None:
        """Log to a file, or to stderr without one."""
        set_up_logging(file)

    def run(self) -> int:
        """Start, run until somebody quits, let everything go, return the exit code."""
        self.start()
        QTimer.singleShot(SETTLED_MS, _collect_again)
        try:
            return self.app.run()
        finally:
            self.close()

    def close(self) -> None:
        """Let everything go."""
        while self.closers:
            self.closers.pop(0)()
        self.app.close()


def _collect_again() -> None:
    gc.freeze()
    gc.enable()


def new_role(settings: Settings, scheme: str = "light", *, styled: bool = False) -> Role:
    """Return a role with its application and nothing else yet; ``styled`` for Qt's own widgets."""
    app = make_application(["hallclient"], scheme=scheme, language=settings.language, styled=styled)
    return Role(app, Ending(app))
