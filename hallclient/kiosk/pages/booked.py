"""An appointment: when to come, its code, where; the slip, and the way to cancel it."""

from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.booking import BookedView
from hallclient.kiosk.widgets.ticket import Band
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.qr import QrView
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.widgets.tiles import BigButton

_GAP = 24.0
_HALF = (INNER_WIDTH - _GAP) / 2
_QR = 320.0


class BookedPage(InnerPage):
    """Every control stands at the foot: low reach changes nothing."""

    all_at_once = True

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._journey = journey = presenter.journeys.booking
        self._title = Text("", weight=fonts.BOLD)
        self._when = Card(Box("surface", "line", 2, 28))
        self._service = Text("", (56, 50, 44), weight=fonts.BOLD, lines=2)
        self._service.set_leading(1.2)
        self._day = Text("", (56, 50, 44), weight=fonts.MEDIUM, lines=2)
        self._day.set_leading(1.2)
        self._slot = Text("", (148,), weight=fonts.FIGURE, side=Side.RIGHT)
        self._card = Card(Box("surface", "line", 2, 28))
        self._qr = QrView()
        self._caption = Text("", colour="ink2")
        self._code = Text("", (88, 76, 64), weight=fonts.FIGURE)
        self._come = Text("", weight=fonts.MEDIUM, lines=4)
        self._come.set_leading(1.3)
        self._note = Text("", colour="ink2", lines=3)
        self._note.set_leading(1.35)
        self._place = Text("", weight=fonts.MEDIUM, lines=2)
        self._place.set_leading(1.25)
        self._place.set_icon("pin", 56, "primary")
        self._band = Band(fill="call", ink="onCall", icon="ticket", sizes=(52, 48, 44))
        self._message = Band(
            fill="warnTint", ink="warn", icon="info", sizes=(48, 44), weight=fonts.MEDIUM
        )
        self._cancel = BigButton("", "x")
        self._keep = BigButton("", "check")
        self._print = BigButton("", "printer")
        self._finish = BigButton("", size=(64, 56, 48))
        self._finish.set_face(Face.SOLID)
        self._cancel.clicked.connect(journey.cancel)
        self._keep.clicked.connect(journey.keep)
        self._print.clicked.connect(journey.reprint)
        self._finish.clicked.connect(presenter.home)
        self._build()

    def _build(self) -> None:
        self.put(self._when, MARGIN, 232, INNER_WIDTH, 330)
        self._when.put(self._service, 44, 32, INNER_WIDTH - 88, 140)
        self._when.put(self._day, 44, 177, 500, 140)
        self._when.put(self._slot, 500, 162, INNER_WIDTH - 544, 150)
        self.put(self._card, MARGIN, 586, INNER_WIDTH, 400)
        self._card.put(self._qr, 40, 40, _QR, _QR)
        left = _QR + 84
        self._card.put(self._caption, left, 28, INNER_WIDTH - left - 40, 64)
        self._card.put(self._code, left, 92, INNER_WIDTH - left - 40, 104)
        self._card.put(self._come, left, 204, INNER_WIDTH - left - 40, 180)

    def lay_out(self) -> None:
        """Larger words for elders."""
        self._title.set_sizes((76, 66) if self.elder else (68, 58))
        self._caption.set_sizes(self.sizes(38, 34))
        self._come.set_sizes(self.sizes(40, 36, 34))
        self._note.set_sizes((48, 44) if self.elder else (38, 34))
        self._place.set_sizes((52, 48, 44) if self.elder else (44, 40, 36))
        for button in (self._cancel, self._keep, self._print):
            button.set_sizes((48, 44) if self.elder else (40, 36, 34), 44)
        self.put(self._title, MARGIN, 124, INNER_WIDTH, 96)
        self.put(self._place, MARGIN, 1004, INNER_WIDTH, 140)
        for band in (self._band, self._message):
            self.put(band, MARGIN, 1384, INNER_WIDTH, 156)

    def refresh(self) -> None:
        """Show the appointment."""
        view = self._journey.booked_view()
        if view is None:
            return
        self._title.setText(view.title)
        self._title.set_icon("check" if view.good else "info", 72, "ok" if view.good else "warn")
        self._service.setText(view.service)
        self._day.setText(view.day)
        self._slot.setText(view.time)
        self._caption.setText(view.code_caption)
        self._code.setText(view.code)
        for part in (self._card, self._place):
            part.setVisible(view.good)
        self.put(self._note, MARGIN, 1152 if view.good else 590, INNER_WIDTH, 212)
        if view.good:
            self._qr.set_data(view.qr, view.code_caption)
        self._come.setText(view.come)
        self._note.setText(view.note)
        self._place.setText(view.place)
        self._show_foot(view)
        self.tick()

    def _show_foot(self, view: BookedView) -> None:
        self._message.setVisible(bool(view.message))
        self._message.setText(view.message)
        self._band.setVisible(bool(view.band) and not view.message)
        self._band.setText(view.band)
        tone = ("call", "onCall", "ticket") if view.paper else ("warnTint", "warn", "info")
        self._band.set_tone(*tone)
        seconds = [(self._cancel, view.cancel), (self._keep, view.keep)]
        if not view.keep:
            seconds.append((self._print, view.print))
        shown = [(button, words) for button, words in seconds if words]
        for button in (self._cancel, self._keep, self._print):
            button.setVisible(any(button is one for one, _ in shown))
        for index, (button, words) in enumerate(shown):
            wide = _HALF if len(shown) > 1 else INNER_WIDTH
            button.set_words(words)
            self.put(button, MARGIN + index * (wide + _GAP), 1564, wide, 132)
        self.put(self._finish, MARGIN, 1720, INNER_WIDTH, 152)

    def tick(self) -> None:
        """Count the seconds down."""
        super().tick()
        left = self.presenter.idle.left
        note = self.words("kiosk.done.returns", n=left) if left else ""
        self._finish.set_words(self.words("kiosk.done.finish"), note)
