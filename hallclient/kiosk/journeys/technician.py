"""维护: the PIN, and what a technician can see and try at the kiosk."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from hallclient.domain.errors import Refused
from hallclient.kiosk.journeys.journey import Journey
from hallclient.kiosk.views.technician import (
    Contact,
    FactView,
    Instead,
    PinView,
    TechnicianView,
    pin_view,
    technician_view,
)
from hallclient.kiosk.visit import Page
from hallclient.services.slip import Pair, PaperSlip, QrCode, Rule, Text, TextSize

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.kiosk.technician import CheckedFact

log = logging.getLogger(__name__)

SHORTEST, LONGEST = 4, 12
LOOK_S = 3.0
VOLUME_STEP = 10


@dataclass(slots=True)
class _Trial:
    """What was tried since the page was opened."""

    print_request: int = 0
    printed: bool | None = None
    scanned: bool = False
    showing: str = ""
    """What stands in place of the facts: ``log``, ``check`` or nothing."""
    page: int = 0
    checking: bool = False
    checked: tuple[CheckedFact, ...] | None = None
    failed: bool = False


class Technician(Journey):
    """Asks for the PIN, then shows how everything stands. Leaving home ends it."""

    def __init__(self, kiosk: KioskPresenter) -> None:
        super().__init__(kiosk)
        self._pin = ""
        self._trouble = ""
        self._open = False
        self._trial = _Trial()
        self._contact: Contact | None = None
        self._looked_at = 0.0
        self._looking = False
        kiosk.ticked.connect(self._on_tick)
        kiosk.printing.slip_done.connect(self._on_slip)
        scanning = getattr(kiosk.journeys, "scanning", None) if self.desk.scanner else None
        if scanning is not None:
            scanning.heard.connect(self.heard)

    def reset(self) -> None:
        """Forget the PIN and close the page."""
        self._pin = self._trouble = ""
        self._open = False
        self._trial = _Trial()

    # The PIN

    def ask(self) -> None:
        """Ask for the PIN; where none was set only ushers have a page of theirs.

        In the language and the modes that stand: a technician may have chosen them on the way.
        """
        if self.kiosk.page in (Page.PIN, Page.TECHNICIAN):
            return
        if self.desk.technician is None:
            if self.kiosk.journeys.ushering.available:
                self.kiosk.journeys.ushering.open()
            return
        language, modes = self.words.language, self.kiosk.modes
        self.kiosk.home()
        self.words.switch(language)
        self.kiosk.set_modes(modes)
        self.kiosk.show(Page.PIN)

    def type(self, digits: str) -> None:
        """Add digits to the PIN; anything else changes nothing."""
        if digits.isascii() and digits.isdigit():
            self._pin, self._trouble = (self._pin + digits)[:LONGEST], ""
            self.kiosk.updated.emit()

    def delete(self) -> None:
        """Take the last digit back."""
        self._pin = self._pin[:-1]
        self.kiosk.updated.emit()

    def enter(self) -> None:
        """Look at the PIN: on to the page, or why not."""
        kit, pin = self.desk.technician, self._pin
        if kit is None or len(pin) < SHORTEST:
            return
        self._pin = ""
        try:
            fits = kit.fits(pin)
        except Refused:
            fits = False
        if fits:
            log.info("the technician's page is open")
            self.kiosk.back()  # ends the visit of the PIN
            self._open = True
            self.kiosk.show(Page.TECHNICIAN)
            self._look()
            return
        log.warning("a wrong technician's PIN")
        self._trouble = "kiosk.technician.wrong"
        self.kiosk.updated.emit()

    def pin_view(self) -> PinView:
        """Return what the page of the PIN shows."""
        kit = self.desk.technician
        left = kit.left() if kit else 0
        return pin_view(self.words, len(self._pin), self._trouble, left, SHORTEST)

    # The page

    def view(self) -> TechnicianView | None:
        """Return what the technician sees; None for anybody who came without the PIN."""
        kit, kiosk = self.desk.technician, self.kiosk
        if kit is None or not self._open:
            return None
        trial = self._trial
        instead = Instead(
            kit.log_lines() if trial.showing == "log" else None,
            self._found() if trial.showing == "check" else None,
            elder=kiosk.modes.elder,
        )
        trial.page = min(trial.page, instead.pages - 1)
        return technician_view(
            self.words,
            kiosk,
            contact=self._contact,
            printed=trial.printed,
            waiting=bool(trial.print_request) and trial.printed is None,
            scanned=trial.scanned,
            instead=replace(instead, page=trial.page),
        )

    def print_test(self) -> None:
        """打印测试票."""
        if not self._open:
            return
        words, local = self.words, self.kiosk.figures.now()
        slip = PaperSlip(
            words("kiosk.technician.slip"),
            (
                Text(self.desk.name, TextSize.LARGEST),
                Rule(),
                Pair(words("kiosk.technician.slip_time"), f"{local:%Y-%m-%d %H:%M:%S}Z"),
                Text("永 A B 0123456789 ￥%"),
                QrCode(f"HALLCLIENT-{self.desk.name.encode('ascii', 'replace').decode()}"),
            ),
        )
        self._trial.printed = None
        self._trial.print_request = self.kiosk.printing.send_slip(slip)
        if not self._trial.print_request:
            self._trial.printed = False
        self.kiosk.updated.emit()

    def heard(self, _code: object) -> None:
        """Take that the scanner has read something; what it says is nobody's business here."""
        if self.kiosk.page is Page.TECHNICIAN:
            self._trial.scanned = True
            self.kiosk.updated.emit()

    def louder(self, by: int) -> None:
        """Set the volume with which every visit begins, and say how loud that is."""
        kiosk, kit = self.kiosk, self.desk.technician
        if not self._open or kit is None:
            return
        usual = kiosk.desk.modes
        volume = min(100, max(0, usual.volume + by * VOLUME_STEP))
        modes = replace(usual, volume=volume)
        kiosk.desk = self.desk = replace(kiosk.desk, modes=modes)
        kiosk.set_modes(replace(kiosk.modes, volume=volume))
        kit.keep_volume(volume)
        if kiosk.desk.voice is not None:
            lines = (self.words("kiosk.technician.volume"),)
            kiosk.desk.voice.read(lines, self.words.language, volume)
        kiosk.updated.emit()

    def show_log(self) -> None:
        """Show the log in place of the facts, or the facts again."""
        trial = self._trial
        trial.showing = "" if trial.showing else "log"
        trial.page = 10**6  # the newest lines stand on the last page
        self.kiosk.updated.emit()

    def check(self) -> None:
        """检查: look at the whole PC in the background, and show what has to be done."""
        kit, trial = self.desk.technician, self._trial
        if not self._open or kit is None or kit.examine is None:
            return
        trial.showing, trial.page = "check", 0
        if not trial.checking:
            log.info("the technician checks this PC")
            trial.checking, trial.checked, trial.failed = True, None, False
            kit.examine(self.words.language, partial(self._checked, trial), self)
        self.kiosk.updated.emit()

    def _checked(self, trial: _Trial, found: tuple[CheckedFact, ...] | None) -> None:
        trial.checking, trial.checked, trial.failed = False, found, found is None
        self.kiosk.updated.emit()

    def _found(self) -> tuple[FactView, ...]:
        """Return what the check found, or how it stands."""
        trial = self._trial
        if trial.checked:
            return tuple(
                FactView(one.what, one.do, good=False if one.wrong else None)
                for one in trial.checked
            )
        if trial.failed:
            return (FactView(self.words("kiosk.technician.check_failed"), "", good=False),)
        if trial.checked is None:
            return (FactView(self.words("kiosk.technician.checking"), ""),)
        return (FactView(self.words("kiosk.technician.check_well"), "", good=True),)

    def turn_log(self, by: int) -> None:
        """Show older or newer lines."""
        self._trial.page = max(0, self._trial.page + by)
        self.kiosk.updated.emit()

    def restart(self) -> None:
        """重启程序."""
        if self._open and self.desk.technician is not None:
            log.info("the technician restarts the kiosk")
            self.desk.technician.restart()

    def to_desktop(self) -> None:
        """去桌面: unlock; bringing the kiosk back locks it again."""
        kit = self.desk.technician
        if self._open and kit is not None and kit.desktop is not None:
            log.info("the technician leaves to the desktop")
            self.kiosk.home()
            kit.desktop()

    # The database

    def _on_tick(self) -> None:
        page = self.kiosk.page
        if page is Page.PIN:
            self.kiosk.updated.emit()
        elif page is Page.TECHNICIAN and self._open:
            if time.monotonic() - self._looked_at >= LOOK_S:
                self._look()
            self.kiosk.updated.emit()

    def _look(self) -> None:
        """Measure the way to the database and back, and how far this PC's clock is off."""
        if self._looking:
            return
        self._looking, self._looked_at = True, time.monotonic()
        store = self.desk.store

        def look() -> Contact:
            with store.look():  # the first one may have to connect
                pass
            began = time.monotonic()
            with store.look() as reader:
                now = reader.now
            spent = time.monotonic() - began
            return Contact(spent * 1000, (now - datetime.now(UTC)).total_seconds())

        self.desk.worker.submit(look, self._came, self._failed, owner=self)

    def _came(self, contact: Contact) -> None:
        self._looking, self._contact = False, contact
        self.kiosk.updated.emit()

    def _failed(self, _error: Exception) -> None:
        self._looking, self._contact = False, None
        self.kiosk.updated.emit()

    def _on_slip(self, request: int, printed: bool) -> None:  # noqa: FBT001 - a signal's argument
        if request == self._trial.print_request:
            self._trial.printed = printed
            self.kiosk.updated.emit()
