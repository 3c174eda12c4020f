"""An emergency on a board: it covers everything, also a board that is closed or has lost the hall.

While everybody shall leave no call can be seen or heard. Where people stay (``Publication
.evacuates``) the newest calls stand in a narrow line and go on being spoken.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QPaintEvent

from hallclient.display.board import CallBoard
from hallclient.display.parts import OnPainted
from hallclient.domain.publication import Publication, emergency_in
from hallclient.services.board import BoardCall
from hallclient.ui.widgets.emergency import EmergencyCover

CALLS = 3
"""Calls in the narrow line, newest first."""

Alarmed = Callable[[Publication | None, Publication | None], object]
"""Told what stood and what stands now, when that changes: a voice says it."""


class BoardCover(EmergencyCover):
    """The cover of a board: a call in its narrow line has been shown."""

    def __init__(self, board: CallBoard, on_painted: OnPainted | None) -> None:
        super().__init__(board)
        self._on_painted = on_painted
        self._shown: tuple[BoardCall, ...] = ()

    def show_newest(self, calls: tuple[BoardCall, ...]) -> None:
        """Show these calls, unless everybody shall leave."""
        self._shown = calls
        self.show_calls("　".join(f"{call.label} → {call.window}" for call in calls))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, then tell that the calls in the line can be seen."""
        super().paintEvent(event)
        one = self.emergency
        if self._on_painted is not None and one is not None and not one.evacuates:
            for call in self._shown:
                self._on_painted(call)


class EmergencyWatch(QObject):
    """Covers a board while an emergency stands there, and tells the voice."""

    def __init__(self, board: CallBoard, alarmed: Alarmed = lambda _before, _now: None) -> None:
        super().__init__(board)
        self._board = board
        self._alarmed = alarmed
        self.cover: BoardCover | None = None
        presenter = board.presenter
        presenter.published.connect(self.update)
        presenter.figures_changed.connect(self.update)
        presenter.calls_changed.connect(self._show_calls)

    @property
    def emergency(self) -> Publication | None:
        """What stands now."""
        return self.cover.emergency if self.cover is not None else None

    def update(self) -> None:
        """Look whether an emergency stands here."""
        presenter = self._board.presenter
        if presenter.hall is None or presenter.plan is None:
            return
        before, now = self.emergency, emergency_in(presenter.hall.publications, presenter.zones)
        if now is None and self.cover is None:
            return
        if self.cover is None:
            self.cover = BoardCover(self._board, self._board.seen)
        self.cover.show_emergency(now, presenter.plan, self._board.look.language)
        if now is not None:
            self.cover.raise_()
            self._show_calls()
        if before != now:
            self._alarmed(before, now)

    def _show_calls(self) -> None:
        if self.cover is not None and self.cover.stands:
            self.cover.show_newest(tuple(self._board.presenter.roll.calls[:CALLS]))
