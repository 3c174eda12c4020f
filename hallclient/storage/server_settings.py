"""What PostgreSQL is told for a hall, and why. ``hall host`` and the benchmarks apply it.

Durability is not among what is bought with: a number on paper survives a power cut.
"""

from typing import Final, NamedTuple

from sqlalchemy import Connection


class Setting(NamedTuple):
    """A line of ``postgresql.conf``; ``value`` as it is written there, without quotes."""

    value: str
    why: str


SERVER_SETTINGS: Final[dict[str, Setting]] = {
    "max_connections": Setting(
        "1000",
        "Three a terminal at most: moves, wake-ups, reports. 220 windows, 20 kiosks and 12 boards "
        "are some 750; one at rest costs 2 to 4 MB.",
    ),
    "shared_buffers": Setting("512MB", "A hall's open days and all its indexes of the few fit."),
    "effective_cache_size": Setting("2GB", "Plans by index, as the system's cache allows."),
    "work_mem": Setting("8MB", "Reports sort in memory; a call sorts nothing."),
    "synchronous_commit": Setting("on", "A printed number is on the disk."),
    "commit_delay": Setting(
        "0",
        "Changes of a hall come one after another: nobody could share the wait.",
    ),
    "deadlock_timeout": Setting(
        "10s",
        "All changes of a hall wait in one line, where nobody waits for each other; looking for "
        "that after each second of waiting makes a long line longer. A change gives up after 5 s.",
    ),
    "wal_compression": Setting("on", "Whole pages after a checkpoint are most of what is written."),
    "wal_buffers": Setting("16MB", "A burst of changes does not write before its commits do."),
    "checkpoint_timeout": Setting("15min", "Fewer checkpoints: fewer whole pages."),
    "max_wal_size": Setting("2GB", "A morning's rush ends no checkpoint early."),
    "tcp_keepalives_idle": Setting("5", "A PC that lost its cable with the hall's lock is noticed"),
    "tcp_keepalives_interval": Setting("2", "after eleven seconds instead of two hours,"),
    "tcp_keepalives_count": Setting("3", "as its own side notices the server (storage.engine)."),
    "tcp_user_timeout": Setting("10000", "The same while something is on its way to it, in ms."),
}
"""By name; what a session may say itself, ``storage.engine`` says. ``fsync`` and
``full_page_writes`` stay at ``on``, which is PostgreSQL's default."""

_SELDOM: Final = {
    "autovacuum_vacuum_threshold": "20000",
    "autovacuum_vacuum_insert_threshold": "20000",
    "autovacuum_analyze_threshold": "20000",
}
"""Each lets every connection plan anew whatever names the table: 250 terminals at once, for which a
busy hall is half as fast for seconds. By default they come after some 50 or 1,000 rows."""
_SMALL: Final = {
    "fillfactor": "30",
    "autovacuum_vacuum_scale_factor": "0",
    **_SELDOM,
    "autovacuum_analyze_threshold": "1000000",
}
TABLE_SETTINGS: Final[dict[str, dict[str, str]]] = {
    # A few rows, replaced all day: room in their pages for the new ones (HOT), which needs no
    # index touched, and no statistics, for there is nothing to choose.
    "hall": _SMALL,
    "queue_now": _SMALL,
    "counter": _SMALL,
    "lease": _SMALL,
    "device": _SMALL,
    # A ticket is replaced four times, a turn twice; both grow by thousands a day.
    "ticket": {"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.02", **_SELDOM},
    "turn": {"fillfactor": "80", "autovacuum_vacuum_scale_factor": "0.02", **_SELDOM},
    "journal": _SELDOM,
    "rating": _SELDOM,
    "announced": _SELDOM,
}
"""How PostgreSQL keeps the busy tables; set with every upgrade, whoever made the server."""


def keep_busy_tables(connection: Connection) -> None:
    """Set on PostgreSQL how the busy tables are kept; again and again is as good as once."""
    if connection.dialect.name != "postgresql":
        return
    for table, settings in TABLE_SETTINGS.items():
        named = ", ".join(f"{name} = {value}" for name, value in settings.items())
        connection.exec_driver_sql(f'ALTER TABLE "{table}" SET ({named})')
