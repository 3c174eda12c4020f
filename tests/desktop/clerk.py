"""A clerk at the keyboard: uses the bar and types in the other program, all at full speed.

What each key press means is known when it is made: a letter typed while a popover is open is the
popover's, any other is the other program's, and it must get it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.desktop.real_desktop import RealDesktop, letters
from tests.waiting import eventually

ELSEWHERE = (900, 800)
"""A spot on the other program."""


@dataclass
class Clerk:
    """Random uses of a bar that begins idle, with tickets for all of them."""

    desktop: RealDesktop
    rng: random.Random
    settle: Callable[[str], None]
    """Waits until the other program has got this text: what was typed is done."""
    opened: Callable[[], object]
    """Whether a popover is in sight: nobody clicks beside one before it is there."""
    text: str = ""
    """What the other program must have got."""
    called: int = 0
    pauses: int = 0
    stand: str = "idle"
    uses: list[str] = field(default_factory=list)
    _capital: bool = False

    def __post_init__(self) -> None:
        self.keys = self.desktop.typist
        self._moves: dict[str, tuple[Callable[[], None], ...]] = {
            "idle": (self._call, self._call, self._pause, self._pause_not, self._idle_keys,
                     self._too_early),
            "called": (self._recall, self._start, self._start, self._wrong_popovers,
                       self._too_early),
            "serving": (self._finish, self._finish, self._finish_not, self._finish_by_arrows,
                        self._finish_rolling, self._two_popovers, self._click_away),
            "paused": (self._resume,),
        }  # fmt: skip

    def use(self, times: int) -> None:
        """Use the bar so many times, and end idle."""
        for _ in range(times):
            self._use()
        while self.stand != "idle":
            self._use()
        self.write("z")

    def write(self, text: str) -> None:
        """Type into the other program."""
        self.text += text
        self.keys.write(text)

    def _typed(self, letter: str) -> None:
        self.text += letter.upper() if self._capital else letter

    def _use(self) -> None:
        self.write(letters(self.rng))
        locks = self.rng.random()
        lock = "Num_Lock" if locks < 0.1 else "Caps_Lock" if locks < 0.2 else ""
        if lock:
            self.keys.tap(lock)
        move = self.rng.choice(self._moves[self.stand])
        self.uses.append(f"{len(self.text)}{move.__name__}{lock}")
        self._capital = lock == "Caps_Lock"
        move()
        if lock:
            self.keys.tap(lock)
        if self.rng.random() < 0.2:
            self._rolling_letters()
        # As fast as the server takes them, not faster than a hall's database can ever be.
        self.keys.sync()

    def _rolling_letters(self) -> None:
        """Shift, and letters that overlap: all the other program's."""
        one, two = self.rng.sample("abcdefgh", 2)
        self.keys.down(one, two)
        self.keys.up(one, two)
        self.text += one + two
        self.keys.chord("Shift", one)
        self.text += one.upper()

    # Idle

    def _call(self) -> None:
        letter = self.rng.choice("abc")
        if self.rng.random() < 0.3:  # a letter is still down when the key is pressed
            self.keys.down(letter, "F1")
            self.keys.up(letter, "F1")
            self._typed(letter)
        elif self.rng.random() < 0.3:  # the key is still down when a letter is pressed
            self.keys.down("F1", letter)
            self.keys.up("F1", letter)
            self._typed(letter)
        else:
            self.keys.tap("F1")
        self.called += 1
        self.stand = "called"

    def _pause(self) -> None:
        self.keys.tap("F10", "2")
        self.pauses += 1
        self.stand = "paused"

    def _pause_not(self) -> None:
        self.keys.tap("F10", self.rng.choice("qwe"), "Escape")

    def _idle_keys(self) -> None:
        self.keys.tap("F3", "F8", "F4", "F9")  # flat: nothing opens

    def _too_early(self) -> None:
        """F8 where nobody is served: its digit is nobody's, the next one is the other program's."""
        self.keys.tap("F8", "1", "7")
        self.text += "7"

    # Called

    def _recall(self) -> None:
        self.keys.tap("F2")

    def _start(self) -> None:
        self.keys.tap("F3")
        self.stand = "serving"

    def _wrong_popovers(self) -> None:
        self.keys.tap("F8", "F10")

    # Serving

    def _finish(self) -> None:
        self.keys.tap("F8", "1")
        self.stand = "idle"

    def _finish_not(self) -> None:
        self.keys.tap("F8", *self.rng.choice((("Escape",), ("F8",), ("x", "Escape"))))

    def _finish_by_arrows(self) -> None:
        self.keys.tap("F8", "Down", "Up", "Return")
        self.stand = "idle"

    def _finish_rolling(self) -> None:
        """Each key is still down when the next one is pressed."""
        letter = self.rng.choice("abc")
        self.keys.down("F8", "1", letter)
        self.keys.up("F8", "1", letter)
        self._typed(letter)
        self.stand = "idle"

    def _two_popovers(self) -> None:
        self.keys.tap("F8", "F8", "F8", "1")
        self.stand = "idle"

    def _click_away(self) -> None:
        self._typed("y")
        self.keys.write("y")
        self.settle(self.text)
        self.keys.tap("F8")
        eventually(self.opened, "the popover")
        self.keys.click(*ELSEWHERE)
        eventually(lambda: not self.opened(), "the popover closed")

    # Paused

    def _resume(self) -> None:
        self.keys.tap("F10")
        self.stand = "idle"
