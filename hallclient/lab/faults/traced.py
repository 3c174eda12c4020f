"""The processes of a power cut: a kiosk, a window and a board, each for a number of steps.

``python -m hallclient.lab.faults.traced URL FOLDER STEPS [MODULE:FUNCTION]``; run under ``strace``.
Now and then the cable to the database is pulled inside a process, so that the spools have work. The
function, if any, is called in each process first and spoils it: the lab must notice.
"""

import importlib
import os
import random
import sys
from pathlib import Path
from typing import Final

from hallclient.bootstrap.halls import LateHall, LateStore
from hallclient.config import Settings
from hallclient.lab.cut import Cable
from hallclient.lab.faults.acks import AckFile
from hallclient.lab.faults.hall import HALL_ID
from hallclient.lab.faults.work import Part, Scene, work_of
from hallclient.services.store_error import StoreError
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore

CAST: Final = (("kiosk", "K1"), ("window", "W1"), ("window", "W2"), ("board", "D1"))
_STRETCH: Final = 12
"""After so many steps the cable is pulled, or plugged in again."""


def main(url: str, folder: str, steps: str, weaken: str = "") -> int:
    """Fork the processes and wait for them; return 1 when one of them failed."""
    engine = open_engine(url)
    store = SqlStore(engine, HALL_ID)
    plan = store.plan()
    store.close()
    engine.dispose()
    home, acks = Path(folder) / "spools", Path(folder) / "acks"
    children = []
    for kind, name in CAST:
        child = os.fork()
        if child == 0:
            _run(Part(kind, name, url, home, acks, plan), int(steps), weaken)
        children.append(child)
    return int(any(os.waitpid(child, 0)[1] for child in children))


def _run(part: Part, steps: int, weaken: str) -> None:
    code = 1
    try:
        if weaken:
            module, _, function = weaken.partition(":")
            getattr(importlib.import_module(module), function)()
        _play(part, steps)
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def _play(part: Part, steps: int) -> None:
    cable = Cable()
    hall = LateHall(Settings(database=part.url), part.kind, lambda _sentence: None)
    dice = random.Random(f"{part.name}")  # noqa: S311 - no secret
    work = work_of(Scene(part, LateStore(hall), AckFile(part.acks, part.name), dice))
    for n in range(steps):
        cable.set(cut=n // _STRETCH % 3 == 2 and part.kind != "board")
        try:
            work.step()
        except StoreError as error:
            work.without(error)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
