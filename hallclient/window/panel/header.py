"""The panel's head: window, state, who sits here; help, guide, cases, the way back to the bar."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent

from hallclient.config import KeySettings
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Box, Fitted, Side, draw_box, draw_fitted, draw_icon, fit_text
from hallclient.ui.widgets.base import Face, HallLabel
from hallclient.ui.widgets.plates import WindowPlate
from hallclient.ui.widgets.text import Text
from hallclient.ui.words import Words
from hallclient.window.blocks import state_look
from hallclient.window.ledger.parts import Act
from hallclient.window.panel.view import PanelView
from hallclient.window.states import Stand

HEIGHT = 52
_ROOMY = 1240


class StatePill(HallLabel):
    """The window's state: icon and word in its colours."""

    def __init__(self) -> None:
        super().__init__("")
        self._stand = Stand.STARTING

    def show_state(self, stand: Stand, text: str) -> None:
        """Show another state."""
        self._stand = stand
        self.setText(text)
        self.setAccessibleName(text)
        self.update()

    def width_of(self) -> float:
        """Return how wide the words want it."""
        metrics = fonts.metrics(15, fonts.BOLD, self.look.language)
        return min(200.0, metrics.horizontalAdvance(self.text()) + 48)

    def is_cut(self) -> bool:
        """Tell whether the word does not fit."""
        return bool(self.text()) and self._fit().elided

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw pill, icon and word."""
        painter, look = QPainter(self), self.look
        state = look.theme.states[state_look(self._stand)]
        fill = state.bg if state.bg in look.theme.colours else "surface"
        edge = "line" if look.theme.flat or fill in ("surface", "paper") else "transparent"
        area = QRectF(self.rect())
        draw_box(painter, look, area, Box(fill, edge, 2, area.height() / 2))
        side = look.px(15)
        square = QRectF(look.px(12), (area.height() - side) / 2, side, side)
        draw_icon(painter, look, state.icon, square, state.fg)
        self.pen(painter, state.fg)
        draw_fitted(
            painter,
            look,
            area.adjusted(look.px(33), 0, -look.px(8), 0),
            self._fit(),
            weight=fonts.BOLD,
        )

    def _fit(self) -> Fitted:
        room = self.reference_size()[0] - 41
        return fit_text(self.look, self.text(), (15, 14, 13), room, weight=fonts.BOLD)


class Header(Pane):
    """The strip of 52 px at the top."""

    help_asked = Signal()
    guide_asked = Signal()
    cases_asked = Signal()
    left = Signal()

    def __init__(self, words: Words, bindings: KeySettings) -> None:
        super().__init__()
        self._words, self._view, self._room = words, PanelView(), 1280.0
        self._cap = bindings.panel.replace("+", " ")
        self.plate = self.put(WindowPlate("", 24, radius=7), 0, 0, 9, 9)
        self.place_text = self.put(
            Text("", (17, 16, 15, 14, 13), weight=fonts.BOLD, lines=2), 0, 0, 9, 9
        )
        self.pill = self.put(StatePill(), 0, 0, 9, 9)
        self.guide = self.put(Act(icon="guide"), 0, 0, 9, 9)
        self.cases = self.put(Act(icon="search"), 0, 0, 9, 9)
        self.help = self.put(Act(icon="help-person"), 0, 0, 9, 9)
        self.keypad = self.put(Text("", (16, 15, 14), colour="ink2"), 0, 0, 9, 9)
        self.staff = self.put(Text("", (16, 15, 14)), 0, 0, 9, 9)
        self.staff.set_icon("person", 18)
        self.clock = self.put(Text("", (20,), weight=fonts.FIGURE, side=Side.RIGHT), 0, 0, 9, 9)
        self.away = self.put(Act(icon="dock", cap=self._cap), 0, 0, 9, 9)
        for key, signal in (
            (self.guide, self.guide_asked),
            (self.cases, self.cases_asked),
            (self.help, self.help_asked),
            (self.away, self.left),
        ):
            key.clicked.connect(signal)

    def show_view(self, view: PanelView) -> None:
        """Show another state."""
        words, self._view = self._words, view
        self.plate.setText(view.number)
        self.plate.setAccessibleName(words("common.window_n", window=view.number))
        self.place_text.setText(view.place)
        self.pill.show_state(view.stand, view.state)
        here = view.stand not in (Stand.STARTING, Stand.OFFLINE, Stand.SIGNED_OUT)
        for key in (self.guide, self.cases, self.help):
            key.set_face(Face.OUTLINED if here else Face.FLAT)
        self.guide.set_words(words("panel.guide.key"))
        self.cases.set_words(words("panel.cases.key"))
        self.help.set_words(words("window.bar.help"))
        self.staff.setText(view.staff)
        self.clock.setText(view.clock)
        ready = bool(view.keypad)
        self.keypad.set_icon("keypad" if ready else "plug", 18, "ink2" if ready else "warn")
        self.keypad.setText(words("window.bar.keypad_ready" if ready else "window.fault.keypad"))
        self.keypad.set_colour("ink2" if ready else "warn")
        self._spread()

    def lay_out(self, width: float) -> None:
        """Take a width."""
        self._room = width
        self._spread()

    def _spread(self) -> None:
        view, width = self._view, self._room
        roomy = width >= _ROOMY
        self.away.set_words(self._words("panel.away") if roomy else "")
        self.away.setAccessibleName(self._words("panel.away"))
        latin = not self.look.language.startswith("zh")
        right = width - 16
        for widget, wide, there in self._ends(roomy=roomy, latin=latin):
            widget.setVisible(there)
            if there:
                tall, top = (36.0, 7.0) if isinstance(widget, Act) else (48.0, 1.0)
                self.put(widget, right - wide, top, wide, tall)
                right -= wide + 10
        self.put(self.plate, 16, 8, 50, 36)
        pill = self.pill.width_of()
        room = right - 80 - pill - 14
        metrics = fonts.metrics(17, fonts.BOLD, self.look.language)
        place = max(0.0, min(metrics.horizontalAdvance(view.place) + 6, room))
        self.place_text.setVisible(place > 40)
        self.put(self.place_text, 80, 1, place, 48)
        x = 80 + (place + 14 if place > 40 else 0)
        self.put(self.pill, x, 9, pill, 32)

    def _ends(self, *, roomy: bool, latin: bool) -> tuple[tuple[Act | Text, float, bool], ...]:
        """Return what stands at the right, outermost first, with widths."""
        view = self._view
        staff = fonts.metrics(16, fonts.REGULAR, self.look.language)
        name = min(170.0, staff.horizontalAdvance(view.staff) + 28)
        keys = (112.0 if roomy else 98.0) if latin else 84.0
        return (
            (self.away, 206.0 if roomy and latin else 190.0 if roomy else 124.0, True),
            (self.clock, 60.0, bool(view.clock)),
            (self.staff, name if roomy else min(name, 132.0), bool(view.staff)),
            (self.keypad, 128.0, view.keypad is not None and roomy and not latin and self._wide()),
            (self.help, keys, view.helps),
            (self.cases, keys, True),
            (self.guide, keys, True),
        )

    def _wide(self) -> bool:
        return self._room >= 1270

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface and its lower edge."""
        painter, look = QPainter(self), self.look
        painter.fillRect(self.rect(), look.colour("surface"))
        edge = self.rect().adjusted(0, self.height() - 2, 0, 0)
        painter.fillRect(edge, look.colour("line"))
