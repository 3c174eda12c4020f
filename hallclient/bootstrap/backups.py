"""Where this PC keeps the hall's backups, put together from its settings."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.config import Settings, default_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Engine

    from hallclient.services.store import Store
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
        """Return when the newest backup of this hall was made: others may share the folder."""
        from hallclient.storage.backup_folder import stem_of  # noqa: PLC0415 - see folder()

        newest = self.folder().newest(stem_of(self._engine()))
        return None if newest is None else newest.at

    def make(self) -> str:
        """Make one."""
        made = self.folder().make(self._engine())
        gone = f", {len(made.gone)} old ones gone" if made.gone else ""
        gone += "" if made.manifest.whole else "; THE JOURNAL IS NOT WHOLE, see hallclient db check"
        return f"made {made.path.name}, {made.path.stat().st_size >> 20} MB{gone}"

    def folder(self) -> "BackupFolder":
        """Return the folder, which is imported when it is needed."""
        from hallclient.storage.backup_folder import BackupFolder  # noqa: PLC0415 - once a day

        return BackupFolder(self._path, self._settings.daily, self._settings.weekly)


class FileKeeper:
    """Fulfils ``agent.database_part.Keeper`` for an SQLite file."""

    def __init__(self, settings: Settings, file: Path, store: "Store") -> None:
        self._settings = settings
        self._file = file
        self._store = store
        self._lost: tuple[str, ...] = ()

    def marked(self) -> bool:
        """Return whether somebody has met damage, or the file is gone."""
        beside = self._file.with_name(self._file.name + ".damaged")  # storage is not loaded for it
        gone = not self._file.exists() and self._file.with_name(self._file.name + ".lock").exists()
        return gone or beside.exists()

    def trouble(self) -> str:
        """Read all of the file; return what is wrong with it."""
        from hallclient.storage.mend import trouble_of  # noqa: PLC0415 - not at the start

        return trouble_of(self._file, whole=self.marked())

    def mend(self) -> str:
        """Mend it from the newest good backup and what can be read."""
        from hallclient.storage.backup_folder import BackupFolder  # noqa: PLC0415 - hardly ever
        from hallclient.storage.mend import SETTLE_S, mend  # noqa: PLC0415 - same

        folder = backups_folder(self._settings) or self._file.parent / "backups"
        done = mend(self._file, BackupFolder(folder), hall=self._settings.hall, settle_s=SETTLE_S)
        if done is None:
            return ""
        self._lost = done.salvage.lost
        return done.words

    def tell(self) -> None:
        """Tell the hall, as soon as it can be opened again."""
        from hallclient.services.backups import tell_restored  # noqa: PLC0415 - hardly ever

        tell_restored(self._store, self._settings.station_name, self._lost)
