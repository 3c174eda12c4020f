"""The clerk's bar at an edge of the screen (visual.md, Clerk bar).

It is always on top and never takes the keyboard: while the clerk types in the business system, the
bar is for the mouse and for the keys that ``ui.desktop`` hears everywhere. Its own shortcuts work
while one of our windows has the keyboard (a popover, the sign-in, the panel).
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QScreen,
    QShowEvent,
)
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
    hatch,
    state_look,
)
from hallclient.window.keys import KeyRow
from hallclient.window.layout import (
    HEIGHT,
    MIN_WIDTH,
    NARROW,
    SIDE_HEIGHT,
    SIDE_WIDTH,
    STRIP,
    WIDTH,
    Places,
    places,
    side_places,
)
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.scene import BarView
from hallclient.window.side import FewWords, TwoFigures
from hallclient.window.states import Stand

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.ui.desktop.ports import Keyboard
    from hallclient.window.popovers import StaffPopover

_CHINESE = "zh"
TOP, LEFT, RIGHT = "top", "left", "right"


class ClerkBar(Pane):
    """One window's bar, 1920x72 or 88x1080; smaller ones lose parts, never a key."""

    edge_changed = Signal(str)
    """The clerk wants the bar at another edge: ``top``, ``left`` or ``right``."""
    screen_changed = Signal(str)
    """The clerk wants the bar on another monitor, by its name."""

    def __init__(self, presenter: ClerkPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus
            | Qt.WindowType.X11BypassWindowManagerHint  # a full-screen program covers it else
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.presenter = presenter
        if presenter.parent() is None:
            presenter.setParent(self)
        self._view, self._edge = presenter.view, TOP
        self.window_plate = WindowPlate("", 30, radius=8)
        self.state = StateBlock()
        self.plate = Plate("", 38)
        self.sign_in_key = Key("", icon="user-check", sizes=(17, 15, 14, 13, 12))
        self.service, self.few = ServiceBlock(), FewWords()
        self.waiting, self.longest = Metric(sizes=BAR_METRIC), Metric(sizes=BAR_METRIC)
        self.figures = TwoFigures()
        self.edges = (Line(), Line())
        self.keypad = SmallIcon()
        self.more, self.expand = IconKey("more"), IconKey("chev-d")
        self.undo = Key("", sizes=(17, 15, 14, 13, 12))
        self.keys = KeyRow(self, presenter.bindings)
        self.askings = Askings(self, presenter, self.keys, self.sign_in_key, self.more)
        self.strip = MessageStrip(self)
        self.ledger: Callable[[], None] | None = None
        """Brings the ledger's page to the front, where there is one."""
        self.keyboard: Keyboard | None = None
        """How popovers get the keys and give them back, once the desktop was asked."""
        self.panel: Callable[[], None] | None = None
        """Opens or closes the full panel, where there is one."""
        self.setMinimumSize(MIN_WIDTH, HEIGHT)
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
    def edge(self) -> str:
        """Where the bar stands: ``top``, ``left`` or ``right``."""
        return self._edge

    @property
    def popover(self) -> "StaffPopover | None":
        """The popover that is open now."""
        return self.askings.popover

    # Methods

    def set_edge(self, edge: str) -> None:
        """Stand at another edge; the size along it is the caller's (``dock``, ``size_at``)."""
        if edge == self._edge:
            return
        self._edge = edge
        side = edge != TOP
        self.setMinimumSize(0, 0)
        self.resize(SIDE_WIDTH if side else WIDTH, SIDE_HEIGHT if side else HEIGHT)
        self.setMinimumSize(*((SIDE_WIDTH, 0) if side else (MIN_WIDTH, HEIGHT)))
        self.expand.set_icon("chev-r" if side else "chev-d")
        self._lay_out()
        self.show_view(self._view)

    def edge_on(self, screen: QSize, wished: str = TOP) -> str:
        """Return where the bar stands on a screen: at the side of one too narrow for the top."""
        return RIGHT if wished == TOP and screen.width() < NARROW else wished

    def dock(self, screen: QScreen | None = None, edge: str = TOP) -> None:
        """Take an edge of a screen, its whole length."""
        wanted = screen or self.screen()
        area = wanted.availableGeometry()
        self.set_edge(self.edge_on(area.size(), edge))
        strip = QRect(area)
        if self._edge == TOP:
            strip.setHeight(HEIGHT)
        elif self._edge == LEFT:
            strip.setWidth(SIDE_WIDTH)
        else:
            strip.setLeft(area.right() - SIDE_WIDTH + 1)
        self.setGeometry(strip)

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
        elsewhere = view.stand is Stand.ELSEWHERE
        signed_out = view.stand is Stand.SIGNED_OUT or elsewhere
        self.plate.setVisible(not signed_out)
        side = self._edge != TOP
        self.plate.set_hint(
            words("window.side.no_number") if side else view.hint, 15 if side else 18
        )
        if self.plate.text() != view.label:
            self.plate.setText(view.label)
        self.plate.set_calling(calling=view.calling)
        self.sign_in_key.setVisible(signed_out)
        take_over = "window.side.take_over" if side else "window.elsewhere.take_over"
        way_in = take_over if elsewhere else "window.side.sign_in"
        self.sign_in_key.set_label(words(way_in))
        self.sign_in_key.set_face(Face.SOLID)
        self.service.show_view(view)
        self.few.show_view(view)
        self._show_figures(view)
        self._show_undo(view)
        self._show_end(view)
        self.keys.show_view(view)
        self._show_message()
        self.askings.check(view)
        if before.stand is not view.stand:
            self.update()

    def screens(self) -> tuple[str, ...]:
        """Return the names of the other monitors."""
        here = self.screen()
        return tuple(one.name() for one in QGuiApplication.screens() if one is not here)

    def toggle_panel(self) -> None:
        """Open the full panel, or close it."""
        if self.panel is not None:
            self.askings.close()
            self.panel()

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
        """Place everything by the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface, its inner edge and the strip of the state."""
        painter, look = QPainter(self), self.look
        painter.fillRect(self.rect(), look.colour("surface"))
        width, height = self.width(), self.height()
        edge, strip = QRect(0, height - 2, width, 2), QRectF(0, 0, STRIP, height - 2)
        if self._edge != TOP:
            edge = QRect(0 if self._edge == RIGHT else width - 2, 0, 2, height)
            strip = QRectF(0, 0, width, STRIP)
        state = look.theme.states[state_look(self._view.stand)]
        if state.hatched:
            hatch(painter, look, strip, state.strip)
        else:
            painter.fillRect(strip, look.colour(state.strip))
        painter.fillRect(edge, look.colour("lineStrong"))

    # Parts

    def _connect(self) -> None:
        presenter = self.presenter
        presenter.changed.connect(self.show_view)
        presenter.words.switched.connect(self._switch_language)
        self.keys.pressed.connect(self.askings.press)
        self.keys.panel_pressed.connect(self.toggle_panel)
        self.keys.menu_pressed.connect(self._open_menu)
        self.keys.undo_pressed.connect(self._take_back)
        self.keys.finish_and_call_pressed.connect(self._finish_and_call)
        self.sign_in_key.clicked.connect(self._come_in)
        self.more.clicked.connect(self.askings.open_menu)
        self.expand.clicked.connect(self.toggle_panel)
        self.undo.clicked.connect(self._take_back)

    def _finish_and_call(self) -> None:
        self.presenter.ask_outcome(then_call=True)

    def _open_menu(self) -> None:
        """Open the menu by its key; an open panel has everything in sight."""
        if self.isVisible():
            self.askings.open_menu()

    def _come_in(self) -> None:
        if self._view.stand is Stand.ELSEWHERE:
            self.presenter.take_over()
        else:
            self.askings.ask_sign_in()

    def _take_back(self) -> None:
        if self._view.undo:
            self.presenter.take_back()

    def _spread(self) -> Places:
        if self._edge != TOP:
            return side_places(self.height())
        return places(self.width(), latin=not self.look.language.startswith(_CHINESE))

    def _lay_out(self) -> None:
        found = self._spots = self._spread()
        compact = found.side or found.broken
        self.state.set_shape(side=found.side, short=compact)
        self.state.show_view(self._view)
        self.plate.set_size(25 if found.side else 30 if compact else 38)
        fixed: tuple[tuple[QWidget, QRectF], ...] = (
            (self.window_plate, found.window),
            (self.state, found.state),
            (self.plate, found.plate),
            (self.sign_in_key, found.plate),
            (self.keypad, found.keypad),
            (self.more, found.more),
            (self.expand, found.expand),
            (self.undo, found.undo),
        )
        for widget, area in fixed:
            self.put(widget, area.x(), area.y(), area.width(), area.height())
        self._put_or_hide(self.service, None if found.side else found.service)
        self._put_or_hide(self.few, found.service if found.side else None)
        self._put_or_hide(self.waiting, found.waiting)
        self._put_or_hide(self.longest, found.longest)
        self._put_or_hide(self.figures, found.figures)
        for edge, place in zip(self.edges, found.rules, strict=True):
            self._put_or_hide(edge, place)
        self.keys.place(self, found)
        self.keys.show_view(self._view)
        self._show_undo(self._view)
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
        self.figures.show_figures(
            (words("window.bar.waiting"), view.waiting), (words("window.bar.longest"), view.longest)
        )

    def _show_undo(self, view: BarView) -> None:
        """Put the way back in the place of the figures, or of the state, while there is one."""
        words, found, there = self.presenter.words, self._spots, view.undo > 0
        if there:
            self.undo.set_label(words("window.undo.take_back"))
            self.undo.set_cap(words("window.undo.seconds", n=view.undo))
            self.undo.set_face(Face.OUTLINED)
            self.undo.raise_()
        self.undo.setVisible(there)
        below = found.undo
        for widget, area in (
            (self.waiting, found.waiting),
            (self.longest, found.longest),
            (self.figures, found.figures),
            (self.state, found.state),
            (self.few, found.service if found.side else None),
        ):
            if area is not None:
                widget.setVisible(not (there and below.intersects(area)))

    def _show_end(self, view: BarView) -> None:
        words = self.presenter.words
        self.more.setAccessibleName(words("window.bar.more"))
        self.expand.setAccessibleName(words("window.bar.expand"))
        self.expand.setVisible(self.panel is not None)
        away = view.stand in (Stand.STARTING, Stand.OFFLINE, Stand.ELSEWHERE)
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
        narrow = (self._spots.service is None or self._spots.side) and self.isVisible()
        text = self._view.message if narrow else ""
        plate, width = self._spots.plate, self.strip.width()
        corner = QPoint(round(plate.x()), HEIGHT + 8)
        if self._edge != TOP:
            x = SIDE_WIDTH + 8 if self._edge == LEFT else -width - 8
            corner = QPoint(x, round(plate.y()))
        corner = self.mapToGlobal(corner)
        self.strip.show_message(text, corner.x(), corner.y())

    def _switch_language(self, code: str) -> None:
        self.set_look(replace(self.look, language=code))
        self.show_view(self.presenter.view)
