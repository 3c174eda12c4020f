"""The screen at a window tells the hall that it is there and whether it asks for ratings.

Bar and strip say 等评价 then, and the console lists it. It is told with the looks that the screen
takes anyway, in their thread; the first look is for the citizen and tells nothing.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.services.stations import DeviceReport
    from hallclient.services.store import Store
    from hallclient.services.window_public import PublicWindow

log = logging.getLogger(__name__)

NAME: Final = "screen"
REFRESH_S: Final = 30.0
LEVELS: Final = 5


class Looks(Protocol):
    """The reading side of a window."""

    def look(self) -> PublicWindow:
        """Return what may be shown now."""
        ...

    def photo(self, digest: str) -> bytes | None:
        """Return the bytes of a photo, None when it is gone."""
        ...


class ScreenPresence:
    """Looks at a window, and tells every 30 seconds that its screen does. Used by one thread.

    ``asks`` is ``settings.screen.rating``. A screen that cannot be touched shows a code in place of
    the five levels where the hall has an address for it and ``has_key`` says that this PC can make
    codes.
    """

    def __init__(
        self,
        store: Store,
        looks: Looks,
        asks: str,
        has_key: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._looks = looks
        self._asks = asks
        self._has_key = has_key
        self._clock = clock
        self._first = True
        self._told: DeviceReport | None = None
        self._station = ""
        self._due = 0.0

    def look(self) -> PublicWindow:
        """Return what may be shown now. Raises what the look raises, and nothing of its own."""
        seen = self._looks.look()
        if not self._first:
            self._tell(seen)
        self._first = False
        return seen

    def photo(self, digest: str) -> bytes | None:
        """Return the bytes of a photo, None when it is gone."""
        return self._looks.photo(digest)

    def close(self) -> None:
        """Say that the screen is being closed: it is not missed."""
        if self._told is not None:
            from dataclasses import replace  # noqa: PLC0415 - see _tell

            from hallclient.services.ports_devices import DeviceState  # noqa: PLC0415 - see _tell

            self._write(replace(self._told, state=DeviceState.CLOSED))

    def _tell(self, seen: PublicWindow) -> None:
        from hallclient.services.ports_devices import (  # noqa: PLC0415 - not for the first paint
            DeviceKind,
            DeviceState,
        )
        from hallclient.services.stations import DeviceReport  # noqa: PLC0415 - the same

        self._station = f"{NAME} {seen.window}"
        levels = self._levels(seen)
        kind, ready = DeviceKind.SCREEN, DeviceState.READY
        report = DeviceReport(NAME, kind, ready, window=seen.window, levels=levels)
        if report != self._told or self._clock() >= self._due:
            self._write(report)

    def _levels(self, seen: PublicWindow) -> int:
        if self._asks != "never":
            return LEVELS
        return LEVELS if seen.follow_url and self._has_key() else 0

    def _write(self, report: DeviceReport) -> None:
        from hallclient.services.store_error import StoreError  # noqa: PLC0415 - see _tell

        try:
            self._store.report_devices(self._station, [report])
        except StoreError as error:
            log.info("that this screen is there was not told: %s", type(error).__name__)
            return
        self._told, self._due = report, self._clock() + REFRESH_S
