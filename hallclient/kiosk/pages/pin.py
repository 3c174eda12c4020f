"""The technician's PIN: digits on the screen or on a keyboard; nothing of it is ever shown."""

from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent

from hallclient.kiosk.pages.page import FOOT_HEIGHT, FOOT_Y, INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.widgets.typing import LetterKey
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side, draw_box
from hallclient.ui.widgets.base import Face, HallLabel
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_KEYS_Y, _KEY, _GAP = 984.0, (306.0, 160.0), 25.0


class PinPage(InnerPage):
    """All keys stand below y 960: one place for everybody."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._journey = presenter.journeys.technician
        self._title = Text("", (80, 68, 56), weight=fonts.BOLD, side=Side.CENTRE)
        self._hint = Text("", (44, 40), colour="ink2", side=Side.CENTRE, lines=2)
        self._dots = PinDots()
        self._trouble = Text("", (44, 40), colour="warn", side=Side.CENTRE, lines=2)
        self.put(self._title, MARGIN, 240, INNER_WIDTH, 110)
        self.put(self._hint, MARGIN, 370, INNER_WIDTH, 120)
        self.put(self._dots, MARGIN, 540, INNER_WIDTH, 160)
        self.put(self._trouble, MARGIN, 740, INNER_WIDTH, 140)
        for index, digit in enumerate("123456789"):
            self._place(self._digit(digit), index)
        self._delete = BigButton("", "backspace", size=(44,), icon_size=52, stacked=True)
        self._delete.clicked.connect(self._journey.delete)
        self._place(self._delete, 9)
        self._place(self._digit("0"), 10)
        self._enter = BigButton("", "check", size=(44,), icon_size=52, stacked=True)
        self._enter.clicked.connect(self._journey.enter)
        self._place(self._enter, 11)
        self._back = BigButton("", "chev-l", size=(48, 44), icon_size=44)
        self._back.clicked.connect(presenter.home)
        self._ushers = BigButton("", "user-check", size=(48, 44), icon_size=44)
        self._ushers.clicked.connect(presenter.journeys.ushering.open)
        self.put(self._back, MARGIN, FOOT_Y, 472, FOOT_HEIGHT)
        self.put(self._ushers, MARGIN + 496, FOOT_Y, 472, FOOT_HEIGHT)

    def refresh(self) -> None:
        """Show how many digits there are, and what is wrong."""
        view = self._journey.pin_view()
        self._title.setText(view.title)
        self._hint.setText(view.hint)
        self._trouble.setText(view.trouble)
        self._dots.show_count(view.typed, f"{view.title}: {view.typed}")
        self._delete.set_words(view.delete)
        self._enter.set_words(view.enter)
        self._enter.set_face(Face.SOLID if view.works else Face.DASHED)
        self._back.set_words(view.back)
        self._ushers.set_words(self.words("kiosk.usher.sign_in"))
        self._ushers.setVisible(self.presenter.journeys.ushering.available)
        self.tick()

    def key_pressed(self, event: QKeyEvent) -> None:
        """Take digits, Backspace, Enter and Esc of a keyboard."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._journey.enter()
        elif event.key() == Qt.Key.Key_Backspace:
            self._journey.delete()
        elif event.key() == Qt.Key.Key_Escape:
            self.presenter.home()
        elif event.text():
            self._journey.type(event.text())

    def _digit(self, digit: str) -> LetterKey:
        key = LetterKey(digit)
        key.clicked.connect(partial(self._journey.type, digit))
        return key

    def _place(self, key: LetterKey | BigButton, index: int) -> None:
        row, column = divmod(index, 3)
        width, height = _KEY
        x, y = MARGIN + column * (width + _GAP), _KEYS_Y + row * (height + _GAP)
        self.put(key, x, y, width, height)


class PinDots(HallLabel):
    """A dot for each digit, in a frame; how many may be told, which may not."""

    def __init__(self) -> None:
        super().__init__("")
        self._count = 0

    def show_count(self, count: int, name: str) -> None:
        """Show so many dots."""
        if (count, name) == (self._count, self.accessibleName()):
            return
        self._count = count
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame and dots."""
        painter, look = QPainter(self), self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        draw_box(painter, look, area, Box("surface", "primary", 4, 20))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("ink"))
        size, step = look.px(32), look.px(68)
        x = (area.width() - step * (self._count - 1) - size) / 2
        for index in range(self._count):
            painter.drawEllipse(QRectF(x + index * step, (area.height() - size) / 2, size, size))
