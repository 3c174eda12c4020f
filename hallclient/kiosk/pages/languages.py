"""The language switch at the foot of the first page: 396x124."""

from hallclient.kiosk.presenter import KioskPresenter
from hallclient.phrases import languages
from hallclient.ui.widgets.rows import Segments

SIZE = (396.0, 124.0)
_SHARES = (0.82, 1.25, 1.12)


class LanguageSwitch(Segments):
    """Every language that has a catalogue, in its own words."""

    def __init__(self, presenter: KioskPresenter) -> None:
        known = languages()
        shares = _SHARES if len(known) == len(_SHARES) else (1.0,) * len(known)
        super().__init__(
            tuple(language.name for language in known), shares, width=SIZE[0], height=SIZE[1]
        )
        self._presenter = presenter
        self._codes = tuple(language.code for language in known)
        self.group.idClicked.connect(self._switch)
        self.refresh()

    def refresh(self) -> None:
        """Mark the present language."""
        self.choose(self._codes.index(self._presenter.words.language))

    def _switch(self, index: int) -> None:
        self._presenter.switch_language(self._codes[index])
