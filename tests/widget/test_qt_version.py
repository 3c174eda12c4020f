"""PySide6 6.12.0 on CPython 3.11 aborts after some 5,000 void Qt calls."""

import subprocess
import sys

PROGRAM = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label, timer = QLabel(), QTimer()
for number in range(25_000):
    label.setText(str(number % 60))
    timer.setInterval(number % 60 + 1)
print("alive", label.text())
"""


def test_fifty_thousand_void_calls_survive() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, "alive 39\n"), done.stderr[-500:]
