"""The people of the demo: clerks at their windows, fingers on the keypads.

The visitors at the kiosk are in ``visitors``. All know nothing but what is on the screens: they
find controls by their names and wait for what comes next, as people do. Durations are those of a
demonstration, divided by its speed.
"""

import logging
import random
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.domain.rating import Level
from hallclient.domain.turn import CLERK_OUTCOMES
from hallclient.lab.demo.stage import Desk
from hallclient.lab.hand import Hand, HandError
from hallclient.ui.words import Words

log = logging.getLogger(__name__)

LABEL = re.compile(r"^([A-Z]{1,2}\d{3,})\b")
NO_SHOW_SHARE = 0.12
RATED_SHARE = 0.75
LEVELS = (5, 5, 5, 4, 4, 3, 2, 1)
OPENING_S = 40.0
"""Until everything has started, on a slow PC."""
COURTESY_S = 1.5
MISSED_TURN = 1
"""Each clerk's turn of that number is one whom nobody comes to, so that every play has some."""


@dataclass(slots=True)
class Tempo:
    """How fast people are, and when they begin and stop. ``closing``: nobody comes any more."""

    speed: float
    begun: threading.Event = field(default_factory=threading.Event)
    """The first citizen stands at the kiosk: the time of a play counts from here."""
    closing: threading.Event = field(default_factory=threading.Event)
    clearing: threading.Event = field(default_factory=threading.Event)
    """A drill is about to cover the public screens: whoever works at one comes to an end."""
    over: threading.Event = field(default_factory=threading.Event)

    def pause(self, seconds: float) -> None:
        """Let time pass, less at a higher speed, not at all when it is over."""
        self.over.wait(seconds / self.speed)

    def wait(self, seconds: float) -> None:
        """Let so much time pass at any speed: the program's own clocks run no faster."""
        self.over.wait(seconds)


@dataclass(slots=True)
class Witness:
    """What people saw with their own eyes."""

    taken: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    alarms: set[str] = field(default_factory=set)
    """What the console told, in its words."""
    bulletins: int = 0
    """Bulletins that stood on the display."""
    screen_at: str = ""
    """The window with a screen: its clerk leaves time for the first rating."""
    complaining: bool = False
    """Somebody says there just now what went wrong: the clerk calls nobody."""
    complained: bool = False
    pictures: int = 0
    """Published pictures that stood on the display."""
    drills: int = 0
    """Drills that covered every public screen and ended there."""
    troubles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scene:
    """What everybody at a screen has. ``moment`` may take a picture."""

    hand: Hand
    words: Words
    tempo: Tempo
    witness: Witness
    moment: Callable[[str, Hand], None]


