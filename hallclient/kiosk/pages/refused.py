"""A polite no: why, from when it goes again, and what else can be done."""

from hallclient.kiosk.pages.page import (
    FOOT_HEIGHT,
    FOOT_Y,
    INNER_WIDTH,
    MARGIN,
    InnerPage,
)
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.refused import MOST_WAYS, RefusedView
from hallclient.kiosk.widgets.ways import Ways
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_HEAD, _TITLE = 148.0, 152.0
_PLATE, _PLATE_WIDTH = 150.0, 420.0
_ASK = 76.0


class RefusedPage(InnerPage):
    """Words above, ways below; the way home is solid where there is no other."""

    all_at_once = True

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._refusing = presenter.journeys.refusing
        self._title = Text("", weight=fonts.BOLD, lines=2)
        self._title.set_leading(1.15)
        self._why = Text("", lines=4)
        self._next = Text("", weight=fonts.BOLD, lines=2)
        self._next.set_icon("clock", 48)
        self._ask = Text("", colour="ink2", lines=2)
        self._plate = Plate("", 104, edge=6)
        self._ways = Ways(INNER_WIDTH, MOST_WAYS)
        self._ways.chosen.connect(self._refusing.go)
        self._back = BigButton("", "chev-l", icon_size=40)
        self._home = BigButton("", "home", icon_size=44)
        self._back.clicked.connect(presenter.back)
        self._home.clicked.connect(presenter.home)
        for text in (self._title, self._why, self._next, self._ask):
            self.put(text, MARGIN, _HEAD, INNER_WIDTH, _TITLE)
        self.put(self._plate, MARGIN, _HEAD, _PLATE_WIDTH, _PLATE)
        self.put(self._ways, MARGIN, self.top, INNER_WIDTH, 800)
        self.put(self._back, MARGIN, FOOT_Y, 581, FOOT_HEIGHT)
        self.put(self._home, MARGIN + 605, FOOT_Y, 363, FOOT_HEIGHT)

    def lay_out(self) -> None:
        """Take the present modes' sizes; the ways begin where controls may."""
        self._title.set_sizes((76, 66, 58) if not self.elder else (80, 68, 60))
        self._why.set_sizes(self.sizes(42, 38, 34))
        self._next.set_sizes(self.sizes(46, 42, 38))
        self._ask.set_sizes(self.sizes(36, 32))
        for button in (self._back, self._home):
            button.set_sizes(self.sizes(36, 30, 28))
        room = FOOT_Y - 24 - self.top
        self.put(self._ways, MARGIN, self.top, INNER_WIDTH, room)
        self._ways.arrange(room, elder=self.elder)

    def refresh(self) -> None:
        """Show the present no."""
        self.tick()
        view = self._refusing.view()
        if view is None:
            return
        self._title.setText(view.title)
        self._why.setText(view.why)
        self._next.setText(view.next)
        self._ask.setText(view.ask)
        self._plate.setText(view.label)
        self._ways.show_ways(view.ways)
        self._stack(view)
        words = self.words
        self._back.set_words(words("kiosk.refused.back"))
        self._home.set_words(words("common.home"))
        self._home.set_face(Face.OUTLINED if view.ways else Face.SOLID)

    def _stack(self, view: RefusedView) -> None:
        """Put the words one below the other; what has no words takes no room."""
        spare = self.top - 16 - _HEAD - _TITLE
        wanted = (
            (self._plate, _PLATE if view.label else 0.0),
            (self._why, 150.0 if view.why else 0.0),
            (self._next, 76.0 if view.next else 0.0),
            (self._ask, _ASK if view.ask else 0.0),
        )
        y = _HEAD
        self.put(self._title, MARGIN, y, INNER_WIDTH, _TITLE)
        y += _TITLE
        for widget, height in wanted:
            shown = 0 < height <= spare
            widget.setVisible(shown)
            if shown:
                width = _PLATE_WIDTH if widget is self._plate else INNER_WIDTH
                self.put(widget, MARGIN, y + 8, width, height)
                y, spare = y + height + 12, spare - height - 12
        below = self.top + self._ways.used + 16
        if view.ask and not self._ask.isVisibleTo(self) and below + _ASK <= FOOT_Y - 24:
            self.put(self._ask, MARGIN, below, INNER_WIDTH, _ASK)
            self._ask.show()
