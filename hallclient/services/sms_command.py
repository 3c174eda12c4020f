"""Text messages through a command of the hall's own: the hook for an SMS gateway (docs/sms.md).

The command gets one line of JSON on its standard input, ``{"number": "+86…", "text": "…",
"minutes": 10}``; a number on a command line could be read by everybody on the PC. Exit code 0 is
*sent*; 75 (``EX_TEMPFAIL`` of sysexits.h) and a command that cannot be started are *failed*, tried
again later; everything else, and no end within ``SECONDS``, is *unknown* and never tried again.
"""

import json
import logging
import subprocess
from collections.abc import Sequence

from hallclient.services.ports_devices import MessageFate

log = logging.getLogger(__name__)

SECONDS = 30.0
TRY_LATER = 75


class CommandSender:
    """Fulfils ``services.ports_devices.MessageSenderPort``."""

    def __init__(self, command: Sequence[str], seconds: float = SECONDS) -> None:
        self._command = tuple(command)
        self._seconds = seconds

    def send(self, number: str, text: str, *, minutes: int = 0) -> MessageFate:
        """Run the command for one message; ``minutes`` is what the message is of use for."""
        content = {"number": number, "text": text, "minutes": minutes}
        try:
            done = subprocess.run(  # noqa: S603  the hall's own command, from the PC's settings
                self._command,
                input=json.dumps(content, ensure_ascii=False).encode() + b"\n",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            log.warning("the command for text messages did not end in %.0f s", self._seconds)
            return MessageFate.UNKNOWN
        except OSError as error:
            log.warning("the command for text messages cannot be started: %s", error.strerror)
            return MessageFate.FAILED
        if done.returncode == 0:
            return MessageFate.SENT
        log.warning("the command for text messages ended with %d", done.returncode)
        return MessageFate.FAILED if done.returncode == TRY_LATER else MessageFate.UNKNOWN

    def close(self) -> None:
        """Nothing is held between messages."""
