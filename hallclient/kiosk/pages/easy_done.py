"""Elder mode: the number, how many are ahead, where to go; with paper or without."""

from hallclient.domain.itinerary import to_come
from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, KioskPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.ticket import DoneView
from hallclient.kiosk.widgets.ticket import Band, NumberPlate
from hallclient.ui import fonts
from hallclient.ui.paint import Box
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.widgets.tiles import BigButton
from hallclient.ui.words import Words


class EasyDonePage(KioskPage):
    """Few words, all of them large."""

    all_at_once = True

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._title = Text("", (84, 72), weight=fonts.BOLD)
        self._plate = NumberPlate((52, 48, 44))
        self._ahead = Text("", (84, 72, 60, 52), weight=fonts.BOLD)
        self._wait = Text("", (60, 52, 48, 44), weight=fonts.MEDIUM)
        self._listen = Text("", (52, 48, 44), colour="ink2", lines=2)
        self._place = Card(Box("surface", "line", 2, 28))
        self._caption = Text("", (48, 44), colour="ink2")
        self._caption.set_icon("pin", 56, "primary")
        self._zone = Text("", (96, 84, 72, 60, 52, 44), weight=fonts.BOLD, lines=2)
        self._zone.set_leading(1.15)
        self._windows = Text("", (60, 52, 48, 44), weight=fonts.MEDIUM, lines=2)
        self._way = Text("", (48, 44), colour="ink2", lines=2)
        self._band = Band(fill="call", ink="onCall", icon="ticket", sizes=(60, 52, 48, 44))
        self._note = Band(fill="warnTint", ink="warn", icon="info", sizes=(60, 52, 48, 44))
        self._another = BigButton("", size=(48, 44))
        self._finish = BigButton("", size=(56, 50, 44))
        self._finish.set_face(Face.SOLID)
        self._another.clicked.connect(presenter.another)
        self._finish.clicked.connect(presenter.finish)

    def lay_out(self) -> None:
        """Place all the same in every reach: what can be touched stands at the foot."""
        self.put(self._title, MARGIN, 64, INNER_WIDTH, 110)
        self.put(self._plate, MARGIN, 192, INNER_WIDTH, 412)
        self.put(self._ahead, MARGIN, 636, INNER_WIDTH, 110)
        self.put(self._wait, MARGIN, 706, INNER_WIDTH, 76)
        self.put(self._listen, MARGIN, 746, INNER_WIDTH, 140)
        self.put(self._place, MARGIN, 910, INNER_WIDTH, 560)
        for label, y, height in (
            (self._caption, 32.0, 76.0),
            (self._zone, 116.0, 220.0),
            (self._windows, 344.0, 76.0),
            (self._way, 424.0, 116.0),
        ):
            self._place.put(label, 44, y, INNER_WIDTH - 88, height)
        for band in (self._band, self._note):
            self.put(band, MARGIN, 1502, INNER_WIDTH, 188)
        self.put(self._another, MARGIN, 1722, 388, 150)
        self.put(self._finish, MARGIN + 412, 1722, 556, 150)

    def refresh(self) -> None:
        """Show the number just taken."""
        view = self.presenter.done_view()
        issued = self.presenter.visit.issued
        if view is None or issued is None:
            return
        words, visit = self.words, self.presenter.visit
        self._title.setText(words("kiosk.easy.done"))
        self._plate.show_ticket(view.label, view.service, view.labels)
        ahead = issued.people_ahead
        nobody = words("kiosk.easy.nobody")
        self._ahead.setText(words("kiosk.easy.ahead", n=ahead) if ahead else nobody)
        self._show_wait(view)
        left = len(to_come(issued.steps))
        self._listen.setText(_listen(words, left, len(view.labels)))
        place = "first_place" if left > 1 else "done_place"
        self._caption.setText(words(f"kiosk.easy.{place}"))
        self._zone.setText(view.place.zone)
        self._windows.setText(view.place.windows)
        self._way.setText(view.place.way)
        self._band.setVisible(not visit.unprinted)
        several = len(visit.tickets) > 1
        usual = words("kiosk.easy.paper" if visit.paper else "kiosk.easy.printing")
        self._band.setText(view.band if several else usual)
        self._band.set_end("arrow-d" if visit.paper else "")
        self._note.setVisible(visit.unprinted)
        self._note.setText(words("kiosk.easy.no_papers" if several else "kiosk.easy.no_paper"))
        self._another.set_words(words("kiosk.easy.another"))
        self.tick()

    def _show_wait(self, view: DoneView) -> None:
        """Show how long it takes below how many are ahead, where that is known."""
        self._wait.setText(view.wait)
        self._wait.setAccessibleName(view.wait_said)
        self._wait.setVisible(bool(view.wait))
        ahead, listen = ((614.0, 94.0), (784.0, 118.0)) if view.wait else ((636, 110), (746, 140))
        self.put(self._ahead, MARGIN, ahead[0], INNER_WIDTH, ahead[1])
        self.put(self._listen, MARGIN, listen[0], INNER_WIDTH, listen[1])

    def tick(self) -> None:
        """Count the seconds down."""
        left = self.presenter.idle.left
        note = self.words("kiosk.done.returns", n=left) if left else ""
        self._finish.set_words(self.words("kiosk.easy.finish"), note)


def _listen(words: Words, steps: int, numbers: int) -> str:
    """Return what to do next: wait, see to several things, give the others their tickets."""
    if steps > 1:
        return words("kiosk.easy.steps", n=steps)
    return words("kiosk.easy.each") if numbers > 1 else words("kiosk.easy.listen")
