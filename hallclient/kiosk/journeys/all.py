"""The journeys of a kiosk by name; each is imported when first asked for, for the start-up time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hallclient.kiosk.journeys.easy import EasyJourney
    from hallclient.kiosk.presenter import KioskPresenter


class Journeys:
    """One of each, for one kiosk. A journey is a ``cached_property`` here that imports it."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        self._kiosk = kiosk

    @cached_property
    def easy(self) -> EasyJourney:
        """Elders choose what their matter is about and have their number."""
        from hallclient.kiosk.journeys.easy import EasyJourney  # noqa: PLC0415 - see above

        return EasyJourney(self._kiosk)
