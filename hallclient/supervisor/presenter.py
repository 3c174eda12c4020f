"""The logic of the console: who looks, what they see, what becomes of what they do.

Every move goes to the worker; what the services refuse comes back as one calm line. A database
that is away leaves the last floor on the screen with its age, and is asked again until it answers.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from hallclient.domain.errors import DomainError
from hallclient.domain.publication import emergency_in
from hallclient.phrases import refusal_key
from hallclient.services.store_error import StoreError
from hallclient.supervisor.advising import AdviceWatch
from hallclient.supervisor.trying_out import TryingOut
from hallclient.supervisor.view import ConsoleView, Stand
from hallclient.supervisor.viewing import Scene, aged, console_view
from hallclient.supervisor.watch import Clock, FloorWatch, Reading
from hallclient.ui.notices import Notice, NoticeBoard, Tone
from hallclient.ui.timer import new_timer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hallclient.services.cases import Cases, CaseView
    from hallclient.services.floor import FloorState
    from hallclient.services.helping import Help
    from hallclient.services.member import Supervisor
    from hallclient.services.rating_export import Table
    from hallclient.services.supervising import Supervising
    from hallclient.services.whatif.now import AdviceNow
    from hallclient.supervisor.desk import ConsoleDesk
    from hallclient.ui.words import Words

log = logging.getLogger(__name__)

T = TypeVar("T")
MESSAGE_MS = 6000
THERE_S = 10.0
"""How often the one on watch says that somebody would come when called."""
HANGS_S = 5.0
"""A question that takes longer is a lost connection."""
LOST, EMERGENCY = "database", "emergency"
WARN_S = 60
"""So long before a console signs out by itself it says so."""
TABLES = ("supervisor.refused", "case.trouble", "publish.refused")
"""Where the words of a refusal are looked for."""


class ConsolePresenter(QObject):
    """One console without its widgets. Lives in the UI thread."""

    changed = Signal(object)
    """Another :class:`ConsoleView`."""
    ticked = Signal(object)
    """The same with another age or clock only."""
    floor_read = Signal(object)
    """Another ``FloorState``; open sheets take it."""
    sign_in_failed = Signal(str)
    advice_changed = Signal()
    """Another advice, or a question for one begins or ends."""
    call_heard = Signal()
    """Somebody has just called for help."""

    def __init__(
        self,
        desk: ConsoleDesk,
        notices: NoticeBoard,
        parent: QObject | None = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._notices = notices
        self._clock = clock
        self._who: Supervising | None = None
        self._reading: Reading | None = None
        self._heard: frozenset[int] = frozenset()
        self._acting = self._closed = False
        self._actor: QObject | None = None
        """Whose move is under way; None is the page behind the sheets."""
        self._waiting: dict[QObject | None, Callable[[], None]] = {}
        """What others have asked for meanwhile, the last thing of each."""
        self._there_at = float("-inf")
        self._touched_at = clock()
        self._message, self._warns = "", False
        self._view = console_view(Scene(), desk.words)
        self._watch = FloorWatch(desk, self, clock)
        self._watch.taken.connect(self._take)
        self._watch.missed.connect(self._lose)
        self._advice = AdviceWatch(self)
        self._advice.changed.connect(self._note_advice)
        self._trying = TryingOut(self)
        self._second = new_timer(self, self._tick, 1.0, again=True)
        self._forget = new_timer(self, self._drop_message, MESSAGE_MS / 1000)
        desk.words.switched.connect(self._publish)
        desk.worker.busy_for.connect(self._note_hang)

    # What the screen may ask

    @property
    def view(self) -> ConsoleView:
        """What the console shows now."""
        return self._view

    @property
    def words(self) -> Words:
        """The words on the screen."""
        return self._desk.words

    @property
    def state(self) -> FloorState | None:
        """The floor as it was read last."""
        return self._reading.state if self._reading else None

    @property
    def calls(self) -> tuple[Help, ...]:
        """The open calls for help."""
        return self._reading.calls if self._reading else ()

    @property
    def supervisor(self) -> Supervisor | None:
        """Who has signed in."""
        return self._who.supervisor if self._who else None

    @property
    def advice(self) -> AdviceNow | None:
        """What would help the rest of the day, as it was computed last."""
        return self._advice.advice

    @property
    def advising(self) -> bool:
        """Whether another advice is being computed."""
        return self._advice.asking

    @property
    def advice_failed(self) -> bool:
        """Whether the last question for advice failed."""
        return self._advice.failed

    def ask_advice(self) -> None:
        """Compute the advice anew, off this thread."""
        self._advice.ask()

    def try_out(
        self,
        op: Callable[[Supervising, Callable[[], bool]], T],
        then: Callable[[T], None],
        tell: Callable[[Exception], None],
        *,
        owner: QObject,
    ) -> None:
        """Ask what a day would be like, off this thread and beside moves; the last question counts.

        ``op`` is handed what tells it that nobody wants the answer any more.
        """
        who = self._who
        if who is not None and not self._closed:
            self._trying.ask(lambda stopped: op(who, stopped), then, tell, owner)

    def stop_trying(self) -> None:
        """Want no answer to that any more."""
        self._trying.stop()

    def _note_advice(self) -> None:
        if not self._closed:
            self.advice_changed.emit()
            self._publish()

    @property
    def acting(self) -> bool:
        """Whether a move is under way; what another sheet wants waits for it."""
        return self._acting

    def start(self) -> None:
        """Begin to count the seconds."""
        self._second.start()

    def close(self) -> None:
        """Stop; results still under way change nothing."""
        self._closed = True
        self._watch.rest()
        self._advice.close()
        self._trying.close()
        self._second.stop()
        self._forget.stop()
        self._notices.clear(EMERGENCY)

    # Who looks

    def sign_in(self, number: str, pin: str) -> None:
        """Let somebody in; a refusal comes back as ``sign_in_failed``."""
        if self._acting or self._closed:
            return
        self._acting = True
        self._desk.worker.submit(
            lambda: self._desk.sign_in(number, pin), self._let_in, self._keep_out, owner=self
        )

    def touched(self) -> None:
        """Note that somebody is at the console."""
        self._touched_at = self._clock()

    def sign_out(self) -> None:
        """Show the sign-in page again; nobody here would come any more."""
        self._watch.rest()
        self._advice.rest()
        self._trying.stop()
        if self._who is not None:
            gone = self._who.desk.gone
            self._desk.worker.submit(lambda: gone(self._place), None, self._note_unsaid, owner=self)
        self._who = self._reading = None
        self._acting = False
        self._waiting.clear()
        self._heard = frozenset()
        self._notices.clear(LOST)
        self._notices.clear(EMERGENCY)
        self._message = ""
        self._publish()

    def _let_in(self, supervisor: Supervisor) -> None:
        self._acting = False
        if self._closed:
            return
        self._who = self._desk.supervising(supervisor)
        self._there_at = float("-inf")
        self.touched()
        self._publish()
        self._watch.follow(self._who)
        self._advice.follow(self._who)

    def _keep_out(self, error: Exception) -> None:
        self._acting = False
        if self._closed:
            return
        _log_unexpected("signing in failed", error)
        self.sign_in_failed.emit(self.trouble_text(error))

    # Moves

    def do(
        self,
        op: Callable[[Supervising], T],
        then: Callable[[T], None],
        tell: Callable[[str], None] | None = None,
        *,
        owner: QObject | None = None,
        asks: bool = False,
    ) -> None:
        """Make a move in the worker, then read the floor anew; ``tell`` takes a refusal's words.

        Nothing is called once ``owner`` (a sheet that may be left meanwhile) has gone. While a move
        of its own is under way another one is dropped: a key was pressed twice. ``asks`` changes
        nothing in the hall: the last question of a sheet is always answered.
        """
        who = self._who
        if who is not None:
            self._submit(lambda: op(who), then, tell or self.warn, owner, asks=asks)

    def do_case(
        self,
        op: Callable[[Cases], T],
        then: Callable[[T], None],
        tell: Callable[[str], None] | None = None,
        *,
        owner: QObject | None = None,
        asks: bool = False,
    ) -> None:
        """Make a move about a case, as :meth:`do` does."""
        if self._who is not None:
            who, cases = self._who.supervisor, self._desk.cases
            self._submit(lambda: op(cases(who)), then, tell or self.warn, owner, asks=asks)

    def find_cases(
        self,
        wanted: str,
        then: Callable[[tuple[CaseView, ...]], None],
        tell: Callable[[str], None],
        *,
        owner: QObject,
    ) -> None:
        """Find cases by number, label, token, or the number of a document."""

        def look(cases: Cases) -> tuple[CaseView, ...]:
            from hallclient.services.persons import (  # noqa: PLC0415 - not for the start
                likely_document,
            )

            return cases.look_up(wanted, self._desk.keys() if likely_document(wanted) else None)

        self.do_case(look, then, tell, owner=owner, asks=True)

    def save_table(
        self,
        table: Table,
        name: str,
        then: Callable[[Path], None],
        tell: Callable[[str], None],
        *,
        owner: QObject,
    ) -> None:
        """Write a table for a spreadsheet; ``then`` takes where it is."""
        save = self._desk.save
        self.do(lambda _who: save(table, name), then, tell, owner=owner, asks=True)

    def say(self, text: str) -> None:
        """Show one calm line for some seconds."""
        self._show_message(text, warns=False)

    def warn(self, text: str) -> None:
        """Show that something could not be done."""
        self._show_message(text, warns=True)

    def trouble_text(self, error: Exception) -> str:
        """Return one calm line for an error."""
        words = self.words
        if isinstance(error, DomainError):
            key = refusal_key(error.key, *TABLES)
            return words(key, **error.facts) if key else words("supervisor.cannot")
        if isinstance(error, StoreError) and error.retryable:
            return words("supervisor.away")
        return words("supervisor.cannot")

    def _submit(
        self,
        op: Callable[[], T],
        then: Callable[[T], None],
        tell: Callable[[str], None],
        owner: QObject | None,
        *,
        asks: bool,
    ) -> None:
        """Begin now, or behind what is under way; drop a second move of the same owner.

        So a key that is pressed twice acts once, and a sheet that opens meanwhile is filled.
        """
        if self._closed or (self._acting and owner is self._actor and not asks):
            return
        begin = partial(self._begin, op, then, tell, owner)
        if self._acting:
            self._waiting[owner] = begin
        else:
            begin()

    def _begin(
        self,
        op: Callable[[], T],
        then: Callable[[T], None],
        tell: Callable[[str], None],
        owner: QObject | None,
    ) -> None:
        self._acting, self._actor = True, owner
        alive = {"here": True}
        if owner is not None:
            owner.destroyed.connect(lambda: alive.update(here=False))
        who = self._who

        def done(result: T) -> None:
            if not self._answered(who):
                return
            if alive["here"]:
                then(result)
            self._go_on()

        def failed(error: Exception) -> None:
            _log_unexpected("a move failed", error)
            if not self._answered(who):
                return
            (tell if alive["here"] else self.warn)(self.trouble_text(error))
            self._go_on()

        self._desk.worker.submit(op, done, failed, owner=self)

    def _go_on(self) -> None:
        """Read the floor behind a move, and begin what has waited for it."""
        self._watch.refresh()
        while self._waiting and not self._acting:
            owner = next(iter(self._waiting))
            begin = self._waiting.pop(owner)
            if owner is None or shiboken6.isValid(owner):
                begin()

    def _answered(self, who: Supervising | None) -> bool:
        """Note that a move is over; False when nobody waits for its answer any more."""
        if self._closed or self._who is not who:
            return False
        self._acting = False
        return True

    # The floor

    def refresh(self) -> None:
        """Read the floor now."""
        self._watch.refresh()

    def _take(self, reading: Reading) -> None:
        if self._closed:
            return
        self._reading = reading
        words = self.words
        self._notices.recover(LOST, words("supervisor.back"), words("supervisor.back_sub"))
        self._watch.settle()
        self._tell_emergency(reading.state)
        self._say_there()
        self._listen(reading.calls)
        self._publish()
        self.floor_read.emit(reading.state)

    def _lose(self, error: Exception) -> None:
        if self._closed:
            return
        if isinstance(error, DomainError):
            # The right has gone, or the member of staff: back to the sign-in, with the reason.
            self.sign_out()
            self.sign_in_failed.emit(self.trouble_text(error))
            return
        log.warning("the floor cannot be read: %s", error)
        self._tell_lost()
        self._watch.retry()
        self._publish()

    def _note_hang(self, seconds: float) -> None:
        if seconds >= HANGS_S and self._who is not None and not self._closed:
            self._tell_lost()

    def _tell_lost(self) -> None:
        words = self.words
        notice = Notice(
            Tone.RECOVERING, words("supervisor.lost"), words("supervisor.lost_sub"), counted=True
        )
        self._notices.post(LOST, notice)
        if self._reading is not None and self._notices.has(EMERGENCY):
            self._tell_emergency(self._reading.state, lost=True)

    def _tell_emergency(self, state: FloorState, *, lost: bool = False) -> None:
        """Keep in sight what covers the screens, whatever is open here, and that this is old."""
        words = self.words
        one = emergency_in(state.publications, ())
        if one is None:
            over = words("supervisor.emergency.over")
            self._notices.recover(EMERGENCY, over, words("supervisor.emergency.over_sub"))
            return
        from hallclient.services.emergency_words import emergency_words  # noqa: PLC0415 - rare
        from hallclient.services.hours import local_time  # noqa: PLC0415
        from hallclient.supervisor.sheets.publish_emergency import zones_text  # noqa: PLC0415

        at = one.published_at or state.now
        title = words("supervisor.emergency.title", title=emergency_words(one, words).title)
        where = zones_text(one.zones, state.plan, words)
        time = f"{local_time(state.plan, at):%H:%M}"
        text = words("supervisor.emergency.text", where=where, time=time)
        if lost:
            text = words("supervisor.lost")
        self._notices.post(EMERGENCY, Notice(Tone.NEEDS_SOMEONE, title, text))

    def _listen(self, calls: tuple[Help, ...]) -> None:
        waiting = frozenset(call.call.id for call in calls if not call.name)
        if waiting - self._heard:
            self.call_heard.emit()
            if self._desk.bell is not None:
                self._desk.bell.ring()
        self._heard = waiting | (self._heard & frozenset(call.call.id for call in calls))

    def _say_there(self) -> None:
        """Say for the next half minute that somebody would come: kiosks then offer to call."""
        who, now = self._who, self._clock()
        if who is None or now - self._there_at < THERE_S:
            return
        self._there_at = now
        place = self._place
        self._desk.worker.submit(lambda: who.desk.there(place), None, self._note_unsaid, owner=self)

    @property
    def _place(self) -> str:
        return f"console {self._desk.name}"

    def _leave_when_away(self) -> bool:
        """Sign out who has touched nothing for long, and say so before; True when that was done."""
        minutes = self._desk.away_minutes
        if self._who is None or not minutes:
            return False
        left = minutes * 60 - (self._clock() - self._touched_at)
        if left <= 0:
            self.sign_out()
            self.sign_in_failed.emit(self.words("supervisor.away_out", n=minutes))
            return True
        if left <= WARN_S:
            self.warn(self.words("supervisor.away_soon", n=max(1, round(left))))
        return False

    def _note_unsaid(self, error: Exception) -> None:
        self._there_at = float("-inf")
        log.info("nobody knows that somebody is here: %s", error)

    # What is shown

    def _scene(self) -> Scene:
        reading = self._reading
        age = self._clock() - reading.at if reading else 0.0
        return Scene(
            supervisor=self.supervisor,
            state=reading.state if reading else None,
            calls=reading.calls if reading else (),
            age=age,
            now=self._now(),
            message=self._message,
            message_warns=self._warns,
            advice=self.advice,
        )

    def _now(self) -> datetime | None:
        reading = self._reading
        if reading is None:
            return None
        return reading.state.now + timedelta(seconds=self._clock() - reading.at)

    def _publish(self, _code: object = None) -> None:
        self._view = console_view(self._scene(), self.words)
        self.changed.emit(self._view)

    def _tick(self) -> None:
        """Move on age and clock; everything else waits for another reading."""
        if self._leave_when_away():
            return
        if self._reading is not None:
            self._view = aged(self._view, self._scene(), self.words)
            self.ticked.emit(self._view)

    def _show_message(self, text: str, *, warns: bool) -> None:
        self._message, self._warns = text, warns
        self._forget.start()
        self._publish()

    def _drop_message(self) -> None:
        self._message = ""
        self._publish()

    @property
    def open(self) -> bool:
        """Whether the floor is on the screen."""
        return self._view.stand is Stand.OPEN


def _log_unexpected(what: str, error: Exception) -> None:
    if not isinstance(error, DomainError | StoreError):
        log.error(what, exc_info=error)
