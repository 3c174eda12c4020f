"""Pages of the SQLite file turn to noise while everybody works; it is mended as the agent does it.

What was acknowledged before the newest backup must be there afterwards. What came after it may be
lost where it stood on a page that is gone: a number that is lost is named, and none is given twice.
"""

import os
import time
from pathlib import Path
from typing import Final

from hallclient.lab.faults.acks import NO_PROMISE, Ack
from hallclient.lab.faults.hall import HALL_ID
from hallclient.lab.faults.judge import Verdict, judge
from hallclient.lab.faults.stage import CAST, OFFLINE, Crew, FaultError
from hallclient.lab.faults.trial import Result, Trial
from hallclient.storage.backup_folder import BackupFolder
from hallclient.storage.engine import open_engine
from hallclient.storage.mend import Mended, mend, trouble_of

PAGE: Final = 4096
PAGES: Final = 6
_TRIES: Final = 40


def play(trial: Trial) -> Result:
    """Spoil pages until the file is damaged, mend it, and see everybody go on by himself."""
    url, path = trial.url(), trial.folder / "hall.db"
    backups = BackupFolder(trial.folder / "backups")
    plan = trial.hall(url)
    verdict, notes = Verdict(), list[str]()
    with trial.crew(url, plan, cast=CAST) as crew:  # a board that is put back begins anew
        for _ in range(trial.rounds):
            crew.start()
            crew.wait_for_work(30)
            safe_until = time.monotonic()
            engine = open_engine(url)
            backups.make(engine)
            engine.dispose()
            crew.wait_for_work(60)
            done = _spoilt_and_mended(trial, path, backups)
            mended = time.monotonic()
            trial.recovery(crew.recovered(mended))
            crew.stop()
            crew.hand_in()
            crew.reader.look()
            found, note = _judged(url, crew, safe_until, mended, done)
            verdict += found
            notes.append(note)
            crew.reader.all.clear()  # what was lost and told is not asked for again
    return trial.judged(verdict, *notes)


def _spoilt_and_mended(trial: Trial, path: Path, backups: BackupFolder) -> Mended:
    """Write noise over pages, never the first, until it shows: what is in the WAL hides it."""
    for _ in range(_TRIES):
        size = path.stat().st_size // PAGE
        handle = os.open(path, os.O_WRONLY)
        try:
            for page in trial.dice.sample(range(1, size), min(PAGES, size - 1)):
                os.pwrite(handle, trial.dice.randbytes(PAGE), page * PAGE)
        finally:
            os.close(handle)
        if trouble_of(path):
            done = mend(path, backups)
            if done is not None:
                return done
    raise FaultError("noise in the file did no harm")


def _judged(
    url: str, crew: Crew, safe_until: float, mended: float, done: Mended
) -> tuple[Verdict, str]:
    """Ask for all but what came between backup and mending; of that, for what is neither told."""

    def at_risk(ack: Ack) -> bool:
        return safe_until < ack.at < mended and ack.op not in OFFLINE | NO_PROMISE

    risked = [ack for ack in crew.reader.all if at_risk(ack)]
    verdict = judge(url, HALL_ID, [ack for ack in crew.reader.all if not at_risk(ack)])
    after = judge(url, HALL_ID, risked, whole=False)
    numbers = [ack for ack in risked if ack.op == "issued"]
    gone = [ack for ack in numbers if judge(url, HALL_ID, [ack], whole=False).lost]
    untold = [ack for ack in gone if ack.facts["label"] not in done.salvage.lost]
    verdict += Verdict(
        acknowledged=len(risked),
        found=after.found + len(gone) - len(untold),
        told=len(gone) - len(untold),
        lost=tuple(f"{ack.op} {ack.who} {ack.facts}" for ack in untold),
    )
    note = (
        f"of {len(risked)} operations behind the backup {len(after.lost)} were on pages that are "
        f"gone, {len(gone)} of {len(numbers)} numbers among them, all of these named"
    )
    return verdict, note
