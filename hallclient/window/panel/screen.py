"""The full panel of a clerk (08): an ordinary window that takes the keyboard.

It is laid out by its own size, from 1024x640 on: the columns grow, and where there is much more
room than 1280x800 everything grows by quarters.
Keys: those of the bar; digits choose an outcome; Esc goes one step back; Ctrl+G guide, Ctrl+K
cases, Alt+1 to 3 the lists.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from hallclient.ui.canvas import Canvas
from hallclient.ui.look import Look
from hallclient.window.panel.ask_card import AskCard
from hallclient.window.panel.banner import Banner, Toast
from hallclient.window.panel.form import OutcomeForm
from hallclient.window.panel.header import HEIGHT as HEADER
from hallclient.window.panel.header import Header
from hallclient.window.panel.key_grid import GRID, KeyGrid
from hallclient.window.panel.lists import HistoryCard, QueueCard, TotalsStrip
from hallclient.window.panel.lookup_card import LookupCard
from hallclient.window.panel.parts import digit_of
from hallclient.window.panel.presenter import PanelPresenter
from hallclient.window.panel.rest_card import RestCard
from hallclient.window.panel.ticket_card import TicketCard
from hallclient.window.panel.view import Middle, PanelView, Tab

MIN_WIDTH, MIN_HEIGHT = 1024, 640
WIDTH, HEIGHT = 1280, 800
BANNER = 56
SCALE_STEP = 0.25


def scale_of(width: float, height: float) -> float:
    """Return how much larger everything is on a screen of so many px: 1.25 at 1920x1080."""
    whole = min(width / WIDTH, height / HEIGHT)
    return max(1.0, int(whole / SCALE_STEP) * SCALE_STEP)


class ClerkPanel(Canvas):
    """One window's panel."""

    collapsed = Signal()
    """The clerk goes back to the bar."""

    def __init__(self, presenter: PanelPresenter, look: Look) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.presenter = presenter
        presenter.setParent(self)
        self._words = words = presenter.words
        bindings = presenter.clerk.bindings
        caps = tuple(text.replace("+", " ") for text in (bindings.finish, bindings.finish_and_call))
        self._caps = {key: getattr(bindings, key.value).replace("+", " ") for key in GRID}
        self.setMinimumSize(MIN_WIDTH, MIN_HEIGHT)
        self.header = self.put(Header(words, bindings), 0, 0, 9, 9)
        self.banner = self.put(Banner(), 0, 0, 9, 9)
        self.card = self.put(TicketCard(), 0, 0, 9, 9)
        self.keys = self.put(KeyGrid(bindings), 0, 0, 9, 9)
        self.form = self.put(OutcomeForm(words, (caps[0], caps[1])), 0, 0, 9, 9)
        self.rest = self.put(RestCard(), 0, 0, 9, 9)
        self.ask = self.put(AskCard(words), 0, 0, 9, 9)
        self.lookup = self.put(LookupCard(words), 0, 0, 9, 9)
        self.queue = self.put(QueueCard(words), 0, 0, 9, 9)
        self.history = self.put(HistoryCard(words), 0, 0, 9, 9)
        self.totals = self.put(TotalsStrip(), 0, 0, 9, 9)
        self.toast = self.put(Toast(bindings.take_back.replace("+", " ")), 0, 0, 9, 9)
        self._middle = Middle.REST
        self._connect()
        self.set_look(look)
        self.resize(WIDTH, HEIGHT)
        self.show_view(presenter.view)

    # Methods

    def show_view(self, view: PanelView) -> None:
        """Show a view of the presenter."""
        presenter, words = self.presenter, self._words
        title = words("panel.title", window=view.number)
        if self.windowTitle() != title:
            self.setWindowTitle(title)
        before, self._middle = self._middle, view.middle
        self.header.show_view(view)
        self.banner.show_banner(view.banner)
        self.card.show_view(view.card)
        self.keys.show_keys(view.keys)
        acting = presenter.acting
        if view.middle is Middle.FORM:
            self.form.show_view(view.form, prints=view.prints, acting=acting)
        act = view.rest.act
        cap = self._caps.get(act, "") if act is not None else ""
        self.rest.show_view(view.rest, cap, acting=acting)
        if view.middle is Middle.ASK:
            self.ask.show_view(view.ask)
        if view.middle in (Middle.GUIDE, Middle.CASES):
            self.lookup.show_view(view.lookup)
        self.queue.show_view(view, None)
        self.history.show_lines(view.history, None)
        self.totals.show_totals(view.totals, view.through)
        self.toast.show_message(view.message, words("panel.take_back") if view.takes_back else "")
        shown = self._middles()[view.middle]
        for card in (self.form, self.rest, self.ask, self.lookup):
            card.setVisible(card is shown)
        self._lay_out()
        if before is not view.middle:
            self._follow(view.middle)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to read."""
        super().showEvent(event)
        self.presenter.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Read no more while nobody looks."""
        super().hideEvent(event)
        self.presenter.rest()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go back to the bar instead when the clerk closes it: the role ends with its bar."""
        if event.spontaneous():
            event.ignore()
            self.collapsed.emit()
            return
        self.lookup.stop()
        self.presenter.close()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out by the new size; on a large screen everything is larger, in steps."""
        k = scale_of(self.width(), self.height())
        self.reference = (self.width() / k, self.height() / k)
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by digit what the middle shows, go one step back on Esc."""
        digit = digit_of(event)
        if digit and self._middle is Middle.FORM:
            self.presenter.filler.choose_option(digit - 1)
        elif digit and self._middle is Middle.ASK:
            self.ask.choose(digit - 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.setFocus(Qt.FocusReason.PopupFocusReason)
            self.presenter.leave()
        else:
            super().keyPressEvent(event)

    # Parts

    def _connect(self) -> None:
        presenter, header = self.presenter, self.header
        presenter.changed.connect(self.show_view)
        presenter.turned.connect(self._follow)
        self._words.switched.connect(self._switch_language)
        header.help_asked.connect(presenter.clerk.ask_help)
        header.guide_asked.connect(presenter.finder.open_guide)
        header.cases_asked.connect(presenter.finder.open_cases)
        header.left.connect(self.collapsed)
        self.keys.pressed.connect(presenter.press)
        self.rest.pressed.connect(presenter.go_on)
        self.rest.served_on.connect(presenter.serve_on)
        self.ask.answered.connect(presenter.answer)
        self.ask.left.connect(presenter.leave)
        self.lookup.searched.connect(presenter.finder.search)
        self.lookup.chosen.connect(presenter.finder.choose)
        self.lookup.print_asked.connect(presenter.finder.print_guide)
        self.lookup.left.connect(presenter.leave)
        self.queue.tab_chosen.connect(presenter.choose_tab)
        self.queue.chosen.connect(presenter.choose_row)
        self.history.chosen.connect(presenter.choose_past)
        self.toast.take_back.clicked.connect(presenter.take_back)
        self._connect_form()
        self._bind_keys()

    def _connect_form(self) -> None:
        presenter, form = self.presenter, self.form
        form.outcome_chosen.connect(presenter.filler.choose_outcome)
        form.stepped.connect(presenter.filler.step_days)
        form.filled.connect(presenter.filler.fill)
        form.ticked.connect(presenter.filler.tick)
        form.finished.connect(presenter.finish)
        form.finished_and_called.connect(self._finish_and_call)
        form.print_asked.connect(presenter.finish)
        form.left.connect(presenter.leave)

    def _bind_keys(self) -> None:
        presenter, bindings = self.presenter, self.presenter.clerk.bindings
        for key in GRID:
            self._bind(getattr(bindings, key.value), partial(presenter.press, key))
        self._bind(bindings.finish_and_call, self._finish_and_call)
        self._bind(bindings.take_back, presenter.take_back)
        self._bind(bindings.panel, self.collapsed.emit)
        self._bind(bindings.help, presenter.clerk.ask_help)
        self._bind("Ctrl+G", presenter.finder.open_guide)
        self._bind("Ctrl+K", presenter.finder.open_cases)
        for n, tab in enumerate(Tab, start=1):
            self._bind(f"Alt+{n}", partial(presenter.choose_tab, tab))

    def _bind(self, text: str, slot: Callable[[], object]) -> None:
        if text:
            shortcut = QShortcut(QKeySequence(text), self)
            # A key held down must not call one ticket after another.
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(slot)

    def _finish_and_call(self) -> None:
        self.presenter.finish(call=True)

    def _middles(self) -> dict[Middle, QWidget]:
        return {
            Middle.REST: self.rest,
            Middle.FORM: self.form,
            Middle.ASK: self.ask,
            Middle.GUIDE: self.lookup,
            Middle.CASES: self.lookup,
        }

    def _follow(self, middle: Middle) -> None:
        """Let the keyboard go where the middle wants it."""
        if middle is Middle.ASK:
            self.ask.take_focus()
        elif middle in (Middle.GUIDE, Middle.CASES):
            self.lookup.take_focus()
        else:
            self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _lay_out(self) -> None:
        width, height = self.reference
        roomy = width >= 1240 and height >= 760
        gap = 16.0 if roomy else 12.0
        self.put(self.header, 0, 0, width, HEADER)
        self.header.lay_out(width)
        top = HEADER + gap
        if self.presenter.view.banner is not None:
            self.put(self.banner, gap, HEADER + 8, width - 2 * gap, BANNER)
            self.banner.lay_out(width - 2 * gap)
            top += BANNER
        foot = 56.0 if roomy else 46.0
        bottom = height - foot - (2 * 12 + 4 if roomy else 20)
        left = min(max(width * 0.2625, 256.0), 400.0) if roomy else 264.0
        right = min(max(width * 0.278, 356.0), 560.0) if roomy else 276.0
        middle = width - left - right - 4 * gap
        tall = bottom - top
        keys = min(max(tall * 0.472, 216.0), 330.0)
        self._place(self.card, gap, top, left, tall - keys - 12)
        self._place(self.keys, gap, bottom - keys, left, keys)
        for card in (self.form, self.rest, self.ask, self.lookup):
            self._place(card, left + 2 * gap, top, middle, tall)
        x = left + middle + 3 * gap
        history = min(max(tall * 0.416, 44 * 3 + 46), 44 * 8 + 46)
        self._place(self.queue, x, top, right, tall - history - 12)
        self._place(self.history, x, bottom - history, right, history)
        self._place(self.totals, gap, bottom + 12, width - 2 * gap, foot)
        toast = min(440.0, right)  # no wider than the lists: it covers no key of the form
        high = self.toast.tall(toast)
        self.put(self.toast, width - gap - toast, bottom - 6 - high, toast, high)
        self.toast.lay_out(toast)
        self.toast.raise_()

    def _place(self, card: QWidget, x: float, y: float, width: float, height: float) -> None:
        self.put(card, x, y, width, height)
        card.lay_out(width, height)  # type: ignore[attr-defined] # every card has it

    def _switch_language(self, code: str) -> None:
        self.set_language(code)
        self.show_view(self.presenter.view)
