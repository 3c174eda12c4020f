"""Runs checks side by side, each in a thread of its own with a limit. Nothing here can hang.

A check that has not ended in time is left behind in its thread, which ends with the process; what
it found until then counts. A check that fails is a finding itself, never a traceback.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hallclient.services.doctor.finding import Finding, note, trouble

log = logging.getLogger(__name__)

LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Check:
    """``run`` yields findings as they are made; ``limit_s`` seconds are all it gets.

    ``hung`` is the words' key for a check that does not end; empty: ``check.hung``.
    """

    name: str
    run: Callable[[], Iterable[Finding]]
    limit_s: float = LIMIT_S
    hung: str = ""


class _Running:
    """One check in its thread."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self._found: list[Finding] = []
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=f"doctor {check.name}", daemon=True)
        self._until = time.monotonic() + check.limit_s
        self._thread.start()

    def findings(self) -> list[Finding]:
        """Wait for the end or the limit; return what was found."""
        self._thread.join(max(0.0, self._until - time.monotonic()))
        with self._lock:
            self._closed = True  # what comes later was not told
            found = list(self._found)
        if self._thread.is_alive():
            seconds = round(self.check.limit_s)
            key = self.check.hung or "check.hung"
            found.append(trouble(key, check=self.check.name, seconds=seconds))
        return found

    def _run(self) -> None:
        try:
            for finding in self.check.run():
                if not self._keep(finding):
                    return
        except Exception as error:
            log.info("the check %s failed", self.check.name, exc_info=True)
            said = str(error).splitlines()[:1] or [""]
            why = f"{type(error).__name__}: {said[0]}"[:300]
            self._keep(note("check.failed", check=self.check.name, why=why))

    def _keep(self, finding: Finding) -> bool:
        with self._lock:
            if not self._closed:
                self._found.append(finding)
            return not self._closed


def examine(checks: Sequence[Check]) -> tuple[Finding, ...]:
    """Run all checks at once and return their findings in the order of the checks.

    Takes as long as the slowest, at most the longest limit.
    """
    running = [_Running(check) for check in checks]
    return tuple(finding for one in running for finding in one.findings())
