"""Which terminal this is: a process on a PC. Two bars of one PC are two terminals."""

import os

_MARK = " #"


def terminal_name(station: str) -> str:
    """Return the name of this process's terminal on a PC of the hall."""
    return f"{station}{_MARK}{os.getpid()}"


def has_ended(name: str, station: str) -> bool:
    """Return whether a terminal is surely over: its process on this very PC has gone."""
    place, mark, number = name.rpartition(_MARK)
    if os.name != "posix" or not mark or place != station or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
