"""An X server of its own, with or without a window manager, and a typist on it."""

import os
import random
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xcffib
import xcffib.xproto
import xcffib.xtest

from tests.waiting import eventually

LIMIT_S = 30.0  # a busy machine is no fault
PRESS, RELEASE, BUTTON_PRESS, BUTTON_RELEASE, MOTION = 2, 3, 4, 5, 6
SYMBOLS = {
    "Return": 0xFF0D, "Escape": 0xFF1B, "Tab": 0xFF09, "space": 0x20, "Down": 0xFF54, "Up": 0xFF52,
    "Control": 0xFFE3, "Shift": 0xFFE1, "Alt": 0xFFE9, "Num_Lock": 0xFF7F, "Caps_Lock": 0xFFE5,
    "KP_End": 0xFF9C, **{f"F{n}": 0xFFBD + n for n in range(1, 13)},
}  # fmt: skip


class Typist:
    """Presses real keys (XTEST), as fast as the server takes them."""

    def __init__(self, display: str) -> None:
        self._conn = xcffib.connect(display)  # type: ignore[no-untyped-call] # xcffib's
        self._core: Any = self._conn.core  # type: ignore[has-type] # set at run time
        self._test = self._conn(xcffib.xtest.key)
        setup = self._conn.get_setup()
        self.root = setup.roots[0].root
        self._codes: dict[int, int] = {}
        self._first, self._count = setup.min_keycode, setup.max_keycode - setup.min_keycode + 1
        self.read_map()

    def read_map(self) -> None:
        table = self._core.GetKeyboardMapping(self._first, self._count).reply()
        wide, symbols = table.keysyms_per_keycode, list(table.keysyms)
        self._codes = {}
        for at in range(self._count):
            for column in (1, 0):
                symbol = symbols[at * wide + column] if column < wide else 0
                if symbol and (column == 0 or symbol not in self._codes):
                    self._codes[symbol] = self._first + at

    def code(self, name: str) -> int:
        return self._codes[SYMBOLS.get(name) or ord(name)]

    def down(self, *names: str) -> None:
        for name in names:
            self._fake(PRESS, self.code(name))
        self._conn.flush()

    def up(self, *names: str) -> None:
        for name in names:
            self._fake(RELEASE, self.code(name))
        self._conn.flush()

    def tap(self, *names: str) -> None:
        """Press and release keys, one after the other, without a pause."""
        for name in names:
            self._fake(PRESS, self.code(name))
            self._fake(RELEASE, self.code(name))
        self._conn.flush()

    def chord(self, *names: str) -> None:
        self.down(*names)
        self.up(*reversed(names))

    def write(self, text: str) -> None:
        self.tap(*text)

    def click(self, x: int, y: int) -> None:
        self._test.FakeInput(MOTION, 0, 0, self.root, x, y, 0)
        self._fake(BUTTON_PRESS, 1)
        self._fake(BUTTON_RELEASE, 1)
        self._conn.flush()

    def sync(self) -> None:
        self._core.GetInputFocus().reply()

    def focus(self) -> int:
        return int(self._core.GetInputFocus().reply().focus)

    def property(self, window: int, name: str) -> tuple[int, ...]:
        core = self._core
        atom = core.InternAtom(0, len(name), name).reply().atom
        reply = core.GetProperty(0, window, atom, 0, 0, 1024).reply()
        return tuple(reply.value.to_atoms()) if reply.format == 32 else ()

    def grab_key(self, name: str, modifiers: int = 0) -> None:
        """Be the third program that has a key."""
        self._core.GrabKeyChecked(0, self.root, modifiers, self.code(name), 1, 1).check()

    def ungrab_key(self, name: str, modifiers: int = 0) -> None:
        self._core.UngrabKeyChecked(self.code(name), self.root, modifiers).check()

    def takes_keyboard(self, *, keep: bool = False) -> bool:
        """Whether the whole keyboard can be had just now."""
        core = self._core
        status = core.GrabKeyboard(0, self.root, 0, 1, 1).reply().status
        if status == 0 and not keep:
            core.UngrabKeyboardChecked(0).check()
        return bool(status == 0)

    def make_up(self, name: str) -> None:
        """Send a key press that nobody made to whoever listens at the root."""
        parts = (2, self.code(name), 0, 0, self.root, self.root, 0, 0, 0, 0, 0, 0, 1)
        event = struct.pack("=BBHIIIIhhhhHBx", *parts)
        self._core.SendEventChecked(0, self.root, 0xFFFFFF, event).check()

    def remap(self, code: int, symbols: list[int]) -> None:
        """Give a key other symbols: all programs are told."""
        core = self._core
        core.ChangeKeyboardMappingChecked(1, code, len(symbols), symbols).check()

    def close(self) -> None:
        self._conn.disconnect()  # type: ignore[no-untyped-call] # xcffib's

    def _fake(self, kind: int, detail: int) -> None:
        self._test.FakeInput(kind, detail, 0, self.root, 0, 0, 0)


