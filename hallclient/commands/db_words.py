"""What the commands of the database have in common: how far it is, sizes, spans."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


@contextmanager
def counting() -> Iterator[Callable[[str], None]]:
    """Show what is being done on one line of a terminal; a file or pipe gets nothing of it."""
    shows = sys.stderr.isatty()

    def told(what: str) -> None:
        if shows:
            print(f"\r{what[:70]:70}", end="", file=sys.stderr, flush=True)

    try:
        yield told
    finally:
        if shows:
            print(f"\r{'':70}\r", end="", file=sys.stderr, flush=True)


def size_words(size: int) -> str:
    """Return a size as people say it."""
    return f"{size / (1 << 20):.1f} MB" if size < 1 << 30 else f"{size / (1 << 30):.1f} GB"


def clock_words(at: datetime) -> str:
    """Return a moment in this PC's time."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def age_words(at: datetime, now: datetime | None = None) -> str:
    """Return how long ago something was."""
    age = max((now or datetime.now(UTC)) - at, timedelta(0))
    if age < timedelta(hours=1):
        return f"{age // timedelta(minutes=1)} min"
    return f"{age // timedelta(hours=1)} h" if age < timedelta(days=2) else f"{age.days} days"
