"""The application: calm about mistakes, quick to quit, silent about people."""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.logs import MaskingFormatter, set_up_logging
from hallclient.ui.app import UNEXPECTED, Guard, make_application
from hallclient.ui.notices import NoticeBoard, Tone
from hallclient.ui.words import Words

PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from hallclient.logs import set_up_logging
from hallclient.ui.app import make_application
set_up_logging()
app = make_application(sys.argv)
def fail(): raise ValueError("phone 13812345678")
def tell():
    current = app.notices.current
    print("notice", current is not None and current.title, flush=True)
QTimer.singleShot(0, fail)
QTimer.singleShot(20, tell)
code = app.run()
app.close()
print("ended", code, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM for other processes on Windows")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_mistake_is_shown_and_a_signal_ends_cleanly(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "notice 刚才这一步没做成\n"
        process.send_signal(number)
        assert process.stdout.read() == "ended 0\n"
        assert process.wait(10) == 0
        errors = process.stderr.read()
    assert "ValueError" in errors
    assert "13812345678" not in errors


@pytest.fixture
def guard(qtbot: QtBot) -> Iterator[tuple[Guard, NoticeBoard]]:
    board = NoticeBoard()
    guard = Guard(Words(), board)
    yield guard, board
    guard.close()
    board.clear(UNEXPECTED)


def test_an_exception_in_a_thread_reaches_the_screen(
    guard: tuple[Guard, NoticeBoard], qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    watch, board = guard

    def fail() -> None:
        try:
            raise LookupError("lost")  # noqa: TRY301 - as a thread would
        except LookupError as error:
            watch.report(type(error), error, error.__traceback__)

    with qtbot.waitSignal(board.changed):
        thread = threading.Thread(target=fail)
        thread.start()
    thread.join()
    assert board.has(UNEXPECTED)
    current = board.current
    assert current is not None
    assert current.tone is Tone.RECOVERED
    assert "LookupError: lost" in caplog.text


def test_hooks_are_given_back(guard: tuple[Guard, NoticeBoard]) -> None:
    before = (sys.excepthook, threading.excepthook, signal.getsignal(signal.SIGTERM))
    watch, _ = guard
    watch.install()
    assert sys.excepthook == watch.report
    assert signal.getsignal(signal.SIGTERM) is not before[2]
    watch.close()
    watch.close()
    assert sys.excepthook is sys.__excepthook__
    assert signal.getsignal(signal.SIGTERM) is before[2]
    sys.excepthook, threading.excepthook = before[:2]


def test_the_application_is_made_once(qapp: QApplication) -> None:
    hooks = sys.excepthook, threading.excepthook
    app = make_application(["x"], scheme="high-contrast", language="en")
    try:
        assert app.qt is qapp
        assert app.look.theme.scheme == "high-contrast"
        assert app.words("kiosk.home.take") == "Take a number"
        assert qapp.font().families()[0] == "IBM Plex Sans"
    finally:
        app.close()
        qapp.setStyleSheet("")
        sys.excepthook, threading.excepthook = hooks


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("card 11010519491231002X read", "card 1101*** read"),
        ("card 110105194912310021,", "card 1101***,"),
        ("call 13812345678", "call 1381***"),
        ("to +8613812345678.", "to +8613***."),
        ("to 008613812345678", "to 0086***"),
        ("ticket B107 at 12, 9600 baud, 1763611200123 ms", None),
        ("token 7K3M9PQRSTVWXYZ0", None),
    ],
)
def test_personal_numbers_are_masked_in_the_log(said: str, written: str | None) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s", (said,), None)
    assert MaskingFormatter("%(message)s").format(record) == (written or said)


def test_the_log_file_is_made_with_its_folder(tmp_path: Path) -> None:
    root, level = logging.getLogger(), logging.getLogger().level
    before = list(root.handlers)
    file = tmp_path / "logs" / "kiosk.log"
    try:
        set_up_logging(file)
        logging.getLogger("hallclient.test").info("号票 %s", "B107")
    finally:
        for handler in [h for h in root.handlers if h not in before]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
    assert "INFO hallclient.test: 号票 B107" in file.read_text("utf-8")


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    root, level = logging.getLogger(), logging.getLogger().level
    before = list(root.handlers)
    try:
        set_up_logging(file)
        yield
    finally:
        for handler in [h for h in root.handlers if h not in before]:
            root.removeHandler(handler)
            with suppress(OSError):
                handler.close()
        root.setLevel(level)


def test_a_log_that_cannot_be_opened_keeps_no_screen_dark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kiosk.log"
    file.mkdir()
    with logging_to(file):
        logging.getLogger("hallclient.test").info("号票 %s", "B107")
    said = capsys.readouterr().err
    assert f"{file} cannot be written: Is a directory" in said
    assert "INFO hallclient.test: 号票 B107" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_full_disk_is_told_once_and_tells_nobodys_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(Path("/dev/full")):
        for _ in range(3):
            logging.getLogger("hallclient.test").info("call %s", "13812345678")
    assert capsys.readouterr().err == (
        "The log /dev/full cannot be written: No space left on device\n"
    )
