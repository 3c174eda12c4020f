"""The kiosk's screen: 1080x1920 scaled to any size, one page of it at a time."""

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from hallclient.kiosk.pages.page import (
    FOOT_HEIGHT,
    FOOT_Y,
    HEIGHT,
    INNER_WIDTH,
    MARGIN,
    WIDTH,
    KioskPage,
)
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.visit import Page
from hallclient.kiosk.widgets.strip import IdleStrip
from hallclient.ui.canvas import Canvas
from hallclient.ui.keyboard import steer, step
from hallclient.ui.look import Look
from hallclient.ui.theme import load_theme

if TYPE_CHECKING:
    from hallclient.kiosk.emergency import KioskEmergency
    from hallclient.kiosk.reading_out import ReadingOut

_PAGES = {
    Page.STARTING: ("starting", "StartingPage"),
    Page.HOME: ("home", "HomePage"),
    Page.CLOSED: ("closed", "ClosedPage"),
    Page.SERVICES: ("services", "ServicesPage"),
    Page.SEARCH: ("search", "SearchPage"),
    Page.CONFIRM: ("confirm", "ConfirmPage"),
    Page.DONE: ("done", "DonePage"),
    Page.NO_PAPER: ("no_paper", "NoPaperPage"),
    Page.SEVERAL: ("several", "SeveralPage"),
    Page.EASY: ("easy", "EasyPage"),
    Page.EASY_CHOICE: ("easy_choice", "EasyChoicePage"),
    Page.EASY_DONE: ("easy_done", "EasyDonePage"),
    Page.HELP: ("help", "HelpPage"),
    Page.SCAN: ("scan", "ScanPage"),
    Page.FOUND: ("found", "FoundPage"),
    Page.CHECK_IN: ("check_in", "CheckInPage"),
    Page.BOOK: ("book", "BookPage"),
    Page.BOOKED: ("booked", "BookedPage"),
    Page.GUIDE: ("guide", "GuidePage"),
    Page.PROGRESS: ("progress", "ProgressPage"),
    Page.REQUEUE: ("requeue", "RequeuePage"),
    Page.CARD: ("card", "CardPage"),
    Page.REFUSED: ("refused", "RefusedPage"),
    Page.USHER: ("usher", "UsherPage"),
    Page.TECHNICIAN: ("technician", "TechnicianPage"),
    Page.PIN: ("pin", "PinPage"),
}
_CONTRAST = "high-contrast"
_STRIP = (FOOT_Y - 8, FOOT_HEIGHT + 16)


