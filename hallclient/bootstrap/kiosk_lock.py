"""The technician's way into a kiosk, and the lock that leaves no other."""

import logging
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from hallclient.bootstrap.kiosk_data import kiosk_folder
from hallclient.config import Settings
from hallclient.kiosk.technician import TechnicianKit
from hallclient.logs import RecentLines

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from hallclient.bootstrap.doctor_aside import DoctorAside
    from hallclient.bootstrap.role import Role
    from hallclient.kiosk.lockdown import Lockdown
    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.kiosk.screen import KioskScreen
    from hallclient.kiosk.technician import Checked
    from hallclient.services.pin_guard import PinGuard

log = logging.getLogger(__name__)

TECHNICIAN = "technician"


class KioskLock:
    """Made where a PIN is set. :meth:`attach` comes before the window is shown."""

    def __init__(self, settings: Settings, role: "Role", pins: "Callable[[], PinGuard]") -> None:
        self._settings = settings
        self._role = role
        self._pins = pins
        self._lockdown: Lockdown | None = None
        self._again = False
        self._doctor: DoctorAside | None = None
        self._recent = RecentLines()
        logging.getLogger().addHandler(self._recent)

    def kit(self) -> TechnicianKit:
        """Return what the technician's page works with."""
        return TechnicianKit(
            fits=self._fits,
            left=lambda: self._pins().left(TECHNICIAN),
            log_lines=self._recent.today,
            keep_volume=self._keep_volume,
            restart=self._restart,
            desktop=self._to_desktop if self._locks else None,
            examine=self._examine,
        )

    def volume(self) -> int:
        """Return the volume that the technician set last, or that of the settings."""
        with suppress(OSError, ValueError):
            kept = int((kiosk_folder(self._settings) / "volume").read_text("ascii"))
            return min(100, max(0, kept))
        return self._settings.kiosk.volume

    def attach(self, screen: "KioskScreen", presenter: "KioskPresenter") -> None:
        """Hear the knock, and prepare the lock."""
        from hallclient.kiosk.lockdown import Knock, Lockdown  # noqa: PLC0415 - few have a PIN

        knock = Knock(screen)
        knock.knocked.connect(presenter.open_technician)
        if self._locks:
            self._lockdown = Lockdown(screen, self._settings.kiosk.screen)
            self._role.app.guard.quit_asked.connect(self._lockdown.release)

    def start(self) -> None:
        """Lock: the window is shown."""
        if self._lockdown is not None:
            self._lockdown.hold()

    def close(self) -> None:
        """Let go; begin anew when that was asked for. The last of a role's closers."""
        logging.getLogger().removeHandler(self._recent)
        if self._doctor is not None:
            self._doctor.close()
        if self._again:
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves

    @property
    def _locks(self) -> bool:
        return self._settings.kiosk.lock and self._settings.full_screen

    def _fits(self, pin: str) -> bool:
        from hallclient.services.shifts import pin_fits  # noqa: PLC0415 - argon2, seldom needed

        pin_hash = self._settings.kiosk.pin_hash
        return self._pins().check(TECHNICIAN, lambda: pin_fits(pin_hash, pin))

    def _examine(self, language: str, done: "Checked", owner: "QObject") -> None:
        from hallclient.bootstrap.doctor_aside import DoctorAside  # noqa: PLC0415 - seldom

        if self._doctor is None:
            self._doctor = DoctorAside()
        self._doctor.examine(language, done, owner)

    def _keep_volume(self, volume: int) -> None:
        folder = kiosk_folder(self._settings)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / "volume").write_text(str(volume), "ascii")
        except OSError as error:
            log.warning("the volume cannot be kept: %s", error)

    def _restart(self) -> None:
        self._again = True
        self._role.app.qt.exit(0)

    def _to_desktop(self) -> None:
        if self._lockdown is not None:
            self._lockdown.to_desktop()
