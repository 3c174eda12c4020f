"""One ticket, several services: their order, what can be changed, and the number (联办)."""

from hallclient.kiosk.pages.page import ELDER_TARGET, INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.parts import page_of
from hallclient.kiosk.views.several import SeveralView
from hallclient.kiosk.widgets.figure_row import Pager
from hallclient.kiosk.widgets.steps import StepRow
from hallclient.kiosk.widgets.ticket import Band
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.status import Steps
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

ROWS = 8
_MORE_Y, _MORE_HEIGHT = 1384.0, 116.0
_GAP = 12.0
_ROW, _ROW_LOW, _ROW_MOST, _ELDER_ROW = 132.0, 116.0, 168.0, 240.0
_MESSAGE = (452.0, 168.0)


class SeveralPage(InnerPage):
    """Rows with their keys; below them one more service, and the number."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        journey = presenter.journeys.several
        self._journey = journey
        self._steps = Steps()
        self._title = Text("", (72, 64, 56, 48), weight=fonts.BOLD, lines=2)
        self._title.set_leading(1.15)
        self._line = Text("", (36, 32), colour="ink2", lines=2)
        self._rule = Text("", (36, 32), colour="ink2", lines=2)
        self._rule.set_icon("info", 44, "primary")
        self.put(self._steps, MARGIN, 144, INNER_WIDTH, 48)
        self.put(self._title, MARGIN, 222, INNER_WIDTH, 116)
        self.put(self._line, MARGIN, 346, INNER_WIDTH, 100)
        self.put(self._rule, MARGIN, 470, INNER_WIDTH, 120)
        self.add_banner(_MESSAGE[0])
        self._message = Band(
            fill="warnTint", ink="warn", icon="info", sizes=(38, 34, 30), weight=fonts.MEDIUM
        )
        self.put(self._message, MARGIN, _MESSAGE[0], INNER_WIDTH, _MESSAGE[1])
        # In low reach few rows have room: all services stand above them, to read.
        self._whole = Text("", (40, 36, 32, 28), weight=fonts.MEDIUM, lines=6)
        self.put(self._whole, MARGIN, 640, INNER_WIDTH, 300)
        self._rows = [StepRow() for _ in range(ROWS)]
        for row in self._rows:
            row.earlier.connect(journey.earlier)
            row.removed.connect(journey.remove)
            self.put(row, MARGIN, 640, INNER_WIDTH, _ROW)
        self._pager = Pager(INNER_WIDTH, ELDER_TARGET)
        self._pager.turned.connect(journey.turn)
        self.put(self._pager, MARGIN, 1240, INNER_WIDTH, ELDER_TARGET)
        self._build_keys(presenter)

    def _build_keys(self, presenter: KioskPresenter) -> None:
        journey = self._journey
        self._more = BigButton("", "plus", size=(40, 36, 32, 28))
        self._sort = BigButton("", "sync", size=(40, 36, 32, 28))
        self._note = Text("", (34, 30), colour="ink2", lines=2)
        self._get = BigButton("", size=(76, 64, 52))
        self._back = BigButton("", "chev-l", icon_size=40)
        self._home = BigButton("", "home", icon_size=44)
        self._more.clicked.connect(journey.add_more)
        self._sort.clicked.connect(journey.by_wait)
        self._get.clicked.connect(journey.confirm)
        self._back.clicked.connect(presenter.back)
        self._home.clicked.connect(presenter.home)
        half = (INNER_WIDTH - 24) / 2
        self.put(self._more, MARGIN, _MORE_Y, half, _MORE_HEIGHT)
        self.put(self._note, MARGIN, _MORE_Y, half, _MORE_HEIGHT)
        self.put(self._sort, MARGIN + half + 24, _MORE_Y, half, _MORE_HEIGHT)
        self.put(self._get, MARGIN, 1524, INNER_WIDTH, 196)
        self.put(self._back, MARGIN, 1744, 581, 120)
        self.put(self._home, MARGIN + 605, 1744, 363, 120)

    def lay_out(self) -> None:
        """Take the sizes of the present modes."""
        self._title.set_sizes(self.sizes(72, 64, 56, 48))
        self._whole.set_sizes(self.sizes(40, 36, 32, 28), lines=6)
        for text in (self._line, self._rule, self._note):
            text.set_sizes(self.sizes(36, 32), lines=2)
        for key in (self._more, self._sort, self._back, self._home):
            key.set_sizes((48, 44) if self.elder else (40, 36, 32, 28))
        self._pager.set_large(self.elder)
        height = max(_MORE_HEIGHT, self.target)
        y = 1500 - height
        half = (INNER_WIDTH - 24) / 2
        for widget, x in ((self._more, 0.0), (self._note, 0.0), (self._sort, half + 24)):
            self.put(widget, MARGIN + x, y, half, height)

    def refresh(self) -> None:
        """Show the services chosen."""
        self.tick()
        view = self._journey.view()
        if view is None:
            return
        words = self.words
        steps = (words("kiosk.steps.choose"), words("kiosk.steps.check"), words("kiosk.steps.take"))
        self._steps.set_steps(steps, 1)
        self._steps.setVisible(not self.elder)
        self._title.setText(view.title)
        self._line.setText(view.line)
        self._rule.setText(words("kiosk.several.steps"))
        message = bool(view.message) and not self.noticed
        self._rule.setVisible(not self.noticed and not message)
        self._message.setVisible(message)
        self._message.setText(f"{view.message}\n{view.message_sub}".strip())
        self._show_rows(view)
        self._show_keys(view)

    def _show_rows(self, view: SeveralView) -> None:
        words, top = self.words, self.top
        room = self.place(self._more).y() - 20 - top
        least = _ELDER_ROW if self.elder else _ROW_LOW if self.low else _ROW
        size = min(ROWS, int((room + _GAP) // (least + _GAP)))
        pager = ELDER_TARGET
        if len(view.steps) > size:
            room -= pager + _GAP
            size = max(1, int((room + _GAP) // (least + _GAP)))
        shown, paged = page_of(words, view.steps, self.presenter.visit.step_page, size)
        most = max(_ROW_MOST, least)
        height = min(most, (room + _GAP) / max(1, min(size, len(view.steps))) - _GAP)
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(shown))
            if place < len(shown):
                self.put(row, MARGIN, top + place * (height + _GAP), INNER_WIDTH, height)
                row.show_view(shown[place], INNER_WIDTH, height, elder=self.elder)
        self._pager.setVisible(paged.pages > 1)
        self._whole.setVisible(paged.pages > 1 and self.low)
        self._whole.setText("　".join(f"{step.number} {step.name}" for step in view.steps))
        if paged.pages > 1:
            y = self.place(self._more).y() - 20 - pager
            self.put(self._pager, MARGIN, y, INNER_WIDTH, pager)
            back, on = words("kiosk.services.previous_page"), words("kiosk.services.next_page")
            self._pager.show_page(paged, back, on)

    def _show_keys(self, view: SeveralView) -> None:
        words = self.words
        self._more.setVisible(bool(view.more))
        self._more.set_words(view.more)
        self._note.setVisible(bool(view.note))
        self._note.setText(view.note)
        self._sort.setVisible(bool(view.by_wait))
        self._sort.set_words(view.by_wait)
        self._get.set_words(view.button)
        self._get.set_face(Face.SOLID if view.works else Face.DASHED)
        self._back.set_words(words("common.back"))
        self._home.set_words(words("common.home"))
