"""Processes that back up, copy and restore and are killed on the way; one that never gives up."""

import itertools
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.store_error import StoreError
from hallclient.storage import swap
from hallclient.storage.archive import copy_database
from hallclient.storage.backup_folder import BackupFolder
from hallclient.storage.engine import open_engine
from hallclient.storage.restore import restore_sqlite
from tests.e2e.jobs import opened
from tests.processes import say


def _until(step: int) -> Callable[[str], None]:
    steps = itertools.count(1)

    def told(_what: str) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return told


def back_up_until(url: str, folder: str, step: int) -> None:
    """Make a backup; be killed at a step, which may be behind its end."""
    engine = open_engine(url)
    BackupFolder(Path(folder)).make(engine, told=_until(step))
    engine.dispose()


def copy_until(url: str, target: str, step: int) -> None:
    """Copy; be killed at a step."""
    source, other = open_engine(url), open_engine(target)
    copy_database(source, other, _until(step))
    source.dispose()
    other.dispose()


def restore_until(backup: str, path: str, step: int) -> None:
    """Restore; be killed at a step, those of the change of files counted each."""
    told = _until(step)
    sync, told_change = swap.sync_folder, swap.os.link

    def syncing(folder: Path) -> None:
        told("synced")
        sync(folder)
        told("synced")

    def linking(*names: Path) -> None:
        told_change(*names)
        told("linked")

    swap.sync_folder = syncing
    swap.os.link = linking  # type: ignore[assignment]
    restore_sqlite(Path(backup), Path(path), replace=True, told=told)


def issue_patiently(url: str, acks: str, kiosk: str) -> None:
    """Issue tickets until killed; wait as a kiosk does while the database is away."""
    with opened(url) as store:
        issuing = Issuing(store, f"kiosk:{kiosk}")
        for n in itertools.count():
            while True:
                try:
                    ticket = issuing.issue(TicketRequest(f"{kiosk} {n}", "ZH001")).ticket
                except StoreError as error:
                    if not error.retryable:
                        say(acks, "gave up", error)
                        raise
                    say(acks, "waits", type(error).__name__)
                    threading.Event().wait(0.1)
                else:
                    say(acks, "issued", ticket.id, ticket.label)
                    break
            threading.Event().wait(0.02)
