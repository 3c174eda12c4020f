"""A disk without room, or that cannot be written: the database's, and the spools'."""

import os
import tempfile
import time
from threading import Event
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

from hallclient.lab.faults.acks import SAID
from hallclient.lab.faults.hall import HALL_ID
from hallclient.lab.faults.judge import judge
from hallclient.lab.faults.network import offline_notes, some_offline
from hallclient.lab.faults.small_disk import SmallDisk
from hallclient.lab.faults.stage import Crew, FaultError
from hallclient.lab.faults.trial import Result, Trial

if TYPE_CHECKING:
    from hallclient.lab.postgres import TemporaryPostgres

FULL_S: Final = 2.0
_WORDS: Final = ("full", "No space left")


def play_full(trial: Trial) -> Result:
    """Fill the database's disk to the last byte while everybody works, and make room again."""
    if trial.kind == "postgresql":
        return _full_server(trial)
    disk: SmallDisk = trial.enter(SmallDisk(16))
    url = trial.url(disk.path)
    with trial.crew(url, trial.hall(url)) as crew:
        crew.start()
        for _ in range(trial.rounds):
            _once(trial, crew, disk)
        return trial.result(crew, url, *_notes(crew))


def play_full_spool(trial: Trial) -> Result:
    """Stop the server and fill the disk of the spools: no number that is not kept."""
    disk: SmallDisk = trial.enter(SmallDisk(4))
    server: TemporaryPostgres = trial.own_server()
    with trial.crew(server.url, trial.hall(server.url), spools=disk.path / "spools") as crew:
        crew.start()
        for _ in range(trial.rounds):
            crew.wait_for_work(30)
            server.stop()
            crew.wait_for(some_offline, "a kiosk's own number")
            disk.fill()
            Event().wait(FULL_S * trial.tempo)
            crew.check()
            disk.empty()
            crew.reader.look()  # what was there before
            crew.wait_for(some_offline, "a number after it")
            server.start()
            trial.recovery(crew.recovered(time.monotonic()))
        return trial.result(crew, server.url, *_notes(crew))


def play_read_only(trial: Trial) -> Result:
    """Start everybody on a disk that is read-only, as after an error of its file system."""
    disk: SmallDisk = trial.enter(SmallDisk(16))
    url = trial.url(disk.path)
    with trial.crew(url, trial.hall(url)) as crew:
        for _ in range(trial.rounds):
            crew.start()
            crew.wait_for_work(30)
            crew.kill()
            if not disk.read_only(on=True):
                raise FaultError("the disk is still being written")
            crew.start()
            crew.wait_for(
                lambda fresh: len({ack.who for ack in fresh if ack.op == SAID}) == len(crew.names),
                "everybody's word that the disk cannot be written",
            )
            disk.read_only(on=False)
            trial.recovery(crew.recovered(time.monotonic()))
        return trial.result(crew, url, *_notes(crew))


def _full_server(trial: Trial) -> Result:
    """Put a whole server onto a small disk."""
    disk: SmallDisk = trial.enter(SmallDisk(160))
    with (
        patch.dict(os.environ, {"TMPDIR": str(disk.path)}),
        patch.object(tempfile, "tempdir", str(disk.path)),
    ):
        settings = {"min_wal_size": "32MB", "max_wal_size": "48MB"}
        server: TemporaryPostgres = trial.own_server(settings=settings)
    with trial.crew(server.url, trial.hall(server.url)) as crew:
        crew.start()
        for _ in range(trial.rounds):
            _once(trial, crew, disk)
        crew.stop()
        crew.hand_in()
        crew.reader.look()
        verdict = judge(server.url, HALL_ID, crew.reader.all)
        return trial.judged(verdict, *_notes(crew))


def _once(trial: Trial, crew: Crew, disk: SmallDisk) -> None:
    crew.wait_for_work(30)
    disk.fill()
    crew.wait_for(
        lambda fresh: any(
            word in str(ack.facts["text"]) for ack in fresh if ack.op == SAID for word in _WORDS
        ),
        "a word that the disk is full",
        limit_s=90,
    )
    Event().wait(FULL_S * trial.tempo)
    crew.check()
    disk.empty()
    trial.recovery(crew.recovered(time.monotonic()))


def _notes(crew: Crew) -> list[str]:
    texts = sorted({str(ack.facts["text"]) for ack in crew.said()})
    return [offline_notes(crew), *(f"said: {text}" for text in texts)]
