"""The clerk's bar at the top edge of the screen (visual.md, Clerk bar).

It is always on top and never takes the keyboard: while the clerk types in the business system, the
bar is for the mouse. Its F-keys work while one of our own windows has the keyboard (a popover, the
sign-in). Keys that work everywhere, and a strip of the screen kept free, are not part of it yet.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent, QScreen, QShowEvent
from PySide6.QtWidgets import QWidget

from hallclient.ui.canvas import Pane
from hallclient.ui.look import Look
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.keys import Key
from hallclient.ui.widgets.plates import Plate, WindowPlate
from hallclient.ui.widgets.status import BAR_METRIC, Metric
from hallclient.ui.widgets.text import Line
from hallclient.window.askings import Askings
from hallclient.window.blocks import (
    IconKey,
    MessageStrip,
    ServiceBlock,
    SmallIcon,
    StateBlock,
    state_look,
)
from hallclient.window.keys import KeyRow
from hallclient.window.layout import HEIGHT, MIN_WIDTH, STRIP, WIDTH, places
from hallclient.window.popovers import StaffPopover
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.states import Stand
from hallclient.window.view import BarView

if TYPE_CHECKING:
    from collections.abc import Callable

_CHINESE = "zh"


class ClerkBar(Pane):
    """One window's bar, 1920x72; narrower screens lose parts, never a key."""

    def __init__(self, presenter: ClerkPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(MIN_WIDTH)
        self.presenter = presenter
        if presenter.parent() is None:
            presenter.setParent(self)
        self._view = presenter.view
        self.window_plate = WindowPlate("", 30, radius=8)
        self.state = StateBlock()
        self.plate = Plate("", 38)
        self.sign_in_key = Key("", icon="user-check")
        self.service = ServiceBlock()
        self.waiting, self.longest = Metric(sizes=BAR_METRIC), Metric(sizes=BAR_METRIC)
        self.edges = (Line(), Line())
        self.keypad = SmallIcon()
        self.more = IconKey("more")
        self.keys = KeyRow(self, presenter.bindings)
        self.askings = Askings(self, presenter, self.keys, self.sign_in_key, self.more)
        self.strip = MessageStrip(self)
        self.ledger: Callable[[], None] | None = None
        """Brings the ledger's page to the front, where there is one."""
        self.resize(WIDTH, HEIGHT)
        self._spots = places(WIDTH)
        self._lay_out()
        self.set_look(replace(self.look, language=presenter.words.language))
        self._connect()
        self.show_view(presenter.view)

    # Properties

    @property
    def view(self) -> BarView:
        """What the bar shows."""
        return self._view

    @property
    def popover(self) -> StaffPopover | None:
        """The popover that is open now."""
        return self.askings.popover

    # Methods

    def dock(self, screen: QScreen | None = None) -> None:
        """Take the top edge of a screen, its whole width."""
        wanted = screen or self.screen()
        area = wanted.availableGeometry()
        self.setGeometry(QRect(area.topLeft(), area.topRight()).adjusted(0, 0, 0, HEIGHT - 1))

    def set_look(self, look: Look) -> None:
        """Take theme and language; the bar is not scaled, it loses parts instead."""
        super().set_look(replace(look, k=1.0))
        self.strip.set_look(self.look)
        self._lay_out()

    def show_view(self, view: BarView) -> None:
        """Show a view of the presenter."""
        words = self.presenter.words
        before, self._view = self._view, view
        self.window_plate.setText(view.number)
        self.window_plate.setAccessibleName(words("common.window_n", window=view.number))
        self.state.show_view(view)
        signed_out = view.stand is Stand.SIGNED_OUT
        self.plate.setVisible(not signed_out)
        self.plate.set_hint(view.hint, 18)
        if self.plate.text() != view.label:
            self.plate.setText(view.label)
        self.plate.set_calling(calling=view.calling)
        self.sign_in_key.setVisible(signed_out)
        self.sign_in_key.set_label(words("window.sign_in.enter"))
        self.sign_in_key.set_face(Face.SOLID)
        self.service.show_view(view)
        self._show_figures(view)
        self._show_end(view)
        self.keys.show_view(view)
        self._show_message()
        self.askings.check(view)
        if before.stand is not view.stand:
            self.update()

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to read the window's state."""
        super().showEvent(event)
        self.presenter.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the presenter and close what is open."""
        self.askings.close()
        self.strip.hide()
        self.presenter.close()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything by the new width."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface, its lower edge and the strip of the state."""
        painter, look = QPainter(self), self.look
        painter.fillRect(self.rect(), look.colour("surface"))
        edge = QRect(0, self.height() - 2, self.width(), 2)
        painter.fillRect(edge, look.colour("lineStrong"))
        state = look.theme.states[state_look(self._view.stand)]
        strip = QRectF(0, 0, STRIP, self.height() - 2)
        if state.hatched:
            _hatch(painter, look, strip, state.strip)
        else:
            painter.fillRect(strip, look.colour(state.strip))

    # Parts

    def _connect(self) -> None:
        presenter = self.presenter
        presenter.changed.connect(self.show_view)
        presenter.words.switched.connect(self._switch_language)
        self.keys.pressed.connect(self.askings.press)
        self.sign_in_key.clicked.connect(self.askings.ask_sign_in)
        self.more.clicked.connect(self.askings.open_menu)

    def _lay_out(self) -> None:
        latin = not self.look.language.startswith(_CHINESE)
        found = self._spots = places(self.width(), latin=latin)
        fixed: tuple[tuple[QWidget, QRectF], ...] = (
            (self.window_plate, found.window),
            (self.state, found.state),
            (self.plate, found.plate),
            (self.sign_in_key, found.plate),
            (self.keypad, found.keypad),
            (self.more, found.more),
        )
        for widget, area in fixed:
            self.put(widget, area.x(), area.y(), area.width(), area.height())
        self._put_or_hide(self.service, found.service)
        self._put_or_hide(self.waiting, found.waiting)
        for edge, place in zip(self.edges, found.rules, strict=True):
            self._put_or_hide(edge, place)
        self._put_or_hide(self.longest, found.longest)
        self.keys.place(self, found)
        self._show_message()

    def _put_or_hide(self, widget: QWidget, area: QRectF | None) -> None:
        if area is not None:
            self.put(widget, area.x(), area.y(), area.width(), area.height())
        elif widget.parent() is None:
            self.put(widget, 0, 0, 1, 1)
        widget.setVisible(area is not None)

    def _show_figures(self, view: BarView) -> None:
        words = self.presenter.words
        none = words("common.none")
        self.waiting.set_words(words("window.bar.waiting"), view.waiting)
        unit = "" if view.longest == none else words("common.minutes_short")
        if unit and not self.look.language.startswith(_CHINESE):
            unit = f" {unit}"
        self.longest.set_words(words("window.bar.longest"), view.longest, unit)

    def _show_end(self, view: BarView) -> None:
        words = self.presenter.words
        self.more.setAccessibleName(words("window.bar.more"))
        away = view.stand in (Stand.STARTING, Stand.OFFLINE)
        self.more.set_face(Face.FLAT if away else Face.BARE)
        if view.stand is Stand.OFFLINE:
            self.keypad.show_icon("link-off", "ink2", words("window.fault.offline"))
        elif view.keypad is None:
            self.keypad.show_icon("", "ink2", "")
        elif view.keypad:
            self.keypad.show_icon("keypad", "ink2", words("window.bar.keypad_ready"))
        else:
            self.keypad.show_icon("plug", "warn", words("window.fault.keypad"))

    def _show_message(self) -> None:
        narrow = self._spots.service is None and self.isVisible()
        corner = self.mapToGlobal(QPoint(round(self._spots.plate.x()), HEIGHT + 8))
        self.strip.show_message(self._view.message if narrow else "", corner.x(), corner.y())

    def _switch_language(self, code: str) -> None:
        self.set_look(replace(self.look, language=code))
        self.show_view(self.presenter.view)


def _hatch(painter: QPainter, look: Look, area: QRectF, colour: str) -> None:
    """Draw stripes of 5 px at 45 degrees, the surface between them."""
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = painter.pen()
    pen.setColor(look.colour(colour))
    pen.setWidth(5)
    painter.setPen(pen)
    step = 14.0
    y = -step
    while y < area.bottom() + 2 * step:
        painter.drawLine(QPoint(-6, round(y + 6)), QPoint(STRIP + 6, round(y - STRIP - 6)))
        y += step
    painter.restore()