class KioskScreen(Canvas):
    """Shows what the presenter says. Pages other than home are made when first needed."""

    steers = True
    """Arrows move the focus by place; buttons leave them to the screen."""

    def __init__(
        self, presenter: KioskPresenter, look: Look | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(WIDTH, HEIGHT, parent)
        self.presenter = presenter
        self._pages: dict[Page, KioskPage] = {}
        self._strip: IdleStrip | None = None
        self._emergency: KioskEmergency | None = None
        self._shown = presenter.page
        self._rest = _resting_place(self)
        start = look or Look()
        self._theme = start.theme
        self.set_look(replace(start, language=presenter.words.language))
        self._take_theme()
        self._reading: ReadingOut | None = None
        presenter.read_asked.connect(self._read_once)
        presenter.words.switched.connect(self._on_switched)
        presenter.moved.connect(self._show)
        presenter.updated.connect(self._refresh)
        presenter.ticked.connect(self._tick)
        presenter.modes_changed.connect(self._on_modes)
        presenter.idle.ran_out.connect(self._rest_keys)
        self._show(presenter.page)

    @property
    def page(self) -> KioskPage:
        """The page that is shown."""
        return self._pages[self._shown]

    @property
    def covered(self) -> bool:
        """Whether an emergency stands over everything: nothing can be pressed."""
        return self._emergency is not None and self._emergency.stands

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the presenter's timers with the screen."""
        self.presenter.stop()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by arrows; hand other keys to the page: the search types them."""
        if self.covered:
            return
        if self._reading is not None and self._reading.key(event.key()):
            return
        if not steer(self, event):
            self.page.key_pressed(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001, N802 - Qt override
        """Let Tab lead from top to bottom, whatever was made first."""
        return not self.covered and step(self, forward=forward)

    def _on_switched(self, code: str) -> None:
        self.set_look(replace(self.look, language=code))
        self._refresh()

    def _on_modes(self) -> None:
        self._take_theme()
        self.page.settle_modes()

    def _read_out(self) -> "ReadingOut | None":
        voice = self.presenter.desk.voice
        if voice is None:
            return None
        from hallclient.kiosk.reading_out import ReadingOut  # noqa: PLC0415 - most never want it

        return ReadingOut(self.presenter, voice, self)

    def _take_theme(self) -> None:
        contrast = self.presenter.modes.contrast
        self.set_theme(load_theme(_CONTRAST) if contrast else self._theme)

    def _show(self, page: Page) -> None:
        shown = self._pages.get(page)
        if shown is None:
            shown = self._pages[page] = _make(page, self.presenter)
            shown.hide()
            self.put(shown, 0, 0, WIDTH, HEIGHT)
        self._shown = page
        by_key = self._has_keyboard() and not self.covered
        shown.settle_modes()
        shown.refresh()
        shown.show()
        for other in self._pages.values():
            if other is not shown:
                other.hide()
        self._offer()
        if by_key:
            self._rest.setFocus(Qt.FocusReason.OtherFocusReason)
            step(shown, forward=True)
        else:
            self._rest.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tick()

    def _rest_keys(self) -> None:
        """Show no ring to the next citizen, who may touch; the first key brings it back."""
        self._rest.setFocus(Qt.FocusReason.OtherFocusReason)

    def _has_keyboard(self) -> bool:
        resting = self.hasFocus() or self._rest.hasFocus()
        holder = QApplication.focusWidget()
        return not resting and holder is not None and self.isAncestorOf(holder)

    def _refresh(self) -> None:
        self._follow_emergency()
        self.page.refresh()
        self._offer()
        self._tick()

    def _follow_emergency(self) -> None:
        sight = self.presenter.sight
        if self._emergency is None and (sight is None or not sight.hall.publications):
            return
        if self._emergency is None:
            from hallclient.kiosk.emergency import KioskEmergency  # noqa: PLC0415 - hardly ever

            self._emergency = KioskEmergency(self, self.presenter)
        before = self.covered
        self._emergency.follow()
        if self.covered and not before:
            self._rest_keys()

    def _offer(self) -> None:
        """Tell the voice what there is to read."""
        if self._reading is None and self.presenter.modes.voice:
            self._reading = self._read_out()
        if self._reading is not None:
            self._reading.show(self.page)

    def _read_once(self) -> None:
        """Read the page to the first who asks; from then on the reading hears it itself."""
        if self._reading is None:
            self._reading = self._read_out()
            if self._reading is not None:
                self._reading.show(self.page)
                self._reading.read()

    def _tick(self) -> None:
        self.page.tick()
        presenter = self.presenter
        if presenter.asking:
            self._ask(presenter.idle.left)
        elif self._strip is not None:
            self._strip.hide()

    def _ask(self, seconds: int) -> None:
        words = self.presenter.words
        if self._strip is None:
            self._strip = IdleStrip()
            self._strip.hide()
            self._strip.clicked.connect(self.presenter.stay)
            self.put(self._strip, MARGIN, _STRIP[0], INNER_WIDTH, _STRIP[1])
        self._strip.set_elder(elder=self.presenter.modes.elder)
        self._strip.show_words(
            words("kiosk.idle.title"),
            words("kiosk.idle.text", n=seconds),
            words("kiosk.idle.stay"),
        )
        self._strip.setVisible(not self.covered)
        self._strip.raise_()


def _resting_place(screen: QWidget) -> QWidget:
    """Return what holds the keys until the first Tab: no ring for those who touch.

    Without it Qt would give the keyboard to the first control of a new window.
    """
    rest = QWidget(screen)
    rest.setGeometry(-64, -64, 1, 1)
    return rest


def _make(page: Page, presenter: KioskPresenter) -> KioskPage:
    """Make a page; its module is imported when first shown, for the start-up time."""
    module, name = _PAGES[page]
    kind: type[KioskPage] = getattr(import_module(f"hallclient.kiosk.pages.{module}"), name)
    return kind(presenter)
