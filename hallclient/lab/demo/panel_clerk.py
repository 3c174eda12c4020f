"""A clerk of the demo who has the full panel open all day, and does there what a day brings."""

from contextlib import suppress
from typing import TYPE_CHECKING

from hallclient.domain.parts import Service, ServiceKind
from hallclient.lab.demo.people import LABEL, Clerk, Scene, wait_until
from hallclient.lab.demo.stage import Desk
from hallclient.lab.hand import LONG_S, HandError

if TYPE_CHECKING:
    from collections.abc import Callable

NOTE = "材料已核对，请接着办"
PRESSES, AGAIN_S = 3, 2.0
TICKED = 2
"""Missing materials that are ticked on a list."""
STORY = ("promised", "put_aside", "passed_on", "divided")
"""What becomes of the first tickets; all others end at once."""


class PanelClerk(Clerk):
    """Promised case with its due day, hold and resume, missing list, transfer, split, take-back.

    ``services`` are those that somebody in the play serves; ``colleague`` is the window that gets
    a ticket with a note, empty for none.
    """

    def __init__(
        self, scene: Scene, seed: int, desk: Desk, services: tuple[Service, ...], colleague: str
    ) -> None:
        super().__init__(scene, seed, desk)
        self._services = services
        self._colleague = colleague
        self._materials = {
            material.name.text(self._words.language)
            for service in services
            for material in service.materials
        }
        self._promises = {
            service.name.text(self._words.language)
            for service in services
            if service.kind is ServiceKind.PROMISED
        }
        self._story = list(STORY)
        self._held = ""
        self._label = ""
        """The number on the card: others call meanwhile."""

    def _sign_in(self) -> None:
        super()._sign_in()
        self._hand.touch(self._key("expand"))
        self._hand.wait_for(self._words("panel.away"))
        self._hand.wait_for(self._key("call_next"))

    def _turn(self) -> None:
        if self._held:
            self._resume()
            return
        hand = self._hand
        found = hand.wait_for(self._key("start"), self._key("call_next"))
        if found == self._key("call_next"):
            with suppress(HandError):  # somebody may be called just now, and the key is at rest
                hand.touch(found)
            self._tempo.pause(0.3)
            if not hand.shows(self._key("start"), live=True):
                self._tempo.pause(0.7)
                return
        self._note_call()
        self._moment("panel-called", hand)
        hand.touch(self._key("start"))
        hand.wait_for(self._key("finish"))
        self._tempo.pause(0.5)
        served: Callable[[], None] = getattr(self, f"_{self._next_scene()}")
        served()
        self._tempo.pause(self._mind.uniform(0.3, 1.0))

    def _next_scene(self) -> str:
        """Return what comes next; a promise waits for a ticket whose service has one."""
        shown = self._hand.names()
        promises = any(name in shown for name in self._promises)
        fitting = [one for one in self._story if promises or one != "promised"]
        if not fitting:
            return "instant"
        self._story.remove(fitting[0])
        return fitting[0]

    # What becomes of a ticket

    def _promised(self) -> None:
        """Take a mis-click back, then accept a case: the form shows its due day."""
        hand, back = self._hand, self._words("panel.take_back")
        if hand.shows(back, live=True):
            hand.touch(back)
            hand.touch(hand.wait_for(self._key("start")))
            hand.wait_for(self._key("finish"))
        self._choose("window.outcome.promised")
        self._moment("panel-serving", hand)
        self._end()
        self._call_for_help()

    def _put_aside(self) -> None:
        """Hold for a copy to be made; the next move takes it up again."""
        hand, words = self._hand, self._words
        label = self._label
        hand.touch(self._key("hold"))
        hand.wait_to_read(words("panel.hold.title"))
        self._moment("panel-hold", hand)
        self._answer(words("panel.hold.here"))
        hand.wait_to_read(words("panel.hold.why"))
        self._answer(words("window.hold_reason.copy"))
        hand.wait_for(self._key("call_next"))
        self._held = label

    def _resume(self) -> None:
        hand, words, label = self._hand, self._words, self._held
        self._held = ""
        self._tempo.pause(2.0)
        hand.touch(hand.wait_for(self._key("hold")))
        hand.wait_for(label)
        hand.wait_to_read(words("panel.held.title"))
        self._moment("panel-held", hand)
        self._answer(words("panel.held.resume"))
        hand.wait_for(self._key("finish"))
        hand.touch(words("panel.tab.waiting"))
        self._missing()

    def _missing(self) -> None:
        """Tell at once, on a list, what is missing."""
        if self._choose("window.outcome.supplement"):
            boxes = [name for name in self._hand.names(live=True) if name in self._materials]
            for name in boxes[:TICKED]:
                self._hand.touch(name)
            self._tempo.pause(1.0)
            self._moment("panel-missing", self._hand)
        self._end()

    def _passed_on(self) -> None:
        """Send the ticket to a colleague's window, with a note."""
        if not self._colleague:
            self._instant()
            return
        hand, words = self._hand, self._words
        self._ask_where(words("panel.transfer.window"))
        found = self._choice_of(f"{self._colleague}　")
        if not found:
            hand.key("Escape")
            self._instant()
            return
        hand.touch(words("panel.form.note"))
        hand.type(NOTE)
        self._tempo.pause(0.5)
        self._moment("panel-transfer", hand)
        hand.touch(found)
        hand.wait_for(self._key("call_next"))

    def _divided(self) -> None:
        """Give a second matter a number of its own, then finish the first."""
        hand, words = self._hand, self._words
        label = self._label
        names, shown = [one.name.text(words.language) for one in self._services], hand.names()
        others = [name for name in names if name not in shown]
        self._ask_where(words("panel.transfer.split"))
        matter = self._mind.choice(others) if others else ""
        if matter and hand.shows(words("panel.ask.find"), live=True):
            hand.touch(words("panel.ask.find"))
            hand.type(matter)
            hand.wait_for(matter)
            self._moment("panel-split", hand)
            hand.touch(matter)
        else:
            hand.key("Escape")
        hand.wait_for(self._key("finish"))
        hand.wait_for(label)
        self._instant()

    def _instant(self) -> None:
        self._choose("window.outcome.instant")
        self._end()

    # Parts

    def _choose(self, key: str) -> bool:
        """Choose an outcome, where the service has it."""
        found = self._choice_of(self._words(key))
        if found:
            self._hand.touch(found)
        return bool(found)

    def _choice_of(self, text: str) -> str:
        """Return the choice whose words begin so, with its digit; empty for none."""
        for name in self._hand.names(live=True):
            digit, _, words = name.partition(" ")
            if digit.isdigit() and words.startswith(text):
                return name
        return ""

    def _answer(self, text: str) -> None:
        found = self._choice_of(text)
        if not found:
            raise HandError(f"{text} cannot be answered")
        self._hand.touch(found)

    def _ask_where(self, way: str) -> None:
        hand = self._hand
        hand.touch(self._key("transfer"))
        hand.wait_to_read(self._words("panel.transfer.title"))
        self._answer(way)
        hand.wait_to_read(self._words("panel.transfer.title"), gone=True)

    def _end(self) -> None:
        """Finish; a press while the last move is under way is none, so look and press again."""
        hand = self._hand
        for _ in range(PRESSES):
            hand.touch(hand.wait_for(self._key("finish")))
            with suppress(HandError):
                hand.wait_for(self._key("call_next"), limit_s=AGAIN_S)
                break
        hand.wait_for(self._key("call_next"))
        self._moment("panel-finished", hand)

    def _call_for_help(self) -> None:
        """Ask silently for somebody to come, where somebody would."""
        if self._hand.shows(self._key("help"), live=True):
            self._hand.touch(self._key("help"))

    def _note_call(self) -> None:
        """Remember the number on the card; it is read a moment after the keys stand."""
        found: list[str] = []

        def there() -> bool:
            found[:] = [name for name in self._hand.names() if LABEL.fullmatch(name)]
            return bool(found)

        if wait_until(there, LONG_S):
            self._label = found[0]
            self._witness.called.append(found[0])
