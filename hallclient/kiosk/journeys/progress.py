"""How a case of this hall stands (进度查询)."""

from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.visit import Page


class Progress(Journey):
    """The page PROGRESS: a case number is typed, or its code scanned."""

    def open(self) -> None:
        """进度查询: ask for a case number."""
        self.kiosk.show(Page.PROGRESS)
