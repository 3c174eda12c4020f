"""Processes that were spoilt on purpose: the lab must notice each of them."""

import os
import sqlite3
from types import SimpleNamespace

from hallclient.storage import engine, line_file


def sqlite_syncs_sometimes() -> None:
    """``synchronous=NORMAL``: a commit is in the WAL, which is synced only before a checkpoint."""
    prepare = engine._prepare_sqlite

    def prepare_badly(connection: sqlite3.Connection, place: engine.SqlitePlace) -> None:
        prepare(connection, place)
        connection.execute("PRAGMA synchronous=NORMAL")

    engine._prepare_sqlite = prepare_badly


def spools_sync_nothing() -> None:
    """A line of a spool is written and not synced."""
    spoilt = SimpleNamespace(**{**vars(os), "fsync": lambda _handle: None})
    vars(line_file)["os"] = spoilt


def spools_sync_no_folder() -> None:
    """The lines of a spool are synced, the names of its files are not."""
    vars(line_file)["sync_folder"] = lambda _folder: None
