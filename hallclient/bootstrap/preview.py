"""A board with one publication on it, drawn into a file (``hallclient notice preview``)."""

import os
from dataclasses import replace
from pathlib import Path
from time import monotonic

from platformdirs import user_cache_path
from PySide6.QtCore import QEventLoop, QTimer

from hallclient.bootstrap.halls import open_hall
from hallclient.config import Settings
from hallclient.display.board import CallBoard
from hallclient.display.desk import BoardDesk
from hallclient.display.emergency import EmergencyWatch
from hallclient.display.playlist import Playlist
from hallclient.display.video import video_maker
from hallclient.domain.errors import NotAllowed
from hallclient.domain.publication import Publication, PublicationKind
from hallclient.services.board import Board, BoardState, HallNow
from hallclient.services.publishing import Publishing
from hallclient.services.store import Store
from hallclient.ui.app import make_application
from hallclient.ui.feed import FeedThread
from hallclient.ui.pictures import PictureCache, Pictures
from hallclient.ui.tasks import Worker

WITHIN_S = 15.0
_STEP_MS = 20


class _OneBoard(Board):
    """The hall as if it were open, with one publication and no other, valid now and everywhere."""

    def __init__(self, store: Store, one: Publication) -> None:
        super().__init__(store)
        always = replace(one, zones=(), weekdays=(), valid_from=None, valid_until=None)
        self._one = replace(always, begins=one.ends)

    def state(self) -> BoardState:
        """Return everything a board shows."""
        state = super().state()
        plan = replace(state.plan, hours=(), notices=())
        return replace(state, plan=plan, hall=self._with_one(state.hall))

    def now(self) -> HallNow:
        """Return how full the hall is."""
        return self._with_one(super().now())

    def _with_one(self, hall: HallNow) -> HallNow:
        return replace(hall, publications=(self._one,))


class _Silence:
    """A feed that never wakes anybody."""

    heard = 0

    def wait(self, _timeout: float) -> bool:
        """Return at once: nobody waits here."""
        return False

    def close(self) -> None:
        """Nothing to give back."""


def preview(
    settings: Settings,
    one: Publication,
    file: Path,
    size: tuple[int, int] = (1920, 1080),
    theme: str = "light",
    language: str = "zh-CN",
) -> None:
    """Draw a board of a size with a publication on it.

    Raises ``NotAllowed`` for what cannot be shown there, or a file that cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = make_application(["hallclient"], scheme=theme, language=language, styled=False)
    hall = open_hall(settings.database, settings.hall, "notice", credentials=settings.credentials)
    worker, feed = Worker(), FeedThread(_Silence())
    desk = BoardDesk(_OneBoard(hall.store, one), worker, feed, app.words, reduced_motion=True)
    board = CallBoard(desk, app.look)
    board.resize(*size)
    pictures = Pictures(
        Publishing(hall.store).media, PictureCache(user_cache_path("hallclient") / "pictures")
    )
    playlist = Playlist(board, pictures, video=video_maker(pictures), reduced_motion=True)
    watch = EmergencyWatch(board)
    try:
        board.show()
        board.start()
        _wait(board, playlist, watch, pictures, one)
        if not board.grab().save(str(file), "PNG"):
            raise NotAllowed("file_unwritable", f"the file {file} cannot be written")
    finally:
        playlist.stop()
        pictures.close()
        board.stop()
        feed.stop()
        worker.close()
        hall.close()
        app.close()


def _wait(
    board: CallBoard,
    playlist: Playlist,
    watch: EmergencyWatch,
    pictures: Pictures,
    one: Publication,
) -> None:
    """Let the board work until it shows the publication."""

    def shown() -> bool:
        if one.media and pictures.is_broken(one.media):
            raise NotAllowed("picture_broken", "the picture is broken: boards skip it")
        if board.presenter.hall is None:
            return False
        if one.kind in _TEXTS or watch.emergency is not None:
            return True
        seen = playlist.shown is not None and playlist.shown.id == one.id
        return seen and (one.kind is not PublicationKind.PICTURE or playlist.is_painted)

    end = monotonic() + WITHIN_S
    while not shown():
        if monotonic() > end:
            raise NotAllowed("not_shown", f"a {board.look.theme.scheme} board does not show this")
        loop = QEventLoop()
        QTimer.singleShot(_STEP_MS, loop.quit)
        loop.exec()


_TEXTS = (PublicationKind.STRIP, PublicationKind.CARD)
