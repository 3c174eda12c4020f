"""What tests of voices share: no thread may be left, waiting for what a thread does, an ear."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from hallclient.ui.voice_tape import Tape
from tests.leaks import left_over, threads


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = threads()
    yield
    assert not left_over(before, threads)


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        pause.wait(0.002)


class Ear:
    """A sink that leaves the tape to the test."""

    def __init__(self, tape: Tape, *, works: bool = True) -> None:
        self.tape = tape
        self.calls: list[str] = []
        self.works = works

    def wake(self) -> bool:
        self.calls.append("wake")
        return self.works

    def rest(self) -> None:
        self.calls.append("rest")

    def fail(self) -> None:
        self.calls.append("fail")

    def close(self) -> None:
        self.calls.append("close")
