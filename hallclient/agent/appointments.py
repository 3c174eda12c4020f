"""Files with appointments that arrive in a folder: taken in, and put away with what became of them.

A file is taken when it has not changed between two looks; one that is written under another name
(``.part``, ``.tmp``, a dot before it) and renamed is taken at once whole. What was taken goes to
``done``, what was not, or not whole, to ``failed``, each with a text beside it. A file with ID
numbers is not kept once they are keys; ``done`` and ``failed`` are emptied after a week. A file
that is taken in twice changes nothing, so nothing is lost or doubled by a kill at any moment.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hallclient.agent.loop import LoopPart
from hallclient.agent.part import PartState, StatusLine, utc_now
from hallclient.services.appointments.files import (
    MOST_BYTES,
    FileRefused,
    ParsedFile,
    PersonKey,
    parse,
)
from hallclient.services.appointments.importing import take_in
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
KEEP_SECONDS = 7 * 24 * 3600
DONE, FAILED = "done", "failed"
_ENDINGS = (".csv", ".json")
_ACTOR = "import"

_Seen = tuple[int, int, int]
"""Inode, size and time of a file: another one when somebody still writes."""
_GONE: _Seen = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file; ``personal`` ones are not kept."""

    where: str
    text: str
    personal: bool = False


class Arrivals:
    """Which files of a folder nobody writes any more. Raises ``OSError`` without the folder."""

    def __init__(self, folder: Path, endings: tuple[str, ...] = _ENDINGS) -> None:
        self._folder = folder
        self._stops = endings
        self._seen: dict[str, _Seen] = {}
        self._kept: dict[str, _Seen] = {}

    @property
    def stuck(self) -> int:
        """Return how many files were taken and cannot be moved away."""
        return len(self._kept)

    def ready(self) -> list[Path]:
        """Return the files that are as they were at the last look, by name."""
        found = (entry for entry in os.scandir(self._folder) if _is_ours(entry, self._stops))
        now = {entry.name: _seen(entry) for entry in found}
        ready = [
            self._folder / name
            for name, seen in sorted(now.items())
            if self._seen.get(name) == seen and self._kept.get(name) != seen
        ]
        self._seen = now
        self._kept = {name: seen for name, seen in self._kept.items() if name in now}
        return ready

    def replaced(self, path: Path) -> bool:
        """Return whether another file of this name has come since the last look."""
        return _seen(path) not in (self._seen[path.name], _GONE)

    @contextmanager
    def taking(self, path: Path) -> Iterator[None]:
        """Take a file once only, also when it cannot be moved away."""
        self._kept[path.name] = self._seen[path.name]
        yield
        del self._kept[path.name]


