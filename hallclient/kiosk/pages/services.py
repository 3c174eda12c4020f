"""Choose a service: groups left, services right (visual.md, Services)."""

from dataclasses import dataclass
from functools import partial

from hallclient.kiosk.pages.page import (
    FOOT_HEIGHT,
    FOOT_Y,
    INNER_WIDTH,
    MARGIN,
    InnerPage,
)
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.parts import Paged
from hallclient.kiosk.views.services import ServicesView, room_of
from hallclient.kiosk.widgets.figure_row import FigureRow, Pager
from hallclient.kiosk.widgets.rows import GroupKey, Large, ServiceRow, WayKey
from hallclient.kiosk.widgets.typing import SearchEntry
from hallclient.ui import fonts
from hallclient.ui.paint import Box
from hallclient.ui.widgets.status import MetricSizes, Steps
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.ui.widgets.tiles import BigButton

_GAP, _BETWEEN = 12.0, 24.0
_SUMMARY_Y, _LOW_SHIFT = 333.0, 320.0
_SUMMARY = MetricSizes(caption=28, figure=60, unit=32, gap=10)
_LARGE = MetricSizes(caption=44, figure=76, unit=44, gap=8)
_MOST_GROUPS, _MOST_ROWS, _MOST_WAYS = 7, 6, 3


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things stand in a mode. ``column`` is the width of the groups."""

    entry_y: float
    entry_height: float
    list_y: float
    list_height: float
    column: float
    pager: float
    narrow: float
    """Width of the search entry beside the switch."""


def _places(*, low: bool, elder: bool) -> _Places:
    if elder:
        y = 960.0 if low else 644.0
        return _Places(y, 120, y + 132, 1716 - y - 132, 344, 120, 330)
    if low:
        return _Places(964, 100, 1080, 636, 292, 96, 472)
    return _Places(648, 108, 780, 924, 292, 96, 472)


class ServicesPage(InnerPage):
    """The group's figures stand once, above the rows that share its queue."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._choosing = presenter.journeys.choosing
        self._at = _places(low=False, elder=False)
        self._steps = Steps()
        self._title = Text("", (64, 56, 48), weight=fonts.BOLD)
        self.put(self._steps, MARGIN, 144, INNER_WIDTH, 48)
        self.put(self._title, MARGIN, 226, INNER_WIDTH, 80)
        self._build_summary()
        self.add_banner(392)
        self._search = SearchEntry()
        self._search.clicked.connect(self._choosing.open_search)
        self.put(self._search, MARGIN, 648, INNER_WIDTH, 108)
        self._build_lists()
        self._home = BigButton("", "chev-l", icon_size=40)
        self._home.clicked.connect(presenter.back)
        self.put(self._home, MARGIN, FOOT_Y, 292, FOOT_HEIGHT)
        self._hint = Text("", (32, 28), colour="ink2", lines=2)
        self.put(self._hint, 380, FOOT_Y, 644, FOOT_HEIGHT)

    def _build_summary(self) -> None:
        card = Card(Box("surface", "line", 2, 24))
        self._summary = self.put(card, MARGIN, _SUMMARY_Y, INNER_WIDTH, 290)
        self._name = Text("", (44, 38, 34, 30), weight=fonts.BOLD, lines=2)
        self._place = Text("", (32, 28), colour="ink2", lines=2)
        self._place.set_icon("pin", 40, "ink2")
        self._usual_figures = FigureRow(888, 104, _SUMMARY)
        self._large_figures = FigureRow(888, 150, _LARGE)
        self._rule = Line()
        self._line = Text("", (30, 28), colour="ink2")
        card.put(self._name, 40, 14, 480, 82)
        card.put(self._place, 536, 14, 396, 82)
        card.put(self._usual_figures, 40, 104, 888, 104)
        card.put(self._large_figures, 40, 116, 888, 150)
        card.put(self._rule, 40, 222, 888, 2)
        card.put(self._line, 40, 230, 888, 48)

    def _build_lists(self) -> None:
        self._way_keys = [WayKey() for _ in range(_MOST_WAYS)]
        self._keys = [GroupKey() for _ in range(_MOST_GROUPS)]
        self._rows = [ServiceRow() for _ in range(_MOST_ROWS)]
        for keys, touch in (
            (self._way_keys, self._switch),
            (self._keys, self._open_group),
            (self._rows, self._choose),
        ):
            for index, key in enumerate(keys):
                key.clicked.connect(partial(touch, index))
                self.put(key, MARGIN, 780, 100, 100)
        self._column_pager = Pager(words=False)
        self._pager = Pager()
        self._column_pager.turned.connect(self._choosing.turn_groups)
        self._pager.turned.connect(self._choosing.turn_services)
        self._nothing = Text("", (36, 32), colour="ink2", lines=3)
        for widget in (self._column_pager, self._pager, self._nothing):
            self.put(widget, MARGIN, 780, 100, 100)

    def lay_out(self) -> None:
        """Place everything for the present modes."""
        elder = self.elder
        self._at = _places(low=self.low, elder=elder)
        shift = _LOW_SHIFT if self.low else 0.0
        self._title.set_sizes(self.sizes(64, 56, 48))
        self.put(self._steps, MARGIN, 144 + shift, INNER_WIDTH, 48)
        self.put(self._title, MARGIN, 226 + shift, INNER_WIDTH, 80)
        self.put(self._summary, MARGIN, _SUMMARY_Y + shift, INNER_WIDTH, 290)
        if self.banner is not None:
            self.put(self.banner, MARGIN, 392 + shift, INNER_WIDTH, 172)
        self._steps.setVisible(not elder)
        self._name.set_sizes(self.sizes(44, 38, 34, 30))
        self._hint.set_sizes(self.sizes(32, 28))
        self._nothing.set_sizes(self.sizes(36, 32))
        self._home.set_sizes(self.sizes(36, 30, 28))
        large: tuple[Large, ...] = (self._search, self._column_pager, self._pager)
        for widget in (*large, *self._way_keys, *self._keys, *self._rows):
            widget.set_large(elder)
        beside = MARGIN + self._at.column + _BETWEEN
        self.put(self._home, MARGIN, FOOT_Y, self._at.column, FOOT_HEIGHT)
        self.put(self._hint, beside + 8, FOOT_Y, 1016 - beside, FOOT_HEIGHT)

    def refresh(self) -> None:
        """Show the group that is chosen."""
        self.tick()
        view = self.presenter.services_view()
        if view is None:
            return
        words = self.words
        steps = (words("kiosk.steps.choose"), words("kiosk.steps.check"), words("kiosk.steps.take"))
        self._steps.set_steps(steps, 0)
        self._title.setText(view.title)
        self._show_summary(view)
        self._show_entry(view)
        self._show_column(view)
        self._show_rows(view)
        back = self.elder or self._choosing.beside
        self._home.set_words(words("kiosk.search.back" if back else "kiosk.services.back_home"))
        self._hint.setText(view.hint)

    def _show_summary(self, view: ServicesView) -> None:
        elder = self.elder
        place = "" if elder else view.place
        self._summary.setVisible(not self.noticed)
        self._name.setText(view.name)
        self._place.setText(place)
        self._place.setVisible(bool(place))
        self._name.set_leading(1.1)
        self._summary.put(self._name, 40, 8, 888, 98)
        if place:
            measure = fonts.metrics(32, fonts.REGULAR, self.words.language)
            width = min(440.0, measure.horizontalAdvance(place) + 64)
            self._summary.put(self._place, 928 - width, 14, width, 82)
            self._summary.put(self._name, 40, 8, 928 - width - 64, 94)
        self._usual_figures.setVisible(not elder)
        self._large_figures.setVisible(elder)
        figures = self._large_figures if elder else self._usual_figures
        figures.show_figures(view.figures[:2] if elder else view.figures)
        self._rule.setVisible(bool(view.line) and not elder)
        self._line.setVisible(not elder)
        self._line.setText(view.line)

    def _show_entry(self, view: ServicesView) -> None:
        at = self._at
        width = at.narrow if view.ways else INNER_WIDTH
        self.put(self._search, MARGIN, at.entry_y, width, at.entry_height)
        self._search.show_hint(view.search)
        count = len(view.ways)
        left = MARGIN + at.narrow + _BETWEEN
        each = (MARGIN + INNER_WIDTH - left - (count - 1) * _GAP) / max(1, count)
        for index, key in enumerate(self._way_keys):
            key.setVisible(index < count)
            if index < count:
                self.put(key, left + index * (each + _GAP), at.entry_y, each, at.entry_height)
                key.show_way(view.ways[index].name, chosen=view.ways[index].chosen)

    def _show_column(self, view: ServicesView) -> None:
        at, room = self._at, room_of(self.presenter.modes).groups
        height = (at.list_height - (room - 1) * _GAP) / room
        for index, key in enumerate(self._keys):
            shown = index < len(view.groups)
            key.setVisible(shown)
            if shown:
                y = at.list_y + index * (height + _GAP)
                self.put(key, MARGIN, y, at.column, height)
                key.show_view(view.groups[index])
        y = at.list_y + (room - 1) * (height + _GAP)
        self._column_pager.arrange(at.column, height, key_width=at.column * 0.345)
        self.put(self._column_pager, MARGIN, y, at.column, height)
        self._show_pager(self._column_pager, view.groups_paged, "departments")

    def _show_rows(self, view: ServicesView) -> None:
        at = self._at
        left = MARGIN + at.column + _BETWEEN if view.groups else MARGIN
        width = MARGIN + INNER_WIDTH - left
        room = room_of(self.presenter.modes)
        paged = view.paged.pages > 1
        count = room.rows_paged if paged else room.rows
        space = at.list_height - (at.pager + _GAP if paged else 0)
        height = (space - (count - 1) * _GAP) / count
        for index, row in enumerate(self._rows):
            shown = index < len(view.rows)
            row.setVisible(shown)
            if shown:
                self.put(row, left, at.list_y + index * (height + _GAP), width, height)
                row.show_view(view.rows[index])
        key = 300.0 if self.elder and not view.groups else 212.0
        self._pager.arrange(width, at.pager, key_width=key)
        self.put(self._pager, left, at.list_y + at.list_height - at.pager, width, at.pager)
        self._show_pager(self._pager, view.paged, "page")
        self.put(self._nothing, left + 32, at.list_y, width - 64, 200)
        self._nothing.setText(view.nothing)
        self._nothing.setVisible(bool(view.nothing))

    def _show_pager(self, pager: Pager, paged: Paged, what: str) -> None:
        words = self.words
        pager.setVisible(paged.pages > 1)
        pager.show_page(
            paged, words(f"kiosk.services.previous_{what}"), words(f"kiosk.services.next_{what}")
        )

    def _switch(self, index: int) -> None:
        view = self.presenter.services_view()
        if view is not None and index < len(view.ways):
            self._choosing.switch(view.ways[index].by)

    def _open_group(self, index: int) -> None:
        self._choosing.open_group(self._keys[index].view.code)

    def _choose(self, index: int) -> None:
        self._choosing.choose(self._rows[index].view.code)
