"""维护: how everything stands above, what can be tried below."""

from functools import partial

from hallclient.kiosk.pages.page import FOOT_HEIGHT, FOOT_Y, INNER_WIDTH, MARGIN, InnerPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.views.technician import FOUND, FOUND_ELDER, LINES, FactView
from hallclient.ui import fonts
from hallclient.ui.canvas import Pane
from hallclient.ui.paint import Box, Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.ui.widgets.tiles import BigButton

MOST_FACTS = 6
_CARD_Y, _CARD_H, _ROW = 236.0, 700.0, 112.0
_KEYS_Y, _KEY_H, _GAP, _COLUMNS = 984.0, 152.0, 24.0, 2
_ICONS = {
    "print": "printer",
    "quieter": "minus",
    "louder": "plus",
    "log": "doc",
    "check": "search",
    "older": "chev-u",
    "newer": "chev-d",
    "restart": "refresh",
    "desktop": "dock",
}
_TONES = {True: ("check", "ok"), False: ("alert", "warn"), None: ("info", "ink2")}


class TechnicianPage(InnerPage):
    """All keys stand below y 960: one place for everybody."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__(presenter)
        self._journey = presenter.journeys.technician
        journey = self._journey
        self._actions = {
            "print": journey.print_test,
            "quieter": partial(journey.louder, -1),
            "louder": partial(journey.louder, 1),
            "log": journey.show_log,
            "check": journey.check,
            "older": partial(journey.turn_log, -1),
            "newer": partial(journey.turn_log, 1),
            "restart": journey.restart,
            "desktop": journey.to_desktop,
        }
        self._title = Text("", (72, 60, 52, 44), weight=fonts.BOLD)
        self._page = Text("", (44,), colour="ink2", side=Side.RIGHT)
        self.put(self._title, MARGIN, 126, 700, 100)
        self.put(self._page, 776, 126, 248, 100)
        self._card = Card(Box("surface", "line", 2, 24))
        self.put(self._card, MARGIN, _CARD_Y, INNER_WIDTH, _CARD_H)
        self._facts = [_Fact() for _ in range(MOST_FACTS)]
        for index, fact in enumerate(self._facts):
            self._card.put(fact, 32, 14 + index * _ROW, INNER_WIDTH - 64, _ROW)
        self._lines = [Text("", (28, 26, 24, 22), lines=3) for _ in range(LINES)]
        for index, line in enumerate(self._lines):
            self._card.put(line, 32, 12 + index * 97, INNER_WIDTH - 64, 94)
        self._found = [_Found() for _ in range(FOUND)]
        for one in self._found:
            self._card.put(one, 32, 12, INNER_WIDTH - 64, 90)
        self._keys = {name: BigButton("", icon, size=(44, 40, 36)) for name, icon in _ICONS.items()}
        for name, key in self._keys.items():
            key.clicked.connect(self._actions[name])
            self.put(key, MARGIN, _KEYS_Y, INNER_WIDTH, _KEY_H)
        self._home = BigButton("", "home", size=(48, 44), icon_size=44)
        self._home.set_face(Face.SOLID)
        self._home.clicked.connect(presenter.home)
        self.put(self._home, MARGIN, FOOT_Y, INNER_WIDTH, FOOT_HEIGHT)

    def lay_out(self) -> None:
        """Take the present modes' sizes."""
        for fact in self._facts:
            fact.set_sizes(self.sizes(36, 32), self.sizes(38, 34, 30, 28))
        for line in self._lines:
            line.set_sizes(self.sizes(28, 26, 24, 22), lines=1 if self.elder else 3)
        tall = (_CARD_H - 24) / (FOUND_ELDER if self.elder else FOUND)
        for index, one in enumerate(self._found):
            self._card.put(one, 32, 12 + index * tall, INNER_WIDTH - 64, tall)
            one.lay_out(tall, self.sizes(32, 30, 28), self.sizes(30, 28, 26))
        for key in self._keys.values():
            key.set_sizes(self.sizes(44, 40, 36))

    def refresh(self) -> None:
        """Show how everything stands; nothing at all to whoever came without the PIN."""
        view = self._journey.view()
        for widget in (self._title, self._page, self._card, *self._keys.values()):
            widget.setVisible(view is not None)
        if view is None:
            self._home.set_words(self.words("kiosk.technician.done"))
            return
        self._title.setText(view.title)
        self._page.setText(view.page)
        self._home.set_words(view.home)
        self._show_facts(view.facts if view.log is None and view.found is None else ())
        self._show_found(view.found or ())
        self._show_lines(view.log or ())
        words = dict(view.keys)
        for name, key in self._keys.items():
            key.setVisible(name in words)
        for index, (name, text) in enumerate(view.keys):
            row, column = divmod(index, _COLUMNS)
            width = (INNER_WIDTH - _GAP) / _COLUMNS
            x, y = MARGIN + column * (width + _GAP), _KEYS_Y + row * (_KEY_H + _GAP)
            self._keys[name].set_words(text)
            self.put(self._keys[name], x, y, width, _KEY_H)
        self.tick()

    def _show_facts(self, facts: tuple[FactView, ...]) -> None:
        for index, row in enumerate(self._facts):
            row.setVisible(index < len(facts))
            if index < len(facts):
                row.show_fact(facts[index])

    def _show_lines(self, lines: tuple[str, ...]) -> None:
        for index, row in enumerate(self._lines):
            row.setVisible(index < len(lines))
            if index < len(lines):
                row.setText(lines[index])

    def _show_found(self, found: tuple[FactView, ...]) -> None:
        for index, row in enumerate(self._found):
            row.setVisible(index < len(found))
            if index < len(found):
                row.show_fact(found[index], first=index == 0)


