"""Hold a code under the scanner; it can be typed instead."""

from hallclient.kiosk.pages.asking import AskingPage
from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.found import reason_words
from hallclient.kiosk.widgets.answer import NoteRow, Picture
from hallclient.ui.paint import Box
from hallclient.ui.widgets.text import Card
from hallclient.ui.widgets.tiles import BigButton

_NOTES = (("ticket", "ticket"), ("booking", "calendar-check"), ("case", "doc"))


class ScanPage(AskingPage):
    """What can be scanned, and two ways for those who have no code."""

    table = "scan"

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._picture = Picture("scan")
        self._card = Card(Box("surface", "line", 2, 24))
        self._notes = [NoteRow(icon, first=not i) for i, (_, icon) in enumerate(_NOTES)]
        self._ticket = BigButton("", "ticket")
        self._case = BigButton("", "doc")
        self._ticket.clicked.connect(self._type_ticket)
        self._case.clicked.connect(self._type_case)

    def lay_out(self) -> None:
        """Place everything."""
        super().lay_out()
        elder = self.elder
        self.put(self._picture, MARGIN, 372, INNER_WIDTH, 296)
        self.put(self._answer, MARGIN, 692, INNER_WIDTH, 172)
        self._answer.set_elder(elder=elder)
        height = 200.0 if elder else 172.0
        self.put(self._card, MARGIN, 888, INNER_WIDTH, 3 * height + 24)
        for index, note in enumerate(self._notes):
            note.set_elder(elder=elder)
            self._card.put(note, 44, 12 + index * height, INNER_WIDTH - 88, height)
        y, tall = 1552.0, 148.0
        for place, key in enumerate((self._ticket, self._case)):
            key.set_sizes((52, 44) if elder else (44, 38, 34, 30), 52)
            self.put(key, MARGIN + place * 496, y, 472, tall)
        self.lay_foot()

    def refresh(self) -> None:
        """Show what is being looked for, or why there is nothing."""
        super().refresh()
        journey = self.presenter.journeys.scanning
        self._title.setText(self.told("title"))
        self._lead.setText(self.told("lead"))
        for (name, _), note in zip(_NOTES, self._notes, strict=True):
            note.show_words(self.told(name), self.told(f"{name}_sub"))
        no = reason_words(self.words, journey.problem)
        self.show_answer(no, self.told("looking") if journey.busy else "")
        self._ticket.set_words(self.told("type_ticket"))
        self._case.set_words(self.told("type_case"))

    def _type_ticket(self) -> None:
        self.presenter.journeys.requeueing.open()

    def _type_case(self) -> None:
        self.presenter.journeys.progress.open()
