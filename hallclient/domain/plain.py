"""Dataclasses of the domain as plain JSON values and back, by their type hints."""

import dataclasses
import types
from datetime import time
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """Return the type hints of a dataclass, looked up once."""
    return get_type_hints(kind)


def encode(value: Any) -> Any:
    """Return a value as JSON knows it: dataclasses as objects, tuples as lists, times as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, time) else value


def decode(hint: Any, value: Any) -> Any:
    """Return the value of a type hint from what ``encode`` made of it."""
    if value is None:
        return None
    if isinstance(hint, types.UnionType):
        return decode(next(arg for arg in get_args(hint) if arg is not types.NoneType), value)
    if get_origin(hint) is tuple:
        args = get_args(hint)
        if args[-1] is Ellipsis:
            return tuple(decode(args[0], item) for item in value)
        return tuple(decode(arg, item) for arg, item in zip(args, value, strict=True))
    return _decode_type(hint, value) if isinstance(hint, type) else value


def _decode_type(hint: type, value: Any) -> Any:
    if dataclasses.is_dataclass(hint):
        hints = hints_of(hint)
        return hint(**{name: decode(hints[name], item) for name, item in value.items()})
    if issubclass(hint, Enum):
        return hint(value)
    return time.fromisoformat(value) if hint is time else value
