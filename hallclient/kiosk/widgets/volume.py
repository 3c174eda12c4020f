"""Softer and louder, where pages are read out."""

from functools import partial

from hallclient.kiosk.presenter import KioskPresenter
from hallclient.ui.canvas import Pane
from hallclient.ui.widgets.tiles import BigButton

_KEYS = (("kiosk.voice.softer", "minus", -1), ("kiosk.voice.louder", "plus", 1))
_GAP = 12.0
_KEY, _ELDER_KEY = (120.0, 96.0), (212.0, 124.0)


class VolumeKeys(Pane):
    """Two keys, shown only while pages are read out."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._key = _KEY
        self._buttons = tuple(self._make(icon, steps) for _words, icon, steps in _KEYS)
        self.hide()

    def _make(self, icon: str, steps: int) -> BigButton:
        button = BigButton("", icon, size=(28,), icon_size=44, stacked=True)
        button.clicked.connect(partial(self._presenter.louder, steps))
        return self.put(button, 0, 0, *_KEY)

    @property
    def wanted(self) -> bool:
        """Whether pages are read out."""
        return self._presenter.modes.voice and self._presenter.desk.voice is not None

    @property
    def size_wanted(self) -> tuple[float, float]:
        """Width and height in reference px."""
        return self._key[0] * 2 + _GAP, self._key[1]

    def lay_out(self, *, elder: bool) -> None:
        """Take the sizes of a mode."""
        self._key = _ELDER_KEY if elder else _KEY
        for index, button in enumerate(self._buttons):
            button.set_sizes((44,) if elder else (28,))
            self.put(button, index * (self._key[0] + _GAP), 0, *self._key)

    def refresh(self) -> None:
        """Show the words, or nothing."""
        self.setVisible(self.wanted)
        for button, (words, _icon, _steps) in zip(self._buttons, _KEYS, strict=True):
            button.set_words(self._presenter.words(words))
