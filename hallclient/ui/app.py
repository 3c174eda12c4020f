"""Starting and ending a role: fonts, theme, signals, and our own mistakes.

An exception nobody expected is logged and shown as a calm notice; the process goes on.
"""

import logging
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from hallclient.phrases import SOURCE
from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.notices import Notice, NoticeBoard, Tone
from hallclient.ui.theme import load_theme, qss
from hallclient.ui.words import Words

log = logging.getLogger(__name__)

UNEXPECTED = "unexpected"
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class App:
    """What every role has: the application, words, notices, the look to start with."""

    qt: QApplication
    words: Words
    notices: NoticeBoard
    look: Look
    guard: "Guard"

    def run(self) -> int:
        """Run until somebody quits; return the exit code."""
        return self.qt.exec()

    def close(self) -> None:
        """Give hooks and signals back. Safe to call twice."""
        self.guard.close()


def make_application(
    argv: Sequence[str], *, scheme: str = "light", language: str = SOURCE, styled: bool = True
) -> App:
    """Return the application, styled and guarded.

    ``styled`` false leaves the style sheet out: painted widgets need none, Qt's own do.
    """
    running = QApplication.instance()
    qt = running if isinstance(running, QApplication) else QApplication(list(argv))
    # Painted widgets look the same in every style; Qt's own must, too.
    if qt.style().name() != "fusion":
        qt.setStyle("Fusion")
    fonts.load_fonts()
    theme = load_theme(scheme)
    qt.setFont(fonts.font(16, fonts.REGULAR, language))
    if styled:
        qt.setStyleSheet(qss(theme))
    words, notices = Words(language), NoticeBoard()
    guard = Guard(words, notices)
    guard.install()
    return App(qt, words, notices, Look(theme, language), guard)


class Guard(QObject):
    """Catches what nobody else did: exceptions in slots and threads, signals, Qt messages."""

    _thread_failed = Signal(object)
    quit_asked = Signal(int)
    """The number of a signal that asked the process to end; the application quits by itself."""

    def __init__(self, words: Words, notices: NoticeBoard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._notices = notices
        self._thread_failed.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._installed = False
        self._before: dict[int, object] = {}
        self._wake: tuple[socket.socket, socket.socket] | None = None
        self._notifier: QSocketNotifier | None = None
        self._old_wake = -1

    def install(self) -> None:
        """Take over the process's hooks until :meth:`close`."""
        sys.excepthook = self.report
        threading.excepthook = self._report_thread
        qInstallMessageHandler(_log_qt)
        self._install_signals()
        self._installed = True

    def close(self) -> None:
        """Give everything back."""
        if not self._installed:
            return
        self._installed = False
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)
        self._remove_signals()

    def report(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Log an exception that nobody expected and show a calm notice; Ctrl-C quits."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        log.critical("unexpected %s", kind.__name__, exc_info=(kind, error, trace))
        if threading.current_thread() is threading.main_thread():
            self._show(error)
        else:
            self._thread_failed.emit(error)

    def _report_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, _error: object) -> None:
        title = self._words("notice.unexpected")
        text = self._words("notice.unexpected_sub")
        self._notices.post(UNEXPECTED, Notice(Tone.RECOVERED, title, text, icon="info"))

    # Python runs a signal handler only between two of its own instructions, and Qt's loop has none:
    # the wake-up socket turns a signal into an event.

    def _install_signals(self) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        theirs.settimeout(0)
        self._wake = (ours, theirs)
        self._old_wake = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read_signal)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, _leave_to_socket)

    def _remove_signals(self) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type] # what signal() itself returned
        self._before.clear()
        signal.set_wakeup_fd(self._old_wake)
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        for end in self._wake or ():
            end.close()
        self._wake = None

    def _read_signal(self) -> None:
        if self._wake is None:
            return
        numbers = self._wake[0].recv(64)
        asked = [number for number in numbers if number in (signal.SIGINT, signal.SIGTERM)]
        if asked:
            log.info("ending on signal %d", asked[0])
            self.quit_asked.emit(asked[0])
            QApplication.quit()


def _leave_to_socket(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the wake-up socket has the signal already."""


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s", message)
