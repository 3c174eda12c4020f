"""The screen at a window, with a real database under it."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.publication import EmergencyKind, Media, Publication, PublicationKind
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.screen.parts import Lines
from hallclient.screen.photo import decoded
from hallclient.services.calling import Calling
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.shifts import Shifts
from hallclient.services.stations import DeviceReport
from tests.halls import small_hall
from tests.widget.conftest import picture
from tests.widget.displays import Floor
from tests.widget.screens import Screened, screening


@pytest.fixture
def floor(tmp_path: Path, app: QApplication) -> Iterator[Floor]:
    made = Floor(tmp_path, small_hall(windows=4))
    yield made
    made.close()


def finish(floor: Floor, window: str = "2") -> int:
    calling = Calling(floor.store, window)
    calling.start()
    turn = calling.finish(Outcome.CONSULT).turn
    assert turn is not None
    return turn.id


def amber(screened: Screened) -> bool:
    card = screened.view.card
    at = card.mapTo(screened.view, card.rect().center())
    at.setY(card.geometry().top() + 12)
    return picture(screened.view).pixelColor(at) == QColor("#FFBF2F")


def test_a_day_at_a_window(floor: Floor, qtbot: QtBot) -> None:
    with screening(floor) as screened:
        qtbot.waitUntil(lambda: screened.state == "未开放. 本窗口现在不办")
        assert screened.view.face.text() == "需要帮忙，请找导办员。"
        label = floor.call("2")
        screened.wake()
        qtbot.waitUntil(lambda: screened.state == f"请到本窗口. {label}")
        assert amber(screened)
        assert screened.view.face.text() == "职员2. 工号 1002"
        qtbot.waitUntil(lambda: len(screened.painted) == 1)
        floor.recall("2")
        screened.wake()
        qtbot.waitUntil(lambda: screened.state == f"请到本窗口，第 2 次呼叫. {label}")
        assert amber(screened)
        Calling(floor.store, "2").start()
        screened.wake()
        qtbot.waitUntil(lambda: screened.state == f"正在办理. {label}")
        assert not amber(screened)
        Calling(floor.store, "2").finish(Outcome.CONSULT)
        screened.wake()
        qtbot.waitUntil(lambda: screened.view.rating_page is not None)


def test_a_pause_says_why_and_how_long(floor: Floor, qtbot: QtBot) -> None:
    floor.sign_in("2")
    floor.sign_in("3")
    Shifts(floor.store, "2").pause("files")
    with screening(floor) as screened:
        qtbot.waitUntil(lambda: "去取档案，约 5 分钟" in screened.state)
        assert "3 号窗口照常办理" in screened.state
        screened.seconds.now += 4 * 60
        screened.view.presenter.minute_changed.emit()
        assert "去取档案，约 1 分钟" in screened.state
        screened.seconds.now += 10 * 60
        screened.view.presenter.minute_changed.emit()
        assert "去取档案，已 14 分钟" in screened.state
        screened.words.switch("en")
        assert "Fetching files, 14 min so far" in screened.state


def test_one_wake_up_is_one_look(floor: Floor, qtbot: QtBot) -> None:
    with screening(floor) as screened:
        qtbot.waitUntil(lambda: screened.view.presenter.seen is not None)
        label = floor.call("2")
        screened.wake()
        qtbot.waitUntil(lambda: label in screened.state)
        assert screened.public.looks == 2


def test_a_wake_up_during_a_look_is_asked_for_afterwards(floor: Floor, qtbot: QtBot) -> None:
    with screening(floor) as screened:
        qtbot.waitUntil(lambda: screened.view.presenter.seen is not None)
        screened.public.go.clear()
        screened.wake()
        qtbot.waitUntil(lambda: screened.public.looks == 2)
        screened.wake()
        qtbot.waitUntil(lambda: screened.view.presenter._wanted)
        screened.public.go.set()
        qtbot.waitUntil(lambda: screened.public.looks == 3)


def test_a_lost_database_greys_what_stands_there(floor: Floor, qtbot: QtBot) -> None:
    label = floor.call("2")
    with screening(floor) as screened:
        qtbot.waitUntil(lambda: label in screened.state)
        screened.public.away = True
        screened.wake()
        qtbot.waitUntil(lambda: screened.view.presenter.lost, timeout=5000)
        assert f"网络中断，正在自动恢复. {label}" in screened.state
        assert screened.view.card.shown.time
        assert not amber(screened)
        screened.public.away = False
        qtbot.waitUntil(lambda: amber(screened), timeout=8000)


# The rating


def test_the_rating_stays_its_time_and_the_next_call_stands_below(
    floor: Floor, qtbot: QtBot
) -> None:
    floor.call("2")
    finish(floor)
    with screening(floor) as screened:
        view = screened.view
        qtbot.waitUntil(lambda: view.rating_page is not None)
        assert not view.band.isVisible()
        label = floor.call("2")
        screened.wake()
        qtbot.waitUntil(view.band.isVisible)
        assert view.band.text() == f"请 {label} 到本窗口"
        page = view.rating_page
        assert page is not None, "no call ends a rating"
        stage = page.parentWidget()
        assert stage is not None
        assert stage.geometry().bottom() < view.band.geometry().top() + 1
        page.ended.emit()
        assert not stage.isVisible()
        assert not view.band.isVisible()
        assert screened.state == f"请到本窗口. {label}"


def test_a_keypad_that_works_asks_alone(floor: Floor, qtbot: QtBot) -> None:
    floor.call("2")
    with screening(floor, asks="never") as screened:
        qtbot.waitUntil(lambda: screened.view.presenter.seen is not None)
        finish(floor)
        screened.wake()
        qtbot.waitUntil(lambda: "请在评价器上评价" in screened.state)
        assert screened.view.rating_page is None


def test_a_keypad_that_dies_while_it_asks_is_replaced_soon(floor: Floor, qtbot: QtBot) -> None:
    """Its end wakes no screen; the citizen's twenty seconds go on."""

    def keypad(state: DeviceState) -> None:
        report = DeviceReport("keypad", DeviceKind.KEYPAD, state, window="2")
        floor.store.report_devices("PC-2", (report,))

    keypad(DeviceState.READY)
    floor.call("2")
    with screening(floor) as screened:
        qtbot.waitUntil(lambda: screened.view.presenter.seen is not None)
        finish(floor)
        screened.wake()
        qtbot.waitUntil(lambda: "请在评价器上评价" in screened.state)
        assert screened.view.rating_page is None
        keypad(DeviceState.STALE)
        qtbot.waitUntil(lambda: screened.view.presenter.rating is not None, timeout=2500)


