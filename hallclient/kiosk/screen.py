"""The kiosk's screen: 1080x1920 scaled to any size, one page of it at a time."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from hallclient.kiosk.pages.home import HomePage
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
from hallclient.ui.look import Look

_STRIP = (FOOT_Y - 20, FOOT_HEIGHT + 24)


class KioskScreen(Canvas):
    """Shows what the presenter says. Pages other than home are made when first needed."""

    def __init__(
        self, presenter: KioskPresenter, look: Look | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(WIDTH, HEIGHT, parent)
        self.presenter = presenter
        self._pages: dict[Page, KioskPage] = {}
        self._strip: IdleStrip | None = None
        self._shown = presenter.page
        start = look or Look()
        self.set_look(replace(start, language=presenter.words.language))
        presenter.words.switched.connect(self._on_switched)
        presenter.moved.connect(self._show)
        presenter.updated.connect(self._refresh)
        presenter.ticked.connect(self._tick)
        self._show(presenter.page)

    @property
    def page(self) -> KioskPage:
        """The page that is shown."""
        return self._pages[self._shown]

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the presenter's timers with the screen."""
        self.presenter.stop()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand keys that no control has taken to the page: the search types them."""
        self.page.key_pressed(event)

    def _on_switched(self, code: str) -> None:
        self.set_look(replace(self.look, language=code))
        self._refresh()

    def _show(self, page: Page) -> None:
        shown = self._pages.get(page)
        if shown is None:
            shown = self._pages[page] = _make(page, self.presenter)
            shown.hide()
            self.put(shown, 0, 0, WIDTH, HEIGHT)
        self._shown = page
        by_key = self._has_keyboard()
        shown.refresh()
        shown.show()
        for other in self._pages.values():
            if other is not shown:
                other.hide()
        if by_key:
            _first_control(shown).setFocus(Qt.FocusReason.TabFocusReason)
        else:
            # The screen itself holds the keys until the first Tab: no ring for those who touch.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tick()

    def _has_keyboard(self) -> bool:
        holder = self.focusWidget()
        return holder is not None and holder is not self and holder.hasFocus()

    def _refresh(self) -> None:
        self.page.refresh()
        self._tick()

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
        self._strip.show_words(
            words("kiosk.idle.title"),
            words("kiosk.idle.text", n=seconds),
            words("kiosk.idle.stay"),
        )
        self._strip.show()
        self._strip.raise_()


def _first_control(page: KioskPage) -> QWidget:
    found = [b for b in page.findChildren(QPushButton) if b.isVisible() and b.isEnabled()]
    return found[0] if found else page


def _make(page: Page, presenter: KioskPresenter) -> KioskPage:
    """Make a page. Imported when first shown: a kiosk starts with home alone."""
    # The imports stand here for the start-up time (DESIGN §8).
    if page is Page.HOME:
        return HomePage(presenter)
    if page is Page.SERVICES:
        from hallclient.kiosk.pages.services import ServicesPage  # noqa: PLC0415

        return ServicesPage(presenter)
    if page is Page.SEARCH:
        from hallclient.kiosk.pages.search import SearchPage  # noqa: PLC0415

        return SearchPage(presenter)
    if page is Page.CONFIRM:
        from hallclient.kiosk.pages.confirm import ConfirmPage  # noqa: PLC0415

        return ConfirmPage(presenter)
    if page is Page.DONE:
        from hallclient.kiosk.pages.done import DonePage  # noqa: PLC0415

        return DonePage(presenter)
    if page is Page.NO_PAPER:
        from hallclient.kiosk.pages.no_paper import NoPaperPage  # noqa: PLC0415

        return NoPaperPage(presenter)
    if page is Page.CLOSED:
        from hallclient.kiosk.pages.closed import ClosedPage  # noqa: PLC0415

        return ClosedPage(presenter)
    from hallclient.kiosk.pages.starting import StartingPage  # noqa: PLC0415

    return StartingPage(presenter)
