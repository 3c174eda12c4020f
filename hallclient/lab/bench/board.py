"""``bench board``: what a call board costs, and how soon it shows a call."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from hallclient.bootstrap.halls import load_hall_into
from hallclient.lab.bench import calls
from hallclient.services.hallfile import load_hall

FOUR_K = (3840, 2160)
LIMIT_S = 900.0


def measure_motion(size: tuple[int, int] = FOUR_K) -> dict[str, object]:
    """Return frames a second at a size: offscreen, and on a virtual X server where there is one."""
    width, height = str(size[0]), str(size[1])
    found = {"offscreen": probe("motion", width, height)}
    if shutil.which("Xvfb"):
        with virtual_screen(size) as display:
            found["x11"] = probe("motion", width, height, DISPLAY=display, QT_QPA_PLATFORM="xcb")
    return {
        "motion_fps": min(float(str(run["trace_fps"])) for run in found.values()),
        "shift_fps": min(float(str(run["shift_fps"])) for run in found.values()),
        **found,
    }


def measure(
    kinds: Sequence[str], windows: int, displays: int, each: int, events: int, seconds: float
) -> dict[str, object]:
    """Return motion, memory, and on each database idle cost and delays with all windows calling.

    Beside each delay is its floor: one window and one board, when nothing else runs.
    """
    runs = [_on(kind, windows, displays, each, seconds) for kind in kinds]
    worst = ("painted_ms_p50", "painted_ms_p99", "alone_ms_p50", "board_cpu_ms_per_call")
    return {
        **measure_motion(),
        **probe("memory", str(events)),
        **{name: max(float(str(run[name])) for run in runs) for name in (*worst, "idle_percent")},
        "unseen": sum(int(str(run["unseen"])) for run in runs),
        "runs": runs,
    }


def _on(kind: str, windows: int, displays: int, each: int, seconds: float) -> dict[str, object]:
    with calls.database_of(kind) as url:
        load_hall_into(url, load_hall("demo"))
        idle = probe("idle", url, str(seconds))
    alone = calls.measure(kind, 1, 1, each).figures()
    return {
        **calls.measure(kind, windows, displays, each).figures(),
        "alone_ms_p50": alone["painted_ms_p50"],
        "alone_ms_p99": alone["painted_ms_p99"],
        "idle_percent": idle["idle_percent"],
        "idle_bare_percent": idle["bare_percent"],
    }


def probe(*words: str, **more: str) -> dict[str, object]:
    """Run one measurement in a process of its own and return what it printed."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **more}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "hallclient.lab.bench.board_probe", *words],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@contextmanager
def virtual_screen(size: tuple[int, int]) -> Iterator[str]:
    """Yield the name of a virtual X display of a size, gone afterwards."""
    read, write = os.pipe()
    with ExitStack() as stack:
        stack.callback(os.close, read)
        server = subprocess.Popen(  # noqa: S603 - a fixed program
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size[0]}x{size[1]}x24"],  # noqa: S607
            pass_fds=(write,),
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        stack.callback(server.wait)
        stack.callback(server.terminate)
        name = os.read(read, 16).decode("ascii").strip()
        if not name:
            raise RuntimeError("the virtual X server did not start")
        yield f":{name}"
