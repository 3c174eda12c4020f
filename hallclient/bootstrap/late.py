"""What a role needs only once its first screen is there.

A service is imported and made by the first question that is asked of it, in the thread that asks:
a role's worker. Nothing of it is loaded before the first paint (tests/e2e/test_start.py).
"""

from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")


def late(make: Callable[[], T], **before: object) -> T:
    """Return what passes every method that is called on it to the object that ``make`` makes.

    ``make`` is called once, by the first call of a method. Of attributes only those are there
    that ``before`` names, with what they are until then.
    """
    return cast("T", _Late(make, before))


class _Late:
    def __init__(self, make: Callable[[], object], before: Mapping[str, object]) -> None:
        self._make, self._before = make, before
        self._made: object | None = None
        self._lock = Lock()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._before:
            return self._before[name] if self._made is None else getattr(self._made, name)
        return partial(self._call, name)

    def _call(self, name: str, /, *args: object, **named: object) -> object:
        with self._lock:
            if self._made is None:
                self._made = self._make()
        return getattr(self._made, name)(*args, **named)
