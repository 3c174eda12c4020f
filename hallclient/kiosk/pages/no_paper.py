"""The number without paper: it counts all the same (visual.md, No paper)."""

from hallclient.kiosk.pages.done import TicketPage
from hallclient.kiosk.pages.page import FOOT_HEIGHT, FOOT_Y, INNER_WIDTH, MARGIN
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.widgets.lists import WayRow
from hallclient.kiosk.widgets.ticket import Band
from hallclient.ui import fonts
from hallclient.ui.paint import Box
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.qr import QrView
from hallclient.ui.widgets.text import Card
from hallclient.ui.widgets.tiles import BigButton


class NoPaperPage(TicketPage):
    """The plate, why there is no paper, and three ways to keep the place."""

    all_at_once = True

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter, "kiosk.done.title_no_paper")
        self._note = Band(
            fill="warnTint", ink="warn", icon="paper", sizes=(36, 34, 30), weight=fonts.MEDIUM
        )
        self.put(self._note, MARGIN, 828, INNER_WIDTH, 136)
        self._card = Card(Box("surface", "line", 2, 24))
        self._qr = QrView()
        self._listen = WayRow("megaphone")
        self._listen.first = True
        self._photo = WayRow("camera")
        self._go = WayRow("pin")
        self.put(self._card, MARGIN, 988, INNER_WIDTH, 560)
        self._card.put(self._qr, 28, 70, 420, 420)
        for index, way in enumerate((self._listen, self._photo, self._go)):
            self._card.put(way, 488, 34 + index * 164, 440, 164)
        self._noted = BigButton("", size=(48, 42, 36))
        self._noted.set_face(Face.SOLID)
        self._another = BigButton("")
        self._noted.clicked.connect(presenter.finish)
        self._another.clicked.connect(presenter.another)
        self.put(self._noted, MARGIN, 1592, INNER_WIDTH, FOOT_HEIGHT)
        self.put(self._another, MARGIN, FOOT_Y, INNER_WIDTH, FOOT_HEIGHT)

    def refresh(self) -> None:
        """Show the ticket just taken."""
        view = self.presenter.done_view()
        if view is None:
            return
        words = self.words
        self._title.setText(words(self._title_key))
        self._plate.show_ticket(view.label, view.service, view.labels)
        self._figures.show_figures(self.presenter.no_paper_figures())
        self._note.setText(view.note)
        if view.note_calm:
            self._note.set_tone("primaryTint", "primary", "info")
        self._qr.set_data(view.qr, view.qr_title)
        self._qr.setVisible(bool(view.qr))
        self._listen.show_words(view.watch, view.called)
        table = "kiosk.done" if view.qr else "kiosk.several"
        self._photo.show_words(words(f"{table}.photo"), words(f"{table}.photo_sub"))
        left, room = (488.0, 440.0) if view.qr else (44.0, 880.0)
        for index, way in enumerate((self._listen, self._photo, self._go)):
            self._card.put(way, left, 34 + index * 164, room, 164)
        self._go.show_words(view.place.windows or view.place.zone, view.place.way)
        self._another.set_words(words("kiosk.done.another"))
        self.tick()

    def tick(self) -> None:
        """Count the seconds down."""
        super().tick()
        left = self.presenter.idle.left
        note = self.words("kiosk.done.returns", n=left) if left else ""
        self._noted.set_words(self.words("kiosk.done.noted"), note)
