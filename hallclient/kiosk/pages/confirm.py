"""Check the service and its papers, then take the number (visual.md, Confirm)."""

from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.ticket import ELDER_MATERIALS, MATERIALS, ConfirmView
from hallclient.kiosk.widgets.figure_row import FigureRow, Pager
from hallclient.kiosk.widgets.lists import MaterialRow
from hallclient.kiosk.widgets.place import PlaceCard
from hallclient.kiosk.widgets.stepper import Stepper
from hallclient.kiosk.widgets.ticket import Band
from hallclient.ui import fonts
from hallclient.ui.paint import Box, Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.rows import Toggle
from hallclient.ui.widgets.status import MetricSizes, Steps
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.ui.widgets.tiles import BigButton

_CARD_Y, _BOTTOM, _LIST_FOOT = 648.0, 1504.0, 1504.0
_HEAD, _ROW, _ROW_MOST, _PAGER, _GAP = 114.0, 102.0, 150.0, 96.0, 20.0
_ELDER_ROW = 170.0
_PLACE_MOST, _PLACE_LEAST = 636.0, 236.0
_MESSAGE = 172.0
_FIGURES = MetricSizes(unit=34, gap=10)
_ELDER_FIGURES = MetricSizes(caption=44, figure=72, unit=36, gap=10)


