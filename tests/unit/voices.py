"""What tests of voices share: no thread may be left, waiting for what a thread does, an ear."""

from collections.abc import Iterator

import pytest

from hallclient.ui.voice_tape import Tape
from tests.leaks import left_over, threads


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = threads()
    yield
    assert not left_over(before, threads)


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
