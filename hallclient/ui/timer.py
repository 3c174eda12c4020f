"""A timer as presenters have them: it stays with its parent, fires once, and calls one slot."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer


def new_timer(
    parent: QObject,
    slot: Callable[[], object],
    seconds: float = 0.0,
    *,
    again: bool = False,
    precise: bool = False,
) -> QTimer:
    """Return a timer that is not started yet; ``again``: it fires until it is stopped."""
    made = QTimer(parent)
    made.setSingleShot(not again)
    made.setInterval(round(seconds * 1000))
    if precise:
        made.setTimerType(Qt.TimerType.PreciseTimer)
    made.timeout.connect(slot)
    return made
