"""The hour that a replay has come to, while it plays."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def hour_shown() -> Iterator[Callable[[int], None] | None]:
    """Show the virtual hour where a person looks at the errors; yield what takes the second."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        yield _Hour()
    finally:
        print("\r     \r", end="", file=sys.stderr, flush=True)


class _Hour:
    """Writes it over and over, each ten minutes of the day."""

    def __init__(self) -> None:
        self._shown = ""

    def __call__(self, second: int) -> None:
        clock = f"{second // 3600:02}:{second // 600 % 6}0"
        if clock != self._shown:
            self._shown = clock
            print(f"\r{clock}", end="", file=sys.stderr, flush=True)
