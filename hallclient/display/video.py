"""Silent videos in the card, with the optional extra ``hallclient[video]`` (PySide6-Addons).

Without it videos are left out, with one log line; ``hallclient notice`` says so too.
"""

import logging
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QUrl
from PySide6.QtGui import QImage, QPainter, QPaintEvent

from hallclient.display.playlist import VideoPart
from hallclient.display.playlist_parts import RADIUS, AppearingPart
from hallclient.ui.paint import Box, draw_box
from hallclient.ui.pictures import Pictures
from hallclient.ui.video import MODULE, has_video

log = logging.getLogger(__name__)

_FOREVER = -1


def video_maker(pictures: Pictures) -> Callable[[], VideoPart | None]:
    """Return what makes the player when the first video is due; None from it where none can be."""

    def make() -> VideoPart | None:
        if not has_video():
            log.warning("videos are left out: the extra hallclient[video] is not installed")
            return None
        return _Player(import_module(MODULE), pictures)

    return make


class VideoCard(AppearingPart):
    """The present frame, whole, in the middle of the card."""

    def __init__(self) -> None:
        super().__init__()
        self._frame = QImage()

    def show_frame(self, frame: QImage) -> None:
        """Show another frame."""
        self._frame = frame
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card and the frame."""
        painter, area = QPainter(self), QRectF(self.rect())
        draw_box(painter, self.look, area, Box("sunken", radius=RADIUS))
        if self._frame.isNull():
            return
        width, height = self._frame.width(), self._frame.height()
        scale = min(area.width() / width, area.height() / height)
        place = QRectF(0, 0, width * scale, height * scale)
        place.moveCenter(area.center())
        painter.drawImage(place, self._frame)


class _Player:
    """Plays into a card through a frame sink, so that no window of its own is needed."""

    def __init__(self, multimedia: Any, pictures: Pictures) -> None:
        self._pictures = pictures
        self._wanted = ""
        self._card = VideoCard()
        self._buffer: QBuffer | None = None
        self._sink = multimedia.QVideoSink(self._card)
        self._player = multimedia.QMediaPlayer(self._card)
        self._player.setVideoSink(self._sink)
        self._player.setLoops(_FOREVER)
        self._player.errorOccurred.connect(self._give_up)
        self._sink.videoFrameChanged.connect(self._take)

    @property
    def widget(self) -> AppearingPart:
        """Where it is seen."""
        return self._card

    def play(self, digest: str) -> None:
        """Begin as soon as the file is here, again and again."""
        self.stop()
        self._wanted = digest
        self._pictures.load(digest, partial(self._begin, digest))

    def stop(self) -> None:
        """Let go of it."""
        self._wanted = ""
        self._player.stop()
        self._player.setSource(QUrl())
        if self._buffer is not None:
            self._buffer.deleteLater()
            self._buffer = None

    def _begin(self, digest: str, data: bytes) -> None:
        if digest != self._wanted:
            return
        self._buffer = QBuffer(self._card)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player.setSourceDevice(self._buffer, QUrl(f"{digest}.mp4"))
        self._player.play()

    def _give_up(self, _error: object, why: str) -> None:
        if self._wanted:
            self._pictures.give_up(self._wanted, f"it cannot be played: {why!r}")

    def _take(self, frame: Any) -> None:
        self._card.show_frame(frame.toImage())
