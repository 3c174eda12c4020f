"""What was lost of the hall's data: all of it in words, and somebody puts their name to it."""

from hallclient.services.floor import FloorState
from hallclient.supervisor.alarm_words import alarm_line, data_text
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui import fonts
from hallclient.ui.widgets.text import Text

_WHAT, _TEXT = 64.0, 280.0


class DataSheet(Sheet):
    """The alarm that led here, in full."""

    def __init__(self, presenter: ConsolePresenter, alarm: str) -> None:
        super().__init__(presenter, presenter.words("supervisor.data.title"))
        self._alarm = alarm
        self.what = self.put(Text("", (20, 19, 18, 17), lines=2, weight=fonts.BOLD), 0, 0, 9, 9)
        self.what.set_icon("refresh", 26, "danger")
        self.text = self.put(Text("", (17, 16, 15), lines=12), 0, 0, 9, 9)
        self.text.set_leading(1.45)
        self.foot_key(self.words("supervisor.verb.take"), self._take, solid=True)

    def arrange(self, width: float, height: float) -> None:
        """Place what happened above what to do."""
        self.put(self.what, PAD, HEAD, width, _WHAT)
        self.put(self.text, PAD, HEAD + _WHAT, width, min(height - _WHAT, _TEXT))

    def show_state(self, state: FloorState) -> None:
        """Show the alarm as it stands; one that is over leaves its words."""
        alarm = next((one for one in state.alarms if one.key == self._alarm), None)
        if alarm is not None:
            line = alarm_line(alarm, state, self.words)
            self.what.setText(line.title)
            self.text.setText(data_text(alarm, self.words))
            self.say(line.taken)

    def _take(self) -> None:
        alarm, words = self._alarm, self.words
        self.presenter.do(
            lambda who: who.take_alarm(alarm),
            lambda _done: self.done(words("supervisor.you_take")),
            self.refuse,
            owner=self,
        )
