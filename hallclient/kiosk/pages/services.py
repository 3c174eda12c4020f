"""Choose a service: departments left, services right (visual.md, Services)."""

from functools import partial

from hallclient.kiosk.pages.page import (
    FOOT_HEIGHT,
    FOOT_Y,
    INNER_WIDTH,
    MARGIN,
    InnerPage,
)
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.services import DEPARTMENTS, SERVICES, ServicesView
from hallclient.kiosk.widgets.figure_row import FigureRow, Pager
from hallclient.kiosk.widgets.rows import DepartmentKey, ServiceRow
from hallclient.kiosk.widgets.typing import SearchEntry
from hallclient.ui import fonts
from hallclient.ui.paint import Box
from hallclient.ui.widgets.status import MetricSizes, Steps
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.ui.widgets.tiles import BigButton

_LIST_Y, _LIST_HEIGHT, _GAP = 780.0, 924.0, 12.0
_COLUMN, _BESIDE = 292.0, 372.0
_PAGER = 96.0
_SUMMARY = MetricSizes(caption=28, figure=60, unit=32, gap=10)


class ServicesPage(InnerPage):
    """The department's figures stand once, above the rows that share its queue."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._steps = Steps()
        self._title = Text("", (64, 56, 48), weight=fonts.BOLD)
        self.put(self._steps, MARGIN, 144, INNER_WIDTH, 48)
        self.put(self._title, MARGIN, 226, INNER_WIDTH, 80)
        self._summary = self.put(Card(Box("surface", "line", 2, 24)), MARGIN, 333, INNER_WIDTH, 290)
        self._name = Text("", (44, 38, 34, 30), weight=fonts.BOLD, lines=2)
        self._place = Text("", (32, 28), colour="ink2", lines=2)
        self._place.set_icon("pin", 40, "ink2")
        self._figures = FigureRow(888, 104, _SUMMARY)
        self._rule = Line()
        self._line = Text("", (30, 28), colour="ink2")
        self._summary.put(self._name, 40, 14, 480, 82)
        self._summary.put(self._place, 536, 14, 396, 82)
        self._summary.put(self._figures, 40, 104, 888, 104)
        self._summary.put(self._rule, 40, 222, 888, 2)
        self._summary.put(self._line, 40, 230, 888, 48)
        self.add_banner(392)
        self._search = SearchEntry()
        self._search.clicked.connect(presenter.open_search)
        self.put(self._search, MARGIN, 648, INNER_WIDTH, 108)
        self._build_column(presenter)
        self._build_rows(presenter)
        self._home = BigButton("", "chev-l", icon_size=40)
        self._home.clicked.connect(presenter.home)
        self.put(self._home, MARGIN, FOOT_Y, _COLUMN, FOOT_HEIGHT)
        self._hint = Text("", (32, 28), colour="ink2", lines=2)
        self.put(self._hint, 380, FOOT_Y, 644, FOOT_HEIGHT)

    def _build_column(self, presenter: KioskPresenter) -> None:
        self._keys = [DepartmentKey() for _ in range(DEPARTMENTS)]
        height = (_LIST_HEIGHT - (DEPARTMENTS - 1) * _GAP) / DEPARTMENTS
        for index, key in enumerate(self._keys):
            key.clicked.connect(partial(self._choose_department, index))
            self.put(key, MARGIN, _LIST_Y + index * (height + _GAP), _COLUMN, height)
        self._column_pager = Pager(_COLUMN, height, key_width=100, words=False)
        self._column_pager.turned.connect(presenter.turn_departments)
        y = _LIST_Y + (DEPARTMENTS - 1) * (height + _GAP)
        self.put(self._column_pager, MARGIN, y, _COLUMN, height)

    def _build_rows(self, presenter: KioskPresenter) -> None:
        self._rows = [ServiceRow() for _ in range(SERVICES)]
        for index, row in enumerate(self._rows):
            row.clicked.connect(partial(self._choose, index))
            self.put(row, _BESIDE, _LIST_Y, 652, 144)
        self._wide_pager = Pager(INNER_WIDTH, _PAGER)
        self._pager = Pager(652, _PAGER, key_width=212)
        for pager, x, width in ((self._wide_pager, MARGIN, INNER_WIDTH), (self._pager, 372, 652)):
            pager.turned.connect(presenter.turn_services)
            self.put(pager, x, _LIST_Y + _LIST_HEIGHT - _PAGER, width, _PAGER)
        self._nothing = Text("", (36, 32), colour="ink2", lines=3)
        self.put(self._nothing, _BESIDE + 32, _LIST_Y, 580, 200)

    def refresh(self) -> None:
        """Show the department that is chosen."""
        self.tick()
        view = self.presenter.services_view()
        if view is None:
            return
        words = self.words
        steps = (words("kiosk.steps.choose"), words("kiosk.steps.check"), words("kiosk.steps.take"))
        self._steps.set_steps(steps, 0)
        self._title.setText(view.title)
        self._show_summary(view)
        self._search.show_hint(view.search)
        self._show_column(view)
        self._show_rows(view)
        self._nothing.setText(view.nothing)
        self._nothing.setVisible(bool(view.nothing))
        self._home.set_words(words("kiosk.services.back_home"))
        self._hint.setText(view.hint)

    def _show_summary(self, view: ServicesView) -> None:
        self._summary.setVisible(not self.noticed)
        self._name.setText(view.name)
        self._place.setText(view.place)
        self._place.setVisible(bool(view.place))
        self._summary.put(self._name, 40, 14, 480 if view.place else 888, 82)
        if view.place:
            measure = fonts.metrics(32, fonts.REGULAR, self.words.language)
            width = min(440.0, measure.horizontalAdvance(view.place) + 64)
            self._summary.put(self._place, 928 - width, 14, width, 82)
            self._summary.put(self._name, 40, 14, 928 - width - 64, 82)
        self._figures.show_figures(view.figures)
        self._rule.setVisible(bool(view.line))
        self._line.setText(view.line)

    def _show_column(self, view: ServicesView) -> None:
        for index, key in enumerate(self._keys):
            shown = index < len(view.departments)
            key.setVisible(shown)
            if shown:
                key.show_view(view.departments[index])
        paged = view.departments_paged
        self._column_pager.setVisible(paged.pages > 1)
        words = self.words
        self._column_pager.show_page(
            paged,
            words("kiosk.services.previous_departments"),
            words("kiosk.services.next_departments"),
        )

    def _show_rows(self, view: ServicesView) -> None:
        alone = not view.departments
        x, width = (MARGIN, INNER_WIDTH) if alone else (_BESIDE, 652.0)
        paged = view.paged.pages > 1
        room = _LIST_HEIGHT - (_PAGER + _GAP if paged else 0)
        height = (room - (SERVICES - 1) * _GAP) / SERVICES
        for index, row in enumerate(self._rows):
            shown = index < len(view.rows)
            row.setVisible(shown)
            if shown:
                self.put(row, x, _LIST_Y + index * (height + _GAP), width, height)
                row.show_view(view.rows[index])
        words = self.words
        for pager, here in ((self._wide_pager, alone), (self._pager, not alone)):
            pager.setVisible(paged and here)
            pager.show_page(
                view.paged,
                words("kiosk.services.previous_page"),
                words("kiosk.services.next_page"),
            )

    def _choose_department(self, index: int) -> None:
        self.presenter.choose_department(self._keys[index].view.code)

    def _choose(self, index: int) -> None:
        self.presenter.choose_service(self._rows[index].view.code)
