"""The screen at a window: fills any size from 800×480 to 1920×1080, lying or standing.

The reference is 1280×800, in portrait 800×1280; a screen of another shape has a wider or a taller
reference, so that nothing but paper ever stands empty at its edges.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hallclient.screen.face import PHOTO, FaceCard
from hallclient.screen.parts import CallBand, Foot, ScreenPart, StateCard, WindowPlacard
from hallclient.screen.presenter import ScreenPresenter
from hallclient.screen.wording import Wording
from hallclient.ui.canvas import Canvas
from hallclient.ui.look import Look

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from hallclient.screen.desk import ScreenDesk
    from hallclient.screen.rating.page import RatingPage
    from hallclient.screen.wording import Shown
    from hallclient.services.window_public import OpenRating
    from hallclient.ui.hall_clock import HallClock
    from hallclient.ui.widgets.emergency import EmergencyCover

LYING, STANDING = (1280.0, 800.0), (800.0, 1280.0)
BAND = 96.0
"""Height of a call over a rating, in reference px."""
SHARPEST = 2
"""A photo is kept at so many times its reference size."""


class WindowScreen(Canvas):
    """The screen of one window. ``start`` it, and ``stop`` it before closing."""

    def __init__(
        self,
        desk: ScreenDesk,
        look: Look | None = None,
        parent: QWidget | None = None,
        *,
        clock: HallClock | None = None,
    ) -> None:
        super().__init__(*LYING, parent)
        self.presenter = ScreenPresenter(desk, self, clock=clock)
        self._desk = desk
        self._wording = Wording(desk.words, desk.number)
        self._painted: tuple[int, int] | None = None
        self._photo_of = ""
        self._rating: RatingPage | None = None
        self._stage: Canvas | None = None
        self.cover: EmergencyCover | None = None
        self._build()
        self.set_look(replace(look or Look(), language=desk.words.language))
        self._connect()
        self._show()

    def start(self) -> None:
        """Look at the window and follow it."""
        self.presenter.start()

    def stop(self) -> None:
        """Ask no more. Worker and feed are ended by their owner."""
        self.presenter.stop()
        self._desk.words.switched.disconnect(self._switch)
        if self._rating is not None:
            self._rating.stop()

    @property
    def rating_page(self) -> RatingPage | None:
        """The page of the ratings while it stands here."""
        stands = self._stage is not None and self._stage.isVisibleTo(self)
        return self._rating if stands else None

    def is_cut(self) -> bool:
        """Tell whether a text that can be seen was elided when it was painted last."""
        return any(part.cut for part in self.findChildren(ScreenPart) if part.isVisibleTo(self))

    # Building

    def _build(self) -> None:
        self.placard = self.put(WindowPlacard(), 0, 0, 440, 800)
        self.card = self.put(StateCard(self._note_painted), 480, 40, 760, 330)
        self.face = self.put(FaceCard(), 480, 394, 760, 286)
        self.foot = self.put(Foot(), 480, 704, 760, 90)
        self.band = CallBand()
        self.put(self.band, 0, 800 - BAND, 1280, BAND)
        self.band.hide()

    def _connect(self) -> None:
        presenter = self.presenter
        for signal in (presenter.changed, presenter.link_changed, presenter.minute_changed):
            signal.connect(self._show)
        presenter.rating_opened.connect(self._open_rating)
        self._desk.words.switched.connect(self._switch)

    # Showing

    def _show(self) -> None:
        presenter, words = self.presenter, self._desk.words
        now = presenter.clock.now()
        fresh = presenter.fresh_at
        shown = self._wording.shown(presenter.seen, now, lost=presenter.lost, fresh=fresh)
        self.placard.show_placard(shown.placard, self._wording.separator, words("screen.more"))
        self.card.show_state(shown.state)
        self.face.show_face(shown.face, shown.help)
        self.foot.show_foot(shown.foot, shown.clock)
        self._show_band(shown)
        self._show_photo(shown)
        self._show_emergency()

    def _show_band(self, shown: Shown) -> None:
        self.band.show_call("" if self.presenter.lost else shown.band)
        self._place_rating()

    def _show_photo(self, shown: Shown) -> None:
        digest = shown.face.photo if shown.face is not None else ""
        if digest == self._photo_of:
            return
        self._photo_of = digest
        if digest:
            got = partial(self._take_photo, digest)
            self._desk.worker.submit(partial(self._read_photo, digest), got, self._miss, owner=self)

    def _read_photo(self, digest: str) -> QImage | None:
        """Read and decode a photo; in the worker."""
        from hallclient.screen.photo import decoded, log  # noqa: PLC0415 - not for the first paint

        data = self._desk.public.photo(digest)
        photo = decoded(data, round(PHOTO[1] * SHARPEST)) if data is not None else None
        if photo is None:
            log.warning("the photo %.12s is missing or broken: a silhouette stands there", digest)
        return photo

    def _take_photo(self, digest: str, photo: QImage | None) -> None:
        self.face.show_photo(digest, photo)

    def _miss(self, _error: Exception) -> None:
        self._photo_of = ""  # tried again with the next look that shows something new

    def _show_emergency(self) -> None:
        seen = self.presenter.seen
        if seen is None or seen.emergency is None or seen.hall is None:
            if self.cover is not None:
                self.cover.deleteLater()
                self.cover.hide()
                self.cover = None
            return
        if self.cover is None:
            from hallclient.ui.widgets.emergency import EmergencyCover  # noqa: PLC0415 - rare

            self.cover = EmergencyCover(self)
            self.cover.set_look(self.look)
        self.cover.show_emergency(seen.emergency, seen.hall, self._desk.words.language)
        self.cover.show_calls(self.band.text())
        self.cover.raise_()

    def _note_painted(self) -> None:
        seen = self.presenter.seen
        call = seen.call if seen is not None else None
        if self._desk.painted is not None and call is not None and call != self._painted:
            self._painted = call
            self._desk.painted(*call, time.monotonic())

    # The rating

    def _open_rating(self, asked: OpenRating) -> None:
        if self._desk.rating_page is None:
            return
        if self._rating is None:
            self._rating = self._desk.rating_page()
            self._rating.ended.connect(self._end_rating)
            self._stage = Canvas(*LYING, self)
            self._stage.set_look(self.look)
            self._stage.put(self._rating, 0, 0, *LYING)
        seen = self.presenter.seen
        assert self._stage is not None  # noqa: S101 - made with the page
        assert seen is not None  # noqa: S101 - it has the asking
        self._rating.open(asked, seen)
        self._stage.show()
        self._place_rating()

    def _end_rating(self) -> None:
        if self._stage is not None:
            self._stage.hide()
        self._place_rating()

    def _place_rating(self) -> None:
        """Give the page all but the line of a call: it is never ended by the next citizen's."""
        rates = self.rating_page is not None
        calls = rates and bool(self.band.text())
        self.band.setVisible(calls)
        if rates and self._stage is not None and self._rating is not None:
            high = self.height() - (round(BAND * self.look.k) if calls else 0)
            shape = _reference_of(self.width(), high)
            self._stage.reference = shape
            self._stage.put(self._rating, 0, 0, *shape)
            self._rating.set_shape(*shape)
            self._stage.setGeometry(0, 0, self.width(), high)
            self._stage.raise_()
            self.band.raise_()
        if self.cover is not None:
            self.cover.raise_()

    # Layout, language

    def _lay_out(self) -> None:
        width, height = self.reference
        if width > height:
            self._lay_lying(width, height)
        else:
            self._lay_standing(width, height)
        self.put(self.band, 0, height - BAND, width, BAND)
        self._place_rating()

    def _lay_lying(self, width: float, height: float) -> None:
        room, more = width - 520, height - LYING[1]
        self.put(self.placard, 0, 0, 440, height)
        card = 330 + more * 0.6
        self.put(self.card, 480, 40, room, card)
        self.put(self.face, 480, 64 + card, room, PHOTO[1])
        self.put(self.foot, 480, height - 96, room, 90)

    def _lay_standing(self, width: float, height: float) -> None:
        room, more = width - 80, height - STANDING[1]
        head = 420 + more * 0.3
        card = 330 + more * 0.4
        self.put(self.placard, 0, 0, width, head)
        self.put(self.card, 40, head + 36, room, card)
        self.put(self.face, 40, head + card + 72, room, PHOTO[1])
        self.put(self.foot, 40, height - 96, room, 90)

    def _switch(self, code: str) -> None:
        self.set_look(replace(self.look, language=code))
        self._show()

    def set_look(self, look: Look) -> None:
        """Take a theme and language, with what lies over the screen."""
        super().set_look(look)
        for over in (self._stage, self.cover):
            if over is not None:
                over.set_look(self.look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the shape of the screen."""
        self.reference = _reference_of(self.width(), self.height())
        super().resizeEvent(event)
        self._lay_out()


def _reference_of(width: float, height: float) -> tuple[float, float]:
    """Return the reference size of a screen: at least one of the two, and of the screen's shape."""
    least = LYING if width >= height else STANDING
    k = max(0.05, min(width / least[0], height / least[1]))
    return width / k, height / k
