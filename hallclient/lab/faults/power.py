"""The power fails: SQLite and the spools by what was really synced, PostgreSQL by a kill.

SQLite: one run of real processes under ``strace``, unmodified. Out of the recorded writes and syncs
the disk is built as it may be after a cut at a moment (``disk``), the processes start again on it,
hand in what their spools hold, and all that was acknowledged before that moment is looked for. Many
cuts come of one run, most of them right behind an acknowledgement, where a missing sync shows.
"""

import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from hallclient.bootstrap.halls import LateHall, LateStore
from hallclient.config import Settings
from hallclient.domain.hall import HallPlan
from hallclient.lab.faults.acks import Ack, AckFile, lines_of
from hallclient.lab.faults.disk import Disk, Loss
from hallclient.lab.faults.hall import HALL_ID
from hallclient.lab.faults.judge import Verdict, judge
from hallclient.lab.faults.stage import FaultError
from hallclient.lab.faults.trace import Player, command
from hallclient.lab.faults.traced import CAST
from hallclient.lab.faults.trial import Result, Skipped, Trial
from hallclient.lab.faults.work import Part, Scene, work_of

STEPS: Final = 60
LIMIT_S: Final = 300.0
_ACKS: Final = "".join(f"\\x{byte:02x}" for byte in b".acks") + ">"
_OP: Final = re.compile(
    "".join(rf"\\x{byte:02x}" for byte in b'"op": "') + r"((?:\\x[0-9a-f]{2})+?)\\x22"
)


def play(trial: Trial, weaken: str = "", steps: int = STEPS, ops: Sequence[str] = ()) -> Result:
    """Run once, cut at ``rounds`` moments, with all and with some of what was not synced lost.

    ``ops``: the kinds of operations behind which it is cut; all of them without.
    """
    top = trial.folder / "disk"
    top.mkdir()
    (top / "spools").mkdir()
    (top / "acks").mkdir()
    url = trial.url(top)
    plan = trial.hall(url)
    disk = Disk(top)
    log = _recorded(trial.folder, top, url, steps, weaken)
    verdict = Verdict()
    losses = dict.fromkeys(Loss, 0)
    folder, images_seen = trial.folder / "after", 0
    for images, promised in _cuts(disk, top, log, trial, ops):
        for loss, image in images.items():
            images_seen += 1
            found = _after(image, top, folder, plan, promised)
            losses[loss] += not found.sound
            verdict += found
    notes = [
        f"{n} of {trial.rounds} cuts broke a promise: {loss}" for loss, n in losses.items() if n
    ]
    return trial.judged(verdict, *notes, rounds=images_seen)


def _recorded(folder: Path, top: Path, url: str, steps: int, weaken: str) -> Path:
    """Run the processes to their end; return what they asked of the disk."""
    log = folder / "trace"
    words = command(log)
    if words is None:
        raise Skipped("this needs 'strace' (the system's package of that name)")
    told = [sys.executable, "-m", "hallclient.lab.faults.traced", url, str(top), str(steps)]
    done = subprocess.run(  # noqa: S603 - our own program
        [*words, *told, *([weaken] if weaken else [])],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if "ptrace" in done.stderr.lower() and done.returncode != 0:
        raise Skipped("this machine does not let a process be traced")
    if done.returncode != 0:
        raise FaultError(f"a traced process failed: {done.stderr.strip()[-500:]}")
    return log


def _cuts(
    disk: Disk, top: Path, log: Path, trial: Trial, ops: Sequence[str]
) -> Iterator[tuple[dict[Loss, dict[str, bytes]], list[Ack]]]:
    """Play what was recorded; yield the disk's images at each cut, and the promises before it."""
    moments = _chosen(log, trial.rounds, trial.dice, ops)
    promised: list[Ack] = []
    with log.open(encoding="ascii") as lines:
        for n, moment in enumerate(Player(disk, top).play(lines)):
            if moment.written is not None and moment.written[0].endswith(".acks"):
                promised += lines_of(moment.written[1])
            if n in moments:
                losses = [Loss.ALL, Loss.SOME, *([Loss.NONE] if trial.dice.random() < 0.25 else [])]
                yield {loss: disk.image(loss, trial.dice) for loss in losses}, list(promised)


def _chosen(log: Path, number: int, dice: random.Random, ops: Sequence[str]) -> frozenset[int]:
    """Choose lines: of three, two are acknowledgements, of every kind of operation alike."""
    kinds: dict[str, list[int]] = {}
    last = 0
    with log.open(encoding="ascii") as lines:
        for last, line in enumerate(lines):
            if " write(" in line and _ACKS in line:
                op = _OP.search(line)
                name = bytes.fromhex(op[1].replace("\\x", "")).decode() if op else ""
                kinds.setdefault(name, []).append(last)
    acks = [line for several in kinds.values() for line in several]
    if len(acks) < number:
        raise FaultError(f"only {len(acks)} operations were recorded")
    wanted = [kind for kind in sorted(kinds) if kind in ops or not ops]
    at_random = set(dice.sample(range(min(acks), last + 1), number // 3))
    while len(at_random) < number:
        at_random.add(dice.choice(kinds[dice.choice(wanted)]))
    return frozenset(at_random)


def _after(
    image: dict[str, bytes], top: Path, folder: Path, plan: HallPlan, promised: Sequence[Ack]
) -> Verdict:
    """Put an image on a disk, start on it, and judge."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    for name, content in image.items():
        if name.endswith("-shm"):  # memory that processes share: SQLite makes it anew
            continue
        path = folder / Path(name).relative_to(top)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    url = f"sqlite:///{folder}/hall.db"
    with closing(sqlite3.connect(folder / "hall.db")) as connection:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    if answer != "ok":
        return Verdict(acknowledged=len(promised), broken=(f"integrity: {answer[:80]}",))
    _hand_in(url, folder, plan)
    return judge(url, HALL_ID, promised)


def _hand_in(url: str, folder: Path, plan: HallPlan) -> None:
    """Do what kiosks and windows do first when they start: bring in what their spools hold."""
    hall = LateHall(Settings(database=url), "after", lambda _sentence: None)
    acks = folder / "acks after"
    acks.mkdir()
    try:
        for kind, name in CAST:
            part = Part(kind, name, url, folder / "spools", acks, plan)
            one = AckFile(acks, name)
            work = work_of(Scene(part, LateStore(hall), one, random.Random(1)))  # noqa: S311
            try:
                work.hand_in()
            finally:
                work.close()
                one.close()
    finally:
        hall.close()
