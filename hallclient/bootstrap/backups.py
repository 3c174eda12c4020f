"""Where this PC keeps the hall's backups, put together from its settings."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.config import Settings, default_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Engine

    from hallclient.storage.backup_folder import BackupFolder


def backups_folder(settings: Settings) -> Path | None:
    """Return the folder that the settings name, or the one beside this PC's SQLite file."""
    chosen = settings.backup
    if chosen.folder:
        return Path(chosen.folder)
    file = sqlite_file(settings)
    return None if file is None else file.parent / "backups"


def sqlite_file(settings: Settings) -> Path | None:
    """Return the file of an SQLite database, None for a server."""
    url = settings.database or default_database()
    if url.lower().startswith(("postgres:", "postgresql")):
        return None
    return Path(url.partition("sqlite:///")[2] or url).absolute()


def vault_of(settings: Settings, engine: "Callable[[], Engine]") -> "FolderVault | None":
    """Return where backups are made here, None when nobody asked for it."""
    folder = backups_folder(settings) if settings.backup.make else None
    return None if folder is None else FolderVault(settings, folder, engine)


class FolderVault:
    """Fulfils ``services.backups.Vault``."""

    def __init__(self, settings: Settings, folder: Path, engine: "Callable[[], Engine]") -> None:
        self.station = settings.station_name
        self._settings = settings.backup
        self._path = folder
        self._engine = engine

    def newest(self) -> datetime | None:
        """Return when the newest backup was made."""
        newest = self._folder().newest()
        return None if newest is None else newest.at

    def make(self) -> str:
        """Make one."""
        made = self._folder().make(self._engine())
        gone = f", {len(made.gone)} old ones gone" if made.gone else ""
        return f"made {made.path.name}, {made.path.stat().st_size >> 20} MB{gone}"

    def _folder(self) -> "BackupFolder":
        from hallclient.storage.backup_folder import BackupFolder  # noqa: PLC0415 - once a day

        return BackupFolder(self._path, self._settings.daily, self._settings.weekly)
