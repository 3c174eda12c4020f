"""Somebody is coming: who, and since when they were asked."""

from hallclient.kiosk.pages.page import FOOT_HEIGHT, FOOT_Y, INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_ICON = 220.0
_BUTTON, _GAP = 176.0, 24.0


class HelpPage(InnerPage):
    """The words stand in the middle of the screen; going on by oneself is the solid button."""

    all_at_once = True

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._journey = presenter.journeys.helping
        self._icon = Text("")
        self._title = Text("", weight=fonts.BOLD, lines=2)
        self._title.set_leading(1.15)
        self._text = Text("", lines=3)
        self._since = Text("", colour="ink2")
        self._again = BigButton("", "help-person", icon_size=64)
        self._cancel = BigButton("", "x")
        self._back = BigButton("", "chev-l", icon_size=56)
        self._home = BigButton("", "home", icon_size=44)
        self._again.clicked.connect(self._journey.ask)
        self._cancel.clicked.connect(self._journey.cancel)
        self._back.clicked.connect(presenter.back)
        self._home.clicked.connect(presenter.home)
        self.put(self._icon, MARGIN, 168, INNER_WIDTH, _ICON)
        self.put(self._title, MARGIN, 420, INNER_WIDTH, 184)
        self.put(self._text, MARGIN, 612, INNER_WIDTH, 180)
        self.put(self._since, MARGIN, 808, INNER_WIDTH, 72)
        first = FOOT_Y - 2 * (_BUTTON + _GAP)
        for button in (self._again, self._back):
            self.put(button, MARGIN, first, INNER_WIDTH, _BUTTON)
        self.put(self._back, MARGIN, first + _BUTTON + _GAP, INNER_WIDTH, _BUTTON)
        self.put(self._cancel, MARGIN, FOOT_Y, 581, FOOT_HEIGHT)
        self.put(self._home, MARGIN + 605, FOOT_Y, 363, FOOT_HEIGHT)

    def lay_out(self) -> None:
        """Take the sizes of the present modes; every control stands in the lower half anyway."""
        self._title.set_sizes((84, 72, 62) if not self.elder else (96, 80, 66))
        self._text.set_sizes(self.sizes(46, 42, 38))
        self._since.set_sizes(self.sizes(40, 36))
        for button in (self._again, self._back):
            button.set_sizes((60, 52, 46))
        for button in (self._cancel, self._home):
            button.set_sizes(self.sizes(36, 30, 28))

    def refresh(self) -> None:
        """Show how the call stands."""
        self.tick()
        view = self._journey.view()
        self._icon.set_icon("help-person", _ICON, view.tone)
        self._title.setText(view.title)
        self._text.setText(view.text)
        self._again.setVisible(bool(view.again))
        self._again.set_words(view.again)
        self._cancel.setVisible(bool(view.cancel))
        self._cancel.set_words(view.cancel)
        self._again.set_face(Face.SOLID)
        self._back.set_face(Face.OUTLINED if view.again else Face.SOLID)
        self._back.set_words(view.back)
        self._home.set_words(self.words("common.home"))
        x, width = (MARGIN + 605, 363) if view.cancel else (MARGIN, INNER_WIDTH)
        self.put(self._home, x, FOOT_Y, width, FOOT_HEIGHT)

    def tick(self) -> None:
        """Count on: nothing is stuck."""
        super().tick()
        self._since.setText(self._journey.view().since)
