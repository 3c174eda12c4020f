"""What is published on a board: lines, cards, pictures and pages in turn, an emergency over all."""

import hashlib
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QObject, QSize, QUrl, Signal
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from hallclient.display import video
from hallclient.display.emergency import EmergencyWatch
from hallclient.display.parts import LED
from hallclient.display.places import Place
from hallclient.display.playlist import Playlist
from hallclient.display.playlist_parts import PagePart, PictureCard
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Notice, Staff, StaffRole
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.text import LocalText
from hallclient.services.drafts import Draft
from hallclient.services.publishing import Publishing
from hallclient.services.store_error import StoreError
from hallclient.ui.look import Look
from hallclient.ui.pictures import BrokenPictureError, PictureCache, Pictures, decoded
from hallclient.ui.theme import load_theme
from tests.halls import small_hall
from tests.unit.test_publication import png
from tests.widget.displays import Floor, Watched, watching

BOSS = "9001"
RED = "#c02020"


def drawn(kind: str = "PNG", colour: str = RED, width: int = 900, height: int = 600) -> bytes:
    """A picture that a decoder takes."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def plan_with_boss(**more: Any) -> HallPlan:
    plan = small_hall()
    boss = Staff(BOSS, "陈建国", StaffRole.SUPERVISOR)
    return replace(plan, staff=(*plan.staff, boss), **more)


class Board:
    """A board with its playlist and its emergencies."""

    def __init__(self, watched: Watched, floor: Floor, pictures: Pictures) -> None:
        self.watched = watched
        self.view = watched.view
        self.publish = Publishing(floor.store, BOSS)
        self.playlist = Playlist(self.view, pictures, reduced_motion=True)
        self.said: list[tuple[Publication | None, Publication | None]] = []
        self.emergency = EmergencyWatch(
            self.view, lambda before, now: self.said.append((before, now))
        )

    def wake(self) -> None:
        self.watched.feed.wake()

    def page_on(self) -> None:
        """Let the time of what is shown pass."""
        self.playlist._timer.timeout.emit()

    @property
    def shown(self) -> tuple[int, str]:
        """What takes its turn, and in which part."""
        turn = self.playlist.shown
        return turn.id if turn is not None else 0, type(self.guest).__name__

    @property
    def guest(self) -> object:
        card, column = (self.view._guests.at(place) for place in (Place.CARD, Place.COLUMN))
        return card or column


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    made = Floor(tmp_path, plan_with_boss())
    yield made
    made.close()


@contextmanager
def board_of(floor: Floor, folder: Path, **more: Any) -> Iterator[Board]:
    with watching(floor, reduced=True, **more) as watched:
        publish = Publishing(floor.store)
        pictures = Pictures(publish.media, PictureCache(folder / "cache"))
        board = Board(watched, floor, pictures)
        try:
            yield board
        finally:
            board.playlist.stop()
            pictures.close()


def test_lines_and_cards_go_to_the_board_at_once(
    qtbot: QtBot, floor: Floor, tmp_path: Path
) -> None:
    with board_of(floor, tmp_path) as board:
        qtbot.waitUntil(lambda: board.view.presenter.hall is not None)
        line = board.publish.add(Draft(PublicationKind.STRIP, LocalText("<b>16:00</b> 停止取号")))
        card = Draft(PublicationKind.CARD, LocalText("身份证原件"), LocalText("过户要带"))
        board.publish.add(card)
        elsewhere = Draft(PublicationKind.STRIP, LocalText("明天"), valid_from=_day(1))
        board.publish.add(elsewhere)
        board.wake()
        qtbot.waitUntil(lambda: board.view.strip.line == "<b>16:00</b> 停止取号")
        qtbot.waitUntil(lambda: board.view.card.card == ("过户要带", "身份证原件"))
        assert board.view.strip.pages == 1
        board.publish.end(line.id)
        board.wake()
        qtbot.waitUntil(lambda: board.view.strip.pages == 0)


def test_a_card_is_bounded_whatever_the_database_holds(
    qtbot: QtBot, floor: Floor, tmp_path: Path
) -> None:
    evil = LocalText("\u202eZ" + "\u0301" * 500 + "行\n" * 10_000)
    with board_of(floor, tmp_path) as board:
        qtbot.waitUntil(lambda: board.view.presenter.hall is not None)
        card = board.publish.add(Draft(PublicationKind.CARD, LocalText("好")))
        with floor.store.change("x") as tx:
            tx.save_publication(replace(card, title=evil, text=evil))
        board.wake()
        qtbot.waitUntil(lambda: board.view.card.card[0].startswith("Z"))
        title, text = board.view.card.card
        assert len(title) <= 30
        assert len(text) <= 160
        assert title.count("\u0301") <= 3


def _day(days: int) -> Any:
    return (datetime.now(UTC) + timedelta(days=days, hours=8)).date()


def test_pictures_and_pages_take_turns_and_leave_room_for_the_queues(
    qtbot: QtBot, floor: Floor, tmp_path: Path
) -> None:
    with board_of(floor, tmp_path) as board:
        picture = board.publish.add(Draft(PublicationKind.PICTURE, data=drawn(), seconds=10))
        page = board.publish.add(
            Draft(PublicationKind.PAGE, LocalText("周六\n照常办理"), LocalText("通知"), seconds=20)
        )
        board.wake()
        playlist = board.playlist
        qtbot.waitUntil(lambda: playlist._turns == (picture, page, None))
        assert playlist.shown == picture
        assert isinstance(board.guest, PictureCard)
        qtbot.waitUntil(lambda: _middle(board) == QColor(RED))
        assert playlist._timer.interval() == 10_000
        board.page_on()
        assert board.shown == (page.id, "PagePart")
        board.page_on()
        assert board.shown == (0, "NoneType")
        assert playlist._timer.interval() == 20_000  # as long as the page stood
        board.page_on()
        assert playlist.shown == picture
        board.publish.end(page.id)
        board.wake()
        qtbot.waitUntil(lambda: len(playlist._turns) == 1)
        assert playlist.shown == picture
        board.publish.end(picture.id)
        board.wake()
        qtbot.waitUntil(lambda: board.guest is None)
        assert not playlist._timer.isActive()


def _middle(board: Board) -> QColor:
    guest = board.guest
    assert isinstance(guest, PictureCard)
    image = guest.grab().toImage()
    return image.pixelColor(image.width() // 2, image.height() // 2)


def test_the_halls_own_cards_keep_their_time(qtbot: QtBot, tmp_path: Path) -> None:
    notices = tuple(
        Notice(
            code=f"N{n}", title=LocalText(f"提示 {n}"), text=LocalText("请带身份证"), place="card"
        )
        for n in (1, 2)
    )
    floor = Floor(tmp_path, plan_with_boss(notices=notices))
    try:
        with board_of(floor, tmp_path) as board:
            board.publish.add(Draft(PublicationKind.PICTURE, data=drawn()))
            board.wake()
            qtbot.waitUntil(lambda: len(board.playlist._turns) == 2)
            board.playlist._give(None)
            assert board.playlist._timer.interval() == 16_000
    finally:
        floor.close()


def test_a_broken_picture_is_skipped_with_one_line(
    qtbot: QtBot, floor: Floor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with board_of(floor, tmp_path) as board, caplog.at_level(logging.WARNING):
        whole = drawn("JPG", width=800)
        broken = board.publish.add(Draft(PublicationKind.PICTURE, data=png(640, 480)))
        good = board.publish.add(Draft(PublicationKind.PICTURE, data=whole))
        board.wake()
        qtbot.waitUntil(lambda: board.playlist._turns == (good,))
        assert board.playlist.shown == good
        board.wake()
        board.playlist.update()
        said = [r.getMessage() for r in caplog.records if broken.media in r.getMessage()]
        assert len(said) == 1


def test_an_led_wall_has_no_pictures(qtbot: QtBot, floor: Floor, tmp_path: Path) -> None:
    with board_of(floor, tmp_path, look=Look(load_theme(LED))) as board:
        board.publish.add(Draft(PublicationKind.PICTURE, data=drawn()))
        page = board.publish.add(Draft(PublicationKind.PAGE, LocalText("字" * 280)))
        board.wake()
        qtbot.waitUntil(lambda: board.playlist.shown == page)
        part = board.guest
        assert isinstance(part, PagePart)
        assert part.pages > 1
        texts = []
        for _ in range(part.pages):
            assert min(size for phrase in part.phrases() for size in phrase.sizes) >= 44
            assert not part.is_cut()
            texts += [phrase.text for phrase in part.phrases()]
            board.page_on()
        assert "".join(texts).count("字") == 280
        assert board.playlist.shown is None


def test_nothing_published_covers_a_lost_board(qtbot: QtBot, floor: Floor, tmp_path: Path) -> None:
    with board_of(floor, tmp_path) as board:
        board.publish.add(Draft(PublicationKind.PICTURE, data=drawn()))
        board.wake()
        qtbot.waitUntil(lambda: board.guest is not None)
        board.view.presenter.link.set_lost(lost=True)
        assert board.guest is None
        board.view.presenter.link.set_lost(lost=False)
        assert board.guest is not None


# Emergencies


def test_an_emergency_covers_the_board_within_a_second_and_ends(
    qtbot: QtBot, floor: Floor, tmp_path: Path
) -> None:
    with board_of(floor, tmp_path) as board:
        board.publish.add(Draft(PublicationKind.PICTURE, data=drawn()))
        board.wake()
        qtbot.waitUntil(lambda: board.guest is not None)
        fire = board.publish.emergency(EmergencyKind.FIRE, text=LocalText("到南广场集合"))
        board.wake()
        qtbot.waitUntil(lambda: board.emergency.emergency == fire, timeout=3500)
        cover = board.emergency.cover
        assert cover is not None
        assert board.guest is None
        assert cover.isVisible()
        assert cover.geometry() == board.view.rect()
        assert board.view.childAt(board.view.rect().center()) is cover
        assert board.view.grab().toImage().pixelColor(3, 3) == load_theme().colour("danger")
        for words in ("火警", "Fire alarm", "到南广场集合", "不要乘电梯"):
            assert words in cover.text()
        board.view.resize(540, 960)
        assert cover.geometry() == board.view.rect()
        assert not cover.is_cut()
        board.publish.end_emergency(fire.id)
        board.wake()
        qtbot.waitUntil(lambda: not cover.isVisible(), timeout=3500)
        qtbot.waitUntil(lambda: "警报解除" in board.view.strip.line)
        assert board.said == [(None, fire), (fire, None)]
        assert board.guest is not None


def test_a_board_that_starts_in_an_emergency_is_covered(
    qtbot: QtBot, floor: Floor, tmp_path: Path
) -> None:
    drill = Publishing(floor.store, BOSS).emergency(EmergencyKind.SHELTER, drill=True)
    label = floor.call("2")
    with board_of(floor, tmp_path) as board:
        qtbot.waitUntil(lambda: board.emergency.emergency == drill)
        cover = board.emergency.cover
        assert cover is not None
        assert cover.text().startswith("演练：就地避险")
        # Nobody has to leave: the newest calls stand in a line.
        assert cover._calls == f"{label} → 2"
        assert [row.text for row in cover._rows()][-1] == f"{label} → 2"
        board.view.presenter.link.set_lost(lost=True)
        assert cover.isVisible()


@pytest.mark.parametrize("kind", [EmergencyKind.SHELTER, EmergencyKind.FIRE])
def test_a_call_counts_as_shown_where_it_can_be_seen(
    qtbot: QtBot, floor: Floor, tmp_path: Path, kind: EmergencyKind
) -> None:
    with board_of(floor, tmp_path) as board:
        one = board.publish.emergency(kind)
        board.wake()
        qtbot.waitUntil(lambda: board.emergency.emergency == one)
        before = list(board.watched.painted)
        label = floor.call("2")
        board.wake()
        qtbot.waitUntil(lambda: bool(board.view.presenter.roll.calls))
        cover = board.emergency.cover
        assert cover is not None
        qtbot.waitUntil(lambda: cover._calls == f"{label} → 2")
        board.view.repaint()
        cover.repaint()
        seen = [key for key in board.watched.painted if key not in before]
        assert bool(seen) is (kind is EmergencyKind.SHELTER)
        board.publish.end_emergency()
        board.wake()
        qtbot.waitUntil(lambda: bool(set(board.watched.painted) - set(before)))


# Videos


class StillSink(QObject):
    """Stands in for ``QVideoSink``: the frames come by hand."""

    videoFrameChanged = Signal(object)  # noqa: N815 - Qt's name


class StillPlayer(QObject):
    """Stands in for ``QMediaPlayer``."""

    errorOccurred = Signal(object, str)  # noqa: N815 - Qt's name
    made: ClassVar[list["StillPlayer"]] = []

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sink: StillSink | None = None
        self.playing = b""
        self._source = b""
        self.made.append(self)

    def setVideoSink(self, sink: StillSink) -> None:  # noqa: N802 - Qt's names
        self.sink = sink

    def setLoops(self, loops: int) -> None:  # noqa: N802 - the same
        assert loops == -1

    def setSourceDevice(self, device: QBuffer, _url: QUrl) -> None:  # noqa: N802 - the same
        self._source = bytes(device.data().data())

    def setSource(self, _url: QUrl) -> None:  # noqa: N802 - the same
        self._source = b""

    def play(self) -> None:
        self.playing = self._source

    def stop(self) -> None:
        self.playing = b""


class StillFrame:
    """Stands in for ``QVideoFrame``."""

    def toImage(self) -> QImage:  # noqa: N802 - the same
        image = QImage(160, 90, QImage.Format.Format_RGB32)
        image.fill(QColor(RED))
        return image


MOVIE = b"\x00\x00\x00\x18ftypmp42" + bytes(200)


def test_a_video_takes_its_turn_where_the_extra_is_installed(
    qtbot: QtBot, floor: Floor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = SimpleNamespace(QVideoSink=StillSink, QMediaPlayer=StillPlayer)
    monkeypatch.setattr(video, "has_video", lambda: True)
    monkeypatch.setattr(video, "import_module", lambda _name: module)
    with board_of(floor, tmp_path) as board:
        board.playlist._make_video = video.video_maker(board.playlist._pictures)
        one = board.publish.add(Draft(PublicationKind.VIDEO, data=MOVIE, seconds=30))
        picture = board.publish.add(Draft(PublicationKind.PICTURE, data=drawn(colour="#208020")))
        board.wake()
        # The board may have read of the video before the picture was published.
        qtbot.waitUntil(lambda: board.playlist._turns == (one, picture))
        qtbot.waitUntil(lambda: board.playlist.shown == one)
        player = StillPlayer.made[-1]
        qtbot.waitUntil(lambda: player.playing == MOVIE)
        assert player.sink is not None
        player.sink.videoFrameChanged.emit(StillFrame())
        card = board.guest
        assert isinstance(card, video.VideoCard)
        image = card.grab().toImage()
        assert image.pixelColor(image.width() // 2, image.height() // 2) == QColor(RED)
        board.page_on()
        assert (board.playlist.shown, player.playing) == (picture, b"")


def test_a_video_that_cannot_be_played_is_skipped_with_one_line(
    qtbot: QtBot,
    floor: Floor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    module = SimpleNamespace(QVideoSink=StillSink, QMediaPlayer=StillPlayer)
    monkeypatch.setattr(video, "has_video", lambda: True)
    monkeypatch.setattr(video, "import_module", lambda _name: module)
    with board_of(floor, tmp_path) as board, caplog.at_level(logging.WARNING):
        board.playlist._make_video = video.video_maker(board.playlist._pictures)
        gone = board.publish.add(Draft(PublicationKind.VIDEO, data=MOVIE + b"gone"))
        gone = replace(gone, media="0" * 64)
        with floor.store.change("test") as tx:
            tx.save_publication(gone)
        harmed = board.publish.add(Draft(PublicationKind.VIDEO, data=MOVIE))
        picture = board.publish.add(Draft(PublicationKind.PICTURE, data=drawn(colour="#208020")))
        board.wake()
        qtbot.waitUntil(lambda: board.playlist._turns == (harmed, picture))
        player = StillPlayer.made[-1]
        qtbot.waitUntil(lambda: player.playing == MOVIE)
        player.errorOccurred.emit(5, "no decoder for \u202e codec 7")
        assert (board.playlist.shown, board.playlist._turns) == (picture, (picture,))
        player.errorOccurred.emit(5, "said twice")
        board.playlist.update()
        for one in (gone, harmed):
            assert len([r for r in caplog.records if one.media in r.getMessage()]) == 1


def test_without_the_extra_videos_are_left_out_with_one_line(
    qtbot: QtBot,
    floor: Floor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(video, "has_video", lambda: False)
    with board_of(floor, tmp_path) as board, caplog.at_level(logging.WARNING):
        board.playlist._make_video = video.video_maker(board.playlist._pictures)
        board.publish.add(Draft(PublicationKind.VIDEO, data=MOVIE))
        picture = board.publish.add(Draft(PublicationKind.PICTURE, data=drawn()))
        board.wake()
        qtbot.waitUntil(lambda: board.playlist.shown == picture)
        board.playlist.update()
        assert len([r for r in caplog.records if "hallclient[video]" in r.getMessage()]) == 1


# Pictures


@pytest.mark.parametrize("kind", ["PNG", "JPG", "WEBP"])
def test_a_picture_is_scaled_once_and_never_up(qapp: object, kind: str) -> None:
    image = decoded(drawn(kind, width=1600, height=800), QSize(400, 400))
    assert (image.width(), image.height()) == (400, 200)
    small = decoded(drawn(kind, width=64, height=48), QSize(400, 400))
    assert (small.width(), small.height()) == (64, 48)


@pytest.mark.qt_log_ignore("Invalid JPEG file structure")
def test_what_no_decoder_takes_is_broken(qapp: object) -> None:
    whole = drawn("JPG")
    for data in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", png(640, 480), whole[:200]):
        with pytest.raises(BrokenPictureError):
            decoded(data, QSize(400, 400))


def test_the_cache_is_bounded_and_trusts_no_file(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path / "cache", most=2500)
    files = {
        hashlib.sha256(data).hexdigest(): data for data in (bytes([n]) * 1000 for n in range(3))
    }
    first, second, third = files
    for age, digest in enumerate((first, second)):
        cache.save(digest, files[digest])
        _set_age(tmp_path / "cache" / digest, 100 - age)
    assert cache.load(first) == files[first]  # shown again: the other one is the oldest now
    cache.save(third, files[third])
    assert [cache.load(digest) is not None for digest in files] == [True, False, True]
    (tmp_path / "cache" / "notes.txt").write_bytes(bytes(3000))  # somebody else's file
    cache.save(third, files[third])
    assert (tmp_path / "cache" / "notes.txt").exists()
    (tmp_path / "cache" / first).write_bytes(b"something else")
    assert cache.load(first) is None
    PictureCache(tmp_path / "cache" / third / "no folder").save(first, b"x")  # says so and goes on


def _set_age(file: Path, seconds: int) -> None:
    then = time.time() - seconds
    os.utime(file, (then, then))


def test_a_hall_that_is_away_is_asked_again(qtbot: QtBot, tmp_path: Path) -> None:
    data, away = drawn(), [True]

    class AwayError(StoreError):
        retryable = True

    def fetch(_digest: str) -> bytes:
        if away[0]:
            raise AwayError("away")
        return data

    digest, size = hashlib.sha256(data).hexdigest(), QSize(300, 200)
    pictures = Pictures(fetch, PictureCache(tmp_path / "cache"))
    try:
        with qtbot.waitSignal(pictures._worker.idle):
            assert pictures.get(digest, size) is None
        assert not pictures.is_broken(digest)
        away[0] = False
        with qtbot.waitSignal(pictures.ready):
            pictures.get(digest, size)
        assert pictures.get(digest, size) is not None
        away[0] = True  # from now on the folder has it
        other = Pictures(fetch, PictureCache(tmp_path / "cache"))
        with qtbot.waitSignal(other.ready):
            other.get(digest, size)
        other.close()
    finally:
        pictures.close()