class Actor:
    """Somebody at a screen, with a mind of his own: the same seed, the same person."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self._hand = scene.hand
        self._words = scene.words
        self._tempo = scene.tempo
        self._witness = scene.witness
        self._moment = scene.moment
        self._mind = random.Random(seed)  # noqa: S311 - no secret


class Clerk(Actor):
    """A clerk at one window: calls, serves, records outcomes; now and then nobody comes."""

    def __init__(self, scene: Scene, seed: int, desk: Desk) -> None:
        super().__init__(scene, seed)
        self._desk = desk
        self._turns = 0

    def run(self) -> None:
        """Work until it is over."""
        self._sign_in()
        while not self._tempo.over.is_set():
            self._leave_time()
            try:
                self._turn()
            except HandError as error:
                self._witness.troubles.append(f"window {self._desk.window.number}: {error}")
                self._tempo.pause(1.0)

    def _leave_time(self) -> None:
        """Let the first citizen who rates on the screen come to an end with it."""
        witness = self._witness
        if witness.called and witness.screen_at == self._desk.window.number:
            if not witness.complained:
                self._tempo.wait(COURTESY_S)
            while witness.complaining and not self._tempo.over.is_set():
                self._tempo.wait(0.1)

    def _key(self, name: str) -> str:
        return self._words(f"window.bar.{name}")

    def _sign_in(self) -> None:
        hand, words = self._hand, self._words
        enter = words("window.sign_in.enter")
        found = hand.wait_for(enter, self._key("call_next"), limit_s=OPENING_S)
        if found == enter:
            hand.touch(found)
            hand.wait_for(words("window.sign_in.staff_number"))
            hand.type(self._desk.clerk.code)
            hand.key("Return")
            hand.type(self._desk.pin)
            hand.key("Return")
            hand.wait_for(self._key("call_next"))

    def _turn(self) -> None:
        hand = self._hand
        # Somebody may have come while he looked away: then the number is called already.
        if hand.wait_for(self._key("call_next"), self._key("start")) == self._key("call_next"):
            hand.touch(self._key("call_next"))
            self._tempo.pause(0.3)
            if not hand.shows(self._key("start"), live=True):
                self._tempo.pause(0.7)
                return
        self._turns += 1
        label = next(found[1] for found in map(LABEL.match, hand.names()) if found)
        self._witness.called.append(label)
        self._moment(f"window-{self._desk.window.number}-called", hand)
        if self._turns == MISSED_TURN or self._mind.random() < NO_SHOW_SHARE:
            self._nobody_comes()
            self._witness.missed.append(label)
            return
        self._tempo.pause(self._mind.uniform(0.5, 1.5))
        hand.touch(hand.wait_for(self._key("start")))
        self._tempo.pause(self._mind.uniform(1.0, 3.0))
        self._moment(f"window-{self._desk.window.number}-serving", hand)
        hand.touch(hand.wait_for(self._key("finish")))
        hand.wait_for(f"1 {self._words('window.outcome.instant')}")
        self._moment(f"window-{self._desk.window.number}-outcome", hand)
        hand.type(str(self._mind.randint(1, len(CLERK_OUTCOMES))))
        self._say_more()
        self._tempo.pause(self._mind.uniform(0.5, 1.5))

    def _say_more(self) -> None:
        """Answer what an outcome asks: what is missing, or why it was refused."""
        hand, words = self._hand, self._words
        confirm = f"{words('window.missing.confirm')} Enter"
        reason = f"1 {words('window.refusal.not_needed')}"
        asked = hand.wait_for(self._key("call_next"), confirm, reason)
        if asked == self._key("call_next"):
            return
        hand.type(str(self._mind.randint(1, 3)))
        if asked == confirm:
            self._tempo.pause(1.0)
            hand.key("Return")
        hand.wait_for(self._key("call_next"))

    def _nobody_comes(self) -> None:
        hand, recall, no_show = self._hand, self._key("recall"), self._key("no_show")
        while hand.wait_for(recall, no_show) == recall:
            self._tempo.pause(0.6)
            with suppress(HandError):  # it rests for a moment after each recall
                hand.touch(recall)
            self._tempo.pause(0.2)
        hand.touch(no_show)
        hand.wait_for(self._key("call_next"))


class Fingers:
    """Citizens at a keypad: most press a key some seconds after they were asked, some do not."""

    def __init__(self, keypad: EmulatedKeypad | None, tempo: Tempo, *, seed: int) -> None:
        self._keypad = keypad
        self._tempo = tempo
        self._mind = random.Random(seed)  # noqa: S311 - no secret

    def run(self) -> None:
        """Watch the lamp until it is over."""
        keypad = self._keypad
        if keypad is None:
            return
        asks = 0
        while not self._tempo.over.is_set():
            if not keypad.wait_for_asks(asks + 1, timeout=0.2):
                continue
            asks += 1
            if self._mind.random() < RATED_SHARE:
                self._tempo.pause(self._mind.uniform(0.3, 1.5))
                if keypad.asked:
                    keypad.press(int(Level(self._mind.choice(LEVELS))))


def act(role: Callable[[], None], name: str, witness: Witness) -> threading.Thread:
    """Let somebody act in a thread of his own; what stops him is written down."""

    def play() -> None:
        try:
            role()
        except HandError as error:
            witness.troubles.append(f"{name}: {error}")

    thread = threading.Thread(target=play, name=name)
    thread.start()
    return thread


def wait_until(condition: Callable[[], bool], limit_s: float) -> bool:
    """Wait for a condition that only looking can tell."""
    end = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