class ConfirmPage(InnerPage):
    """Numbered discs, not check boxes: nothing to tick here."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._steps = Steps()
        self._chose = Text("", (34, 30), colour="ink2")
        self._title = Text("", (88, 66, 58, 52, 46), weight=fonts.BOLD, lines=2)
        self._title.set_leading(1.15)
        self._rule = Line()
        self._figures = FigureRow(INNER_WIDTH, 118, _FIGURES)
        self.put(self._steps, MARGIN, 144, INNER_WIDTH, 48)
        self.put(self._chose, MARGIN, 228, INNER_WIDTH, 48)
        self.put(self._title, MARGIN, 274, INNER_WIDTH, 144)
        self.put(self._rule, MARGIN, 440, INNER_WIDTH, 2)
        self.put(self._figures, MARGIN, 474, INNER_WIDTH, 118)
        self.add_banner(444)
        self._message = Band(
            fill="warnTint", ink="warn", icon="info", sizes=(38, 34, 30), weight=fonts.MEDIUM
        )
        self.put(self._message, MARGIN, 444, INNER_WIDTH, _MESSAGE)
        self._build_card(presenter)
        self._place = PlaceCard()
        self.put(self._place, MARGIN, _CARD_Y, INNER_WIDTH, _PLACE_MOST)
        self._list = Toggle("", "doc")
        self._list_height, self._pager_height = 112.0, _PAGER
        self._list.toggled.connect(self._set_print_list)
        self.put(self._list, MARGIN, 1392, INNER_WIDTH, 112)
        self._get = BigButton("", size=(76, 64, 52))
        self._get.clicked.connect(presenter.confirm)
        self.put(self._get, MARGIN, 1524, INNER_WIDTH, 196)
        self._count = Stepper()
        self._count.changed.connect(presenter.set_count)
        self.put(self._count, MARGIN, 1392, INNER_WIDTH, 112)
        self._back = BigButton("", "chev-l", icon_size=40)
        self._more = BigButton("", "plus", icon_size=40)
        self._home = BigButton("", "home", icon_size=44)
        self._back.clicked.connect(presenter.back)
        self._more.clicked.connect(self._add_more)
        self._home.clicked.connect(presenter.home)
        self._guide = BigButton("", "guide", icon_size=40)
        self._guide.clicked.connect(self._open_guide)
        for key in (self._back, self._guide, self._more, self._home):
            self.put(key, MARGIN, 1744, 220, 120)

    def _build_card(self, presenter: KioskPresenter) -> None:
        self._card = Card(Box("surface", "line", 2, 24))
        self._heading = Text("", (44, 38), weight=fonts.BOLD)
        self._hint = Text("", (30, 28), colour="ink2", side=Side.RIGHT)
        self._rows = [MaterialRow() for _ in range(MATERIALS)]
        self._pager = Pager(880, _PAGER)
        self._pager.turned.connect(presenter.turn_materials)
        self._none = Text("", (38, 34), colour="ink2", lines=2)
        self.put(self._card, MARGIN, _CARD_Y, INNER_WIDTH, 724)
        self._card.put(self._heading, 44, 30, 360, 76)
        self._card.put(self._hint, 380, 30, 544, 76)
        for index, row in enumerate(self._rows):
            self._card.put(row, 44, _HEAD + index * _ROW, 880, _ROW)
        self._card.put(self._pager, 44, _HEAD + MATERIALS * _ROW, 880, _PAGER)
        self._card.put(self._none, 44, 96, 880, 80)

    def lay_out(self) -> None:
        """Take the sizes of the present mode. Elders check and take; nothing else is asked."""
        self._chose.set_sizes(self.sizes(34, 30))
        self._steps.setVisible(not self.elder)
        self._place_head()
        self._message.set_sizes(self.sizes(38, 34, 30))
        self._none.set_sizes(self.sizes(38, 34))
        self._list.set_sizes(self.sizes(36, 32, 28))
        self._list_height = 120.0 if self.elder else 112.0
        self._pager_height = max(_PAGER, self.target)
        self._pager.set_large(self.elder)
        self._pager.set_height(self._pager_height)
        for row in self._rows:
            row.set_large(self.elder)
        for key in (self._back, self._guide, self._more, self._home):
            key.set_sizes((48, 44) if self.elder else (36, 30, 28))

    def _place_head(self) -> None:
        """Place what is above the card; elders' figures take the room of the steps."""
        chose, title, rule, figures = (150, 216, 386, 412) if self.elder else (228, 274, 440, 474)
        height, sizes = (190, _ELDER_FIGURES) if self.elder else (118, _FIGURES)
        self.put(self._chose, MARGIN, chose, INNER_WIDTH, 64 if self.elder else 48)
        self.put(self._title, MARGIN, title, INNER_WIDTH, 144)
        self.put(self._rule, MARGIN, rule, INNER_WIDTH, 2)
        self.put(self._figures, MARGIN, figures, INNER_WIDTH, height)
        self._figures.set_size(INNER_WIDTH, height, sizes)

    def refresh(self) -> None:
        """Show the service that was chosen."""
        self.tick()
        view = self.presenter.confirm_view()
        if view is None:
            return
        words = self.words
        steps = (words("kiosk.steps.choose"), words("kiosk.steps.check"), words("kiosk.steps.take"))
        self._steps.set_steps(steps, 1)
        self._chose.setText(words("kiosk.confirm.you_chose"))
        self._title.setText(view.title)
        self._figures.show_figures(view.figures)
        message = bool(view.message) and not self.noticed
        self._figures.setVisible(not self.noticed and not message)
        self._rule.setVisible(not self.noticed and not message)
        self._message.setVisible(message)
        self._message.setText(f"{view.message}\n{view.message_sub}".strip())
        self._show_card(view)
        self._show_buttons(view)

    def _show_card(self, view: ConfirmView) -> None:
        words = self.words
        self._heading.setText(words("kiosk.confirm.materials"))
        hint = bool(view.materials) and not self.elder
        self._hint.setText(words("kiosk.confirm.materials_hint") if hint else "")
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(view.materials))
            if index < len(view.materials):
                row.show_view(view.materials[index])
        paged = view.paged.pages > 1
        self._pager.setVisible(paged)
        self._pager.show_page(
            view.paged, words("kiosk.services.previous_page"), words("kiosk.services.next_page")
        )
        self._none.setText(view.no_materials)
        self._none.setVisible(bool(view.no_materials))
        asked = view.list_offered or (view.count_words and not self.elder)
        bottom = _LIST_FOOT - self._list_height - _GAP if asked else _BOTTOM
        usual = _ELDER_ROW if self.elder else _ROW
        height = _HEAD + len(view.materials) * usual + 16
        if paged:
            height = bottom - _CARD_Y
        if view.no_materials:
            height = 200.0
        left = bottom - _CARD_Y - height - _GAP
        step = usual
        self._place.setVisible(left >= _PLACE_LEAST)
        if left < _PLACE_LEAST:
            height = bottom - _CARD_Y
            most = ELDER_MATERIALS if self.elder else MATERIALS
            rows, pager = most if paged else max(1, len(view.materials)), self._pager_height
            foot = pager + 28 if paged else 12
            step = min(max(usual, _ROW_MOST), (height - _HEAD - foot) / rows)
            self._card.put(self._pager, 44, height - pager - 16, 880, pager)
        else:
            place = min(_PLACE_MOST, left)
            self._place.arrange(place)
            self._place.show_place(view.place)
            self.put(self._place, MARGIN, _CARD_Y + height + _GAP, INNER_WIDTH, place)
        for index, row in enumerate(self._rows):
            self._card.put(row, 44, _HEAD + index * step, 880, step)
        self.put(self._card, MARGIN, _CARD_Y, INNER_WIDTH, height)

    def _show_buttons(self, view: ConfirmView) -> None:
        words = self.words
        self._arrange_keys(view)
        self._list.setVisible(view.list_offered)
        self._list.set_words(words("kiosk.confirm.print_list"))
        self._list.setChecked(view.print_list)
        self._get.set_words(view.button)
        self._get.set_face(Face.SOLID if view.works else Face.DASHED)
        self._back.set_words(words("kiosk.confirm.choose_again"))
        self._home.set_words(words("common.home"))
        self._guide.set_words(words("kiosk.guide.open"))

    def _open_guide(self) -> None:
        self.presenter.journeys.guide.read(self.presenter.visit.service)

    def _arrange_keys(self, view: ConfirmView) -> None:
        """Share the row above the button and the foot among those that are there."""
        counted = bool(view.count_words) and not self.elder
        both = view.list_offered and counted
        wide = 564.0 if both else INNER_WIDTH
        height = self._list_height
        self.put(self._list, MARGIN, _LIST_FOOT - height, wide, height)
        left = MARGIN + wide + 24 if both else MARGIN
        self.put(self._count, left, 1392, MARGIN + INNER_WIDTH - left, 112)
        self._count.setVisible(counted)
        words = self.words
        most = self.presenter.plan.rules.tickets_at_once if self.presenter.plan else 1
        self._count.show_count(
            view.count,
            most,
            view.count_words,
            (words("kiosk.several.fewer"), words("kiosk.several.another")),
        )
        more = bool(view.more) and not self.elder
        self._more.setVisible(more)
        self._more.set_words(view.more)
        self._guide.setVisible(not self.elder)
        self._home.set_icon("" if more else "home")
        widths = (250.0, 214.0, 262.0, 170.0) if more else (366.0, 320.0, 0.0, 234.0)
        if self.elder:
            widths = (581.0, 0.0, 0.0, 363.0)
        x = MARGIN
        for key, width in zip(
            (self._back, self._guide, self._more, self._home), widths, strict=True
        ):
            if width:
                self.put(key, x, 1744, width, 120)
                x += width + 24

    def _add_more(self) -> None:
        self.presenter.journeys.several.add_more()

    def _set_print_list(self, wanted: bool) -> None:  # noqa: FBT001 - a signal's argument
        self.presenter.set_print_list(wanted=wanted)
