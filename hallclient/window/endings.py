"""F8: how did it end? A digit is enough; what an outcome cannot do without is asked for next."""

from typing import TYPE_CHECKING

from hallclient.domain.case import Handover, needs
from hallclient.domain.ending import Ending
from hallclient.domain.turn import Outcome
from hallclient.phrases import has_message
from hallclient.window.choices import Choice, ChoicePopover
from hallclient.window.lists import ListPopover, Tab
from hallclient.window.outcome import OutcomeAsk
from hallclient.window.scene import BarView, reason_text
from hallclient.window.states import KeyId

if TYPE_CHECKING:
    from hallclient.window.askings import Askings
    from hallclient.window.missing import MissingPopover

HANDOVERS = (Handover.WINDOW, Handover.MAIL, Handover.ELECTRONIC)


class EndingAsk:
    """Asks for the outcome of one ticket; what was ticked as missing is kept while it is here."""

    def __init__(self, asks: "Askings") -> None:
        self._asks = asks
        self._presenter = asks.presenter
        self._words = asks.presenter.words
        self._ask = OutcomeAsk("", Outcome.INSTANT)
        self._kept: tuple[str, tuple[str, ...]] = ("", ())

    def check(self, view: BarView) -> None:
        """Forget what was ticked for another ticket."""
        if self._kept[0] != view.label:
            self._kept = ("", ())

    def ask(self, ask: OutcomeAsk) -> None:
        """Open the outcomes of the ticket's service, each with what follows from it."""
        self._ask = ask
        words = self._words
        title = words("window.ending.title_next" if ask.then_call else "window.ending.title")
        handed = any(needs(ask.service, one).handover for one in ask.outcomes) if ask.service else 0
        tabs = [self._tab(handover) for handover in (HANDOVERS if handed else HANDOVERS[:1])]
        popover = ListPopover(
            self._asks.bar,
            words,
            title,
            tabs,
            label=ask.label,
            rows=len(ask.outcomes),
            marked=ask.outcomes.index(ask.likely) if ask.likely in ask.outcomes else 0,
        )
        popover.chosen.connect(self._take)
        self._asks.open(popover, KeyId.FINISH)

    def ask_missing(self, ask: OutcomeAsk) -> None:
        """Open the materials of the service; what was ticked before Esc still is."""
        from hallclient.window.missing import MissingPopover  # noqa: PLC0415 - rare

        label, ticked = self._kept
        popover = MissingPopover(
            self._asks.bar,
            self._words,
            ask.label,
            ask.materials,
            ticked=ticked if label == ask.label else (),
            prints=self._presenter.prints,
        )
        popover.confirmed.connect(
            lambda missing: self._finish(Ending(Outcome.SUPPLEMENT, missing=missing))
        )
        popover.closed.connect(lambda: self._keep(ask.label, popover))
        self._asks.open(popover, KeyId.FINISH)

    def _tab(self, handover: Handover) -> Tab:
        name = self._words(f"window.ending.{handover}")
        return Tab(name, lambda _typed: [self._choice(one) for one in self._ask.outcomes])

    def _choice(self, outcome: Outcome) -> Choice:
        words, service = self._words, self._ask.service
        note = ""
        if outcome in self._ask.due:
            key = "due_guessed" if self._ask.guessed else "due"
            note = words(f"window.ending.{key}", day=self._ask.due[outcome])
        elif outcome is Outcome.SUPPLEMENT and self._ask.materials:
            note = words("window.ending.list")
        elif outcome is Outcome.REFUSED and service is not None:
            note = words("window.ending.reason")
        known = f"window.outcome.{outcome}"
        key = known if has_message(known) else f"window.ending.{outcome}"
        return Choice(outcome.value, words(key), note=note)

    def _take(self, tab: int, value: str) -> None:
        outcome, ask = Outcome(value), self._ask
        wanted = needs(ask.service, outcome) if ask.service is not None else None
        if outcome is Outcome.SUPPLEMENT and ask.materials:
            self.ask_missing(ask)
        elif wanted is not None and wanted.refusals:
            self._ask_refusal(wanted.refusals)
        else:
            handed = wanted is not None and wanted.handover
            handover = HANDOVERS[tab] if handed else Handover.WINDOW
            self._finish(Ending(outcome, handover=handover))

    def _ask_refusal(self, reasons: tuple[str, ...]) -> None:
        words = self._words
        choices = [
            Choice(reason, reason_text(words, reason, "window.refusal")) for reason in reasons
        ]
        popover = ChoicePopover(
            self._asks.bar,
            words("window.refusal.title"),
            choices,
            self._asks.feet(),
            label=self._ask.label,
        )
        popover.chosen.connect(lambda reason: self._finish(Ending(Outcome.REFUSED, refused=reason)))
        self._asks.open(popover, KeyId.FINISH)

    def _finish(self, ending: Ending) -> None:
        if self._ask.then_call:
            self._presenter.finish_and_call(ending)
        else:
            self._presenter.finish(ending)

    def _keep(self, label: str, popover: "MissingPopover") -> None:
        self._kept = (label, popover.ticked)
