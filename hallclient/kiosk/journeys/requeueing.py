"""A missed call: the ticket waits again (过号重排)."""

from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.visit import Page


class Requeueing(Journey):
    """The page REQUEUE: the ticket is scanned, or its label and the last four are typed."""

    def open(self) -> None:
        """过号重排: ask for the ticket."""
        self.kiosk.show(Page.REQUEUE)
