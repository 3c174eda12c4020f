"""The citizens at the window that has a screen: what they see there, and how they rate.

They take turns between the screen and the keypad beside it. The first one was treated badly: he
says why, and leaves a number to be called at.
"""

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.domain.rating import Level
from hallclient.domain.rating_reason import REASONS
from hallclient.lab.demo.people import LABEL, LEVELS, RATED_SHARE, Actor, Scene
from hallclient.lab.hand import HandError

LOOK_S = 0.25
SETTLED_S = 0.4
"""A page takes no touch before: it was meant for the page that stood there."""
NUMBER = "13800001234"
"""Nobody's."""
TRIES = 3
"""The next citizen's rating takes the place of one that is still being given: he leaves."""
STEP_S = 5.0
BAD = Level.DISSATISFIED


class AtWindow(Actor):
    """Whoever sits at the window; ``keypad`` is None for one that somebody else presses."""

    def __init__(self, scene: Scene, seed: int, keypad: EmulatedKeypad | None) -> None:
        super().__init__(scene, seed)
        self._keypad = keypad
        self._tries = TRIES
        self._asked = ""
        """The number for which a rating was asked last."""
        self._turns = 0

    def run(self) -> None:
        """Watch the screen until it is over."""
        states = {self._words(f"screen.standing.{one}"): one for one in ("called", "serving")}
        levels = self._words("rating.level5")
        while not self._tempo.over.is_set():
            seen = self._hand.names()
            if levels in seen:
                self._asks(seen)
            else:
                self._note(states, "\n".join(self._hand.words()))
            self._tempo.wait(LOOK_S)

    def _note(self, states: dict[str, str], said: str) -> None:
        if self._words("rating.thanks.title") in said:
            return  # the call is a line below
        for words, state in states.items():
            if words in said:
                self._moment(f"screen-{state}", self._hand)

    def _asks(self, seen: list[str]) -> None:
        label = next((name for name in seen if LABEL.fullmatch(name)), "")
        if label == self._asked:
            return
        self._asked = label
        self._moment("screen-rating", self._hand)
        self._tempo.pause(self._mind.uniform(0.3, 1.0))
        try:
            self._rate()
        except HandError as error:
            if not self._tempo.over.is_set():
                self._witness.troubles.append(f"citizen at the screen: {error}")

    def _rate(self) -> None:
        self._turns += 1
        if self._tries and not self._witness.complained:
            self._try_to_complain()
        elif self._mind.random() >= RATED_SHARE:
            return
        elif self._turns % 2 and self._keypad is not None:
            self._choose(Level(max(self._mind.choice(LEVELS), BAD + 1)))
        elif self._keypad is not None and self._keypad.asked:
            self._keypad.press(int(Level(self._mind.choice(LEVELS))))

    def _try_to_complain(self) -> None:
        self._tries -= 1
        self._witness.complaining = True
        try:
            self._complain()
            self._witness.complained = True
        except HandError:
            # The page may be gone, or lie under the drill: the next citizen tries.
            if not self._tries and not self._tempo.closing.is_set():
                raise
        finally:
            self._witness.complaining = False

    def _complain(self) -> None:
        """Choose a bad level and two of its reasons, and leave a number."""
        hand, words = self._hand, self._words
        self._choose(BAD)
        hand.wait_for(words("rating.why.submit"), limit_s=STEP_S)
        self._tempo.wait(SETTLED_S)
        for code in self._mind.sample(REASONS[BAD], 2):
            hand.touch(words(f"rating.reason.{code}"))
        hand.touch(words("rating.contact"))
        hand.wait_for(words("rating.number.ok"), limit_s=STEP_S)
        self._tempo.wait(SETTLED_S)
        for digit in NUMBER:
            hand.touch(digit)
        self._moment("screen-contact", hand)
        hand.touch(words("rating.number.ok"))
        hand.wait_for(words("rating.why.submit"), limit_s=STEP_S)
        self._moment("screen-reasons", hand)
        self._tempo.wait(SETTLED_S)
        hand.touch(words("rating.why.submit"))
        hand.wait_to_read(words("rating.thanks.title"), limit_s=STEP_S)
        self._moment("screen-thanks", hand)

    def _choose(self, level: Level) -> None:
        self._tempo.wait(SETTLED_S)
        self._hand.touch(self._words(f"rating.level{int(level)}"))
