"""Dataclasses of the domain as plain JSON values and back, by their type hints."""

import dataclasses
import types
from collections.abc import Callable
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
    return _decoder(hint)(value)


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """Return what decodes values of a hint; made once, for a hall has thousands of them."""
    if isinstance(hint, types.UnionType):
        inner = _decoder(next(arg for arg in get_args(hint) if arg is not types.NoneType))
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        return _tuple_decoder(get_args(hint))
    if isinstance(hint, type):
        if dataclasses.is_dataclass(hint):
            fields = {name: _decoder(own) for name, own in hints_of(hint).items()}
            return lambda value: hint(**{name: fields[name](item) for name, item in value.items()})
        if issubclass(hint, Enum):
            return hint
        if hint is time:
            return time.fromisoformat
    return lambda value: value


def _tuple_decoder(args: tuple[Any, ...]) -> Callable[[Any], Any]:
    if args[-1] is Ellipsis:
        same = _decoder(args[0])
        return lambda value: tuple(same(item) for item in value)
    each = [_decoder(arg) for arg in args]
    return lambda value: tuple(
        decode_one(item) for decode_one, item in zip(each, value, strict=True)
    )
