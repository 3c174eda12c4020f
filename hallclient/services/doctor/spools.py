"""What waits on this PC to be handed in, and what was left behind by an earlier name or database.

The files are read as they are; whoever owns them may go on writing.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from hallclient.services.doctor.finding import Fact, Finding, good, note, trouble
from hallclient.services.spool_lines import unframed

FILES: Final = {"kiosk": "spool.log", "window": "moves.log", "screen": "ratings.log"}
_LONGEST: Final = 16 << 10


def spools(data: Path, present: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what waits in ``data``; ``present`` has the roles' folders by the settings of today."""
    nothing = True
    for role, file in FILES.items():
        for folder in sorted(data.glob(f"{role}-*")):
            log = folder / file
            if not log.is_file():
                continue
            waiting, damaged = count(log, role)
            about: dict[str, Fact] = {"role": role, "folder": str(folder), "n": waiting}
            if damaged:
                yield trouble("spool.damaged", f"ls -l {folder}", **about)
                nothing = False
            if waiting and folder.name in present.values():
                yield note("spool.waiting", "hallclient agent --status", **about)
                nothing = False
            elif waiting:
                yield trouble("spool.left", f"ls -l {folder}", **about)
                nothing = False
    if nothing:
        yield good("spool.empty")


def count(log: Path, role: str) -> tuple[int, bool]:
    """Return how many entries of a spool wait, and whether lines of it are damaged."""
    data = log.read_bytes()
    waiting: dict[str, bool] = {}
    damaged = False
    for number, line in enumerate(data[: data.rfind(b"\n") + 1].splitlines()):
        try:
            table = json.loads(unframed(line, _LONGEST))
        except ValueError:
            damaged = True
            continue
        if isinstance(table, dict):
            request = str(table.get("request") or table.get("request_id") or number)
            waiting[request] = not (role == "kiosk" and table.get("done"))
        else:
            waiting[str(number)] = True
    return sum(waiting.values()), damaged
