"""What the processes of a fault's hall do: kiosks, windows and a board, until told to end.

They use the product's services, its late store and its spools as the roles do, without a screen. An
error of the store is noted and lived with, as on a screen; anything else ends the process, and the
fault is lost.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Protocol

from hallclient.bootstrap.halls import LateHall, LateStore, OpenHall, open_hall
from hallclient.config import Settings
from hallclient.domain.hall import HallPlan
from hallclient.lab.faults.acks import SAID, UP, AckFile
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError
from hallclient.storage.store import SqlStore

REST_S: Final = 0.004
REST_AWAY_S: Final = 0.05
LET_GO: Final = 130
STOP: Final = "stop"


@dataclass(frozen=True, slots=True)
class Part:
    """Who does what where. ``weaken`` spoils the process on purpose: the lab must notice."""

    kind: str
    name: str
    url: str
    folder: Path
    acks: Path
    plan: HallPlan = field(repr=False)
    seed: int = 0
    clock: Path | None = None
    """A file with the seconds by which this hall's clock is wrong."""
    weaken: Callable[[], None] | None = None
    only_hand_in: bool = False
    rest_s: float = REST_S


class Work(Protocol):
    """One process's work."""

    def step(self) -> None:
        """Do one thing; raises ``StoreError`` when the database could not."""
        ...

    def hand_in(self) -> None:
        """Bring whatever was kept into the database; raises ``StoreError``."""
        ...

    def close(self) -> None:
        """Let the spool go."""
        ...

    def without(self, error: StoreError) -> None:
        """Do one thing without the database."""
        ...


@dataclass(slots=True)
class Scene:
    """What the work of a process has at hand."""

    part: Part
    store: Store
    acks: AckFile
    dice: random.Random


class ShiftedHall:
    """A hall whose clock stands in a file, as if the clock of the database's host were wrong."""

    def __init__(self, url: str, role: str, clock: Path) -> None:
        self._url, self._role, self._clock = url, role, clock
        self._hall: OpenHall | None = None

    def open(self) -> OpenHall:
        """Return the open hall."""
        if self._hall is None:
            hall = open_hall(self._url, "", self._role)
            hall.store.close()
            store = SqlStore(hall.engine, hall.hall_id, self._now, ticks=time.monotonic)
            self._hall = OpenHall(hall.engine, store, hall.hall_id, self._role)
        return self._hall

    def close(self) -> None:
        """Let go of the database."""
        if self._hall is not None:
            self._hall.close()

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=shift_in(self._clock))


def shift_in(clock: Path) -> float:
    """Return by how many seconds a clock's file says that it is wrong."""
    return float(clock.read_text("ascii"))


def perform(part: Part, leash: Connection) -> None:
    """Work until the leash says so; the process ends at once when whoever holds it has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's: the leash ends us
    stopping = threading.Event()
    threading.Thread(target=_hold, args=(leash, stopping), name="leash", daemon=True).start()
    if part.weaken is not None:
        part.weaken()
    hall: LateHall | ShiftedHall
    acks = AckFile(part.acks, part.name)
    if part.clock is None:
        settings = Settings(database=part.url)
        hall = LateHall(settings, f"{part.kind} {part.name}", lambda _sentence: None)
    else:
        hall = ShiftedHall(part.url, f"{part.kind} {part.name}", part.clock)
    store = LateStore(hall)  # type: ignore[arg-type] # ShiftedHall opens as LateHall does
    scene = Scene(part, store, acks, random.Random(f"{part.seed} {os.getpid()}"))  # noqa: S311
    try:
        _play(scene, stopping)
    finally:
        hall.close()


def _play(scene: Scene, stopping: threading.Event) -> None:
    work = work_of(scene)
    scene.acks.write(UP)
    if scene.part.only_hand_in:
        work.hand_in()
        return
    said = ""
    while not stopping.is_set():
        rest = scene.part.rest_s
        try:
            work.step()
            said = ""
        except StoreError as error:
            if str(error) != said:
                said = str(error)
                scene.acks.write(SAID, text=said, retryable=error.retryable)
            work.without(error)
            rest = max(rest, REST_AWAY_S)
        stopping.wait(rest)


def work_of(scene: Scene) -> Work:
    """Return the work of a part."""
    # Each needs its own part of the program.
    if scene.part.kind == "kiosk":
        from hallclient.lab.faults.work_kiosk import KioskWork  # noqa: PLC0415 - see above

        return KioskWork(scene)
    if scene.part.kind == "window":
        from hallclient.lab.faults.work_window import WindowWork  # noqa: PLC0415 - see above

        return WindowWork(scene)
    from hallclient.lab.faults.work_board import BoardWork  # noqa: PLC0415 - see above

    return BoardWork(scene)


def _hold(leash: Connection, stopping: threading.Event) -> None:
    try:
        while True:
            if leash.recv() == STOP:
                stopping.set()
    except (EOFError, OSError):
        os._exit(LET_GO)
