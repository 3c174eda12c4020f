"""全厅广播 and 大屏通知: what is said to the hall for some minutes. Asks once more."""

from hallclient.domain.bulletin import LONGEST, Audience
from hallclient.domain.text import LocalText
from hallclient.services.floor import FloorState
from hallclient.services.hours import local_time
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Choices, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.widgets.text import Text

MINUTES = (5, 10, 30, 60)
ALL = ""


class BroadcastSheet(Sheet):
    """A text, who reads it, where and how long; below, what stands now, to be taken back."""

    def __init__(self, presenter: ConsolePresenter, audience: Audience) -> None:
        key = "notice" if audience is Audience.PUBLIC else "broadcast"
        super().__init__(presenter, presenter.words(f"supervisor.bulletin.{key}"))
        words = self.words
        hint = words("supervisor.bulletin.text")
        self.text = self.field(hint, LONGEST)
        self.english = self.field(words("supervisor.bulletin.english"), LONGEST)
        options = [(a.value, words(f"supervisor.bulletin.to.{a.value}")) for a in Audience]
        self.audience = self.put(Choices(options, audience.value, 3), 0, 0, 9, 9)
        zones = presenter.state.plan.zones if presenter.state else ()
        named = [(zone.code, zone.name.text(words.language)) for zone in zones]
        whole = (ALL, words("supervisor.bulletin.whole"))
        self.zone = self.put(Choices([whole, *named], ALL, 3), 0, 0, 9, 9)
        spans = [(str(n), words("supervisor.minutes", n=n)) for n in MINUTES]
        self.minutes = self.put(Choices(spans, "10", 4), 0, 0, 9, 9)
        self.caption = self.put(Text("", (15, 14), colour="ink2"), 0, 0, 9, 9)
        self.caption.setText(words("supervisor.bulletin.standing"))
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._withdraw)
        self.key = self.foot_key(words("supervisor.bulletin.say"), self._say, solid=True)
        self.text.returnPressed.connect(self._say)

    def arrange(self, width: float, height: float) -> None:
        """Place everything from top to bottom; what is left is for what stands."""
        y = HEAD + 2
        for line in (self.text, self.english):
            self.put(line, PAD, y, width, 44)
            y += 52
        for choices in (self.audience, self.zone, self.minutes):
            self.put(choices, PAD, y, width, choices.tall)
            choices.lay_out(width)
            y += choices.tall + 12
        self.put(self.caption, PAD, y, width, 22)
        rest = max(HEAD + height - y - 24, 40.0)
        self.put(self.list, PAD, y + 24, width, rest)
        self.list.lay_out(width, rest)

    def show_state(self, state: FloorState) -> None:
        """Show what stands now."""
        words = self.words
        specs = []
        for one in state.bulletins:
            until = local_time(state.plan, one.until).strftime("%H:%M")
            to = words(f"supervisor.bulletin.to.{one.audience.value}")
            sub = words("supervisor.bulletin.until", to=to, time=until)
            side = words("supervisor.bulletin.withdraw")
            specs.append(RowSpec(str(one.id), one.text.text(words.language), sub, side))
        self.list.set_specs(specs)
        self.caption.setVisible(bool(specs))

    def _say(self) -> None:
        text = self.text.text().strip()
        words = self.words
        if not text:
            self.refuse(words("supervisor.refused.bulletin_empty"))
            self.text.setFocus()
            return
        audience, minutes = Audience(self.audience.value), int(self.minutes.value)
        zones = (self.zone.value,) if self.zone.value else ()
        said = LocalText(text, en=self.english.text().strip())
        to = words(f"supervisor.bulletin.to.{audience.value}")
        self.again.ask(
            words("supervisor.bulletin.sure", text=text, to=to, minutes=minutes),
            words("supervisor.bulletin.say"),
            lambda: self.presenter.do(
                lambda who: who.broadcast(said, audience, zones, minutes),
                lambda _done: self.done(words("supervisor.bulletin.said", minutes=minutes)),
                self.refuse,
                owner=self,
            ),
        )

    def _withdraw(self, bulletin: str) -> None:
        words = self.words
        self.presenter.do(
            lambda who: who.withdraw(int(bulletin)),
            lambda _done: self.say(words("supervisor.bulletin.withdrawn")),
            self.refuse,
            owner=self,
        )
