"""The number, large; where to go; the paper in the slot (visual.md, Done)."""

from hallclient.kiosk.pages.page import (
    FOOT_HEIGHT,
    FOOT_Y,
    INNER_WIDTH,
    MARGIN,
    InnerPage,
)
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.ticket import DoneView
from hallclient.kiosk.widgets.figure_row import FigureRow
from hallclient.kiosk.widgets.place import PlaceCard
from hallclient.kiosk.widgets.steps import StepList
from hallclient.kiosk.widgets.ticket import Band, GoodNews, NumberPlate
from hallclient.ui import fonts
from hallclient.ui.paint import Box
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.qr import QrView
from hallclient.ui.widgets.status import MetricSizes
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.widgets.tiles import BigButton

DONE_METRIC = MetricSizes(caption=30, figure=68, unit=34, gap=10)


class TicketPage(InnerPage):
    """What both pages of a ticket share: the good news, the plate, three figures.

    Elders have a page of their own.
    """

    all_at_once = True

    def __init__(self, presenter: KioskPresenter, title_key: str) -> None:
        super().__init__(presenter)
        self._title_key = title_key
        self._title = GoodNews()
        self._plate = NumberPlate()
        self._figures = FigureRow(INNER_WIDTH, 120, DONE_METRIC)
        self.put(self._title, MARGIN, 146, INNER_WIDTH, 68)
        self.put(self._plate, MARGIN, 240, INNER_WIDTH, 412)
        self.put(self._figures, MARGIN, 682, INNER_WIDTH, 120)


class DonePage(TicketPage):
    """The page while and after the ticket is printed; it leaves by itself."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter, "kiosk.done.title")
        self._place = PlaceCard()
        self.put(self._place, MARGIN, 828, INNER_WIDTH, 372)
        self._card = Card(Box("surface", "line", 2, 24))
        self._qr = QrView()
        self._qr_title = Text("", (56, 50, 44, 38), weight=fonts.BOLD, lines=2)
        self._qr_sub = Text("", (34, 32, 30, 28), colour="ink2", lines=3)
        self.put(self._card, MARGIN, 1224, INNER_WIDTH, 308)
        self._way = StepList()
        self._way.hide()
        self._card.put(self._way, 36, 12, 896, 284)
        self._card.put(self._qr, 40, 28, 252, 252)
        self._card.put(self._qr_title, 332, 36, 604, 116)
        self._card.put(self._qr_sub, 332, 152, 604, 128)
        self._band = Band(fill="call", ink="onCall", icon="ticket", sizes=(52, 46, 40))
        self.put(self._band, MARGIN, 1556, INNER_WIDTH, 148)
        self._another = BigButton("")
        self._finish = BigButton("")
        self._finish.set_face(Face.SOLID)
        self._another.clicked.connect(presenter.another)
        self._finish.clicked.connect(presenter.finish)
        self.put(self._another, MARGIN, FOOT_Y, 378, FOOT_HEIGHT)
        self.put(self._finish, MARGIN + 402, FOOT_Y, 566, FOOT_HEIGHT)

    def refresh(self) -> None:
        """Show the ticket just taken."""
        view = self.presenter.done_view()
        if view is None:
            return
        words = self.words
        self._title.setText(words(self._title_key))
        self._plate.show_ticket(view.label, view.service, view.labels)
        self._figures.show_figures(view.figures)
        self._place.show_place(view.place)
        self._show_card(view)
        self._band.setText(view.band)
        self._band.set_end("arrow-d" if self.presenter.visit.paper else "")
        self._another.set_words(words("kiosk.done.another"))
        self.tick()

    def _show_card(self, view: DoneView) -> None:
        """Show the code to follow, or where a ticket with several services goes next."""
        for part in (self._qr_title, self._qr_sub):
            part.setVisible(not view.steps)
        self._qr.setVisible(bool(view.qr) and not view.steps)
        self._way.setVisible(bool(view.steps))
        place = 276.0 if view.steps else 372.0
        self.put(self._place, MARGIN, 828, INNER_WIDTH, place)
        self._place.arrange(place)
        top, height = (1128.0, 404.0) if view.steps else (1224.0, 308.0)
        self.put(self._card, MARGIN, top, INNER_WIDTH, height)
        self._card.put(self._way, 36, 16, 896, height - 32)
        if view.steps:
            self._way.show_steps(view.steps, self.words)
            return
        self._qr.set_data(view.qr, view.qr_title)
        self._qr_title.setText(view.qr_title)
        self._qr_sub.setText(view.qr_sub)
        left, room = (332.0, 604.0) if view.qr else (44.0, 880.0)
        measure = fonts.metrics(44, fonts.BOLD, self.words.language)
        long = measure.horizontalAdvance(view.qr_title) > room
        title = 116.0 if long else 76.0
        below = 96.0 if "\n" in view.qr_sub or len(view.qr_sub) > 30 else 52.0
        top = (308 - title - below - 8) / 2
        self._card.put(self._qr_title, left, top, room, title)
        self._card.put(self._qr_sub, left, top + title + 8, room, below)

    def tick(self) -> None:
        """Count the seconds down."""
        super().tick()
        left = self.presenter.idle.left
        note = self.words("kiosk.done.returns", n=left) if left else ""
        self._finish.set_words(self.words("kiosk.done.finish"), note)
