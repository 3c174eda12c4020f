"""An emergency on a kiosk: it covers every page, also the ushers' and the technician's.

Nothing can be pressed while it stands. What was under way is as it was when it ends, unless its
time has run out.
"""

from hallclient.domain.publication import emergency_in
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.ui.canvas import Canvas
from hallclient.ui.widgets.emergency import EmergencyCover


class KioskEmergency:
    """Covers a kiosk's screen; a kiosk belongs to the whole hall, so that any zone's stands."""

    def __init__(self, screen: Canvas, presenter: KioskPresenter) -> None:
        self._screen = screen
        self._presenter = presenter
        self.cover = EmergencyCover(screen)

    @property
    def stands(self) -> bool:
        """Whether the screen is covered."""
        return self.cover.stands

    def follow(self) -> None:
        """Cover or uncover the screen by the last look at the hall, and read it out once."""
        sight = self._presenter.sight
        if sight is None:
            return
        before = self.cover.emergency
        now = emergency_in(sight.hall.publications, ())
        self.cover.set_look(self._screen.look)
        self.cover.show_emergency(now, sight.plan, self._presenter.words.language)
        if now is not None and now != before:
            self.cover.raise_()
            self._read()

    def _read(self) -> None:
        voice, modes = self._presenter.desk.voice, self._presenter.modes
        if voice is not None and modes.voice:
            voice.read((self.cover.text(),), self._presenter.words.language, modes.volume)
