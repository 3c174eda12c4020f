"""How a window goes on without the database: its spool, on the PC's own disk.

The spool itself is imported when there is something in it or for it: a bar's start needs neither.
"""

import os
import threading
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from platformdirs import user_data_path

from hallclient.bootstrap.memory import remembered
from hallclient.config import Settings, default_database
from hallclient.services.after_spool import AfterSpool
from hallclient.ui.tasks import Worker
from hallclient.window.desk import OfflineDesk

if TYPE_CHECKING:
    from hallclient.services.store import Store
    from hallclient.services.window_spool import WindowSpool
    from hallclient.services.window_spool_lines import Report


def window_folder(settings: Settings) -> Path:
    """Return where this window keeps what must outlive a restart; one for each window and hall."""
    parts = (settings.window.window, settings.database or default_database(), settings.hall)
    key = zlib.crc32("\n".join(parts).encode())
    return user_data_path("hallclient") / f"window-{key:08x}"


class LateSpool:
    """A window's spool that is made when it is first needed; see ``WindowSpool`` for the rest."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._made: WindowSpool | None = None
        self._closed = False

    @property
    def pending(self) -> int:
        """How many moves the database does not know yet; as far as the file was read."""
        return self._made.pending if self._made is not None else 0

    def hand_in(self, store: "Store") -> None:
        """Bring everything into the database; nothing is loaded where no file has anything."""
        if self._made is not None or _has_moves(window_folder(self._settings)):
            self._spool().hand_in(store)

    def take_report(self) -> "Report | None":
        """Return what was handed in since this was asked last."""
        return self._made.take_report() if self._made is not None else None

    def close(self) -> None:
        """Let the folder go."""
        with self._lock:
            self._closed = True
            if self._made is not None:
                self._made.close()

    def __getattr__(self, name: str) -> Any:
        """Return what else a spool has: everything else needs it."""
        return getattr(self._spool(), name)

    def _spool(self) -> "WindowSpool":
        with self._lock:
            if self._made is None:
                self._made = _made(self._settings)
                if self._closed:
                    self._made.close()
            return self._made


def window_spool(settings: Settings) -> "WindowSpool":
    """Return the spool of a window; its file is opened when it is first needed."""
    return cast("WindowSpool", LateSpool(settings))


def offline_desk(settings: Settings, spool: "WindowSpool", store: "Store") -> OfflineDesk:
    """Return how the bar uses the spool; ``store`` is the hall's own, not one behind the spool."""
    return OfflineDesk(
        spool=spool,
        worker=Worker("spool"),
        hand_in=AfterSpool(store, spool).hand_in,
        remembered=lambda: remembered(settings),
    )


def _has_moves(folder: Path) -> bool:
    try:
        return os.stat(folder / "moves.log").st_size > 0  # noqa: PTH116 - asked at every move
    except FileNotFoundError:
        return False
    except OSError:
        return True  # the spool tells what is wrong with it


def _made(settings: Settings) -> "WindowSpool":
    from hallclient.bootstrap.ledger import key_here  # noqa: PLC0415 - see the module
    from hallclient.services.spool_clock import SpoolClock, process_ticks  # noqa: PLC0415 - same
    from hallclient.services.window_spool import WindowSpool  # noqa: PLC0415 - the same
    from hallclient.storage.window_spool_file import WindowSpoolFile  # noqa: PLC0415 - the same

    return WindowSpool(
        WindowSpoolFile(window_folder(settings)),
        settings.window.window,
        SpoolClock(process_ticks()),
        lambda: key_here(settings),
    )
