"""The journeys of a kiosk by name; each is imported when first asked for, for the start-up time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hallclient.kiosk.journeys.booking import Booking
    from hallclient.kiosk.journeys.card import CardJourney
    from hallclient.kiosk.journeys.checking_in import CheckingIn
    from hallclient.kiosk.journeys.choosing import Choosing
    from hallclient.kiosk.journeys.easy import EasyJourney
    from hallclient.kiosk.journeys.found import FoundJourney
    from hallclient.kiosk.journeys.guide import Guide
    from hallclient.kiosk.journeys.helping import HelpJourney
    from hallclient.kiosk.journeys.progress import Progress
    from hallclient.kiosk.journeys.refusing import Refusing
    from hallclient.kiosk.journeys.requeueing import Requeueing
    from hallclient.kiosk.journeys.scanning import Scanning
    from hallclient.kiosk.journeys.several import Several
    from hallclient.kiosk.journeys.technician import Technician
    from hallclient.kiosk.journeys.ushering import UsheringJourney
    from hallclient.kiosk.presenter import KioskPresenter


class Journeys:
    """One of each, for one kiosk. A journey is a ``cached_property`` here that imports it."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        self._kiosk = kiosk

    @cached_property
    def choosing(self) -> Choosing:
        """Choose a service."""
        from hallclient.kiosk.journeys.choosing import Choosing  # noqa: PLC0415 - see above

        return Choosing(self._kiosk)

    @cached_property
    def guide(self) -> Guide:
        """办事指南."""
        from hallclient.kiosk.journeys.guide import Guide  # noqa: PLC0415 - see above

        return Guide(self._kiosk)

    @cached_property
    def several(self) -> Several:
        """Several services on one ticket."""
        from hallclient.kiosk.journeys.several import Several  # noqa: PLC0415 - see above

        return Several(self._kiosk)

    @cached_property
    def refusing(self) -> Refusing:
        """A no and what else can be done."""
        from hallclient.kiosk.journeys.refusing import Refusing  # noqa: PLC0415 - see above

        return Refusing(self._kiosk)

    @cached_property
    def scanning(self) -> Scanning:
        """A code under the scanner."""
        from hallclient.kiosk.journeys.scanning import Scanning  # noqa: PLC0415 - see above

        return Scanning(self._kiosk)

    @cached_property
    def found(self) -> FoundJourney:
        """What a code, a card or typed numbers belong to."""
        from hallclient.kiosk.journeys.found import FoundJourney  # noqa: PLC0415 - see above

        return FoundJourney(self._kiosk)

    @cached_property
    def card(self) -> CardJourney:
        """An ID card on the reader."""
        from hallclient.kiosk.journeys.card import CardJourney  # noqa: PLC0415 - see above

        return CardJourney(self._kiosk)

    @cached_property
    def progress(self) -> Progress:
        """How a case stands."""
        from hallclient.kiosk.journeys.progress import Progress  # noqa: PLC0415 - see above

        return Progress(self._kiosk)

    @cached_property
    def requeueing(self) -> Requeueing:
        """A missed call."""
        from hallclient.kiosk.journeys.requeueing import Requeueing  # noqa: PLC0415 - see above

        return Requeueing(self._kiosk)

    @cached_property
    def easy(self) -> EasyJourney:
        """Elders choose what their matter is about and have their number."""
        from hallclient.kiosk.journeys.easy import EasyJourney  # noqa: PLC0415 - see above

        return EasyJourney(self._kiosk)

    @cached_property
    def checking_in(self) -> CheckingIn:
        """An appointment whose holder is here."""
        from hallclient.kiosk.journeys.checking_in import CheckingIn  # noqa: PLC0415 - see above

        return CheckingIn(self._kiosk)

    @cached_property
    def booking(self) -> Booking:
        """A day and a time for a service."""
        from hallclient.kiosk.journeys.booking import Booking  # noqa: PLC0415 - see above

        return Booking(self._kiosk)

    @cached_property
    def helping(self) -> HelpJourney:
        """A call for a person."""
        from hallclient.kiosk.journeys.helping import HelpJourney  # noqa: PLC0415 - see above

        return HelpJourney(self._kiosk)

    @cached_property
    def ushering(self) -> UsheringJourney:
        """The ushers' page."""
        from hallclient.kiosk.journeys.ushering import UsheringJourney  # noqa: PLC0415 - see above

        return UsheringJourney(self._kiosk)

    @cached_property
    def technician(self) -> Technician:
        """The page behind the PIN."""
        from hallclient.kiosk.journeys.technician import Technician  # noqa: PLC0415 - see above

        return Technician(self._kiosk)
