"""The foot of the first pages: languages, and how the kiosk meets the one before it."""

from dataclasses import replace
from functools import partial

from hallclient.kiosk.modes import Modes
from hallclient.kiosk.pages.languages import SIZE, LanguageSwitch
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.ui.canvas import Pane
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.tiles import BigButton

WIDTH, HEIGHT = 968.0, 124.0
_GAP = 20.0
_TOGGLES = (
    ("elder", "kiosk.home.large", "textsize"),
    ("voice", "kiosk.home.voice", "voice"),
    ("contrast", "kiosk.easy.contrast", "sun"),
    ("low", "kiosk.home.lower", "wheelchair"),
)


class Footer(Pane):
    """968x124. A voice is offered where there is one; contrast belongs to the larger print."""

    def __init__(self, presenter: KioskPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._languages = LanguageSwitch(presenter)
        self.put(self._languages, 0, 0, *SIZE)
        self._toggles: dict[str, BigButton] = {}
        for name, _words, icon in _TOGGLES:
            toggle = BigButton("", icon, size=(30, 28), icon_size=48, stacked=True)
            toggle.setCheckable(True)
            toggle.clicked.connect(partial(self._switch, name))
            self._toggles[name] = toggle
            self.put(toggle, 0, 0, WIDTH, HEIGHT)
        self._shown: tuple[str, ...] = ()

    def refresh(self) -> None:
        """Show the present language and modes."""
        presenter = self._presenter
        self._languages.refresh()
        modes = presenter.modes
        self._arrange(modes)
        for name, key, _icon in _TOGGLES:
            toggle, on = self._toggles[name], bool(getattr(modes, name))
            toggle.set_words(presenter.words(key))
            toggle.setChecked(on)
            toggle.set_face(Face.SELECTED if on else Face.OUTLINED)

    def _arrange(self, modes: Modes) -> None:
        voice = self._presenter.desk.voice is not None
        shown = tuple(
            name
            for name, _words, _icon in _TOGGLES
            if (name != "voice" or voice) and (name != "contrast" or modes.elder)
        )
        left = 0.0 if modes.elder else SIZE[0] + _GAP
        key = (*shown, str(left))
        if key == self._shown:
            return
        self._shown = key
        self._languages.setVisible(not modes.elder)
        width = (WIDTH - left + _GAP) / len(shown) - _GAP
        sizes = (44.0,) if modes.elder else (30.0, 28.0)
        for name, toggle in self._toggles.items():
            toggle.setVisible(name in shown)
            toggle.set_sizes(sizes)
        for index, name in enumerate(shown):
            self.put(self._toggles[name], left + index * (width + _GAP), 0, width, HEIGHT)

    def _switch(self, name: str) -> None:
        modes = self._presenter.modes
        self._presenter.set_modes(replace(modes, **{name: not getattr(modes, name)}))
        self.refresh()
