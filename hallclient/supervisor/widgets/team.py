"""Who is on duty, and the eight things that the one on watch does for the hall."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hallclient.supervisor.view import ACTION_ICONS, Action, TeamLine
from hallclient.supervisor.widgets.keys import VerbKey
from hallclient.ui import fonts
from hallclient.ui.paint import Box, draw_box, draw_line
from hallclient.ui.widgets.base import HallButton
from hallclient.ui.widgets.text import Card
from hallclient.ui.words import Words

PAD, GAP = 16.0, 8.0
HEAD, KEY = 34.0, 48.0
ACROSS = 4


class TeamKey(HallButton):
    """The line about the staff; pressed, it opens the list."""

    radius = 8.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._line = TeamLine()

    def set_line(self, line: TeamLine) -> None:
        """Show another state."""
        if line != self._line:
            self._line = line
            self.setText(line.count)
            pairs = (line.floaters, line.leave, line.absent)
            said = (f"{caption} {names}" for caption, names in pairs if names)
            self.setAccessibleName("，".join((line.count, *said)))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the count and whom to think of."""
        painter, look, line = QPainter(self), self.look, self._line
        area = self.area()
        if self.isDown():
            draw_box(painter, look, area, Box("sunken", radius=8))
        painter.setPen(look.colour("ink"))
        taken = draw_line(painter, area, line.count, look.font(17, fonts.BOLD)) + look.px(12)
        room = area.width() - taken
        pairs = [pair for pair in (line.floaters, line.leave, line.absent) if pair[1]]
        px, shown = self._fit(pairs, room)
        x = area.right() - self._wide(shown, px)
        for at, (caption, names) in enumerate(shown):
            x += look.px(14) if at else 0
            row = QRectF(x, 0, area.right() - x + 1, area.height())
            painter.setPen(look.colour("ink2"))
            x += draw_line(painter, row, caption, look.font(px)) + look.px(5)
            row = QRectF(x, 0, area.right() - x + 1, area.height())
            absent = (caption, names) == line.absent or caption == line.absent[0]
            painter.setPen(look.colour("danger" if absent else "ink"))
            x += draw_line(painter, row, names, look.font(px, fonts.BOLD))

    def _fit(
        self, pairs: list[tuple[str, str]], room: float
    ) -> tuple[float, list[tuple[str, str]]]:
        """Return size and words that fit: names give way to their number, the last ones last.

        Where even numbers have no room, the first ones are left out: the list behind has them.
        """
        for px in (15.0, 14.0):
            if self._wide(pairs, px) <= room:
                return px, pairs
        shorter = list(pairs)
        for at, (caption, names) in enumerate(pairs):
            count = len(names.replace(", ", "、").split("、"))
            if count > 1 or not names.isdecimal():
                shorter[at] = (caption, str(count))
            if self._wide(shorter, 14.0) <= room:
                return 14.0, shorter
        while len(shorter) > 1 and self._wide(shorter, 13.0) > room:
            shorter.pop(0)
        return 13.0, shorter

    def _wide(self, pairs: list[tuple[str, str]], px: float) -> float:
        look = self.look
        plain = fonts.metrics(look.px(px), fonts.REGULAR, look.language)
        bold = fonts.metrics(look.px(px), fonts.BOLD, look.language)
        words = sum(plain.horizontalAdvance(c) + bold.horizontalAdvance(n) for c, n in pairs)
        return words + len(pairs) * look.px(5) + max(0, len(pairs) - 1) * look.px(14)


class TeamCard(Card):
    """Staff and actions; an usher sees the last three actions alone."""

    asked = Signal(Action)
    staff_asked = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(Box("surface", "line", 2, 14), parent=parent)
        self._words = words
        self._width = 100.0
        self._actions: tuple[Action, ...] = ()
        self.staff = self.put(TeamKey(), PAD, 10, 9, 9)
        self.staff.clicked.connect(self.staff_asked)
        self.keys: dict[Action, VerbKey] = {}
        for action in Action:
            key = VerbKey(icon=ACTION_ICONS[action], sizes=(15, 14, 13), weight=fonts.BOLD)
            key.radius = 10.0
            key.clicked.connect(lambda _checked=False, a=action: self.asked.emit(a))
            self.keys[action] = self.put(key, 0, 0, 9, 9)

    def lay_out(self, width: float) -> None:
        """Take a width."""
        self._width = width
        self.put(self.staff, PAD, 8, width - 2 * PAD, HEAD)
        self._arrange()

    def set_actions(self, actions: tuple[Action, ...], team: TeamLine) -> None:
        """Show what the one who looks may do."""
        self.staff.set_line(team)
        self.staff.setVisible(bool(team.count))
        for action, key in self.keys.items():
            key.set_words(self._words(f"supervisor.action.{action.value}"))
            key.setVisible(action in actions)
        if actions != self._actions:
            self._actions = actions
            self._arrange()

    def _arrange(self) -> None:
        across = ACROSS if len(self._actions) > 3 else max(1, len(self._actions))
        width = (self._width - 2 * PAD - (across - 1) * GAP) / across
        top = PAD if len(self._actions) <= 3 else 8 + HEAD + 8
        for at, action in enumerate(self._actions):
            row, column = divmod(at, across)
            x, y = PAD + column * (width + GAP), top + row * (KEY + GAP)
            self.put(self.keys[action], x, y, width, KEY)
