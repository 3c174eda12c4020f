"""What a role needs only once its first screen is there.

A service is imported and made by the first question that is asked of it, in the thread that asks:
a role's worker. Nothing of it is loaded before the first paint (tests/e2e/test_start.py).
"""

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")


def late(make: Callable[[], T]) -> T:
    """Return what passes every method that is called on it to the object that ``make`` makes.

    ``make`` is called once, by the first call of a method; methods only, no attributes.
    """
    return cast("T", _Late(make))


class _Late:
    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._made: object | None = None
        self._lock = Lock()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(self._call, name)

    def _call(self, name: str, /, *args: object, **named: object) -> object:
        with self._lock:
            if self._made is None:
                self._made = self._make()
        return getattr(self._made, name)(*args, **named)
