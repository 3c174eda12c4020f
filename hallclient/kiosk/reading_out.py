"""Reading a page out: its title, then each choice with its key, until the next touch."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton

from hallclient.kiosk.pages.page import KioskPage
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.voice import Voice
from hallclient.ui.keyboard import controls_of
from hallclient.ui.words import Words

CHOICES = 9
"""Choices that have a digit; 0 reads the page again."""
_STEPS = {Qt.Key.Key_Plus.value: 1, Qt.Key.Key_Equal.value: 1, Qt.Key.Key_Minus.value: -1}
"""A plus is typed with the shift key; nobody has to find that."""


def spoken(page: KioskPage, words: Words) -> tuple[str, ...]:
    """Return what a page says: from accessible names, from top to bottom."""
    lines = [page.title()]
    keyed = not page.types_digits
    for number, button in enumerate(controls_of(page), start=1):
        said = f"{button.accessibleName()} {button.accessibleDescription()}".strip()
        if keyed and number <= CHOICES:
            said = words("kiosk.entries.choice", name=said, n=number)
        lines.append(said)
    if keyed:
        lines.append(words("kiosk.entries.repeat"))
    return tuple(line for line in lines if line)


class ReadingOut(QObject):
    """Joins a kiosk's pages to its voice."""

    def __init__(self, presenter: KioskPresenter, voice: Voice, parent: QObject) -> None:
        super().__init__(parent)
        self._presenter, self._voice = presenter, voice
        self._page: KioskPage | None = None
        self._key: tuple[object, ...] = ()
        presenter.idle.touched.connect(voice.hush)
        presenter.visit_ended.connect(voice.hush)
        presenter.read_asked.connect(self.read)

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
        """Read the present page."""
        if self._page is None:
            return
        words = self._presenter.words
        self._voice.read(spoken(self._page, words), words.language, self._presenter.modes.volume)

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
            self.read()
            return True
        controls = controls_of(page)
        if not 1 <= number <= min(CHOICES, len(controls)):
            return False
        _press(controls[number - 1])
        return True


def _press(button: QAbstractButton) -> None:
    button.setFocus(Qt.FocusReason.TabFocusReason)
    button.click()
