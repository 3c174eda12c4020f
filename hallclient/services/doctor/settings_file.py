"""The settings file: every fault of it at once, and what can be used of it."""

import difflib
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hallclient.config import ConfigError, Settings, load_table
from hallclient.services.doctor.finding import Finding, good, note, trouble


def read_settings(path: Path, *, named: bool) -> tuple[Settings, tuple[Finding, ...]]:
    """Return what can be used of a settings file, and findings about it.

    ``named``: somebody asked for this file; a user's own one need not be there.
    """
    found = _table(path, named=named)
    if isinstance(found, Finding):
        return Settings(), (found,)
    faults: list[Finding] = []
    while True:
        try:
            settings = load_table(found, path)
        except ConfigError as error:
            faults.append(_fault(error, str(path)))
            if not _without(found, error.key):
                return Settings(), tuple(faults)
        else:
            return settings, tuple(faults) or (good("settings.right", file=str(path)),)


def _table(path: Path, *, named: bool) -> dict[str, Any] | Finding:
    shown = str(path)
    try:
        if path.exists() and not path.is_file():
            return trouble("settings.denied", f"ls -ld {shown}", file=shown, why="–")
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return trouble("settings.missing", file=shown) if named else note("settings.none")
    except OSError as error:
        why = str(error.strerror)
        return trouble("settings.denied", f"ls -l {shown}", file=shown, why=why)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return trouble("settings.broken", file=shown, why=str(error))


def _fault(error: ConfigError, file: str) -> Finding:
    key = error.key
    if error.known:
        near = difflib.get_close_matches(key.rpartition(".")[2], error.known, n=1)
        if near:
            return trouble("settings.unknown_near", file=file, setting=key, near=near[0])
        return trouble("settings.unknown", file=file, setting=key)
    return trouble("settings.wrong", file=file, setting=key, why=str(error))


def _without(table: dict[str, Any], key: str) -> bool:
    """Take a faulty setting out; of a list of tables the whole list. False: there is none."""
    *folders, last = key.split(".")
    inner = table
    for name in folders:
        below = inner.get(name)
        if not isinstance(below, dict):
            return inner.pop(name, None) is not None
        inner = below
    return inner.pop(last, None) is not None


def faults_of(check: Callable[[], Iterator[str]]) -> Iterator[Finding]:
    """Yield what ``agent --check`` finds wrong, sentence by sentence."""
    sentences = list(check())
    for sentence in sentences:
        yield trouble("settings.role", "hallclient agent --check", why=sentence)
    if not sentences:
        yield good("settings.roles_fit")
