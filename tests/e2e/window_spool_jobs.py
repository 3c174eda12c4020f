"""A window without a screen: with the database while it answers, from its spool while it does not.

A line is written for every outcome that a clerk would see on the bar.
"""

import os
import random
import threading
from contextlib import suppress
from pathlib import Path

from hallclient.bootstrap.halls import LateHall, LateStore
from hallclient.config import Settings
from hallclient.domain.ending import Ending
from hallclient.domain.errors import NotAllowed
from hallclient.domain.hall import HallPlan
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.after_spool import AfterSpool
from hallclient.services.calling import Calling
from hallclient.services.sealing import HallKey
from hallclient.services.spool_clock import SpoolClock, process_ticks
from hallclient.services.store_error import StoreError
from hallclient.services.window_spool import WindowSpool
from hallclient.services.windows import WindowState
from hallclient.storage.window_spool_file import WindowSpoolFile
from tests.processes import say

PAUSE = threading.Event()


def outcome_of(turn: Turn) -> Outcome:
    """What the clerk records of a turn, before and after a restart."""
    return Outcome.INSTANT if turn.id % 2 else Outcome.CONSULT


def serve(url: str, folder: str, acks: str, plan: HallPlan, last: bool = False) -> None:
    """Call, start and finish until killed; with ``last`` only hand in what there is."""
    dice = random.Random(os.urandom(8))  # noqa: S311 - no secret
    store = LateStore(LateHall(Settings(database=url), "window", lambda _sentence: None))
    key = HallKey(bytes(32))
    spool = WindowSpool(
        WindowSpoolFile(Path(folder)), "2", SpoolClock(process_ticks()), lambda: key
    )
    behind = AfterSpool(store, spool)
    if last:
        behind.hand_in()
        assert spool.pending == 0
        return
    calling, state = Calling(behind, "2"), None
    while True:
        try:
            behind.hand_in()
            state = _with(calling, acks, dice)
            spool.remember(state, plan.hall_id)
        except StoreError:
            state = _without(spool, state or spool.last(plan), acks)
        PAUSE.wait(0.002)


def _with(calling: Calling, acks: str, dice: random.Random) -> WindowState:
    state = calling.state()
    turn = state.turn
    if turn is None or not turn.active:
        return calling.call_next()
    if turn.started_at is None:
        state = calling.start()
        say(acks, "hand", str(turn.id), "-")
        return state
    if dice.random() < 0.1:
        state = calling.finish(outcome_of(turn))
        say(acks, "online", str(turn.id), outcome_of(turn).value)
    return state


def _without(spool: WindowSpool, state: WindowState | None, acks: str) -> WindowState | None:
    turn = state.turn if state is not None else None
    if state is None or turn is None or not turn.active or turn.started_at is None:
        say(acks, "nothing", "0", "-")
        return state
    with suppress(NotAllowed):
        state = spool.finish(state, Ending(outcome_of(turn)))
        say(acks, "spool", str(turn.id), outcome_of(turn).value)
        spool.rate(turn.id, 4, "window 2")
    return state
