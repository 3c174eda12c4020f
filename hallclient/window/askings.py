"""The popovers of the bar: which one opens under which key, one at a time.

What is behind F6, F7, F8 and the menu has files of its own, imported when it is first needed.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from hallclient.ui.canvas import Pane
from hallclient.window.keys import KeyRow
from hallclient.window.layout import HEIGHT, SIDE_WIDTH
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.scene import BarView, reason_text
from hallclient.window.states import KeyFace, KeyId, Stand

if TYPE_CHECKING:
    from hallclient.window.endings import EndingAsk
    from hallclient.window.outcome import OutcomeAsk
    from hallclient.window.popovers import StaffPopover


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
        self.bar = bar
        self.presenter = presenter
        self._keys = keys
        self._sign_in_key = sign_in_key
        self._more = more
        self._key: KeyId | None = None
        self._label = ""
        self._stand = Stand.STARTING
        self._endings: EndingAsk | None = None
        self.popover: StaffPopover | None = None
        self.answered_elsewhere = False
        """Set while the panel is open and asks for the outcome itself."""
        presenter.outcome_asked.connect(self.ask_outcome)
        presenter.pause_asked.connect(self.ask_pause)
        presenter.transfer_asked.connect(self._ask_transfer)
        presenter.hold_asked.connect(self._ask_hold)
        presenter.sign_in_failed.connect(self._refuse_sign_in)

    def press(self, key: KeyId) -> None:
        """Press a key; the popover of the same key closes instead."""
        if self.popover is not None and self._key is key:
            self.popover.close()
        else:
            self.presenter.press(key)

    def ask_outcome(self, ask: "OutcomeAsk") -> None:
        """Open the service's outcomes below F8."""
        if self.answered_elsewhere:
            return
        if self._endings is None:
            from hallclient.window.endings import EndingAsk  # noqa: PLC0415 - not for the start

            self._endings = EndingAsk(self)
        self._endings.ask(ask)

    def ask_pause(self, reasons: tuple[str, ...]) -> None:
        """Open the hall's pause reasons below F10."""
        from hallclient.window.choices import Choice, ChoicePopover  # noqa: PLC0415 - the same

        words = self.presenter.words
        choices = [Choice(reason, reason_text(words, reason)) for reason in reasons]
        popover = ChoicePopover(self.bar, words("window.pause.title"), choices, self.feet())
        popover.chosen.connect(self.presenter.pause)
        self.open(popover, KeyId.PAUSE)

    def ask_sign_in(self) -> None:
        """Open the sign-in below the empty plate."""
        from hallclient.window.fields import SignIn  # noqa: PLC0415 - once a shift

        popover = SignIn(self.bar, self.presenter.words)
        popover.submitted.connect(self.presenter.sign_in)
        self._show(popover, self._sign_in_key, None)

    def open_menu(self) -> None:
        """Open what is rarely needed."""
        from hallclient.window.menu import open_menu  # noqa: PLC0415 - rare

        if self.popover is not None:
            self.popover.close()
        else:
            open_menu(self)

    def open(self, popover: "StaffPopover", key: KeyId | None = None) -> "StaffPopover":
        """Open a popover under a key, or under the menu's."""
        self._show(popover, self._more if key is None else self._keys.keys[key], key)
        return popover

    def check(self, view: BarView) -> None:
        """Close a popover whose key no longer applies, or whose work is done."""
        if self._endings is not None:
            self._endings.check(view)
        if self.popover is None:
            return
        signs_in = getattr(self.popover, "pin", None) is not None
        done = signs_in and self._key is None and self._stand is not view.stand
        key = self._key
        # The hardware caller may have gone on to another ticket, or paused, meanwhile.
        other = key in (KeyId.FINISH, KeyId.TRANSFER, KeyId.HOLD) and self._label != view.label
        paused = key is KeyId.PAUSE and view.stand is Stand.PAUSED
        if done or other or paused or (key is not None and view.face(key) is KeyFace.FLAT):
            self.close()

    def close(self) -> None:
        """Close what is open."""
        if self.popover is not None:
            self.popover.close()

    def feet(self) -> tuple[str, str, str]:
        """Return the words for digits, Enter and Esc."""
        words = self.presenter.words
        pick, enter = words("window.popover.pick"), words("window.popover.enter")
        return pick, enter, words("window.popover.leave")

    def _show(self, popover: "StaffPopover", below: QWidget, key: KeyId | None) -> None:
        bar, edge = self.bar, getattr(self.bar, "edge", "top")
        self.close()
        popover.set_look(bar.look)
        view = self.presenter.view
        self.popover, self._key, self._label, self._stand = popover, key, view.label, view.stand
        popover.closed.connect(self._forget_popover)
        under = below.mapTo(bar, below.rect().center())
        corner = bar.mapToGlobal(QPoint(0, 0))
        if edge == "top":
            at = corner + QPoint(under.x(), HEIGHT)
            bounds = corner.x(), corner.x() + bar.width()
        else:
            at = corner + QPoint(SIDE_WIDTH if edge == "left" else 0, under.y())
            bounds = corner.y(), corner.y() + bar.height()
        popover.open_at(at, bounds, edge)

    def _forget_popover(self) -> None:
        if self.sender() is self.popover:
            self.popover, self._key = None, None

    def _ask_transfer(self) -> None:
        from hallclient.window.passing_on import ask_transfer  # noqa: PLC0415 - not for the start

        ask_transfer(self)

    def _ask_hold(self) -> None:
        from hallclient.window.passing_on import ask_hold, ask_resume  # noqa: PLC0415 - the same

        if self.presenter.view.stand in (Stand.SERVING, Stand.LONG, Stand.OFFLINE):
            ask_hold(self)
        else:
            ask_resume(self)

    def _refuse_sign_in(self, text: str) -> None:
        refuse = getattr(self.popover, "refuse", None)
        if refuse is not None:
            refuse(text)
        else:
            self.presenter.say(text)  # it closed by itself meanwhile
