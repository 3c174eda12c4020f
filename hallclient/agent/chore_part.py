"""Does the hall's chores, one PC at a time: a lease for each while it is being done.

Every agent looks once a minute whether something is to be done; most often nothing is, and a look
is all it costs. Whoever finds something takes the chore's lease, works in small steps, renewing it,
and gives it back. An agent that is killed in the middle leaves a lease that ends by itself.
"""

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from hallclient.agent.loop import LoopPart
from hallclient.agent.part import PartState, StatusLine, utc_now
from hallclient.agent.pauses import Pauses
from hallclient.domain.chores import due
from hallclient.domain.hall import HallPlan
from hallclient.services.chores import Chore, ChoreTrouble
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cadence:
    """Times in seconds, by a clock that stands still while the PC sleeps: a look is never far."""

    look_s: float = 60.0
    """Between two looks."""
    lease_s: float = 20.0
    again_s: float = 5.0
    """Until a chore that another PC does is looked at again: a killed PC is replaced in 25 s."""


class ChoresPart(LoopPart):
    """Looks after the chores; a part of the agent. ``holder`` names this agent in the leases."""

    name = "chores"

    def __init__(
        self,
        store: Store,
        chores: Sequence[Chore],
        holder: str,
        changed: Callable[[], None],
        cadence: Cadence | None = None,
    ) -> None:
        self._store = store
        self._chores = tuple(chores)
        self._holder = holder
        self._changed = changed
        self._cadence = cadence or Cadence()
        self._pauses = Pauses()
        self._last: dict[str, datetime] = {}
        self._lines: Mapping[str, StatusLine] = {
            chore.name: StatusLine(f"chore {chore.name}", PartState.STOPPED, utc_now())
            for chore in self._chores
        }
        super().__init__()

    def status(self) -> Sequence[StatusLine]:
        """Return a line for each chore."""
        return list(self._lines.values())

    # In the thread

    def _say_ended(self) -> None:
        for chore in self._chores:
            self._say(chore, PartState.STOPPED, "ended with the agent")

    def _look_around(self) -> float:
        """Look after every chore; return the seconds until the next look."""
        usual = self._cadence.look_s * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        try:
            waits = [self._attend(chore) for chore in self._chores if not self._stop.is_set()]
        except StoreError as error:
            return self._trouble(error)
        self._pauses.reset()
        return min([usual, *waits])

    def _attend(self, chore: Chore) -> float:
        """Do a chore if there is something to do; return the seconds until it is looked at again.

        Our own mistake in one chore keeps no other from being done.
        """
        try:
            # A look of its own: what the chore before has done is there to be seen.
            with self._store.look() as reader:
                now = reader.now
                wanted = self._is_due(chore, now, reader.plan) and chore.wanted(reader)
            if wanted:
                return self._do(chore, now)
        except StoreError:
            raise
        except ChoreTrouble as trouble:
            self._say(chore, PartState.TROUBLE, str(trouble))
            return self._cadence.look_s
        except Exception as error:
            log.exception("chore %s met what nobody expected", chore.name)
            words = f"met what nobody expected ({type(error).__name__}), see the log"
            self._say(chore, PartState.TROUBLE, words)
            return self._cadence.look_s
        self._finished(chore, now)
        return self._cadence.look_s

    def _trouble(self, error: StoreError) -> float:
        state = PartState.WAITING if error.retryable else PartState.TROUBLE
        for chore in self._chores:
            self._say(chore, state, str(error))
        pause = self._pauses.after(0) if error.retryable else self._cadence.look_s
        return min(pause, self._cadence.look_s)

    def _is_due(self, chore: Chore, now: datetime, plan: HallPlan) -> bool:
        return not chore.daily or due(now, self._last.get(chore.name), plan)

    def _do(self, chore: Chore, now: datetime) -> float:
        """Do a chore under its lease; return the seconds until it is looked at again."""
        lease = f"chore:{chore.name}"
        if not self._store.take_lease(lease, self._holder, self._cadence.lease_s):
            self._say(chore, PartState.WAITING, "another PC is doing it")
            return self._cadence.again_s
        try:
            return self._steps(chore, lease, now)
        finally:
            # Not given back, it ends by itself.
            with suppress(StoreError):
                self._store.drop_lease(lease, self._holder)

    def _steps(self, chore: Chore, lease: str, now: datetime) -> float:
        while not self._stop.is_set():
            done = chore.step(self._store)
            if not done:
                self._finished(chore, now)
                break
            self._say(chore, PartState.RUNNING, done)
            if not self._store.take_lease(lease, self._holder, self._cadence.lease_s):
                self._say(chore, PartState.WAITING, "another PC goes on with it")
                return self._cadence.again_s
        return self._cadence.look_s

    def _finished(self, chore: Chore, now: datetime) -> None:
        self._last[chore.name] = now
        self._rest(chore)

    # What is said

    def _rest(self, chore: Chore) -> None:
        """Keep the words: what a chore did last is worth more than that it rests."""
        line = self._lines[chore.name]
        kept = line.state in (PartState.RUNNING, PartState.RESTING)
        words = line.words if kept else "nothing to do"
        self._set(chore, replace(line, state=PartState.RESTING, words=words))

    def _say(self, chore: Chore, state: PartState, words: str) -> None:
        line = self._lines[chore.name]
        if (line.state, line.words) != (state, words) or state is PartState.RUNNING:
            level = logging.WARNING if state is PartState.TROUBLE else logging.INFO
            log.log(level, "chore %s: %s", chore.name, words)
        self._set(chore, replace(line, state=state, words=words))

    def _set(self, chore: Chore, line: StatusLine) -> None:
        former = self._lines[chore.name]
        if (former.state, former.words) == (line.state, line.words):
            return
        self._lines = {**self._lines, chore.name: replace(line, since=utc_now())}
        self._changed()
