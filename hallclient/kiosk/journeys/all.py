"""The journeys of a kiosk by name; each is imported when first asked for, for the start-up time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hallclient.kiosk.journeys.choosing import Choosing
    from hallclient.kiosk.journeys.easy import EasyJourney
    from hallclient.kiosk.journeys.guide import Guide
    from hallclient.kiosk.journeys.helping import HelpJourney
    from hallclient.kiosk.journeys.refusing import Refusing
    from hallclient.kiosk.journeys.several import Several
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
    def easy(self) -> EasyJourney:
        """Elders choose what their matter is about and have their number."""
        from hallclient.kiosk.journeys.easy import EasyJourney  # noqa: PLC0415 - see above

        return EasyJourney(self._kiosk)

    @cached_property
    def helping(self) -> HelpJourney:
        """A call for a person."""
        from hallclient.kiosk.journeys.helping import HelpJourney  # noqa: PLC0415 - see above

        return HelpJourney(self._kiosk)
