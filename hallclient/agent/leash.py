"""A role ends with the agent that started it, however the agent ends.

The role's standard input is a pipe that nothing is ever written to. The kernel closes it when the
agent is gone, kill -9 included; a thread here sees that and ends the role as somebody would who
quits it. A role that hangs is ended for good a little later. Works the same on every system, and
with any number of threads in the agent, which a signal bound to the parent's thread does not.
"""

import logging
import os
import signal
import sys
import threading
from typing import Final

log = logging.getLogger(__name__)

END_S: Final = 8.0
"""A role that works ends in one or two."""

LET_GO: Final = 130
"""Exit code of a role that had to be ended for good."""


def end_with_agent() -> None:
    """End this process when its standard input ends."""
    threading.Thread(target=_watch, args=(sys.stdin.fileno(),), name="leash", daemon=True).start()


def _watch(handle: int) -> None:
    try:
        while os.read(handle, 64):
            pass
    except OSError:
        pass
    log.info("the agent has gone: ending with it")
    signal.raise_signal(signal.SIGTERM)
    threading.Event().wait(END_S)
    os._exit(LET_GO)