# Who sits there


def png(image: QImage, kind: bytes = b"PNG") -> bytes:
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(kind)).write(image)
    return bytes(raw.data())


def red(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#C02020"))
    return image


@pytest.mark.parametrize("size", [(600, 800), (900, 300), (10, 400)])
@pytest.mark.parametrize("kind", [b"PNG", b"JPEG"])
def test_photos_of_any_shape_are_cut_to_three_by_four(
    app: QApplication, size: tuple[int, int], kind: bytes
) -> None:
    photo = decoded(png(red(*size), kind), 200)
    assert photo is not None
    assert (photo.width(), photo.height()) == (150, 200)


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"<svg/>", png(red(9, 12))[:40], png(red(9, 12), b"BMP"), b"\xff" * 3_000_000],
)
def test_what_is_no_photo_is_none(app: QApplication, data: bytes) -> None:
    assert decoded(data, 200) is None


@pytest.mark.parametrize("broken", [False, True])
def test_a_photo_or_a_silhouette(
    floor: Floor, qtbot: QtBot, caplog: pytest.LogCaptureFixture, broken: bool
) -> None:
    data = b"no photo" if broken else png(red(300, 400))
    digest = hashlib.sha256(data).hexdigest()
    with floor.store.change("test") as tx:
        tx.add_media(Media(digest, "image/png", len(data)), data)
        tx.save_photo(tx.plan.staff_of["1002"].id, digest)
    floor.sign_in("2")
    with screening(floor) as screened:
        face = screened.view.face
        if broken:
            qtbot.waitUntil(lambda: "missing or broken" in caplog.text)
            assert face._photo is None
        else:
            qtbot.waitUntil(lambda: face._photo is not None)
            at = face.geometry().topLeft() + face.rect().topLeft()
            middle = picture(screened.view).pixelColor(at.x() + 40, at.y() + 60)
            assert middle.red() > 150 > middle.blue()


# Emergencies


def test_an_emergency_covers_everything_and_ends(floor: Floor, qtbot: QtBot) -> None:
    floor.call("2")
    with floor.store.change("test") as tx:
        one = Publication(
            id=tx.new_id(),
            kind=PublicationKind.EMERGENCY,
            text=LocalText("去东广场"),
            published_at=tx.now,
            emergency=EmergencyKind.FIRE,
        )
        tx.save_publication(one)
    with screening(floor) as screened:
        qtbot.waitUntil(lambda: screened.view.cover is not None)
        cover = screened.view.cover
        assert cover is not None
        assert cover.isVisible()
        assert cover.size() == screened.view.size()
        with floor.store.change("test") as tx:
            tx.save_publication(replace(one, ended_at=tx.now))
        screened.wake()
        qtbot.waitUntil(lambda: screened.view.cover is None)


# Words


def test_services_break_between_names_only() -> None:
    lines = Lines(2, fits=lambda text: len(text) <= 9, needs=lambda text: 1 + (len(text) > 12))
    assert lines.broken(["查档", "抵押登记"], "、", "等") == ["查档、抵押登记"]
    assert lines.broken(["查档", "抵押登记", "二手房过户"], "、", "等") == [
        "查档、抵押登记",
        "二手房过户",
    ]
    assert lines.broken(["查档", "抵押登记", "二手房过户", "补发", "换发"], "、", "等") == [
        "查档、抵押登记",
        "二手房过户、补发等",
    ]
    long = "不动产首次登记和更正登记手续"
    assert lines.broken([long, "查档"], "、", "等") == [f"{long}等"]
    assert lines.broken([], "、", "等") == []


def test_hostile_words_are_plain_words(floor: Floor, qtbot: QtBot, tmp_path: Path) -> None:
    evil = "<b>好</b>\u202e\u200bA\u0301\u0301\u0301\u0301\u0301\u0301" + "\n" * 10_000 + "x" * 900
    folder = tmp_path / "evil"
    folder.mkdir()
    plan = small_hall(windows=2)
    staff = (*plan.staff[:1], Staff("1002", "职员2", StaffRole.CLERK, promise=LocalText(evil)))
    other = Floor(folder, replace(plan, staff=staff))
    try:
        other.sign_in("2")
        with screening(other) as screened:
            qtbot.waitUntil(lambda: "我的承诺" in screened.view.face.text())
            said = screened.view.face.text()
            assert "<b>好</b>" in said
            assert "\u202e" not in said
            assert "\n" not in said
            assert len(said) < 200
            picture(screened.view)
    finally:
        other.close()
