"""The notice before an ID card is read (domain.md §7): what for, how long, and that it is free."""

from hallclient.kiosk.journeys.card import Stage
from hallclient.kiosk.pages.asking import SOLID_HEIGHT, SOLID_Y, AskingPage, solid_face
from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.widgets.answer import NoteRow, Picture
from hallclient.ui.paint import Box
from hallclient.ui.widgets.text import Card
from hallclient.ui.widgets.tiles import BigButton

_NOTES = (("once", "clock"), ("deleted", "shield"), ("choice", "check"))


class CardPage(AskingPage):
    """Nothing is read before 同意; 不用身份证 leads on just as well."""

    all_at_once = True

    table = "card"

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._picture = Picture("idcard")
        self._card = Card(Box("surface", "line", 2, 24))
        self._notes = [NoteRow(icon, first=not i) for i, (_, icon) in enumerate(_NOTES)]
        self._without = BigButton("", size=(40, 36, 32))
        self._agree = BigButton("", size=(64, 56, 48, 44))
        self._without.clicked.connect(presenter.take)
        self._agree.clicked.connect(self._on_agree)

    def lay_out(self) -> None:
        """Place everything."""
        super().lay_out()
        elder = self.elder
        self.put(self._picture, MARGIN, 372, INNER_WIDTH, 240)
        self._picture.setVisible(not elder)
        top, height = (372.0, 236.0) if elder else (636.0, 172.0)
        self.put(self._card, MARGIN, top, INNER_WIDTH, 3 * height + 24)
        for index, note in enumerate(self._notes):
            note.set_elder(elder=elder)
            self._card.put(note, 44, 12 + index * height, INNER_WIDTH - 88, height)
        self._answer.set_elder(elder=elder)
        self.put(self._answer, MARGIN, 1196, INNER_WIDTH, 160)
        self._without.set_sizes((48, 44) if elder else (40, 36, 32))
        self.put(self._without, MARGIN, 1380, INNER_WIDTH, 124)
        self.put(self._agree, MARGIN, SOLID_Y, INNER_WIDTH, SOLID_HEIGHT)
        self.lay_foot()

    def refresh(self) -> None:
        """Show the notice, or that the card may be laid down."""
        super().refresh()
        journey = self.presenter.journeys.card
        waiting = journey.stage is Stage.WAITING
        looking = journey.stage is Stage.LOOKING
        self._title.setText(self.told("title"))
        hello = journey.mask if looking else ""
        self._lead.setText(self.told("hello", name=hello) if hello else self.told("lead"))
        for (name, _), note in zip(_NOTES, self._notes, strict=True):
            note.show_words(self.told(name), self.told(f"{name}_sub"))
        no = self.told(f"no.{journey.problem}") if journey.problem else ""
        calm = self.told("reading") if waiting else self.told("looking") if looking else ""
        self.show_answer(no, calm, points=waiting)
        self._without.set_words(self.told("without"))
        self._agree.set_words(self.told("agree_wait" if waiting or looking else "agree"))
        solid_face(self._agree, works=not (waiting or looking))

    def _on_agree(self) -> None:
        self.presenter.journeys.card.agree()
