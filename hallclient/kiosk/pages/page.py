"""What all pages of a kiosk have: a head, a place for notices, words that follow the language."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from hallclient.kiosk.presenter import KioskPresenter
from hallclient.services.hours import local_time
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.notices import ELDER, PUBLIC, Banner
from hallclient.ui.paint import Side
from hallclient.ui.widgets.text import Line, Text

if TYPE_CHECKING:
    from hallclient.kiosk.modes import Modes

WIDTH, HEIGHT = 1080.0, 1920.0
TOP, LOW_TOP = 640.0, 960.0
"""No control stands above the first; in low reach none above the second (visual.md §2)."""
TARGET, ELDER_TARGET = 96.0, 120.0
ELDER_TEXT = 44.0
MARGIN, INNER_WIDTH = 56.0, 968.0
FOOT_Y, FOOT_HEIGHT = 1740.0, 124.0


class KioskPage(Pane):
    """A page on the reference canvas. It asks the presenter what to show, never decides."""

    unsaid: tuple[QWidget, ...] = ()
    """What is not read out with the page: hall and clock of its head."""
    all_at_once = False
    """Whether the whole page is what one came for: it is read out without being asked for."""
    types_digits = False
    """Whether digits are typed here, so that they cannot choose what is read out."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.words = presenter.words
        self.banner: Banner | None = None
        self._laid: Modes | None = None

    @property
    def low(self) -> bool:
        """Whether every control has to stand in the lower half (低位操作)."""
        return self.presenter.modes.low

    @property
    def elder(self) -> bool:
        """Whether texts are 44 px or more and targets 120 or more (大字版)."""
        return self.presenter.modes.elder

    @property
    def top(self) -> float:
        """Above this y no control may stand: 640, or 960 in low reach."""
        return LOW_TOP if self.low else TOP

    @property
    def target(self) -> float:
        """The least height of a control: 96, or 120 for elders."""
        return ELDER_TARGET if self.elder else TARGET

    def sizes(self, *steps: float) -> tuple[float, ...]:
        """Return the steps a text drops through, none below 44 px for elders."""
        return tuple(max(step, ELDER_TEXT) for step in steps) if self.elder else steps

    def lay_out(self) -> None:
        """Place everything for the present modes: ``put`` and ``set_sizes`` again.

        Called before a page is first shown and when the modes have changed, before ``refresh``.
        """

    def settle_modes(self) -> None:
        """Lay the page out if that was not done for the present modes."""
        if self._laid != self.presenter.modes:
            self._laid = self.presenter.modes
            if self.banner is not None:
                self.banner.set_sizes(ELDER if self.elder else PUBLIC)
            self.lay_out()

    def title(self) -> str:
        """Return what is said first when the page is read out: its largest words, no card's."""
        words = [t for t in self.findChildren(Text) if t.isVisibleTo(self) and _is_words(t.text())]
        own = [t for t in words if t.parentWidget() is self and t not in self.unsaid]
        return max(own, key=lambda t: t.largest).text() if own else ""

    def refresh(self) -> None:
        """Show the present view."""
        raise NotImplementedError

    def tick(self) -> None:
        """Show the present second."""

    def key_pressed(self, event: QKeyEvent) -> None:
        """Take a key that no control has taken."""
        event.ignore()

    def add_banner(self, y: float) -> Banner:
        """Give notices a place; :meth:`refresh` is called when one comes or goes."""
        self.banner = Banner(self.presenter.notices)
        self.put(self.banner, MARGIN, y, INNER_WIDTH, 172)
        self.banner.setVisible(self.noticed)
        self.banner.shown.connect(self._on_banner)
        return self.banner

    @property
    def noticed(self) -> bool:
        """Whether a notice stands."""
        return self.presenter.notices.current is not None

    def _on_banner(self, _shown: bool) -> None:  # noqa: FBT001 - a signal's argument
        if self.isVisible():
            self.refresh()


class InnerPage(KioskPage):
    """A page with the hall's name and the time in a head of 112."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._hall = Text("", (32, 28), weight=fonts.BOLD)
        self._time = Text("", (40,), weight=fonts.FIGURE, side=Side.RIGHT)
        self.put(self._hall, MARGIN, 0, 780, 110)
        self.unsaid = (self._hall, self._time)
        self.put(self._time, 844, 0, 180, 110)
        self.put(Line(), 0, 110, WIDTH, 2)

    def tick(self) -> None:
        """Show the hall's name and time."""
        sight = self.presenter.sight
        if sight is None:
            return
        self._hall.setText(sight.plan.name.text(self.words.language))
        time = f"{local_time(sight.plan, sight.now()):%H:%M}"
        if time != self._time.text():
            self._time.setText(time)


def _is_words(text: str) -> bool:
    return any(sign.isalpha() for sign in text)
