"""One service to read about: facts and a code to take away, materials and steps page by page."""

from dataclasses import dataclass

from hallclient.kiosk.pages.page import FOOT_HEIGHT, FOOT_Y, INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.guide import FactView, GuideView, rows_of
from hallclient.kiosk.widgets.figure_row import Pager
from hallclient.kiosk.widgets.lists import MaterialRow
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.qr import QrView
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.widgets.tiles import BigButton

_FACTS, _MOST_ROWS = 4, 5
_QR = 316.0
_PAD, _IN = 40.0, 888.0
_TITLE, _TITLE_LARGE = (72, 48, 44, 38), (72, 44)
"""On two lines a name takes the second step or a smaller one."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things stand in a mode: title, facts, list, and the three rows of buttons."""

    title_y: float
    title: float
    facts_y: float
    facts: float
    list_y: float
    heading: float
    pager: float
    print_y: float
    print: float
    take_y: float
    take: float


def _places(*, low: bool, elder: bool) -> _Places:
    if low and elder:
        return _Places(436, 98, 536, 412, 960, 70, 120, 1468, 120, 1600, 128)
    if low:
        return _Places(448, 110, 566, 382, 960, 64, 96, 1490, 96, 1598, 130)
    if elder:
        return _Places(118, 98, 222, 410, 648, 76, 120, 1404, 120, 1536, 192)
    return _Places(128, 112, 250, 382, 648, 80, 96, 1412, 112, 1540, 184)


