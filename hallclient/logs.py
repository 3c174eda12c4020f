"""Log lines of every process: where they go, and that nothing personal is in them."""

import logging
import re
import sys
from collections import deque
from contextlib import suppress
from datetime import datetime
from pathlib import Path

_LOG_BYTES, _LOG_FILES = 2_000_000, 5
_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|(?:00)?(?:86)?1[3-9]\d{9})(?![\dXx])")


def masked(text: str) -> str:
    """Return a text with ID card and mobile numbers cut to their first four signs."""
    return _PERSONAL.sub(lambda found: f"{found[0][:4]}***", text)


class MaskingFormatter(logging.Formatter):
    """Masks ID card and mobile numbers anywhere in a finished log line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with long personal numbers cut to their first four signs."""
        return masked(super().format(record))


class RecentLines(logging.Handler):
    """Keeps the last lines of this process's log, masked, for whoever looks at the screen."""

    def __init__(self, most: int = 400) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(MaskingFormatter(_LINE))
        self._lines: deque[str] = deque(maxlen=most)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line, of a traceback only its end."""
        text = self.format(record).strip().splitlines()
        if text:
            self._lines.append(text[0] if len(text) == 1 else f"{text[0]} … {text[-1]}")

    def today(self) -> tuple[str, ...]:
        """Return today's lines, newest last, without the date."""
        day = f"{datetime.now():%Y-%m-%d} "  # noqa: DTZ005 - as the lines' own
        found = (line for line in tuple(self._lines) if line.startswith(day))
        return tuple(line.removeprefix(day) for line in found)


def set_up_logging(file: Path | None = None, *, level: int = logging.INFO) -> None:
    """Log to ``file`` (five of 2 MB, UTF-8), or to stderr without one.

    A file that cannot be opened keeps no role from its work: stderr has the lines then.
    """
    trouble = ""
    handler: logging.Handler
    try:
        handler = logging.StreamHandler() if file is None else _file_handler(file)
    except OSError as error:
        handler = logging.StreamHandler()
        trouble = f"the log {file} cannot be written: {error.strerror}"
    handler.setFormatter(MaskingFormatter(_LINE))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    if trouble:
        root.warning(trouble)


def _file_handler(file: Path) -> logging.Handler:
    # Imported here: it drags in sockets and pickling, and stderr needs none of it.
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415

    class Calm(RotatingFileHandler):
        """Tells of a full disk once, without the line that was lost: it is not masked yet."""

        told = False

        def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
            error = sys.exc_info()[1]
            if self.told or sys.stderr is None:
                return
            self.told = True
            why = error.strerror if isinstance(error, OSError) else type(error).__name__
            with suppress(OSError, ValueError):
                sys.stderr.write(f"The log {file} cannot be written: {why}\n")

    file.parent.mkdir(parents=True, exist_ok=True)
    return Calm(file, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES - 1, encoding="utf-8")
