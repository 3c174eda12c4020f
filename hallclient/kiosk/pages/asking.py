"""What the pages around codes and cards share: a title, an answer in a band, one solid button."""

from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.widgets.answer import Answer
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

SOLID_Y, SOLID_HEIGHT = 1524.0, 196.0


class AskingPage(InnerPage):
    """Title and lead above, back and home at the foot. ``table`` is its part of the catalogue."""

    table = ""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._title = Text("", (64, 56, 48), weight=fonts.BOLD, lines=2)
        self._title.set_leading(1.15)
        self._lead = Text("", (36, 32, 30), colour="ink2", lines=2)
        self._answer = Answer()
        self._back = BigButton("", "chev-l", icon_size=40)
        self._home = BigButton("", "home", icon_size=44)
        self._back.clicked.connect(presenter.back)
        self._home.clicked.connect(presenter.home)

    def lay_out(self) -> None:
        """Place the head. A page calls :meth:`lay_foot` last, so that keys come there last."""
        self._title.set_sizes((72, 64, 56, 48) if self.elder else (64, 56, 48))
        self._lead.set_sizes(self.sizes(36, 32, 30))
        self.put(self._title, MARGIN, 140, INNER_WIDTH, 100)
        self.put(self._lead, MARGIN, 246, INNER_WIDTH, 112 if self.elder else 84)

    def lay_foot(self) -> None:
        """Place back and home."""
        y, height = (1752, 120) if self.elder else (1748, 116)
        for key in (self._back, self._home):
            key.set_sizes((52, 44) if self.elder else (36, 30, 28))
        self.put(self._back, MARGIN, y, 581, height)
        self.put(self._home, MARGIN + 605, y, 363, height)

    def told(self, key: str, **values: object) -> str:
        """Return words of this page's table."""
        return self.words(f"kiosk.{self.table}.{key}", **values)

    def refresh(self) -> None:
        """Show title, lead and foot; the page shows the rest."""
        self.tick()
        self._back.set_words(self.told("back"))
        self._home.set_words(self.told("home"))

    def show_answer(self, no: str, calm: str = "", *, points: bool = False) -> None:
        """Show why not, or else what is being done or to do; hide the band for nothing."""
        if no:
            self._answer.speak(no, "warn")
        elif calm:
            self._answer.speak(calm, "calm", "arrow-r" if points else "")
        self._answer.setVisible(bool(no or calm))


def solid_face(button: BigButton, *, works: bool) -> None:
    """Make a button the solid one; dashed, it says when touched what is missing."""
    button.set_face(Face.SOLID if works else Face.DASHED)
