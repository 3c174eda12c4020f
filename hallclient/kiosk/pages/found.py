"""What a code or a card belongs to, where it stands, and the one thing to do next."""

from functools import partial

from hallclient.kiosk.pages.asking import SOLID_HEIGHT, SOLID_Y, AskingPage, solid_face
from hallclient.kiosk.pages.done import DONE_METRIC
from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.found import Deed, FoundView, Tone
from hallclient.kiosk.views.parts import Paged
from hallclient.kiosk.widgets.answer import Heading
from hallclient.kiosk.widgets.figure_row import FigureRow
from hallclient.kiosk.widgets.place import PlaceCard
from hallclient.kiosk.widgets.ticket import NumberPlate
from hallclient.ui import fonts
from hallclient.ui.paint import Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.status import MetricSizes
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_ELDER_METRIC = MetricSizes(44, 84, 44, 10)
_MORE = {Deed.REPRINT: "printer", Deed.STEPS: "sync", Deed.CANCEL: "x", Deed.TAKE: "ticket"}


class FoundPage(AskingPage):
    """A plate or a heading, the answer, where to go; at most three quieter buttons."""

    all_at_once = True

    table = "scan"

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._plate = NumberPlate()
        self._heading = Heading()
        self._figures = FigureRow(INNER_WIDTH, 120, DONE_METRIC)
        self._place = PlaceCard()
        self._go_to = Text("", (60, 52, 48, 44), weight=fonts.BOLD, lines=2)
        self._windows = Text("", (52, 48, 44), weight=fonts.MEDIUM)
        self._go_to.set_icon("pin", 72, "primary")
        self._previous = BigButton("", "chev-l")
        self._next = BigButton("", "chev-r")
        self._which = Text("", (34, 30, 28), colour="ink2", side=Side.CENTRE)
        self._previous.clicked.connect(partial(self._turn, -1))
        self._next.clicked.connect(partial(self._turn, 1))
        self._more = {deed: BigButton("", icon) for deed, icon in _MORE.items()}
        for deed, button in self._more.items():
            button.clicked.connect(partial(presenter.journeys.found.do, deed))
        self._main = BigButton("", size=(76, 64, 52))
        self._main.clicked.connect(self._do)
        self._view: FoundView | None = None

    def lay_out(self) -> None:
        """Place what does not move with the view."""
        super().lay_out()
        elder = self.elder
        for widget in (self._plate, self._heading):
            self.put(widget, MARGIN, 244, INNER_WIDTH, 376)
        self._plate.set_sizes((48, 44) if elder else (40, 36, 32))
        self._answer.set_elder(elder=elder)
        self.put(self._answer, MARGIN, 644, INNER_WIDTH, 176 if elder else 148)
        y, high = (840.0, 150.0) if elder else (814.0, 120.0)
        self.put(self._figures, MARGIN, y, INNER_WIDTH, high)
        self._figures.set_size(INNER_WIDTH, high, _ELDER_METRIC if elder else DONE_METRIC)
        self.put(self._go_to, MARGIN, 1004, INNER_WIDTH, 132)
        self.put(self._windows, MARGIN + 94, 1140, INNER_WIDTH - 94, 80)
        self.put(self._place, MARGIN, 944, INNER_WIDTH, 296)
        self._which.set_sizes(self.sizes(34, 30, 28))
        for key, x in ((self._previous, MARGIN), (self._next, MARGIN + 668)):
            key.set_sizes((48, 44) if elder else (36, 32, 28))
            self.put(key, x, 1256, 300, self._row)
        self.put(self._which, MARGIN + 308, 1256, 352, self._row)
        for button in self._more.values():
            button.set_sizes((48, 44) if elder else (40, 36, 32))
            self.put(button, MARGIN, 1388, 472, self._row)
        self.put(self._main, MARGIN, SOLID_Y, INNER_WIDTH, SOLID_HEIGHT)
        self.lay_foot()

    @property
    def _row(self) -> float:
        return 120.0 if self.elder else 112.0

    def refresh(self) -> None:
        """Show the thing that was found."""
        super().refresh()
        view = self._view = self.presenter.journeys.found.view()
        if view is None:
            return
        self._title.setText(view.title)
        self._plate.setVisible(bool(view.plate))
        self._heading.setVisible(not view.plate)
        self._plate.show_ticket(view.plate, view.service)
        self._heading.show_words(view.heading, view.service)
        icon = "megaphone" if view.tone is Tone.CALL else ""
        self._answer.speak(view.band, view.tone, icon)
        self._show_place(view)
        more = dict(view.more)
        for deed, button in self._more.items():
            button.setVisible(deed in more)
            if deed in more:
                width = 472.0 if len(more) < 3 else 306.0
                x = MARGIN + list(more).index(deed) * (width + 24)
                self.put(button, x, 1388, width, self._row)
                button.set_words(more[deed])
        self._main.set_words(view.button)
        solid_face(self._main, works=view.works)
        self._show_page(view.paged)

    def _show_place(self, view: FoundView) -> None:
        elder, place = self.elder, view.place
        self._figures.show_figures(view.figures)
        self._place.setVisible(not elder and place is not None)
        self._go_to.setVisible(elder and place is not None)
        self._windows.setVisible(elder and place is not None)
        if place is not None:
            top = 944.0 if view.figures else 828.0
            self.put(self._place, MARGIN, top, INNER_WIDTH, 1240 - top)
            self._place.arrange(1240 - top)
            self._place.show_place(place)
            self._go_to.setText(place.zone)
            self._windows.setText(place.windows)

    def _show_page(self, paged: Paged) -> None:
        several = paged.pages > 1
        for widget in (self._previous, self._which, self._next):
            widget.setVisible(several)
        self._which.setText(paged.text)
        self._previous.set_words(self.words("kiosk.found.previous"))
        self._next.set_words(self.words("kiosk.found.next"))
        self._previous.set_face(Face.OUTLINED if paged.page else Face.FLAT)
        self._next.set_face(Face.OUTLINED if paged.page < paged.pages - 1 else Face.FLAT)

    def _do(self) -> None:
        if self._view is not None:
            self.presenter.journeys.found.do(self._view.deed)

    def _turn(self, by: int) -> None:
        self.presenter.journeys.found.turn(by)