class _Found(Pane):
    """What a check found, and below it what to do."""

    def __init__(self) -> None:
        super().__init__()
        self._what = Text("", (32, 30, 28, 26), lines=2, weight=fonts.BOLD)
        self._do = Text("", (30, 28, 26, 24), lines=2, colour="ink2")
        self._rule = Line()
        self.put(self._rule, 0, 0, INNER_WIDTH - 64, 2)
        for text in (self._what, self._do):
            text.set_leading(1.2)
            self.put(text, 0, 0, 90, 90)

    def lay_out(self, tall: float, what: tuple[float, ...], do: tuple[float, ...]) -> None:
        """Take a height and the type steps."""
        self._what.set_sizes(what, lines=3)
        self._do.set_sizes(do, lines=3)
        wide, half = INNER_WIDTH - 64, (tall - 12) / 2
        self.put(self._what, 0, 6, wide, half)
        self.put(self._do, 60, 6 + half, wide - 60, half)

    def show_fact(self, fact: FactView, *, first: bool) -> None:
        """Show another one."""
        icon, colour = _TONES[fact.good]
        self._what.set_icon(icon, 44, colour)
        self._what.setText(fact.name)
        self._do.setText(fact.text)
        self._do.setVisible(bool(fact.text))
        self._rule.setVisible(not first)


class _Fact(Pane):
    """Icon and name left, what is so right; the icon says in shape what the colour says."""

    def __init__(self) -> None:
        super().__init__()
        self._name = Text("", (36, 32), weight=fonts.BOLD)
        self._text = Text("", (38, 34, 30, 28), lines=2)
        self._text.set_leading(1.2)
        self.put(self._name, 0, 0, 330, _ROW - 4)
        self.put(self._text, 346, 0, INNER_WIDTH - 64 - 346, _ROW - 4)
        self.put(Line(), 0, _ROW - 2, INNER_WIDTH - 64, 2)

    def set_sizes(self, name: tuple[float, ...], text: tuple[float, ...]) -> None:
        """Change the type steps."""
        self._name.set_sizes(name)
        self._text.set_sizes(text)

    def show_fact(self, fact: FactView) -> None:
        """Show another fact."""
        icon, colour = _TONES[fact.good]
        self._name.set_icon(icon, 44, colour)
        self._name.setText(fact.name)
        self._text.setText(fact.text)