@dataclass
class Other:
    """The second application."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def end(self) -> None:
        """Close it."""
        _end(self.process)

    def got(self) -> list[str]:
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []

    def text(self) -> str:
        """What was typed into it, other keys left out."""
        words = [word.removeprefix("~") for word in self.got()]
        return "".join(word for word in words if not word.startswith("#"))

    def gets(self, text: str, limit_s: float = LIMIT_S) -> None:
        """Wait until it has exactly this text."""
        until, pause = time.monotonic() + limit_s, threading.Event()
        while self.text() != text and time.monotonic() < until:
            pause.wait(0.01)
        got = self.text()
        same = next((n for n, pair in enumerate(zip(got, text)) if pair[0] != pair[1]), 0)  # noqa: B905 - the shorter one
        assert got == text, (
            f"at {same}: {got[same - 9 : same + 9]!r}, not {text[same - 9 : same + 9]!r}"
        )


@dataclass
class RealDesktop:
    """One X server."""

    display: str
    home: Path
    stack: ExitStack
    typist: Typist
    others: list[Other] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k != "WAYLAND_DISPLAY"}
        own = {f"XDG_{name}_HOME": str(self.home / name) for name in ("CACHE", "CONFIG", "DATA")}
        root = str(Path(__file__).parents[2])
        return {
            **kept, **own, "HOME": str(self.home), "DISPLAY": self.display, "PYTHONPATH": root,
            "QT_QPA_PLATFORM": "xcb", "QT_IM_MODULE": "simple", "LC_ALL": "C.UTF-8",
        }  # fmt: skip

    def run(self, *words: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(words, env=self.environment(), stdin=subprocess.PIPE)
        self.stack.callback(_end, process)
        return process

    def run_for_words(self, *words: str) -> str:
        """Run a command of the product and return what it says."""
        command = (sys.executable, "-m", "hallclient", *words)
        done = subprocess.run(
            command,
            env=self.environment(),
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=30,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def other(self, name: str = "business", *more: str) -> Other:
        """Start a second application and let it have the keyboard; ``full``: the whole screen."""
        log = self.home / f"{name}.log"
        program = str(Path(__file__).with_name("other_program.py"))
        other = Other(self.run(sys.executable, program, str(log), name, *more), log)

        def hears() -> bool:
            if not other.got():
                self.typist.tap("space")
            return bool(other.got())

        eventually(hears, "the other program")
        self.typist.tap("Escape")
        eventually(lambda: other.got()[-1] == "#1000000")
        log.write_text("")
        self.others.append(other)
        return other

    def manage(self) -> None:
        """Start the window manager."""
        self.run("openbox", "--sm-disable")
        check = lambda: self.typist.property(self.typist.root, "_NET_SUPPORTING_WM_CHECK")  # noqa: E731
        eventually(check, "the window manager")


@contextmanager
def real_desktop(
    home: Path, *, managed: bool = True, size: str = "1920x1080"
) -> Iterator[RealDesktop]:
    """Start a server; at the end of the block nothing of it is left."""
    with ExitStack() as stack:
        ours, theirs = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
            pass_fds=(theirs,), stderr=subprocess.DEVNULL, stdin=subprocess.PIPE,
        )  # fmt: skip
        stack.callback(_end, server)
        os.close(theirs)
        with os.fdopen(ours) as told:
            display = f":{told.readline().strip()}"
        assert display != ":", "there is no X server"
        typist = Typist(display)
        stack.callback(typist.close)
        desktop = RealDesktop(display, home, stack, typist)
        if managed:
            desktop.manage()
        yield desktop


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def letters(rng: random.Random, most: int = 4) -> str:
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(1, most)))
