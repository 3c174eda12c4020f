"""No tickets now: when there are some again, and what can be done until then (visual.md, 12c)."""

from hallclient.kiosk.pages.languages import SIZE, LanguageSwitch
from hallclient.kiosk.pages.page import FOOT_Y, INNER_WIDTH, MARGIN, KioskPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.ui.widgets.tiles import HeroTile, TileSizes

_WEEK_ROWS, _ASK_ROWS = 5, 2
_LOOK = TileSizes((60, 48, 42), (34, 30, 28), 96, 48, 44, sub_gap=6, sub_lines=2, radius=20)


class ClosedPage(KioskPage):
    """The hours of the week, whom to ask, and a look at services and papers."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._hall = Text("", (64, 52, 44, 36), weight=fonts.BOLD)
        self._title = Text("", (128, 104, 88, 72), weight=fonts.BOLD)
        self._next = Text("", (52, 44, 38), weight=fonts.MEDIUM)
        self._now = Text("", (36, 32), colour="ink2", lines=2)
        self.put(self._hall, MARGIN, 64, INNER_WIDTH, 77)
        self.put(self._title, MARGIN, 210, INNER_WIDTH, 160)
        self.put(self._next, MARGIN, 396, INNER_WIDTH, 74)
        self.put(self._now, MARGIN, 484, INNER_WIDTH, 100)
        self.add_banner(451)
        self._look_up = HeroTile("", "", "doc", sizes=_LOOK)
        self._look_up.set_face(Face.OUTLINED)
        self._look_up.clicked.connect(presenter.take)
        self.put(self._look_up, MARGIN, 652, INNER_WIDTH, 212)
        self._week = Card(Box("surface", "line", 2, 24))
        self._week_title = Text("", (44, 38), weight=fonts.BOLD)
        self._days = [Text("", (38, 34, 30), weight=fonts.MEDIUM) for _ in range(_WEEK_ROWS)]
        self._times = [Text("", (38, 34, 30), side=Side.RIGHT) for _ in range(_WEEK_ROWS)]
        self.put(self._week, MARGIN, 888, INNER_WIDTH, 400)
        self._week.put(self._week_title, 44, 28, 880, 60)
        self._week_lines = [Line() for _ in range(_WEEK_ROWS)]
        for index in range(_WEEK_ROWS):
            y = 104.0 + index * 84
            self._week.put(self._week_lines[index], 44, y, 880, 2)
            self._week.put(self._days[index], 44, y + 2, 400, 82)
            self._week.put(self._times[index], 444, y + 2, 480, 82)
        self._ask = Card(Box("surface", "line", 2, 24))
        self._ask_title = Text("", (44, 38), weight=fonts.BOLD)
        self._ask_rows = [Text("", (38, 34, 30), weight=fonts.MEDIUM) for _ in range(_ASK_ROWS)]
        self.put(self._ask, MARGIN, 1312, INNER_WIDTH, 300)
        self._ask.put(self._ask_title, 44, 28, 880, 60)
        for index, row in enumerate(self._ask_rows):
            self._ask.put(row, 44, 100.0 + index * 84, 880, 84)
        self._languages = LanguageSwitch(presenter)
        self.put(self._languages, MARGIN, FOOT_Y, *SIZE)

    def refresh(self) -> None:
        """Show when the hall gives out tickets again."""
        view = self.presenter.closed_view()
        if view is None:
            return
        self._languages.refresh()
        self._hall.setText(view.hall)
        self._title.setText(view.title)
        self._next.setText(view.next)
        self._now.setText(f"{view.now}\n{view.note}" if view.note else view.now)
        self._now.setVisible(not self.noticed)
        self._next.setVisible(not self.noticed)
        self._look_up.set_words(
            self.words("kiosk.closed.look"), self.words("kiosk.closed.look_sub")
        )
        y = 888.0
        week = view.week[:_WEEK_ROWS]
        self._week.setVisible(bool(week))
        if week:
            self._week_title.setText(view.hours_title)
            height = 104.0 + 84 * len(week) + 12
            self.put(self._week, MARGIN, y, INNER_WIDTH, height)
            for index in range(_WEEK_ROWS):
                days, times = week[index] if index < len(week) else ("", "")
                self._days[index].setText(days)
                self._times[index].setText(times)
                self._week_lines[index].setVisible(index < len(week))
            y += height + 24
        self._ask.setVisible(bool(view.ask))
        if view.ask:
            self._ask_title.setText(view.ask_title)
            self.put(self._ask, MARGIN, y, INNER_WIDTH, 104.0 + 84 * len(view.ask) + 20)
            for index, row in enumerate(self._ask_rows):
                row.setVisible(index < len(view.ask))
                if index < len(view.ask):
                    icon, caption, text = view.ask[index]
                    row.set_icon(icon, 48, "primary")
                    row.setText(f"{caption}　{text}")

    def tick(self) -> None:
        """Keep the time right."""
        self.refresh()
