"""The command line as a person at a terminal has it: real processes, homes of their own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    def sentence(self, code: int) -> str:
        """The one line on stderr of a command that ended with this code, without its name."""
        assert self.code == code, self.err
        assert "Traceback" not in self.out + self.err
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("hallclient: ")
        text = lines[0].removeprefix("hallclient: ")
        assert text.endswith("."), text
        return text


@dataclass(frozen=True)
class Terminal:
    """Where commands are run: folder and environment, nothing of this user's own."""

    home: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Variables of a session without a screen and without settings."""
        kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        own = {f"XDG_{name}_HOME": str(self.home / name) for name in ("CACHE", "CONFIG", "DATA")}
        return {
            **kept,
            **own,
            "HOME": str(self.home),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(ROOT),
            **more,
        }

    def run(self, *words: str, env: Mapping[str, str] | None = None, **more: Any) -> Said:
        """Run a command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "hallclient", *words],
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
            cwd=self.home,
            env=dict(self.environment() if env is None else env),
            stdin=subprocess.DEVNULL,
            **more,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def role(self, *words: str, **more: Any) -> Said:
        """Run a role that cannot work; its log goes to a file, its sentence to stderr."""
        return self.run(*words, "--log", str(self.home / "role.log"), **more)
