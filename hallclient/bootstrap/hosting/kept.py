"""What an earlier run of ``hallclient hall host`` chose, kept by those that say nothing else.

A port or a network that came back to its default would shut out every PC that has joined.
"""

import os
import re
import socket
from pathlib import Path
from typing import Final

_PORT: Final = re.compile(r"^port = (\d+)$", re.MULTILINE)
_DOOR: Final = re.compile(r"^hostssl (\S+)  \+hall_pc,\S+  (\S+)  ", re.MULTILINE)
HERE: Final = ("127.0.0.1/32", "::1/128")
MARK: Final = "# Below this line are your own; they stay.\n"
_FIRST: Final = 5432
_TRIED: Final = 10


def kept_port(conf: Path) -> int:
    """Return the port of a server that was made here before; 0 for none."""
    found = _PORT.search(_text(conf))
    return int(found[1]) if found else 0


def kept_doors(hba: Path) -> tuple[str, tuple[str, ...]]:
    """Return the database and the networks that such a server lets in; empty for none."""
    found = _DOOR.findall(_text(hba))
    networks = tuple(network for _database, network in found if network not in HERE)
    return (found[0][0] if found else "", networks)


def kept_lines(hba: Path) -> str:
    """Return the lines that the technician added below the mark: a standby, a city's database."""
    return _text(hba).partition(MARK)[2]


def free_port() -> int:
    """Return the first port from PostgreSQL's own on that nobody has here.

    A package of PostgreSQL often comes with a server of its own, which has 5432.
    """
    ports = range(_FIRST, _FIRST + _TRIED)
    return next((port for port in ports if is_free(port)), _FIRST)


def is_free(port: int) -> bool:
    """Tell whether a server may listen on this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # as PostgreSQL does it: what is closing down is no hindrance
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
