"""预约办理: days at the left, the times of the chosen day at the right, one button."""

from functools import partial

from hallclient.kiosk.pages.page import INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.booking import BookView, DayView, SlotView
from hallclient.kiosk.widgets.booking import ChoiceKey
from hallclient.kiosk.widgets.figure_row import Pager
from hallclient.kiosk.widgets.ticket import Band
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Text
from hallclient.ui.widgets.tiles import BigButton

_KEY, _GAP = 120.0, 12.0
_DAYS_WIDTH = 324.0
_SLOTS_X = MARGIN + _DAYS_WIDTH + 24
_SLOTS_WIDTH = INNER_WIDTH - _DAYS_WIDTH - 24
_BOTTOM = 1560.0
_COLUMNS = 3
_MOST_DAYS, _MOST_SLOTS = 7, 21


class BookPage(InnerPage):
    """In low reach the lists are shorter and have pages."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._journey = journey = presenter.journeys.booking
        self._caption = Text("", colour="ink2")
        self._title = Text("", weight=fonts.BOLD, lines=2)
        self._title.set_leading(1.15)
        self._hint = Text("", colour="ink2", lines=2)
        self._hint.set_leading(1.35)
        self._notices = self.add_banner(440)
        self._message = Band(
            fill="warnTint", ink="warn", icon="info", sizes=(44, 40), weight=fonts.MEDIUM
        )
        self._nothing = Text("", lines=4)
        self._nothing.set_leading(1.35)
        self._days = [ChoiceKey() for _ in range(_MOST_DAYS)]
        for index, key in enumerate(self._days):
            key.clicked.connect(partial(self._choose_day, index))
        self._sooner = BigButton("", "chev-l", icon_size=56)
        self._later = BigButton("", "chev-r", icon_size=56)
        self._sooner.clicked.connect(partial(journey.turn_days, -1))
        self._later.clicked.connect(partial(journey.turn_days, 1))
        self._slots = [ChoiceKey() for _ in range(_MOST_SLOTS)]
        for index, key in enumerate(self._slots):
            key.clicked.connect(partial(self._choose_slot, index))
        self._slot_pager = Pager(_SLOTS_WIDTH, _KEY, key_width=200)
        self._slot_pager.turned.connect(journey.turn_slots)
        self._confirm = BigButton("")
        self._confirm.clicked.connect(journey.confirm)
        self._back = BigButton("", "chev-l")
        self._home = BigButton("", "home")
        self._back.clicked.connect(presenter.back)
        self._home.clicked.connect(presenter.home)
        self._shown_days: tuple[DayView, ...] = ()
        self._shown_slots: tuple[SlotView, ...] = ()

    @property
    def _list_top(self) -> float:
        return 968.0 if self.low else 648.0

    @property
    def _rows(self) -> int:
        return int((_BOTTOM - self._list_top + _GAP) // (_KEY + _GAP))

    def lay_out(self) -> None:
        """Place head, lists and buttons for the present modes."""
        self._caption.set_sizes(self.sizes(38, 34))
        self._title.set_sizes((76, 66, 58) if self.elder else (72, 62, 54))
        self._hint.set_sizes((48, 44) if self.elder else (40, 36, 34))
        self._nothing.set_sizes((48, 44) if self.elder else (40, 36))
        self.put(self._caption, MARGIN, 136, INNER_WIDTH, 64)
        self.put(self._title, MARGIN, 204, INNER_WIDTH, 190)
        self.put(self._hint, MARGIN, 410, INNER_WIDTH, 150 if self.elder else 110)
        # Above the lists, over the hint: what cannot be done is said where it was tried.
        band = self._list_top - 196
        self.put(self._notices, MARGIN, band, INNER_WIDTH, 172)
        self.put(self._message, MARGIN, band, INNER_WIDTH, 172)
        for index, key in enumerate(self._days):
            key.set_sizes(self.sizes(42, 38, 34), self.sizes(30, 28, 26))
            self.put(key, MARGIN, self._y(index), _DAYS_WIDTH, _KEY)
        wide = (_SLOTS_WIDTH - (_COLUMNS - 1) * _GAP) / _COLUMNS
        for index, key in enumerate(self._slots):
            row, column = divmod(index, _COLUMNS)
            key.set_sizes((52, 48, 44), self.sizes(30, 28, 26))
            self.put(key, _SLOTS_X + column * (wide + _GAP), self._y(row), wide, _KEY)
        last = self._y(self._rows - 1)
        half = (_DAYS_WIDTH - _GAP) / 2
        self.put(self._sooner, MARGIN, last, half, _KEY)
        self.put(self._later, MARGIN + half + _GAP, last, half, _KEY)
        self._slot_pager.arrange(_SLOTS_WIDTH, _KEY, key_width=132 if self.elder else 200)
        self._slot_pager.set_large(self.elder)
        self.put(self._slot_pager, _SLOTS_X, last, _SLOTS_WIDTH, _KEY)
        self.put(self._nothing, _SLOTS_X, self._list_top, _SLOTS_WIDTH, 300)
        self._confirm.set_sizes((64, 56, 48, 44))
        self.put(self._confirm, MARGIN, 1576, INNER_WIDTH, 148)
        for button in (self._back, self._home):
            button.set_sizes((48, 44) if self.elder else (40, 36), 44)
        self.put(self._back, MARGIN, 1748, 581, 124)
        self.put(self._home, MARGIN + 605, 1748, 363, 124)

    def refresh(self) -> None:
        """Show days and times."""
        self.tick()
        view = self._journey.book_view(self._rows, _COLUMNS)
        if view is None:
            return
        words = self.words
        self._caption.setText(words("kiosk.book.caption"))
        self._title.setText(view.title)
        self._hint.setText(words("kiosk.book.hint"))
        said = bool(view.message) and not self.noticed
        self._message.setVisible(said)
        self._message.setText(view.message)
        self._hint.setVisible(self.low or not (said or self.noticed))
        self._nothing.setText(view.nothing)
        self._nothing.setVisible(bool(view.nothing))
        self._show_lists(view)
        self._confirm.set_words(view.button)
        self._confirm.set_face(Face.SOLID if view.works else Face.DASHED)
        self._back.set_words(words("kiosk.book.back"))
        self._home.set_words(words("common.home"))

    def _show_lists(self, view: BookView) -> None:
        words = self.words
        self._shown_days, self._shown_slots = view.days, view.slots
        for keys, shown in ((self._days, view.days), (self._slots, view.slots)):
            for index, key in enumerate(keys):
                key.setVisible(index < len(shown))
                if index < len(shown):
                    one = shown[index]
                    key.show_choice(one.title, one.sub, full=one.full, chosen=one.chosen)
        days, times = view.day_pages, view.slot_pages
        for arrow, name, works in (
            (self._sooner, "fewer_days", days.page > 0),
            (self._later, "more_days", days.page < days.pages - 1),
        ):
            arrow.setVisible(days.pages > 1)
            arrow.setAccessibleName(words(f"kiosk.book.{name}"))
            arrow.set_face(Face.OUTLINED if works else Face.FLAT)
        self._slot_pager.setVisible(times.pages > 1)
        self._slot_pager.show_page(
            times, words("kiosk.book.fewer_times"), words("kiosk.book.more_times")
        )

    def _y(self, row: int) -> float:
        return self._list_top + row * (_KEY + _GAP)

    def _choose_day(self, index: int) -> None:
        self._journey.choose_day(self._shown_days[index].index)

    def _choose_slot(self, index: int) -> None:
        self._journey.choose_slot(self._shown_slots[index].starts_at)
