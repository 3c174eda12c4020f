"""Halls to work on, and a PC that is nobody's: every folder of the user's in the test's own."""

from pathlib import Path

import pytest

from tests.stores import hall, hall_url, postgres_template, sqlite_template

__all__ = ["hall", "hall_url", "postgres_template", "sqlite_template"]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
