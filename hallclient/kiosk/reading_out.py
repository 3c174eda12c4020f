"""Reading a page out: its title, then each choice with its key, until the next touch."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from hallclient.kiosk.pages.page import KioskPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.voice import Voice
from hallclient.kiosk.widgets.ticket import NumberPlate
from hallclient.ui.keyboard import controls_of, line_by_line
from hallclient.ui.widgets.status import Metric
from hallclient.ui.words import Words

CHOICES = 9
"""Choices that have a digit; 0 reads the whole page."""
_TYPESET = {ord("\N{WORD JOINER}"): "", ord("\N{NO-BREAK SPACE}"): " "}
"""What only keeps a line together."""
_AT_ONCE = (NumberPlate, Metric)
"""The number somebody has, how many are ahead: said without being asked for."""
_STEPS = {Qt.Key.Key_Plus.value: 1, Qt.Key.Key_Equal.value: 1, Qt.Key.Key_Minus.value: -1}
"""A plus is typed with the shift key; nobody has to find that."""


def spoken(page: KioskPage, words: Words, *, whole: bool = False) -> tuple[str, ...]:
    """Return what a page says: its title and figures, then each choice with its key.

    ``whole`` is everything that stands on the page, for who asks for it (domain.md §8, 7).
    """
    title = page.title()
    lines = [title]
    for label in _labels_of(page):
        if whole or isinstance(label, _AT_ONCE):
            said = (label.accessibleName() or label.text()).translate(_TYPESET)
            lines += [] if said in lines else [said]
    keyed = not page.types_digits
    for number, button in enumerate(controls_of(page), start=1):
        said = f"{button.accessibleName()} {button.accessibleDescription()}".strip()
        if keyed and number <= CHOICES:
            said = words("kiosk.entries.choice", name=said, n=number)
        lines.append(said)
    if keyed:
        lines.append(words("kiosk.entries.whole"))
    return tuple(line for line in lines if line)


def _labels_of(page: KioskPage) -> list[QLabel]:
    """Return the words and figures of a page that are no choice; the head's clock is none."""
    found = [
        label
        for label in page.findChildren(QLabel)
        if label.isVisibleTo(page) and label.text() and label not in page.unsaid
    ]
    return line_by_line((one for one in found if not _in_choice(one)), page)


def _in_choice(label: QLabel) -> bool:
    parent = label.parentWidget()
    while parent is not None and not isinstance(parent, KioskPage):
        if isinstance(parent, QAbstractButton):
            return True
        parent = parent.parentWidget()
    return False


class ReadingOut(QObject):
    """Joins a kiosk's pages to its voice."""

    def __init__(self, presenter: KioskPresenter, voice: Voice, parent: QObject) -> None:
        super().__init__(parent)
        self._presenter, self._voice = presenter, voice
        self._page: KioskPage | None = None
        self._key: tuple[object, ...] = ()
        presenter.idle.touched.connect(voice.hush)
        presenter.visit_ended.connect(voice.hush)
        presenter.read_asked.connect(self.read_whole)

    def show(self, page: KioskPage) -> None:
        """Take another page, or the same with other choices; figures that change are not news."""
        self._page = page
        modes, language = self._presenter.modes, self._presenter.words.language
        guided = modes.voice
        names = tuple(button.accessibleName() for button in controls_of(page)) if guided else ()
        key = (page, language, guided, modes.volume, names)
        if key == self._key:
            return
        self._key = key
        if guided:
            self.read()
        else:
            self._voice.hush()

    def read(self) -> None:
        """Read what the present page is about and what can be chosen."""
        self._read(whole=False)

    def read_whole(self) -> None:
        """Read everything that stands on the present page."""
        self._read(whole=True)

    def _read(self, *, whole: bool) -> None:
        if self._page is None:
            return
        words = self._presenter.words
        lines = spoken(self._page, words, whole=whole or self._page.all_at_once)
        self._voice.read(lines, words.language, self._presenter.modes.volume)

    def key(self, key: int) -> bool:
        """Take a digit, + or - while pages are read out; tell whether it did something."""
        page = self._page
        if page is None or not self._presenter.modes.voice:
            return False
        if key in _STEPS:
            self._presenter.louder(_STEPS[key])
            return True
        return not page.types_digits and self._choose(page, key)

    def _choose(self, page: KioskPage, key: int) -> bool:
        number = key - Qt.Key.Key_0
        if number == 0:
            self.read_whole()
            return True
        controls = controls_of(page)
        if not 1 <= number <= min(CHOICES, len(controls)):
            return False
        _press(controls[number - 1])
        return True


def _press(button: QAbstractButton) -> None:
    button.setFocus(Qt.FocusReason.TabFocusReason)
    button.click()
