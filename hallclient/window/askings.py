"""The popovers of the bar: which one opens under which key, one at a time."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from hallclient.domain.turn import CLERK_OUTCOMES, Outcome
from hallclient.ui.canvas import Pane
from hallclient.window.keys import KeyRow
from hallclient.window.layout import HEIGHT
from hallclient.window.popovers import Choice, ChoicePopover, StaffPopover
from hallclient.window.presenter import ClerkPresenter, OutcomeAsk
from hallclient.window.scene import BarView, reason_text
from hallclient.window.sign_in import SignIn
from hallclient.window.states import KeyFace, KeyId, Stand

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.window.missing import MissingPopover

_SIGN_IN, _SIGN_OUT, _LEDGER = "sign_in", "sign_out", "ledger"


class Askings(QObject):
    """Asks the clerk what a key leaves open, and hands the answer to the presenter."""

    def __init__(
        self,
        bar: Pane,
        presenter: ClerkPresenter,
        keys: KeyRow,
        sign_in_key: QWidget,
        more: QWidget,
    ) -> None:
        super().__init__(bar)
        self._bar = bar
        self._presenter = presenter
        self._keys = keys
        self._sign_in_key = sign_in_key
        self._more = more
        self._key: KeyId | None = None
        self._ask: OutcomeAsk | None = None
        self._kept: tuple[str, tuple[str, ...]] = ("", ())
        self.popover: StaffPopover | None = None
        presenter.outcome_asked.connect(self.ask_outcome)
        presenter.pause_asked.connect(self.ask_pause)
        presenter.sign_in_failed.connect(self._refuse_sign_in)

    def press(self, key: KeyId) -> None:
        """Press a key; the popover of the same key closes instead."""
        if self.popover is not None and self._key is key:
            self.popover.close()
        else:
            self._presenter.press(key)

    def ask_outcome(self, ask: OutcomeAsk) -> None:
        """Open the six outcomes below F8."""
        self._ask = ask
        words = self._presenter.words
        choices = [Choice(o.value, words(f"window.outcome.{o}")) for o in CLERK_OUTCOMES]
        popover = ChoicePopover(
            self._bar,
            words("window.outcome.title", label="").strip(),
            choices,
            self._feet(),
            label=ask.label,
            marked=CLERK_OUTCOMES.index(ask.likely),
        )
        popover.chosen.connect(self._finish)
        self._open(popover, self._keys.keys[KeyId.FINISH], KeyId.FINISH)

    def ask_missing(self, ask: OutcomeAsk) -> None:
        """Open the materials of the service below F8; what was ticked before Esc still is."""
        from hallclient.window.missing import MissingPopover  # noqa: PLC0415 - rare

        label, ticked = self._kept
        popover = MissingPopover(
            self._bar,
            self._presenter.words,
            ask.label,
            ask.materials,
            ticked=ticked if label == ask.label else (),
            prints=self._presenter.prints,
        )
        popover.confirmed.connect(self._finish_missing)
        popover.closed.connect(lambda: self._keep(ask.label, popover))
        self._open(popover, self._keys.keys[KeyId.FINISH], KeyId.FINISH)

    def ask_pause(self, reasons: tuple[str, ...]) -> None:
        """Open the hall's pause reasons below F10."""
        words = self._presenter.words
        choices = [Choice(reason, reason_text(words, reason)) for reason in reasons]
        popover = ChoicePopover(self._bar, words("window.pause.title"), choices, self._feet())
        popover.chosen.connect(self._presenter.pause)
        self._open(popover, self._keys.keys[KeyId.PAUSE], KeyId.PAUSE)

    def ask_sign_in(self) -> None:
        """Open the sign-in below the empty plate."""
        popover = SignIn(self._bar, self._presenter.words)
        popover.submitted.connect(self._presenter.sign_in)
        self._open(popover, self._sign_in_key, None)

    def open_menu(self) -> None:
        """Open what is rarely needed: sign out, or sign in."""
        if self.popover is not None:
            self.popover.close()
            return
        words, view = self._presenter.words, self._presenter.view
        if view.stand is Stand.SIGNED_OUT:
            choice = Choice(_SIGN_IN, words("window.sign_in.enter"), "user-check")
            title = words("window.popover.nobody")
        else:
            choice = Choice(_SIGN_OUT, words("window.sign_in.sign_out"), "door")
            title = view.staff
        choices = [choice]
        if getattr(self._bar, "ledger", None) is not None:
            choices.append(Choice(_LEDGER, words("ledger.title"), "doc"))
        popover = ChoicePopover(self._bar, title, choices, self._feet())
        popover.chosen.connect(self._do_menu)
        self._open(popover, self._more, None)

    def check(self, view: BarView) -> None:
        """Close a popover whose key no longer applies, or whose work is done."""
        if self._kept[0] != view.label:
            self._kept = ("", ())
        done = isinstance(self.popover, SignIn) and view.stand is not Stand.SIGNED_OUT
        key = self._key
        # The hardware caller may have gone on to another ticket, or paused, meanwhile.
        other = key is KeyId.FINISH and self._ask is not None and self._ask.label != view.label
        paused = key is KeyId.PAUSE and view.stand is Stand.PAUSED
        if done or other or paused or (key is not None and view.face(key) is KeyFace.FLAT):
            self.close()

    def close(self) -> None:
        """Close what is open."""
        if self.popover is not None:
            self.popover.close()

    def _feet(self) -> tuple[str, str, str]:
        words = self._presenter.words
        pick, enter = words("window.popover.pick"), words("window.popover.enter")
        return pick, enter, words("window.popover.leave")

    def _open(self, popover: StaffPopover, below: QWidget, key: KeyId | None) -> None:
        bar = self._bar
        self.close()
        popover.set_look(self._bar.look)
        self.popover, self._key = popover, key
        popover.closed.connect(self._forget_popover)
        under = below.mapTo(bar, below.rect().center())
        corner = bar.mapToGlobal(QPoint(under.x(), HEIGHT))
        left = bar.mapToGlobal(QPoint(0, 0)).x()
        popover.open_at(corner, (left, left + bar.width()))

    def _forget_popover(self) -> None:
        if self.sender() is self.popover:
            self.popover, self._key = None, None

    def _finish(self, value: str) -> None:
        outcome, ask = Outcome(value), self._ask
        if outcome is Outcome.SUPPLEMENT and ask is not None and ask.materials:
            self.ask_missing(ask)
        else:
            self._presenter.finish(outcome)

    def _finish_missing(self, missing: tuple[str, ...]) -> None:
        self._presenter.finish(Outcome.SUPPLEMENT, missing)

    def _keep(self, label: str, popover: "MissingPopover") -> None:
        self._kept = (label, popover.ticked)

    def _do_menu(self, value: str) -> None:
        if value == _LEDGER:
            bring_back: Callable[[], None] = self._bar.ledger  # type: ignore[attr-defined] # the bar's
            bring_back()
        elif value == _SIGN_OUT:
            self._presenter.sign_out()
        else:
            self.ask_sign_in()

    def _refuse_sign_in(self, text: str) -> None:
        if isinstance(self.popover, SignIn):
            self.popover.refuse(text)
