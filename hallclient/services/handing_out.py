"""A window that hands out slips: what a turn's end calls for goes to the window's printer."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from hallclient.domain.ending import Ending, as_ending
from hallclient.domain.errors import DomainError
from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling
from hallclient.services.hall_slips import HallSlips
from hallclient.services.jobs import SlipKind
from hallclient.services.print_jobs import PrintJobs
from hallclient.services.receipts import SLIP_OUTCOMES
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError
from hallclient.services.ticket_slip import speech_of
from hallclient.services.windows import WindowState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A slip that a ticket's end called for; without ``job`` it could not be asked for."""

    kind: SlipKind
    label: str
    job: int | None


def _untold(_handed: HandedOut) -> None:
    """Tell nobody."""


class HandingOut(Calling):
    """The moves of a window with a printer; ``station`` has it.

    ``tell`` hears of every slip, in the thread that finishes the turn.
    """

    def __init__(
        self,
        store: Store,
        window: str,
        station: str,
        tell: Callable[[HandedOut], None] = _untold,
    ) -> None:
        super().__init__(store, window)
        self._tell = tell
        self._station = station
        self._slips = HallSlips(store, speech_of)
        self._jobs = PrintJobs(store, f"window:{window}")

    def finish(self, ending: Ending | Outcome, missing: tuple[str, ...] = ()) -> WindowState:
        """Record the outcome and ask for its slip; one that cannot be asked for changes nothing."""
        ending = as_ending(ending, missing)
        state = super().finish(ending)
        called_for = bool(ending.missing) or ending.outcome in SLIP_OUTCOMES
        if called_for and state.turn is not None and state.ticket is not None:
            self._hand_out(state.turn.id, state.ticket.label, ending.missing)
        return state

    def _hand_out(self, turn_id: int, label: str, missing: tuple[str, ...]) -> None:
        kind, job = SlipKind.MISSING if missing else SlipKind.RECEIPT, None
        try:
            made = self._slips.of_turn(turn_id, missing)
            if made is None:
                return
            job = self._jobs.ask(self._station, made.slip, made.kind, made.subject).id
        except (StoreError, DomainError) as error:
            log.warning("the slip of turn %d could not be asked for: %s", turn_id, error)
        except Exception:
            # The turn is over: trouble with its paper must not look like a refused finish.
            log.exception("the slip of turn %d could not be made", turn_id)
        self._tell(HandedOut(kind, label, job))


def window_station(window: str) -> str:
    """Return the station of a window's own printer; ``@NAME`` in the settings names another."""
    return f"window {window}"