class FolderPart(LoopPart):
    """Fulfils ``agent.part.Part``. ``open_store`` and ``person_key`` are called in its thread."""

    name = "appointments"
    endings: tuple[str, ...] = _ENDINGS

    def __init__(
        self,
        folder: Path,
        open_store: Callable[[], Store],
        person_key: Callable[[], PersonKey | None],
        *,
        changed: Callable[[], None] = lambda: None,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._folder = folder
        self._open_store = open_store
        self._person_key = person_key
        self._changed = changed
        self._every = every_seconds
        self._arrivals = Arrivals(folder, self.endings)
        self._taken = self._failed = 0
        self._status = StatusLine(self.name, PartState.STOPPED, utc_now())
        self._store: Store | None = None
        super().__init__()

    def status(self) -> Sequence[StatusLine]:
        """Return one line."""
        return (self._status,)

    # In the thread

    def _look_around(self) -> float:
        try:
            ready = self._arrivals.ready()
            if ready:
                self._store = self._store or self._open_store()
                self._take(self._store, ready)
            self._say_how_it_stands()
        except StoreError as error:
            state = PartState.WAITING if error.retryable else PartState.TROUBLE
            self._say(state, str(error))
        except OSError as error:
            self._say(PartState.TROUBLE, f"{self._folder}: {error.strerror}")
        except Exception as error:  # noqa: BLE001 - without its text, which may be a line's
            kind = type(error).__name__
            self._say(PartState.TROUBLE, f"met what nobody expected ({kind}); trying again")
        return self._every

    def _say_ended(self) -> None:
        self._say(PartState.STOPPED, "ended with the agent")

    def _take(self, store: Store, paths: Sequence[Path]) -> None:
        trouble: Exception | None = None
        for path in paths:
            if self._stop.is_set():
                return
            try:
                self._take_one(store, path)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - told below; the next file may be sound
                trouble = trouble or error
        if trouble is not None:
            raise trouble

    def _take_one(self, store: Store, path: Path) -> None:
        outcome = self.taken_in(store, path)
        if outcome is None:
            return
        self._taken += outcome.where == DONE
        self._failed += outcome.where == FAILED
        log.info("%s: %r: %s", self.name, path.name, outcome.text.partition("\n")[0])
        if self._arrivals.replaced(path):
            return  # what was read is not there any more; what is there is taken next
        with self._arrivals.taking(path):
            _put_away(path, outcome)

    def taken_in(self, store: Store, path: Path) -> Outcome | None:
        """Take a file in; return what became of it, None when it is not there any more."""
        parsed: ParsedFile | None = None
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            parsed = parse(content, path.name, store.plan().time_zone, self._person_key())
            report = take_in(store, parsed, _ACTOR)
        except FileNotFoundError:
            return None  # somebody else was faster
        except FileRefused as no:
            return Outcome(FAILED, str(no))
        where = FAILED if report.problems else DONE
        return Outcome(where, str(report), parsed.personal)

    # What is said

    def _say_how_it_stands(self) -> None:
        _empty(self._folder / DONE)
        _empty(self._folder / FAILED)
        if stuck := self._arrivals.stuck:
            self._say(PartState.TROUBLE, f"{stuck} files cannot be moved to {DONE} or {FAILED}")
        else:
            words = f"{self._taken} files taken, {self._failed} failed"
            self._say(PartState.RESTING, words if self._taken + self._failed else "no files yet")

    def _say(self, state: PartState, words: str) -> None:
        if (state, words) == (self._status.state, self._status.words):
            return
        if state is PartState.TROUBLE:
            log.warning("%s: %s", self.name, words)
        since = self._status.since if state is self._status.state else utc_now()
        self._status = StatusLine(self.name, state, since, words=words)
        self._changed()


def _is_ours(entry: "os.DirEntry[str]", endings: tuple[str, ...]) -> bool:
    hidden = entry.name.startswith((".", "~"))
    ours = entry.name.lower().endswith(endings)
    return ours and not hidden and entry.is_file(follow_symlinks=False)


def _seen(entry: "os.DirEntry[str] | Path") -> _Seen:
    try:
        state = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return _GONE
    return state.st_ino, state.st_size, state.st_mtime_ns


def _put_away(path: Path, outcome: Outcome) -> None:
    """Write what became of a file, then move it there; a personal one goes when it is done."""
    folder = path.parent / outcome.where
    folder.mkdir(mode=0o700, exist_ok=True)
    target = _free(folder / path.name)
    kept = outcome.where == FAILED or not outcome.personal
    text = (
        outcome.text if kept else f"{outcome.text}\nThe file held personal facts and was deleted."
    )
    report = target.with_name(f"{target.name}.txt")
    report.write_text(f"{text}\n", encoding="utf-8")
    with suppress(FileNotFoundError):
        if not kept:
            path.unlink()
            return
        path.replace(target)
        target.chmod(0o600)
        os.utime(target)


def _free(target: Path) -> Path:
    """Return a name that is free: the same one every day is usual."""
    if not target.exists() and not target.with_name(f"{target.name}.txt").exists():
        return target
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")  # noqa: DTZ005 - a name, in local time
    return target.with_name(f"{stamp}-{target.name}")


def _empty(folder: Path) -> None:
    """Delete what is older than a week."""
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):
            old = time.time() - entry.stat(follow_symlinks=False).st_mtime > KEEP_SECONDS
            if old and entry.is_file(follow_symlinks=False):
                Path(entry.path).unlink()
