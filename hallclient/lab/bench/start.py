"""``bench start``: each role's start beside a bare PySide6 window of the same size."""

import compileall
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import hallclient
from hallclient.bootstrap.halls import load_hall_into
from hallclient.services.hallfile import load_hall

ROLES = ("kiosk", "window", "display", "screen", "supervisor")
LIMIT_S = 60.0


def measure(runs: int) -> dict[str, float]:
    """Return medians in ms and MB, and ratios to the bare window, of ``runs`` warm starts each."""
    figures: dict[str, float] = {}
    # As an installed program is; a checkout on a machine that writes no bytecode is not.
    compileall.compile_dir(str(Path(hallclient.__file__).parent), quiet=2)
    with tempfile.TemporaryDirectory(prefix="hallclient-bench-") as folder:
        database = f"sqlite:///{Path(folder) / 'hall.db'}"
        loaded = load_hall("demo")
        load_hall_into(database, replace(loaded, plan=replace(loaded.plan, hours=())))
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CACHE_HOME": str(Path(folder) / "cache"),
        }
        for role in ROLES:
            bare = _starts(f"bare-{role}", database, environment, runs)
            own = _starts(role, database, environment, runs)
            figures |= _figures(role, own, bare)
    return figures


def _starts(
    what: str, database: str, environment: dict[str, str], runs: int
) -> list[dict[str, float]]:
    # The first start fills the caches of disk and hall; a PC starts a role every morning.
    return [_start(what, database, environment) for _ in range(runs + 1)][1:]


def _start(what: str, database: str, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "hallclient.lab.bench.start_probe", what]
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, repr(time.monotonic()), database],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _figures(
    role: str, own: list[dict[str, float]], bare: list[dict[str, float]]
) -> dict[str, float]:
    def middle(of: list[dict[str, float]], name: str) -> float:
        return median(one[name] for one in of)

    paint, ready, memory = (middle(own, name) for name in ("paint_ms", "ready_ms", "rss_kb"))
    first, small = middle(bare, "paint_ms"), middle(bare, "rss_kb")
    return {
        f"{role}_paint_ms": round(paint, 1),
        f"{role}_ready_ms": round(ready, 1),
        f"{role}_memory_mb": round(memory / 1024, 1),
        f"{role}_bare_paint_ms": round(first, 1),
        f"{role}_bare_memory_mb": round(small / 1024, 1),
        f"{role}_modules": middle(own, "modules"),
        f"{role}_paint_ratio": round(paint / first, 2),
        f"{role}_ready_ratio": round(ready / first, 2),
        f"{role}_memory_ratio": round(memory / small, 2),
    }
