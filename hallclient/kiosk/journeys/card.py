"""An ID card on the reader: the notice first, then what is open for its holder today."""

from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.visit import Page
from hallclient.services.ports_devices import Visitor


class CardJourney(Journey):
    """The page CARD. Nothing is read before the citizen agrees there."""

    def present(self) -> None:
        """Show the notice: a card was laid down, or somebody wants to use one."""
        self.kiosk.show(Page.CARD)

    def read(self, visitor: Visitor) -> None:
        """Take who the card belongs to, in the UI thread."""
