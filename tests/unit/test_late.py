"""Services that are made by the first question."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hallclient.bootstrap.late import late


class Counter:
    def __init__(self) -> None:
        self.thread = threading.get_ident()

    def plus(self, one: int, *, two: int = 0) -> int:
        return one + two

    def refuse(self) -> None:
        raise ValueError("no")


def test_made_once_by_the_first_call_and_in_its_thread() -> None:
    made: list[Counter] = []

    def make() -> Counter:
        made.append(Counter())
        return made[-1]

    counter = late(make)
    bound = counter.plus
    assert not made, "a method that is named is not called yet"
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda n: bound(n, two=1), range(20))) == list(range(1, 21))
    assert len(made) == 1
    assert made[0].thread != threading.get_ident()
    with pytest.raises(ValueError, match="no"):
        counter.refuse()


def test_a_failure_to_make_is_told_and_tried_again() -> None:
    tries: list[int] = []

    def make() -> Counter:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not yet")
        return Counter()

    counter = late(make)
    with pytest.raises(OSError, match="not yet"):
        counter.plus(1)
    assert counter.plus(1) == 1