class GuidePage(InnerPage):
    """Nothing to tick and nothing to fill in: to read, to print, to scan."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._guide = presenter.journeys.guide
        self._title = Text("", _TITLE, weight=fonts.BOLD, lines=2)
        self._title.set_leading(1.1)
        self.put(self._title, MARGIN, 128, INNER_WIDTH, 112)
        self._build_facts()
        self.add_banner(392)
        self._build_list()
        self._print = BigButton("", "printer", icon_size=44)
        self._take = BigButton("", size=(64, 52, 44))
        self._back = BigButton("", "chev-l", icon_size=40)
        self._home = BigButton("", "home", icon_size=44)
        self._print.clicked.connect(self._guide.print_it)
        self._take.clicked.connect(self._guide.take)
        self._back.clicked.connect(presenter.back)
        self._home.clicked.connect(presenter.home)
        half = (INNER_WIDTH - 24) / 2
        for button in (self._print, self._take):
            self.put(button, MARGIN, 1412, INNER_WIDTH, 112)
        self.put(self._back, MARGIN, FOOT_Y, half, FOOT_HEIGHT)
        self.put(self._home, MARGIN + half + 24, FOOT_Y, half, FOOT_HEIGHT)

    def _build_facts(self) -> None:
        self._facts = self.put(Card(Box("surface", "line", 2, 24)), MARGIN, 250, INNER_WIDTH, 382)
        self._captions = [Text("", (28,), colour="ink2") for _ in range(_FACTS)]
        self._texts = [Text("", (34, 30, 28), weight=fonts.MEDIUM) for _ in range(_FACTS)]
        for label in (*self._captions, *self._texts):
            label.set_leading(1.12)
            self._facts.put(label, _PAD, 10, 100, 80)
        self._qr = QrView()
        self._scan = Text("", (28, 26, 24), colour="ink2", side=Side.CENTRE)
        self._facts.put(self._qr, 620, 10, _QR, _QR)
        self._facts.put(self._scan, 600, 328, 356, 44)

    def _build_list(self) -> None:
        self._list = self.put(Card(Box("surface", "line", 2, 24)), MARGIN, 648, INNER_WIDTH, 748)
        self._heading = Text("", (44, 38), weight=fonts.BOLD)
        self._rows = [MaterialRow() for _ in range(_MOST_ROWS)]
        self._none = Text("", (38, 34), colour="ink2", lines=2)
        self._large_qr = QrView()
        self._qr_sub = Text("", (44,), colour="ink2", lines=3)
        self._pager = Pager()
        self._pager.turned.connect(self._guide.turn)
        for widget in (
            self._heading, *self._rows, self._none, self._large_qr, self._qr_sub, self._pager,
        ):  # fmt: skip
            self._list.put(widget, _PAD, 8, _IN, 80)

    def lay_out(self) -> None:
        """Place what does not depend on the service."""
        at = _places(low=self.low, elder=self.elder)
        self.put(self._title, MARGIN, at.title_y, INNER_WIDTH, at.title)
        self.put(self._facts, MARGIN, at.facts_y, INNER_WIDTH, at.facts)
        if self.banner is not None:
            self.put(self.banner, MARGIN, at.facts_y + 142, INNER_WIDTH, 172)
        self.put(self._print, MARGIN, at.print_y, INNER_WIDTH, at.print)
        self.put(self._take, MARGIN, at.take_y, INNER_WIDTH, at.take)
        self._title.set_sizes(_TITLE_LARGE if self.elder else _TITLE)
        for label in self._captions:
            label.set_sizes(self.sizes(28))
        for label in self._texts:
            label.set_sizes(self.sizes(34, 30, 28))
        for button in (self._print, self._back, self._home):
            button.set_sizes(self.sizes(36, 30, 28))
        for row in self._rows:
            row.set_large(self.elder)
        self._none.set_sizes(self.sizes(38, 34))
        self._pager.set_large(self.elder)

    def refresh(self) -> None:
        """Show the service that is read about."""
        self.tick()
        view = self._guide.view()
        if view is None:
            return
        words = self.words
        self._title.setText(view.title)
        self._facts.setVisible(not self.noticed)
        self._show_facts(view)
        self._show_list(view)
        self._print.setVisible(bool(view.print_words))
        self._print.set_words(view.print_words)
        self._take.set_words(view.take)
        self._take.set_face(Face.SOLID if view.works else Face.DASHED)
        self._back.set_words(words("kiosk.guide.back"))
        self._home.set_words(words("common.home"))

    def _show_facts(self, view: GuideView) -> None:
        at = _places(low=self.low, elder=self.elder)
        coded = bool(view.qr) and not self.elder
        caption = (
            (200.0 if self.elder else 120.0)
            if self.words.language != "en"
            else (230.0 if self.elder else 140.0)
        )
        room = (556.0 if coded else _IN) - caption
        count = max(1, len(view.facts))
        height = (at.facts - 16) / count
        for index in range(_FACTS):
            fact = view.facts[index] if index < count and view.facts else FactView("", "")
            y = 8 + index * height
            self._captions[index].setText(fact.caption)
            self._texts[index].setText(fact.text)
            # A third line for a week of three kinds of days, where the rows are high enough.
            sizes = self.sizes(34, 30, 28)
            self._texts[index].set_sizes(sizes, lines=3 if height >= 3.5 * sizes[-1] else 2)
            for label, x, width in (
                (self._captions[index], _PAD, caption - 12),
                (self._texts[index], _PAD + caption, room),
            ):
                label.setVisible(bool(fact.text))
                self._facts.put(label, x, y, width, height)
        self._qr.setVisible(coded)
        self._scan.setVisible(coded)
        self._qr.set_data(view.qr if coded else "", view.qr_title)
        self._scan.setText(view.qr_title)

    def _show_list(self, view: GuideView) -> None:
        at = _places(low=self.low, elder=self.elder)
        bottom = (at.print_y if view.print_words else at.take_y) - 12
        height = bottom - at.list_y
        paged = view.paged.pages > 1
        self.put(self._list, MARGIN, at.list_y, INNER_WIDTH, height)
        self._list.put(self._heading, _PAD, 8, _IN, at.heading)
        self._heading.setText(view.heading)
        self._heading.setVisible(bool(view.heading))
        room = height - at.heading - 16 - (at.pager + 8 if paged else 0)
        count = rows_of(self.presenter.modes)
        step = min(160.0 if self.elder else 124.0, room / count)
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(view.rows))
            if index < len(view.rows):
                self._list.put(row, _PAD, at.heading + 8 + index * step, _IN, step)
                row.show_view(view.rows[index])
        self._list.put(self._none, _PAD, 8, _IN, 120)
        self._none.setText(view.nothing)
        self._none.setVisible(bool(view.nothing) and not view.rows and not self.elder)
        self._show_code(view, at.heading + 8, room)
        self._pager.setVisible(paged)
        self._pager.arrange(_IN, at.pager, key_width=240)
        self._list.put(self._pager, _PAD, height - at.pager - 12, _IN, at.pager)
        self._pager.show_page(
            view.paged,
            self.words("kiosk.services.previous_page"),
            self.words("kiosk.services.next_page"),
        )

    def _show_code(self, view: GuideView, y: float, room: float) -> None:
        """Show the code on a page of its own, as elders have it."""
        shown = self.elder and bool(view.qr)
        side = min(_QR, room)
        self._list.put(self._large_qr, _PAD, y, side, side)
        self._list.put(self._qr_sub, _PAD + side + 32, y, _IN - side - 32, side)
        self._large_qr.set_data(view.qr if shown else "", view.qr_title)
        self._qr_sub.setText(view.qr_sub)
        for widget in (self._large_qr, self._qr_sub):
            widget.setVisible(shown)
