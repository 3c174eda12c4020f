"""预约报到: type the code of the slip or the message; or scan it, or use a card."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from hallclient.domain.appointment import spaced
from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.widgets.code_pad import CodePad
from hallclient.kiosk.widgets.ticket import Band
from hallclient.kiosk.widgets.typing import SearchField
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_GAP = 24.0
_PAD_Y, _PAD_HEIGHT = 968.0, 516.0


class CheckInPage(InnerPage):
    """Every control stands in the lower half already: low reach changes nothing."""

    types_digits = True

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._journey = journey = presenter.journeys.checking_in
        self._title = Text("", weight=fonts.BOLD)
        self._hint = Text("", colour="ink2", lines=3)
        self._hint.set_leading(1.35)
        self._ways = Text("", colour="ink2", lines=3)
        self._ways.set_leading(1.35)
        self._notices = self.add_banner(444)
        self._message = Band(
            fill="warnTint", ink="warn", icon="info", sizes=(44, 40), weight=fonts.MEDIUM
        )
        self._field = SearchField()
        self._pad = CodePad(INNER_WIDTH, _PAD_HEIGHT)
        self._pad.typed.connect(journey.type_sign)
        self._pad.deleted.connect(journey.delete)
        self._pad.switched.connect(journey.switch_keys)
        self._find = BigButton("", size=(76, 64, 52))
        self._find.clicked.connect(journey.look)
        self._back = BigButton("", "chev-l")
        self._book = BigButton("", "calendar-check")
        self._home = BigButton("", "home")
        self._back.clicked.connect(presenter.back)
        self._book.clicked.connect(journey.book)
        self._home.clicked.connect(presenter.home)

    def lay_out(self) -> None:
        """Larger words for elders; the keys are large enough for everybody."""
        self._title.set_sizes((84, 72) if self.elder else (72, 60))
        self._hint.set_sizes((48, 44) if self.elder else (40, 36, 34))
        self._ways.set_sizes((48, 44) if self.elder else (38, 34))
        self.put(self._title, MARGIN, 144, INNER_WIDTH, 116)
        self.put(self._hint, MARGIN, 268, INNER_WIDTH, 200)
        self.put(self._ways, MARGIN, 476, INNER_WIDTH, 150)
        self.put(self._notices, MARGIN, 640, INNER_WIDTH, 172)
        self.put(self._message, MARGIN, 640, INNER_WIDTH, 172)
        self.put(self._field, MARGIN, 832, INNER_WIDTH, 116)
        self.put(self._pad, MARGIN, _PAD_Y, INNER_WIDTH, _PAD_HEIGHT)
        self.put(self._find, MARGIN, 1508, INNER_WIDTH, 188)
        foot = (48, 44) if self.elder else (38, 34, 30)
        for button in (self._back, self._book, self._home):
            button.set_sizes(foot, 40)
        third = (INNER_WIDTH - 2 * _GAP) / 3
        self.put(self._back, MARGIN, 1720, third - 40, 148)
        self.put(self._book, MARGIN + third - 40 + _GAP, 1720, third + 80, 148)
        self.put(self._home, MARGIN + 2 * (third + _GAP) + 40, 1720, third - 40, 148)

    def refresh(self) -> None:
        """Show what was typed and what it led to."""
        self.tick()
        words, journey, presenter = self.words, self._journey, self.presenter
        self._title.setText(words("kiosk.check_in.title"))
        self._hint.setText(words("kiosk.check_in.hint"))
        entries = presenter.entries
        ways = [f"kiosk.check_in.{name}" for name in ("scanning", "card") if name in entries]
        self._ways.setText("\n".join(words(key) for key in ways))
        problem = words(f"kiosk.check_in.no.{journey.problem}") if journey.problem else ""
        self._message.setVisible(bool(problem) and not self.noticed)
        self._message.setText(problem)
        self._field.show_query(spaced(journey.code), "")
        self._pad.show_keys(letters=journey.letters, delete=words("kiosk.search.delete"))
        find = "busy" if journey.busy else "find"
        self._find.set_words(words(f"kiosk.check_in.{find}"))
        self._find.set_face(Face.SOLID if journey.ready else Face.DASHED)
        self._back.set_words(words("common.back"))
        self._book.set_words(words("kiosk.check_in.book"))
        self._book.setVisible("booking" in entries)
        self._home.set_words(words("common.home"))

    def key_pressed(self, event: QKeyEvent) -> None:
        """Type with a keyboard too."""
        if event.key() == Qt.Key.Key_Backspace:
            self._journey.delete()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._journey.look()
        elif event.key() == Qt.Key.Key_Escape:
            self.presenter.back()
        elif event.text() and event.text().isprintable():
            self._journey.type_sign(event.text())
        else:
            event.ignore()
