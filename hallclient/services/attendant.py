"""Looks after the callers, strips and keypads of one or many windows. Headless.

Two threads: the worker owns the store and everything that is known of the windows, the other one
waits at the feed. Presses and levels come from the threads of the devices' ports and wait for the
worker; whatever they are, and whatever the database does, nothing is raised into a port's thread.

While the database is away nothing is called: strips ask for patience, callers show their code, and
levels are offered again for as long as their rating may be open.
"""

import heapq
import itertools
import logging
import queue
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from hallclient.domain.publication import emergency_in
from hallclient.domain.rules import HallRules
from hallclient.domain.turn import Turn
from hallclient.phrases import Speech
from hallclient.services.attended import AttendedWindow, WindowDevices
from hallclient.services.caller_desk import CallerAnswer, CallerCode
from hallclient.services.calling import Calling
from hallclient.services.feeding import FeedEar
from hallclient.services.ports_devices import CallerPress
from hallclient.services.ratings import TRY_AGAIN_S, Ratings, must_offer_again
from hallclient.services.shifts import Shifts
from hallclient.services.store import Feed, Reader, Store
from hallclient.services.store_error import StoreError
from hallclient.services.window_signs import rating_left, rating_until
from hallclient.services.windows import WindowState, window_state

__all__ = ["Attendant", "WindowDevices"]

log = logging.getLogger(__name__)

REFRESH_S = 5.0
SPREAD = 0.2
RECONNECT_S = (0.25, 0.5, 1.0, 2.0, 5.0)
"""Pauses before the database is asked again; the last one goes on."""
STALE_S = 3.0
"""A press that waited longer is not what the clerk wants any more; its caller says so."""
FLASH_S = 1.0
"""Nothing on a floor changes more than once a second (visual.md §4)."""
MOST_PRESSES = 8
"""Presses of one window that may wait; a caller that sends more is out of order."""
_MOST_RATINGS = 500
_ZERO = timedelta(0)


