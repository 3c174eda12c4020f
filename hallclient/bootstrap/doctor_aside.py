"""The doctor beside a running screen: a process of its own, waited for in a thread of its own.

Looking at the database's file from within would drop the locks that SQLite holds in this process.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtCore import QObject

from hallclient.kiosk.technician import Checked, CheckedFact
from hallclient.ui.tasks import Worker

LIMIT_S = 60.0
_OPTIONS = ("--settings", "--db", "--hall")


class DoctorAside:
    """Asks ``hallclient doctor`` about this PC; nothing is started before the first question."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._process: subprocess.Popen[str] | None = None

    def examine(
        self,
        language: str,
        done: Checked,
        owner: QObject,
    ) -> None:
        """Tell ``done`` what is to be done and to be known; None: it cannot be said.

        In the UI thread, while ``owner`` is there.
        """
        if self._worker is None:
            self._worker = Worker("doctor")
        command = [sys.executable, "-m", "hallclient", "doctor", "--json", "--language", language]
        command += shared_options(sys.orig_argv)
        self._worker.submit(
            lambda: self._ask(command), done, lambda _error: done(None), owner=owner
        )

    def close(self) -> None:
        """Ask no more."""
        process, worker = self._process, self._worker
        if process is not None:
            process.kill()
        if worker is not None:
            worker.close()

    def _ask(self, command: Sequence[str]) -> tuple[CheckedFact, ...]:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, text=True, encoding="utf-8",
        )  # fmt: skip
        self._process = process
        try:
            said, _ = process.communicate(timeout=LIMIT_S)
        finally:
            self._process = None
            with suppress(OSError):
                process.kill()
            process.wait()
        return told_facts(said)


def told_facts(said: str) -> tuple[CheckedFact, ...]:
    """Return each trouble and note of the doctor's JSON; ValueError if it is none."""
    found = json.loads(said)["findings"]
    return tuple(
        CheckedFact(
            one["is"],
            (one["do"] if one["do"].endswith("：") else f"{one['do']} ") + one["command"],
            wrong=one["grade"] == "trouble",
        )
        for one in found
        if one["grade"] != "good"
    )


def shared_options(words: Sequence[str]) -> list[str]:
    """Return those options of a screen's command line by which the doctor knows the same PC."""
    found = []
    for number, word in enumerate(words):
        name, _, value = word.partition("=")
        if name in _OPTIONS:
            value = value or next(iter(words[number + 1 :]), "")
            found += [name, value]
    return found
