"""The finger of a test: it touches what a person could, and says what it could not."""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hallclient.lab.demo import cast as cast_of_demo
from hallclient.lab.demo.cast import Cast
from hallclient.lab.hand import Hand, HandError
from hallclient.lab.robot import Robot, RobotError


@pytest.fixture
def place(tmp_path: Path, qtbot: QtBot) -> Iterator[Path]:
    robot = Robot(str(tmp_path / "r"))
    yield tmp_path / "r"
    robot.close()
    robot.deleteLater()


@pytest.fixture
def screen(qtbot: QtBot) -> QWidget:
    """Two keys with the same name side by side, a field, nothing pressed yet."""
    top = QWidget()
    qtbot.addWidget(top)
    top.resize(400, 200)
    top.pressed = []  # type: ignore[attr-defined]
    for at, name in ((10, "next F1"), (200, "next")):
        key = QPushButton(top)
        key.setAccessibleName(name)
        key.setGeometry(at, 10, 100, 40)
        key.clicked.connect(lambda _on=False, at=at: top.pressed.append(at))  # type: ignore[attr-defined]
    field = QLineEdit(top)
    field.setAccessibleName("field")
    field.setGeometry(10, 100, 200, 40)
    top.show()
    qtbot.waitExposed(top)
    return top


def test_signs_that_are_on_no_keyboard_are_typed(
    qtbot: QtBot, place: Path, screen: QWidget
) -> None:
    field = screen.findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    assert ask(qtbot, place, lambda hand: hand.type("A1，请稍候")) is None
    assert field.text() == "A1，请稍候"


def ask(qtbot: QtBot, place: Path, move: Callable[[Hand], Any]) -> Any:
    """Let a hand in a thread of its own do something while the screen lives."""
    found: list[Any] = []

    def work() -> None:
        hand = Hand(place, 5.0)
        try:
            found.append(move(hand))
        except HandError as error:
            found.append(error)
        finally:
            hand.close()

    thread = threading.Thread(target=work)
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive())
    thread.join()
    return found[0]


def test_a_control_is_touched_by_its_name(qtbot: QtBot, place: Path, screen: QWidget) -> None:
    assert ask(qtbot, place, lambda hand: hand.touch("next")) is None
    assert ask(qtbot, place, lambda hand: hand.touch("next F1")) is None
    assert screen.pressed == [200, 10]  # type: ignore[attr-defined]


@pytest.mark.parametrize("trouble", ["no", "dead", "covered"])
def test_what_nobody_could_touch(qtbot: QtBot, place: Path, screen: QWidget, trouble: str) -> None:
    field = screen.findChild(QLineEdit)
    assert field is not None
    if trouble == "no":
        field.hide()
    elif trouble == "dead":
        field.setEnabled(False)
    else:
        cover = QWidget(screen)
        cover.setGeometry(screen.rect())
        cover.show()
    said = ask(qtbot, place, lambda hand: hand.touch("field"))
    assert isinstance(said, HandError)
    assert trouble in str(said)


def test_it_types_where_the_focus_is(qtbot: QtBot, place: Path, screen: QWidget) -> None:
    field = screen.findChild(QLineEdit)
    assert field is not None
    ask(qtbot, place, lambda hand: hand.touch("field"))
    ask(qtbot, place, lambda hand: hand.type("12"))
    ask(qtbot, place, lambda hand: hand.key("Backspace"))
    assert field.text() == "1"


def test_it_sees_and_takes_pictures(
    qtbot: QtBot, place: Path, screen: QWidget, tmp_path: Path
) -> None:
    assert {"next F1", "next", "field"} <= set(ask(qtbot, place, lambda hand: hand.names()))
    assert ask(qtbot, place, lambda hand: hand.shows("next", live=True))
    assert not ask(qtbot, place, lambda hand: hand.shows("nex"))
    ask(qtbot, place, lambda hand: hand.grab(tmp_path / "a.png"))
    assert (tmp_path / "a.png").stat().st_size > 100
    said = ask(qtbot, place, lambda hand: hand.grab(tmp_path / "no" / "a.png"))
    assert "cannot write" in str(said)


@pytest.mark.parametrize(
    "line", [b"nonsense", b"{}", b'{"do": "dance"}', b"5", b'{"do": "key", "key": "?"}']
)
def test_a_wish_it_does_not_know(qtbot: QtBot, place: Path, screen: QWidget, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(place))
        connection.sendall(line + b"\n")
        connection.settimeout(0.0)
        answer = bytearray()

        def answered() -> bool:
            try:
                answer.extend(connection.recv(4096))
            except BlockingIOError:
                return False
            return answer.endswith(b"\n")

        qtbot.waitUntil(answered)
    assert json.loads(answer)["ok"] is False


def test_a_socket_of_the_dead_is_taken_over(qtbot: QtBot, tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(str(tmp_path / "r"))
    left.close()  # its file stays, as after a kill
    robot = Robot(str(tmp_path / "r"))
    assert ask(qtbot, tmp_path / "r", lambda hand: hand.names()) == []
    with pytest.raises(RobotError, match="cannot listen"):
        Robot(str(tmp_path / "nowhere" / "r"))
    robot.close()


def test_a_hand_waits_for_a_slow_start_but_not_for_who_has_ended(tmp_path: Path) -> None:
    answers = iter((False, False, True))
    with pytest.raises(HandError, match="kiosk ended before it was up"):
        Hand(tmp_path / "kiosk", ended=lambda: next(answers))
    with pytest.raises(HandError, match="did not start within 0 s"):
        Hand(tmp_path / "kiosk", 0.0)


def test_the_demo_tells_of_a_role_that_ended_at_its_start(tmp_path: Path) -> None:
    with Cast(tmp_path, dict(os.environ)) as cast:
        cast.start("kiosk", ["kiosk", "--no-such-word"])
        with pytest.raises(HandError, match="kiosk ended before it was up"):
            cast.hand("kiosk")
        assert cast.lost() == ["kiosk"]
    assert cast.failed == {"kiosk": 2}


def test_a_command_of_the_demo_that_takes_too_long_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cast_of_demo, "COMMAND_S", 0.01)
    with Cast(tmp_path, dict(os.environ)) as cast:
        assert cast.run(["--help"], "") == "no answer within 0.01 s"