class Attendant:
    """Serves the devices of ``windows``, by the windows' codes.

    ``open_store`` is called in the worker's thread, again after growing pauses while it raises
    ``StoreError``; ``open_feed`` gets scopes and is called in the thread that waits. Who made the
    devices closes them, after ``close``. ``calling`` and ``shifts`` make a window's moves of a
    store and its code. ``changed`` is called in the worker's thread when ``attended``, ``away`` or
    ``unknown`` did.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        open_feed: Callable[..., Feed],
        windows: Mapping[str, WindowDevices],
        say: Speech,
        *,
        calling: Callable[[Store, str], Calling] = Calling,
        shifts: Callable[[Store, str], Shifts] = Shifts,
        clock: Callable[[], float] = time.monotonic,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._calling = calling
        self._shifts = shifts
        self._open_store = open_store
        self._changed = changed
        self._clock = clock
        self._windows = {
            code: AttendedWindow(code, devices, say, clock) for code, devices in windows.items()
        }
        self._store: Store | None = None
        self._rules = HallRules()
        self._away = False
        self._attended = False
        self._losses = 0
        self._refresh_at = 0.0
        self._alarms: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._flashes: set[str] = set()
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._waiting: dict[str, int] = defaultdict(int)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._unheard_of: frozenset[str] = frozenset()
        self._unwritten = 0
        self._wished = threading.Event()
        scopes = (*(f"window:{code}" for code in self._windows), "hall")
        self._ear = FeedEar(partial(open_feed, *scopes), self._wake, "attendant feed")
        self._worker = threading.Thread(target=self._work, name="attendant", daemon=True)

    # From any thread

    def start(self) -> None:
        """Begin to serve. Once."""
        self._worker.start()
        self._ear.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """End: a press in work is finished, those behind it are dropped."""
        self._closing.set()
        self._inbox.put(_nothing)
        self._ear.close(timeout_s)
        if self._worker.ident is not None:
            self._worker.join(timeout_s)
            if self._worker.is_alive():
                log.error("the attendant still waits for the database")

    def pressed(self, window: str, press: CallerPress) -> None:
        """Take a press of a caller."""
        attended = self._windows.get(window)
        with self._lock:
            if attended is None or self._closing.is_set() or self._waiting[window] >= MOST_PRESSES:
                log.info("caller of window %s: a press was ignored", window)
                return
            self._waiting[window] += 1
        self._inbox.put(partial(self._press, attended, press, self._clock()))

    def rated(self, window: str, turn_id: int, level: int) -> None:
        """Take a level from a keypad. Write-only: it is kept nowhere else and never logged."""
        if window in self._windows and not self._closing.is_set():
            at = self._clock()
            self._inbox.put(partial(self._rate, self._windows[window], turn_id, level, at))

    def expired(self, window: str, turn_id: int) -> None:
        """Take a keypad's time-out: no rating."""
        log.debug("keypad of window %s: no answer for turn %d", window, turn_id)

    def status(self) -> tuple[str, ...]:
        """Return what it does, in plain words."""
        windows = ", ".join(self._windows) or "none"
        attended = "attended" if self._attended else "not yet attended"
        away = "; the database is away" if self._away else ""
        return (f"windows {windows}: {attended}{away}",)

    @property
    def windows(self) -> tuple[str, ...]:
        """The codes of the windows."""
        return tuple(self._windows)

    @property
    def attended(self) -> bool:
        """Whether the windows were read once, so that a press is answered; any thread."""
        return self._attended

    @property
    def away(self) -> bool:
        """Whether the database is away; any thread."""
        return self._away

    @property
    def unknown(self) -> frozenset[str]:
        """The windows that this hall does not have; any thread."""
        return self._unheard_of

    def _wake(self) -> None:
        # However many wake-ups come, one of them waits for the worker.
        if not self._wished.is_set():
            self._wished.set()
            self._inbox.put(self._wish)

    # The worker

    def _work(self) -> None:
        try:
            while not self._closing.is_set():
                self._run(self._next())
                self._ring()
        finally:
            for window in self._windows.values():
                window.leave()
            if self._unwritten:
                log.warning("%d ratings were not written before the close", self._unwritten)

    def _next(self) -> Callable[[], None]:
        due = min(self._refresh_at, self._alarms[0][0] if self._alarms else self._refresh_at)
        try:
            return self._inbox.get(timeout=max(0.0, due - self._clock()))
        except queue.Empty:
            return _nothing

    def _ring(self) -> None:
        """Do what is due, and read the windows anew when it is time."""
        while self._alarms and self._alarms[0][0] <= self._clock() and not self._closing.is_set():
            self._run(heapq.heappop(self._alarms)[2])
        if self._refresh_at <= self._clock() and not self._closing.is_set():
            self._run(self._refresh)

    def _run(self, job: Callable[[], None]) -> None:
        try:
            if not self._closing.is_set():
                job()
        except Exception:
            log.exception("the attendant's work failed")

    def _later(self, seconds: float, job: Callable[[], None]) -> None:
        heapq.heappush(self._alarms, (self._clock() + seconds, next(self._numbers), job))

    def _wish(self) -> None:
        self._wished.clear()
        self._refresh_at = 0.0

    # Presses and levels

    def _press(self, window: AttendedWindow, press: CallerPress, at: float) -> None:
        with self._lock:
            self._waiting[window.code] -= 1
        late = self._clock() - at > STALE_S
        if late:
            log.info("caller of %s: a press came too late", window.name)
        if late or self._away:
            answer = CallerAnswer(code=CallerCode.AWAY)
            window.tell(answer)
        else:
            answer = window.press(press, at)
        if answer.code is not None:
            self._later(answer.seconds, window.settle)
        if answer.code is CallerCode.AWAY:
            self._refresh_at = 0.0
        elif answer.state is not None:
            window.show(answer.state, self._rules)
            self._refresh_only(window)

    def _rate(self, window: AttendedWindow, turn_id: int, level: int, at: float) -> None:
        if window.heard(turn_id, at):
            self._offer(window.name, turn_id, level, 0)
        else:
            log.info("keypad of %s: a key outside an ask was ignored", window.name)

    def _offer(self, device: str, turn_id: int, level: int, tried: int) -> None:
        store = self._store
        again = store is None or must_offer_again(Ratings(store), turn_id, level, device)
        self._unwritten -= tried > 0
        if again and tried < len(TRY_AGAIN_S):
            self._unwritten += 1
            job = partial(self._offer, device, turn_id, level, tried + 1)
            self._later(TRY_AGAIN_S[tried], job)
        elif again:
            log.warning("keypad of %s: a rating was given up", device)

    # The state

    def _refresh(self) -> None:
        self._refresh_at = self._clock() + REFRESH_S  # also when the reading fails unforeseen
        left = self._read(self._windows.values())
        spread = random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - not a secret
        if self._away:
            pause = RECONNECT_S[min(self._losses - 1, len(RECONNECT_S) - 1)] * spread
        else:
            pause = min([REFRESH_S * spread, *left])
        self._refresh_at = self._clock() + pause

    def _refresh_only(self, window: AttendedWindow) -> None:
        left = self._read([window])
        self._refresh_at = min([self._refresh_at, *(self._clock() + each for each in left)])

    def _read(self, windows: Iterable[AttendedWindow]) -> list[float]:
        """Show windows as they are; return the seconds for which their ratings stay open."""
        before = self._attended, self._away, self._unheard_of
        left = self._shown(list(windows))
        if before != (self._attended, self._away, self._unheard_of):
            self._changed()
        return left

    def _shown(self, windows: Sequence[AttendedWindow]) -> list[float]:
        try:
            with self._opened().look() as reader:
                rules = self._rules = reader.plan.rules
                states = [(window, self._state(reader, window.code)) for window in windows]
                ratings = _open_ratings(reader)
                stands = tuple(reader.publications())
        except StoreError as error:
            self._lose(error)
            return []
        except Exception:
            log.exception("the windows cannot be read")
            self._lose(None)
            return []
        if self._away:
            log.info("the database is back")
        self._away, self._losses, self._attended = False, 0, True
        for window, state in states:
            if state is None:
                window.lose(CallerCode.FAULT)
                continue
            window.emergency = emergency_in(stands, (state.window.zone,))
            window.show(state, rules)
            self._flash_later(window)
            if state.window.id in ratings:
                window.ask(ratings[state.window.id], state.now, rules)
        known = [(window, state) for window, state in states if state is not None]
        opens = [rating_left(state, rules) for _, state in known]
        opens += [window.rating_until - state.now for window, state in known if window.rating_until]
        return [each.total_seconds() for each in opens if each > _ZERO]

    def _flash_later(self, window: AttendedWindow) -> None:
        if window.flashing and window.code not in self._flashes:
            self._flashes.add(window.code)
            self._later(FLASH_S, partial(self._flash, window))

    def _flash(self, window: AttendedWindow) -> None:
        if window.flash():
            self._later(FLASH_S, partial(self._flash, window))
        else:
            self._flashes.discard(window.code)

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._open_store()
            for window in self._windows.values():
                own = self._store, window.code
                window.attach(self._store, self._calling(*own), self._shifts(*own))
        return self._store

    def _state(self, reader: Reader, code: str) -> WindowState | None:
        window = reader.plan.window_of.get(code)
        if window is not None:
            self._unheard_of -= {code}
            state = window_state(reader, window)
            self._windows[code].rating_until = rating_until(reader, state)
            return state
        if code not in self._unheard_of:
            self._unheard_of |= {code}
            log.error("this hall has no window %s: its devices stay idle", code)
        return None

    def _lose(self, error: StoreError | None) -> None:
        if not self._away:
            log.warning("the database is away: %s", error)
        self._away = True
        self._losses += 1
        for window in self._windows.values():
            window.lose()


def _open_ratings(reader: Reader) -> dict[int, list[Turn]]:
    """Return the turns whose rating is open and was not given, by window."""
    since = reader.now - timedelta(seconds=reader.plan.rules.rating_seconds)
    until = reader.now + timedelta(seconds=1)
    found: dict[int, list[Turn]] = defaultdict(list)
    for turn in reader.unrated(until, _MOST_RATINGS, after=since):
        found[turn.window_id].append(turn)
    return found


def _nothing() -> None:
    """Wake the worker."""
