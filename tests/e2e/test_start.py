"""What a role has loaded when its first screen is painted: a start must not creep up again.

The time itself is ``hallclient bench start``; what is loaded is exact and does not depend on the
machine.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

MOST = {"kiosk": 92, "window": 72, "display": 77, "screen": 52, "supervisor": 79}
"""Modules of the program, as many as there were when logins of a PC came into them."""
NEVER = {
    "kiosk": ("services.issuing", "services.offering", "services.steps", "domain.case"),
    "window": ("services.calling", "services.shifts", "domain.case", "domain.due", "window.panel."),
    "display": (
        "services.offering",
        "services.steps",
        "domain.case",
        "domain.speaking",
        "display.timetable",
        "bootstrap.announcer",
        "bootstrap.published",
        "ui.sound",
    ),
    "screen": ("services.steps", "services.ratings", "screen.rating", "ui.widgets.emergency"),
    "supervisor": ("services.supervising", "services.cases", "supervisor.sheets", "domain.case"),
}
"""And these never: what is for later (cases, figures, panels, sheets) or for a worker."""
FOR_ALL = ("services.floor_records", "services.person_records", "storage.store", "devices.", "lab.")
_ITSELF = ("hallclient.lab.bench", "hallclient.lab.bench.start_probe")


def loaded(role: str, folder: Path) -> tuple[str, ...]:
    """Return what a start of a role has loaded at its first useful paint."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CACHE_HOME": str(folder)}
    command = [sys.executable, "-m", "hallclient.lab.bench.start_probe", role]
    done = subprocess.run(
        [*command, repr(time.monotonic()), f"sqlite:///{folder / 'hall.db'}", "names"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    names: list[str] = json.loads(done.stdout)
    return tuple(name for name in names if name not in _ITSELF)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Return a folder with a hall that a kiosk on this PC knows from an earlier day."""
    folder = tmp_path_factory.mktemp("start")
    shutil.copy(sqlite_template, folder / "hall.db")
    loaded("kiosk", folder)
    return folder


@pytest.mark.parametrize("role", MOST)
def test_a_first_screen_loads_what_it_shows_and_no_more(role: str, folder: Path) -> None:
    names = loaded(role, folder)
    later = [f"hallclient.{name}" for name in (*NEVER[role], *FOR_ALL)]
    if role == "supervisor":
        later.remove("hallclient.services.floor_records")
    found = [name for name in names if name.startswith(tuple(later))]
    assert not found
    assert len(names) <= MOST[role], names
