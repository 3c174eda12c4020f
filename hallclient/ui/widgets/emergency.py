"""An emergency over everything: what has happened, what to do, where to go, since when.

One widget for boards, window screens and kiosks, at any size and shape. A screen makes it when the
first emergency comes, not before its first paint:

    self.cover = EmergencyCover(self)            # covers its parent, follows its size
    self.cover.show_emergency(emergency_in(hall.publications, zones), plan, language)
"""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from hallclient.domain.hall import HallPlan
from hallclient.domain.publication import Publication
from hallclient.ui.widgets.base import HallLabel


class EmergencyCover(HallLabel):
    """Covers its parent while an emergency stands; hidden otherwise."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)
        self.emergency: Publication | None = None
        parent.installEventFilter(self)
        self.hide()

    @property
    def stands(self) -> bool:
        """Whether the screen is covered."""
        return self.emergency is not None

    def show_emergency(
        self, emergency: Publication | None, plan: HallPlan, language: str = "zh-CN"
    ) -> None:
        """Cover the screen with an emergency, or uncover it (None).

        The screen's own language stands first, the other of Chinese and English below.
        """
        raise NotImplementedError

    def show_calls(self, calls: str) -> None:
        """Say the newest calls in a narrow line: shown only where nobody has to leave."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.setGeometry(self.parentWidget().rect())
        return super().eventFilter(watched, event)
