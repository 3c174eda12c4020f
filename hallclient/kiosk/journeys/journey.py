"""What every journey through the pages of a kiosk has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from hallclient.kiosk.desk import KioskDesk
    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.services.issuing import Issuing
    from hallclient.services.ushering import Ushering
    from hallclient.ui.words import Words


class Journey(QObject):
    """The logic of one entry of the home screen, without a widget. Made when first asked for.

    It works through the desk's worker, shows pages with ``kiosk.show``, says that what a page shows
    has changed with ``kiosk.updated``, and forgets everything in :meth:`reset`.
    """

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self.kiosk = kiosk
        self.desk: KioskDesk = kiosk.desk
        self.words: Words = kiosk.words
        kiosk.visit_ended.connect(self.reset)

    @property
    def available(self) -> bool:
        """Whether somebody or something is there to receive it just now; else home has no tile."""
        return True

    @property
    def issuing(self) -> Issuing | Ushering:
        """Who takes numbers in this visit: the usher for a citizen, else the kiosk."""
        return self.kiosk.visit.usher or self.desk.issuing

    @property
    def actor(self) -> str:
        """Who does it, for the journal."""
        usher = self.kiosk.visit.usher
        return usher.actor if usher is not None else self.desk.actor

    def reset(self) -> None:
        """Forget the citizen who has gone."""
