"""The supervisor of the demo, at the console: goes where help is wanted, moves what is in the way.

What can be done in a hall differs; what this one has no use for is left out.
"""

from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from hallclient.lab.demo.at_window import NUMBER
from hallclient.lab.demo.people import LABEL, Actor, Scene
from hallclient.lab.demo.stage import Stage
from hallclient.lab.hand import LONG_S, Hand, HandError

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_S = 4.0
"""Between two moves of the supervisor's own."""
STOPPED_S = 3.0
MOVES = ("see_to_the_absent", "lend_a_window", "speak", "stop_a_queue")
TOLD = "已电话说明，并约好补办时间"
"""Noted of the call to the citizen who was treated badly."""
SAID = "一楼服务台可免费复印，请带好随身物品"
PHONE_S = 3.0
ALARM_PAGES = 3
BOARD_S = 15.0
"""Until what was said stands on the display."""


class Overseer(Actor):
    """Answers calls from windows, and makes each move of ``MOVES`` once.

    ``board`` is the display, where what was said must be seen; ``out`` takes its picture.
    """

    def __init__(self, scene: Scene, seed: int, stage: Stage, board: Hand, out: Path) -> None:
        super().__init__(scene, seed)
        self._stage = stage
        self._plan = stage.plan
        self._board = board
        self._called_back = False
        self._out = out

    def run(self) -> None:
        """Work until it is over."""
        self._sign_in()
        self._tempo.pause(1.0)
        moves, wait = list(MOVES), EVERY_S
        while not self._tempo.over.is_set():
            self._look()
            self._call_back()
            self._tempo.pause(0.5)
            wait -= 0.5
            if wait > 0 or self._tempo.closing.is_set():
                continue
            wait = EVERY_S
            if moves:
                self._make(moves.pop(0))
            self._hand.grab(self._out / "console.png")  # the last one is of a full day

    def _make(self, name: str, *facts: str) -> None:
        move: Callable[..., None] = getattr(self, f"_{name}")
        try:
            move(*facts)
        except HandError as error:
            if self._tempo.over.is_set():
                return  # the doors closed on it
            self._witness.troubles.append(f"supervisor {name}: {error}")
            self._leave_sheet()

    def _called(self, key: str, **facts: object) -> str:
        return self._words(f"supervisor.{key}", **facts)

    def _sign_in(self) -> None:
        hand, boss = self._hand, self._stage.boss
        hand.wait_for(self._called("sign_in.enter"))
        for typed in (boss.code if boss else "", self._stage.boss_pin):
            hand.type(typed)
            hand.key("Return")
        hand.wait_for(self._called("action.stop"))

    # What comes

    def _look(self) -> None:
        """Note the alarms, and go where a window calls."""
        hand = self._hand
        for name in hand.names(live=True):
            verb, _, title = name.partition(" ")
            if title and verb in self._verbs:
                self._witness.alarms.add(title)
        window = self._called("window_n", number="")
        for name in hand.names(live=True):
            verb, _, title = name.partition(" ")
            if verb == self._called("verb.go") and window.strip() in title:
                self._moment("console-help", hand)
                self._answer(name)

    @property
    def _verbs(self) -> set[str]:
        names = ("show_case", "show_window", "show_device", "show_data", "follow_up", "take", "go")
        return {self._called(f"verb.{name}") for name in names}

    def _answer(self, call: str) -> None:
        """Go to a window that called, help, and say so."""
        title = call.partition(" ")[2]
        try:
            self._hand.touch(call)
            helped = f"{self._called('verb.helped')} {title}"
            self._hand.wait_for(helped)
            self._tempo.pause(1.5)
            self._hand.touch(helped)
        except HandError as error:
            if not self._tempo.over.is_set():
                self._witness.troubles.append(f"supervisor goes to help: {error}")

    def _call_back(self) -> None:
        """Call who left a bad rating and a number, and note what became of it."""
        if self._called_back or not self._witness.complained:
            return
        alarm = self._low_rating()
        if alarm:
            self._called_back = True
            self._make("follow_up", alarm)

    def _low_rating(self) -> str:
        """Return the name of the alarm's verb, which may be on another page; empty for none."""
        begin = f"{self._called('verb.follow_up')} "
        for page in range(1, ALARM_PAGES + 1):
            turn = self._called("page_of_alarms", page=page)
            with suppress(HandError):  # an alarm went meanwhile, and its page
                if self._hand.shows(turn, live=True):
                    self._hand.touch(turn)
            names = self._hand.names(live=True)
            found = next((name for name in names if name.startswith(begin)), "")
            if found:
                return found
        return ""

    def _follow_up(self, alarm: str) -> None:
        hand = self._hand
        hand.touch(alarm)
        window = self._called("window_n", number=self._stage.screened.window.number)
        hand.touch(self._row(window))
        hand.touch(hand.wait_for(self._called("follow_up.take")))
        with suppress(HandError):  # not everybody leaves a number
            hand.touch(hand.wait_for(self._words("rating_loop.call"), limit_s=PHONE_S))
            hand.wait_to_read(NUMBER, limit_s=PHONE_S)
        hand.touch(self._called("follow_up.explained"))
        hand.touch(self._words("rating_loop.note"))
        hand.type(TOLD)
        self._moment("console-follow-up", hand)
        self._tempo.pause(1.0)
        record = self._called("follow_up.record")
        hand.touch(record)
        hand.wait_to_read(record, gone=True)
        self._leave_sheet()

    def _row(self, words: str) -> str:
        """Return the last line of a list that begins with a number, best one with these words."""
        end = monotonic() + LONG_S
        while monotonic() < end:
            names = self._hand.names(live=True)
            rows = [name for name in names if LABEL.match(name)]
            wanted = [name for name in rows if words in name]
            if rows:
                return (wanted or rows)[-1]
            self._tempo.wait(0.1)
        raise HandError(f"no line of {words}")

    # Own moves

    def _see_to_the_absent(self) -> None:
        """Look who has not come, and note that he is on leave."""
        absent = self._stage.absent
        if absent is None:
            return
        hand, window = self._hand, self._plan.window(absent.window)
        facts = {"number": window.number, "name": absent.name}
        alarm = f"{self._called('verb.show_window')} {self._called('alarm.clerk_absent', **facts)}"
        if not hand.shows(alarm, live=True):
            return  # the office has only just opened
        hand.touch(alarm)
        hand.wait_for(self._called("window.assign"))
        self._moment("console-window", hand)
        self._tempo.pause(1.0)
        self._leave_sheet()
        hand.touch(self._team())
        hand.touch(hand.wait_for(absent.name))
        hand.touch(hand.wait_for(self._called("staff.leave")))
        hand.wait_for(self._called("staff.back"))
        self._leave_sheet()

    def _lend_a_window(self) -> None:
        """Let the first window help out at the queue of the second."""
        if len(self._stage.desks) < 2:
            return
        lent, busy = (desk.window for desk in self._stage.desks[:2])
        queue = next((code for code in busy.queues if code not in lent.queues), "")
        if not queue:
            return
        hand = self._hand
        name = self._plan.queue(queue).name.text(self._words.language)
        hand.touch(f"{self._called('verb.assign')} {name}")
        # A row of the sheet: the tile may be on another page.
        hand.touch(hand.wait_for_start(self._called("window_n", number=lent.number) + " "))
        hand.wait_for(self._called("confirm"))
        self._moment("console-assign", hand)
        self._tempo.pause(1.0)
        hand.touch(self._called("confirm"))
        hand.wait_to_read(self._called("window.assign_title", number=lent.number), gone=True)

    def _stop_a_queue(self) -> None:
        """Stop a queue that nobody comes for today, and open it again."""
        wanted = {service.queue for service in self._stage.services}
        spare = next((q for q in self._plan.queues if q.code not in wanted), None)
        if spare is None:
            return
        hand, name = self._hand, spare.name.text(self._words.language)
        hand.touch(self._called("action.stop"))
        hand.touch(hand.wait_for(name))
        self._moment("console-stop", hand)
        hand.touch(self._called("stop.stop"))
        self._confirm()
        reopen = f"{self._called('verb.reopen')} {name}"
        hand.wait_for(reopen)
        self._tempo.pause(STOPPED_S)
        hand.touch(reopen)
        hand.touch(hand.wait_for(self._called("stop.reopen")))
        hand.wait_to_read(reopen, gone=True)

    def _speak(self) -> None:
        """Say something to the whole hall, and see it on the display."""
        hand = self._hand
        hand.touch(self._called("action.broadcast"))
        hand.wait_for(self._called("bulletin.say"))
        hand.type(SAID)
        self._moment("console-broadcast", hand)
        hand.key("Return")
        self._confirm()
        self._board.wait_to_read(SAID, limit_s=BOARD_S)
        self._witness.bulletins += 1
        self._board.grab(self._out / "display-bulletin.png")

    # Parts

    def _confirm(self) -> None:
        """Answer the question that is asked once more: the safe answer has the keyboard."""
        self._hand.wait_for(self._called("no"))
        self._hand.key("Tab")
        self._hand.key("Return")
        self._hand.wait_for(self._called("action.stop"))

    def _team(self) -> str:
        """Return the name of the line about the staff."""
        begin = self._called("team.count", here="", all="").split()[0]
        return next(name for name in self._hand.names(live=True) if name.startswith(begin))

    def _leave_sheet(self) -> None:
        if self._hand.shows(self._called("leave"), live=True):
            self._hand.touch(self._called("leave"))
