"""The ledger below the bar: header, calm line, list at the left, one errand or a form at the right.

It is laid out in whole px by its own size, from 1024x528 on (a 1024x600 screen below the bar), and
is an ordinary window: it takes the keyboard, and can be put away.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QScreen, QShortcut

from hallclient.ui import fonts
from hallclient.ui.canvas import Canvas
from hallclient.ui.look import Look
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Line, Text
from hallclient.window.layout import HEIGHT as BAR
from hallclient.window.ledger.detail import Detail
from hallclient.window.ledger.forms import MoveForm
from hallclient.window.ledger.listing import ErrandList
from hallclient.window.ledger.parts import Act, line_edit
from hallclient.window.ledger.presenter import LedgerPresenter
from hallclient.window.ledger.receiving import ReceiveForm
from hallclient.window.ledger.view import Form, LedgerView, Stand

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

MIN_WIDTH, MIN_HEIGHT = 1024, 528
HEADER, NOTICE = 60, 34
SEARCH_MS = 250
_ROOMY = 1200


class LedgerPage(Canvas):
    """One window's ledger."""

    def __init__(self, presenter: LedgerPresenter, look: Look) -> None:
        super().__init__(MIN_WIDTH, MIN_HEIGHT)
        self.presenter = presenter
        presenter.setParent(self)
        words = presenter.desk.words
        self._words = words
        self._form = Form.NONE
        self.setMinimumSize(MIN_WIDTH, MIN_HEIGHT)
        self.title = self.put(Text("", (20, 18), weight=fonts.BOLD), 0, 0, 9, 9)
        self.staff = self.put(Text("", (16, 15, 14)), 0, 0, 9, 9)
        self.staff.set_icon("person", 18)
        self.waiting = self.put(Text("", (16, 15, 14), side=Side.LEFT), 0, 0, 9, 9)
        self.search_line = self.put(line_edit("", 60), 0, 0, 9, 9)
        self.receive = self.put(Act(icon="plus", cap="Ctrl N"), 0, 0, 9, 9)
        self.print = self.put(Act(icon="printer"), 0, 0, 9, 9)
        self.away = self.put(Act(icon="chev-d"), 0, 0, 9, 9)
        self.edge = self.put(Line(), 0, 0, 9, 2)
        self.notice = self.put(Text("", (16, 15, 14)), 0, 0, 9, 9)
        self.list = self.put(ErrandList(words), 0, 0, 9, 9)
        self.detail = self.put(Detail(words), 0, 0, 9, 9)
        self.form = self.put(MoveForm(words), 0, 0, 9, 9)
        self.receiving = self.put(ReceiveForm(words), 0, 0, 9, 9)
        self.nothing = self.put(
            Text("", (22, 20, 18), side=Side.CENTRE, lines=3, colour="ink2"), 0, 0, 9, 9
        )
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(SEARCH_MS)
        self._connect()
        self.set_look(look)
        self.resize(MIN_WIDTH, MIN_HEIGHT)
        self._say()
        self.show_view(presenter.view)

    def dock(self, screen: QScreen | None = None) -> None:
        """Take what the bar leaves of a screen."""
        area = (screen or self.screen()).availableGeometry()
        self.setGeometry(QRect(area).adjusted(0, BAR, 0, 0))

    def put_away(self) -> None:
        """Leave the screen to other programs; the bar's menu brings the page back."""
        self.showMinimized()

    def bring_back(self) -> None:
        """Show the page again, in front."""
        self.showNormal()
        self.raise_()
        self.activateWindow()

    def show_view(self, view: LedgerView) -> None:
        """Show a view of the presenter."""
        there = view.stand is Stand.OPEN
        self.staff.setText(view.staff)
        self.staff.setVisible(there)
        self.waiting.setText(view.waiting)
        self.notice.setText(view.notice)
        self.notice.set_icon(
            "alert" if view.warns else "info", 18, "warn" if view.warns else "ink2"
        )
        self.notice.set_colour("warn" if view.warns else "ink")
        self.notice.setVisible(bool(view.notice))
        busy = not there or view.form is not Form.NONE
        lone = there and view.form is Form.NONE
        main = view.detail is not None and view.detail.main is not Form.NONE
        self.receive.set_face(Face.FLAT if busy else Face.OUTLINED if main and lone else Face.SOLID)
        self.print.setVisible(view.prints)
        self.print.set_face(Face.FLAT if busy else Face.OUTLINED)
        self.search_line.setEnabled(there)
        if not view.search and not self.search_line.hasFocus():
            self.search_line.clear()
        if not there:
            key = "signed_out" if view.stand is Stand.SIGNED_OUT else "starting"
            self.nothing.setText(self._words(f"ledger.{key}"))
        self.nothing.setVisible(not there)
        for part in (self.list, self.detail, self.form):
            part.show_view(view)
        self.receiving.show_view(view)
        self._show_form(view.form, there=there)

    def set_look(self, look: Look) -> None:
        """Take theme and language."""
        super().set_look(look)
        self.search_line.setFont(look.font(17, fonts.MEDIUM))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out by the new size: nothing is scaled."""
        self.reference = (self.width(), self.height())
        super().resizeEvent(event)
        self._lay_out()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Put away instead: the role ends with its bar."""
        if event.spontaneous():
            event.ignore()
            self.put_away()
            return
        self._typing.stop()
        self.presenter.close()
        super().closeEvent(event)

    # Parts

    def _connect(self) -> None:
        presenter, view = self.presenter, self
        presenter.changed.connect(self.show_view)
        self._words.switched.connect(self._switch_language)
        self.list.tab_chosen.connect(presenter.choose_tab)
        self.list.chosen.connect(presenter.select)
        self.list.ticked.connect(presenter.tick)
        self.list.carry_asked.connect(self._carry)
        self.detail.asked.connect(self._ask)
        self.detail.show_asked.connect(presenter.show_principal)
        self.detail.print_asked.connect(presenter.print_receipt)
        self.form.left.connect(presenter.leave_form)
        self.form.confirmed.connect(self._confirm)
        self.receiving.left.connect(presenter.leave_form)
        self.receiving.confirmed.connect(presenter.receive)
        self.receive.clicked.connect(self._receive)
        self.print.clicked.connect(presenter.print_pages)
        self.away.clicked.connect(self.put_away)
        self.search_line.textChanged.connect(lambda _text: self._typing.start())
        self._typing.timeout.connect(self._search)
        for keys, slot in (
            ("Ctrl+N", view._receive),
            ("Ctrl+F", view._find),
            ("Esc", view._escape),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _say(self) -> None:
        words = self._words
        title = words("ledger.title")
        self.setWindowTitle(title)
        self.title.setText(title)
        self.search_line.setPlaceholderText(words("ledger.find"))
        self.search_line.setAccessibleName(words("ledger.find"))
        self.receive.set_words(words("ledger.act.receive"))
        self.print.set_words(words("ledger.act.print_pages"))
        self.away.setAccessibleName(words("ledger.act.away"))

    def _lay_out(self) -> None:
        width, height = float(self.width()), float(self.height())
        roomy = width >= _ROOMY
        pad = 16.0 if roomy else 12.0
        self._place_header(width, pad, roomy=roomy)
        self.put(self.edge, 0, HEADER - 2, width, 2)
        self.put(self.notice, pad + 4, HEADER, width - 2 * pad, NOTICE)
        top = HEADER + NOTICE
        body = height - top - pad
        right = min(max(width * 0.36, 372.0), 480.0)
        left = width - right - 3 * pad
        self.put(self.list, pad, top, left, body)
        self.list.lay_out(left, body)
        for card in (self.detail, self.form):
            self.put(card, left + 2 * pad, top, right, body)
            card.lay_out(right, body)
        self.put(self.receiving, pad, top, width - 2 * pad, body)
        self.receiving.lay_out(width - 2 * pad, body)
        self.put(self.nothing, pad + 40, top + 20, width - 2 * pad - 80, min(220.0, body - 40))

    def _place_header(self, width: float, pad: float, *, roomy: bool) -> None:
        latin = not self.look.language.startswith("zh")
        title = 96.0 if not latin else 150.0
        x = pad + 4
        self.put(self.title, x, 0, title, HEADER - 2)
        x += title + 12
        staff = 170.0 if roomy else 132.0
        self.put(self.staff, x, 0, staff, HEADER - 2)
        x += staff + 8
        self.put(self.waiting, x, 0, 96, HEADER - 2)
        x += 96 + 8
        right = width - pad - 48
        self.put(self.away, right, 7, 48, 44)
        printing = 150.0 if roomy else 116.0
        right -= printing + 8
        self.put(self.print, right, 7, printing, 44)
        receiving = 180.0 if roomy else 156.0
        right -= receiving + 8
        self.put(self.receive, right, 7, receiving, 44)
        self.put(self.search_line, x, 7, right - x - 12, 44)

    def _show_form(self, form: Form, *, there: bool) -> None:
        before, self._form = self._form, form
        whole = form is Form.RECEIVE
        if before is not form and form is not Form.NONE:
            self._open(form)
        elif before is Form.RECEIVE and form is Form.NONE:
            self.receiving.forget()
        self.list.setVisible(there and not whole)
        self.detail.setVisible(there and form is Form.NONE)
        self.form.setVisible(there and not whole and form is not Form.NONE)
        self.receiving.setVisible(there and whole)
        if before is not form and form is Form.NONE and there:
            self.receive.setFocus(Qt.FocusReason.PopupFocusReason)

    def _open(self, form: Form) -> None:
        plan, ledger = self.presenter.plan, self.presenter.ledger
        if plan is None or ledger is None:
            return
        card: QWidget = self.receiving if form is Form.RECEIVE else self.form
        card.show()
        if form is Form.RECEIVE:
            self.receiving.open(plan, ledger)
        else:
            self.form.open(self.presenter.view, ledger.offices)

    def _ask(self, form: Form) -> None:
        if form is Form.CARRY:
            self.presenter.carry_again()
        else:
            self.presenter.open_form(form)

    def _carry(self) -> None:
        self.presenter.open_form(Form.CARRY)

    def _confirm(self, text: str) -> None:
        presenter = self.presenter
        {
            Form.CARRY: lambda: presenter.carry(text),
            Form.RETURN: lambda: presenter.bring_back(text),
            Form.CANCEL: lambda: presenter.cancel(text),
            Form.SIGN: presenter.sign,
        }[self._form]()

    def _receive(self) -> None:
        if self.receive.isEnabled():
            self.presenter.open_form(Form.RECEIVE)

    def _find(self) -> None:
        self.search_line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_line.selectAll()

    def _search(self) -> None:
        self.presenter.search(self.search_line.text())

    def _escape(self) -> None:
        if self._form is not Form.NONE:
            self.presenter.leave_form()
        elif self.search_line.text():
            self.search_line.clear()

    def _switch_language(self, code: str) -> None:
        self.set_language(code)
        self._say()
        self._lay_out()
        self.show_view(self.presenter.view)
