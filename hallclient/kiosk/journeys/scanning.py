"""A code under the scanner: what it belongs to, and what can be done with that (扫码)."""

from PySide6.QtCore import Signal

from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.visit import Page
from hallclient.services.codes import Code, read_code


class Scanning(Journey):
    """The pages SCAN and FOUND."""

    heard = Signal(object)
    """A ``Code``, or None for something that is none, on a page of the staff."""

    def open(self) -> None:
        """扫码取号 · 报到: ask for a code."""
        self.kiosk.show(Page.SCAN)

    def scanned(self, text: str) -> None:
        """Take what a scanner read, in the UI thread; hostile until it was parsed."""
        plan = self.kiosk.plan
        self.take(read_code(text, plan.follow_url if plan else ""))

    def take(self, code: Code | None) -> None:
        """Look for what a code belongs to; None is no code of this hall."""
