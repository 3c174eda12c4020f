"""What is published on a display. What shows it is loaded with the first thing that is."""

from typing import TYPE_CHECKING

from hallclient.bootstrap.halls import LateHall
from hallclient.bootstrap.late import late
from hallclient.config import DisplaySettings
from hallclient.display.board import CallBoard

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.display.playlist import Playlist
    from hallclient.domain.publication import Publication
    from hallclient.services.publishing import Publishing
    from hallclient.ui.pictures import Pictures

    Alarmed = Callable[[Publication | None, Publication | None], object]


class LatePublished:
    """Waits for the first publication; from then on they are followed. Belongs to the UI thread."""

    def __init__(
        self, own: DisplaySettings, hall: LateHall, board: CallBoard, alarmed: "Alarmed"
    ) -> None:
        self._own = own
        self._hall = hall
        self._board = board
        self._alarmed = alarmed
        self._playlist: Playlist | None = None
        self._pictures: Pictures | None = None

    def close(self) -> None:
        """Take everything off the board and fetch no more; before the board is stopped."""
        if self._playlist is not None:
            self._playlist.stop()
        if self._pictures is not None:
            self._pictures.close()

    def look(self) -> None:
        """Look whether anything is published, after each state that was read."""
        hall = self._board.presenter.hall
        if self._playlist is not None or hall is None or not hall.publications:
            return
        from platformdirs import user_cache_path  # noqa: PLC0415 - see the module

        from hallclient.display.emergency import EmergencyWatch  # noqa: PLC0415 - the same
        from hallclient.display.playlist import Playlist  # noqa: PLC0415 - the same
        from hallclient.display.video import video_maker  # noqa: PLC0415 - the same
        from hallclient.ui.pictures import PictureCache, Pictures  # noqa: PLC0415 - the same

        files: Publishing = late(self._files)
        cache = PictureCache(user_cache_path("hallclient") / "pictures")
        # The services are made by the first question, in the pictures' own thread.
        self._pictures = Pictures(files.media, cache)
        self._playlist = Playlist(
            self._board,
            self._pictures,
            video=video_maker(self._pictures),
            bilingual=self._own.bilingual,
            reduced_motion=self._own.reduced_motion,
        )
        self._playlist.update()
        EmergencyWatch(self._board, self._alarmed).update()

    def _files(self) -> "Publishing":
        from hallclient.services.publishing import Publishing  # noqa: PLC0415 - see the module

        return Publishing(self._hall.open().another_store())
