"""One asking, step by step: what has been chosen, what may be pressed, when it is over. No Qt.

What is chosen is handed over once, by ``give``, and forgotten. A level without reasons to choose
goes at once; one with reasons goes when they are handed in, or when the citizen leaves them: who
pressed 不满意 and walked away has rated. A number that was not confirmed is never handed over.

Behind every choice, also behind none, comes the same last step until the hall's time is over:
nothing on this screen tells the clerk what was pressed (visual.md §5). Nor shall its length: who
touches the page has the hall's time once more and no longer, however much there is to choose.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from hallclient.domain.errors import Refused
from hallclient.domain.rating_reason import REASONS
from hallclient.domain.telephone import normalised
from hallclient.screen.rating.asked import Asked, Given

if TYPE_CHECKING:
    from collections.abc import Callable

THANKS_S: Final = 3.0
"""Thanks stand for so long, also when the hall's time is over by then."""
SETTLING_S: Final = 0.3
"""After a step the second tap of a double one lands on what was not there before."""
BAD: Final = 2
"""From this level down the reasons are asked for (domain.md §5)."""
MOST_DIGITS: Final = 16
MAINLAND: Final = 11


class Step(Enum):
    """What the citizen sees."""

    LEVELS = "levels"
    REASONS = "reasons"
    CONTACT = "contact"
    THANKS = "thanks"


class RatingVisit:
    """What one citizen does on the rating page. ``clock`` is monotonic seconds."""

    def __init__(
        self,
        asked: Asked,
        give: Callable[[Given], None],
        clock: Callable[[], float],
        *,
        contact: bool,
    ) -> None:
        self.asked = asked
        self._keeps_numbers = contact
        self.step = Step.LEVELS if asked.touched or asked.url else Step.THANKS
        self.why = False
        """Whether reasons are asked for whatever the level."""
        self._give = give
        self._clock = clock
        self._until = asked.until
        self._settled_at = 0.0
        self._forget()

    def _forget(self) -> None:
        self.level = 0
        self.reasons: frozenset[str] = frozenset()
        self.contact = ""
        self.typed = ""
        self.wrong = False
        """Whether what was typed was to be kept and is no number."""

    # Time

    @property
    def seconds_left(self) -> float:
        """How long the page stays without a touch; 0 or less: it is over."""
        return self._until - self._clock()

    @property
    def settled(self) -> bool:
        """Whether what is shown has stood long enough to be meant by a touch."""
        return self._clock() >= self._settled_at

    @property
    def contact_offered(self) -> bool:
        """Whether a number may be left: it can be kept, and somebody calls back (domain.md §5)."""
        return self._keeps_numbers and 0 < self.level <= BAD

    @property
    def used(self) -> bool:
        """Whether the citizen has begun something that is not handed over yet."""
        return self.step in (Step.REASONS, Step.CONTACT)

    def ask_again(self, asked: Asked) -> None:
        """Begin the time anew, as when the clerk asks once more."""
        self.asked = asked
        if self.step is Step.THANKS and asked.touched:
            self._go(Step.LEVELS)
        self._until = max(self._until, asked.until)

    def touch(self) -> bool:
        """Note a touch; return whether what it meant may be done: not what has just appeared."""
        if not self.settled or self.seconds_left <= 0:
            return False
        if self.step is not Step.THANKS:
            asked = self.asked
            latest = asked.until + asked.seconds
            self._until = max(self._until, min(self._clock() + asked.seconds, latest))
        return True

    def end(self) -> None:
        """End, as by the clock: what was chosen counts, a number that was not confirmed is gone."""
        if self.used:
            self._hand_over()
        self._until = self._clock()

    # Choosing

    def ask_why(self) -> None:
        """Turn on or off that reasons are asked for whatever the level."""
        if self.step is Step.LEVELS:
            self.why = not self.why

    def choose(self, level: int) -> None:
        """Choose a level."""
        if self.step is not Step.LEVELS or level not in REASONS:
            return
        self.level = level
        if level <= BAD or self.why:
            self._go(Step.REASONS)
        else:
            self._thank()

    def skip(self) -> None:
        """Rate nothing this time. It is no rating, and looks like any other end."""
        if self.step is Step.LEVELS:
            self._thank()

    def start_over(self) -> None:
        """Choose another level."""
        if self.step is Step.REASONS:
            self._forget()
            self._go(Step.LEVELS)

    def toggle(self, code: str) -> None:
        """Choose a reason of the level, or not any more."""
        if self.step is Step.REASONS and code in REASONS[self.level]:
            self.reasons ^= {code}

    def submit(self) -> None:
        """Hand in level, reasons and number."""
        if self.step is Step.REASONS:
            self._thank()

    # A number to call

    def open_contact(self) -> None:
        """Ask for the number."""
        if self.step is Step.REASONS and self.contact_offered:
            self.typed = self.contact
            self._go(Step.CONTACT)

    def type_digit(self, digit: str) -> None:
        """Take one digit."""
        if self.step is Step.CONTACT and len(self.typed) < self.room:
            self.typed += digit
            self.wrong = False

    def delete(self) -> None:
        """Take the last digit back."""
        self.typed = self.typed[:-1]
        self.wrong = False

    def clear(self) -> None:
        """Take all digits back."""
        self.typed = ""
        self.wrong = False

    @property
    def room(self) -> int:
        """How many digits a number that begins so may have."""
        return MOST_DIGITS if self.typed.startswith("0") else MAINLAND

    @property
    def missing(self) -> int:
        """How many digits a mobile number of the mainland still lacks; 0 for others."""
        begun = not self.typed or self.typed.startswith("1")
        return max(0, MAINLAND - len(self.typed)) if begun else 0

    @property
    def can_be_called(self) -> bool:
        """Whether what was typed is a mobile telephone number."""
        try:
            normalised(self.typed)
        except Refused:
            return False
        return True

    def keep_contact(self) -> None:
        """Leave the number that was typed; one that is none is said to be so."""
        if self.step is not Step.CONTACT:
            return
        self.wrong = not self.can_be_called
        if not self.wrong:
            self.contact = self.typed
            self._back_to_reasons()

    def drop_contact(self) -> None:
        """Leave no number."""
        if self.step is Step.CONTACT:
            self.contact = ""
            self._back_to_reasons()

    # Helpers

    def _back_to_reasons(self) -> None:
        self.typed = ""
        self.wrong = False
        self._go(Step.REASONS)

    def _thank(self) -> None:
        self._hand_over()
        self._go(Step.THANKS)
        self._until = max(self.asked.until, self._clock() + THANKS_S)

    def _hand_over(self) -> None:
        if self.level:
            chosen = tuple(code for code in REASONS[self.level] if code in self.reasons)
            given = Given(self.asked.turn_id, self.level, chosen, self.contact)
            self._forget()
            self._give(given)

    def _go(self, step: Step) -> None:
        self.step = step
        self._settled_at = self._clock() + SETTLING_S
