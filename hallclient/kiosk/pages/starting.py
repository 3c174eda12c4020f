"""Before the hall was read for the first time; with a notice when the database is away."""

from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, KioskPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.ui import fonts
from hallclient.ui.widgets.text import Text


class StartingPage(KioskPage):
    """One calm line."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._title = Text("", (64, 52), weight=fonts.BOLD)
        self.put(self._title, MARGIN, 226, INNER_WIDTH, 120)
        self.add_banner(451)
        self.refresh()

    def refresh(self) -> None:
        """Say that the kiosk is on its way."""
        self._title.setText(self.words("kiosk.starting.title"))
