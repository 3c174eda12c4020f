"""What the bar does while the database is away: the turn in hand goes on, in the window's spool."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.domain.errors import DomainError
from hallclient.window.moves import ClerkMoves, Then
from hallclient.window.offline import conflict_text
from hallclient.window.troubles import trouble_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from hallclient.domain.ending import Ending
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.holding import HoldKind
    from hallclient.services.window_spool import WindowSpool
    from hallclient.services.window_spool_lines import Report
    from hallclient.services.windows import WindowState
    from hallclient.ui.words import Words
    from hallclient.window.desk import ClerkDesk

log = logging.getLogger(__name__)

MESSAGE_MS = 5000
BACK_MS = 4000
CONFLICT_MS = 12_000


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is without the database: whether ratings can be kept, and the window as it was."""

    seals: bool
    plan: HallPlan | None = None
    state: WindowState | None = None


class GoingOn(ClerkMoves):
    """The moves of one window, with and without the database."""

    def __init__(self, desk: ClerkDesk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._spooling = False
        self._seals = self._goes_on = self._told = False

    # What a clerk does

    def finish_offline(self, ending: Ending) -> None:
        """Record an outcome here, to be handed in later."""
        self._go_on(lambda spool, state: spool.finish(state, ending), self._ask_offline)

    def hold_offline(self, kind: HoldKind, reason: str) -> None:
        """Hold the ticket here, to be handed in later."""
        self._go_on(lambda spool, state: spool.hold(state, kind, reason))

    def ask_offline(self) -> None:
        """Ask for the rating once more, without the database."""
        self._go_on(lambda spool, state: spool.ask(state), self._ask_offline)

    def _ask_offline(self, state: WindowState) -> None:
        if self._seals:
            self._ask_keypad(state)
        elif self._desk.keypad is not None:
            self.say(self.words("offline.bar.no_key"))

    # For subclasses

    @property
    def words(self) -> Words:
        """The words on the screen."""
        return self._desk.words

    def say(self, text: str, ms: int = MESSAGE_MS) -> None:
        """Show one calm line."""
        raise NotImplementedError

    def tick(self) -> None:
        """Show the present second."""
        raise NotImplementedError

    def _take_offline(self, state: WindowState, plan: HallPlan | None = None) -> None:
        raise NotImplementedError

    # The spool

    @property
    def _pending(self) -> int:
        offline = self._desk.offline
        return offline.spool.pending if offline is not None else 0

    def _go_on(
        self, op: Callable[[WindowSpool, WindowState], WindowState], then: Then | None = None
    ) -> None:
        offline, state = self._desk.offline, self.state
        if offline is None or state is None or self._spooling:
            return
        spool = offline.spool
        self._spooling = True

        def done(after: WindowState) -> None:
            self._spooling = False
            self._take_offline(after)
            if then is not None:
                then(after)

        offline.worker.submit(lambda: op(spool, state), done, self._fail_offline, owner=self)

    def _fail_offline(self, error: Exception) -> None:
        from hallclient.services.spool_lines import SpoolError  # noqa: PLC0415 - not at the start

        self._spooling = False
        if isinstance(error, SpoolError):
            log.error("a move cannot be kept here: %s", error)
            self.say(self.words("offline.bar.disk"))
        elif isinstance(error, DomainError):
            self.say(trouble_text(self.words, error))
        else:
            log.error("a move without the database failed", exc_info=error)
            self.say(self.words("window.fault.unexpected_sub"))

    def _begin_offline(self) -> None:
        """Find out what goes on; a bar that knows nothing yet takes what the PC remembers."""
        offline, known = self._desk.offline, self.state is not None
        self._goes_on = False
        if offline is None:
            return
        spool = offline.spool

        def look() -> _Known:
            plan = None if known else offline.remembered()
            state = spool.last(plan) if plan is not None else None
            return _Known(spool.seals(), plan, state)

        def done(found: _Known) -> None:
            self._seals, self._goes_on = found.seals, True
            self.tick()
            if found.state is not None and self.state is None:
                self._take_offline(found.state, found.plan)

        offline.worker.submit(look, done, self._no_spool, owner=self)

    def _remember(self, state: WindowState, hall_id: str, age: Callable[[], float]) -> None:
        """Write down what the database said, behind the screen; ``age`` in seconds by then."""
        offline = self._desk.offline
        if offline is not None and not self._pending:
            spool = offline.spool
            offline.worker.submit(
                lambda: spool.remember(state, hall_id, age()), None, self._no_spool, owner=self
            )

    def _no_spool(self, error: Exception) -> None:
        if not self._told:
            log.warning("this window cannot go on without the database: %s", error)
            self._told = True

    def _say_back(self, report: Report) -> None:
        """Say what was handed in, and calmly what could not be."""
        if report.conflicts:
            self.say(conflict_text(report, self.words), CONFLICT_MS)
        elif report.done:
            self.say(self.words("offline.back.done", n=report.done), BACK_MS)
