"""Long hours of a board with its voice and its reports, in virtual time, and what grows.

Painting, clips, queue, herald and reporter are the product's own. The sound is taken off the tape
at once, and reports go to somebody who counts.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hallclient.display.board import CallBoard
from hallclient.display.heralding import Herald
from hallclient.display.reporting import KEPT, Identity, Reporting, Rhythm
from hallclient.display.speaking import Speaker
from hallclient.domain.announcement import (
    Announcement,
    BoardOrders,
    BoardReport,
    CallKey,
    Spoken,
)
from hallclient.domain.speaking import all_clear
from hallclient.lab.bench.board_stand import MadeUpHall, made_up_board
from hallclient.lab.bench.painting import until
from hallclient.ui.call_voice import CallVoice, chime
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.voice_floor import Floor, OpenFloor
from hallclient.ui.voice_mouth import Mouth, Played
from hallclient.ui.voice_tape import Tape

BATCH = 80
"""Events that a board reads at once."""
WARM, WARM_SPOKEN = 30 * BATCH, 120
"""Events and readings, by which a board has made what it makes once: figures, covers, the places of
a burst, and some 25 MB with the first reading, the decoder and the table of the clips."""
SECONDS = 20.0
"""Of virtual time from one batch to the next: the voice does not come through with all of them."""

BEGAN = datetime(2026, 3, 2, 19, 59, tzinfo=UTC)
"""A minute before the made-up hall begins a new day: a board reads everything anew then."""


class Time:
    """The virtual clock."""

    def __init__(self) -> None:
        self.second = 0.0
        self._began = BEGAN

    def now(self) -> datetime:
        """Return the hall's time."""
        return self._began + timedelta(seconds=self.second)

    def monotonic(self) -> float:
        """Return the seconds."""
        return self.second


class Ears:
    """The equipment: hears everything at once and counts its bytes."""

    def __init__(self) -> None:
        self.heard = 0

    def clips(self, _hall_id: str) -> CallVoice:
        """Return the shipped clips."""
        return CallVoice()

    def chime(self) -> bytes:
        """Return the chime."""
        return chime()

    def mouth(self) -> Mouth:
        """Return a mouth whose sink is this."""
        return _QuickMouth(self)

    def floor(self) -> Floor:
        """Return that nobody else speaks."""
        return OpenFloor()


class _NoSink:
    """Takes whatever there is, at once."""

    def wake(self) -> bool:
        """Be ready."""
        return True

    def rest(self) -> None:
        """Do nothing."""

    def fail(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class _QuickMouth(Mouth):
    """Plays in no time."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        super().__init__(self._sink_of)

    def _sink_of(self, tape: Tape) -> _NoSink:
        self._own = tape
        return _NoSink()

    def play(self, samples: bytes, volume: int, _stop: Callable[[float], bool]) -> Played:
        """Count, and be over."""
        self._own.put(self._own.begin(volume), samples)
        while taken := self._own.take(1 << 16):
            self._ears.heard += len(taken)
            if not self._own.left:
                break
        return Played.WHOLE


class Office:
    """Takes reports: the one board leads every zone."""

    def __init__(self, hall: MadeUpHall) -> None:
        self._zones = frozenset(zone.code for zone in hall.plan.zones)
        self.shown = self.spoken = self.unspoken = 0

    def report(self, report: BoardReport) -> BoardOrders:
        """Count."""
        self.shown += len(report.shown)
        self.spoken += sum(one.why is None for one in report.spoken)
        self.unspoken += sum(one.why is not None for one in report.spoken)
        return BoardOrders(self._zones, report.name)

    def known(self, _calls: Iterable[CallKey]) -> Mapping[CallKey, Announcement]:
        """Know nothing."""
        return {}


class _Listener:
    """Passes on what the voice says of itself."""

    def __init__(self, board: CallBoard, reporting: Reporting) -> None:
        self._board, self._reporting = board, reporting

    def leads(self, zone: str) -> bool:
        """Return what the lease says."""
        return self._reporting.leads(zone)

    def begins(self, call: CallKey) -> None:
        """Let the frame trace."""
        self._board.presenter.begins.emit(*call)

    def spoken(self, result: Spoken) -> None:
        """Report it."""
        self._reporting.spoken(result)


def soak(events: int) -> dict[str, object]:
    """Return memory, threads and descriptors after a tenth of the events and after all.

    The first look is never at a board that still warms up: the voice has a thread of its own, and
    how far that has come after a few events is the machine's affair. So let there be more than
    ``WARM`` events.
    """
    hall, time, ears = MadeUpHall(), Time(), Ears()
    hall.clock = time.now
    office, voice = Office(hall), Speaker(ears, between_s=0.0, again_s=0.0)
    herald: Herald

    def led(zones: frozenset[str]) -> None:
        herald.led(zones)

    who = Identity("D1", (), tuple(zone.code for zone in hall.plan.zones))
    reporting = Reporting(office, lambda: who, led, Rhythm(first_s=0.0, spread_s=0.0, apart_s=0.0))
    herald = Herald(voice, office.known, reporting.look, time.now)
    app, board = made_up_board(
        hall,
        (1920, 1080),
        painted=lambda turn, calls, _at: reporting.shown(turn, calls),
        voice=herald,
        clock=HallClock(time.now, time.monotonic),
    )
    voice.listen(_Listener(board, reporting))
    voice.follow(hall.plan, time.now)
    reporting.start()
    until(lambda: reporting.leads(hall.plan.zones[0].code))
    early: dict[str, float] = {}
    calls = 0
    for first in range(1, events + 1, BATCH):
        time.second += SECONDS
        for turn in range(first, min(first + BATCH, events + 1)):
            if turn % 9:
                hall.call(turn)
                calls += 1
            else:
                hall.miss(turn - 1)
        hall.tell()
        until(lambda: not hall.entries)
        _keep_up(office, calls)
        board.presenter._turn_hero()  # noqa: SLF001 - its timer knows real seconds only
        if not early and first + BATCH > max(WARM, events / 10):
            until(lambda: office.spoken >= WARM_SPOKEN)
            early = _sizes()
    late = _sizes()
    time.second += 60
    voice.say(all_clear(drill=False), zones=who.speaks)  # what is left is looked through once more
    until(lambda: office.spoken + office.unspoken >= calls)
    board.stop()
    voice.close()
    reporting.close()
    board.close()
    app.close()
    return {
        "events": events,
        "calls": calls,
        **{f"early_{name}": value for name, value in early.items()},
        **{f"late_{name}": value for name, value in late.items()},
        "grown_mb": round(late["mb"] - early["mb"], 2),
        "shown": office.shown,
        "spoken": office.spoken,
        "unspoken": office.unspoken,
        "unaccounted": calls - office.spoken - office.unspoken,
        "heard_mb": round(ears.heard / 1e6, 1),
    }


def _keep_up(office: Office, calls: int) -> None:
    """Let the voice say one of each batch, and tell: a board keeps an hour's calls, not days'."""
    said = office.spoken
    until(lambda: office.spoken > said and calls - office.spoken - office.unspoken <= KEPT // 2)


def _sizes() -> dict[str, float]:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
    return {
        "mb": round(pages * 4096 / 1e6, 2),
        "threads": threading.active_count(),
        "descriptors": descriptors,
    }
