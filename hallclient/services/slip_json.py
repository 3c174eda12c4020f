"""A slip as JSON and back: it waits in the database for a printer elsewhere.

::

    {"ticket": {"hall_name": "…", "label": "B107", …}}
    {"paper": {"title": "…", "blocks": [{"text": {"text": "…", …}}, {"rule": {}}]}}

    SlipError    what came is no slip; the text says where, and never what it held
"""

import dataclasses
import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin

from hallclient.domain import plain
from hallclient.domain.journal import Json
from hallclient.services.slip import (
    Block,
    CheckList,
    Pair,
    PaperSlip,
    QrCode,
    Rule,
    Slip,
    Space,
    Text,
    TicketSlip,
)

MAX_BLOCKS, MAX_ITEMS, MAX_TEXT = 100, 100, 1000
"""More is no slip, and would run a roll out."""

_BLOCKS: Mapping[str, type[Any]] = {
    "text": Text,
    "pair": Pair,
    "rule": Rule,
    "checks": CheckList,
    "qr": QrCode,
    "space": Space,
}
_NAMES = {kind: name for name, kind in _BLOCKS.items()}

T = TypeVar("T")


class SlipError(ValueError):
    """What came is no slip."""


def slip_as_json(slip: Slip) -> dict[str, Json]:
    """Return a slip as JSON knows it."""
    if isinstance(slip, TicketSlip):
        return {"ticket": plain.encode(slip)}
    blocks = [{_NAMES[type(block)]: plain.encode(block)} for block in slip.blocks]
    return {"paper": plain.encode(dataclasses.replace(slip, blocks=())) | {"blocks": blocks}}


def slip_from_json(data: object) -> Slip:
    """Return the slip of what ``slip_as_json`` made, or raise ``SlipError``."""
    kind, value = _tagged(data, "a slip")
    if kind == "ticket":
        return _filled(TicketSlip, value, "the ticket")
    if kind != "paper" or not isinstance(value, Mapping):
        raise SlipError("there is neither a ticket nor paper in it")
    blocks = value.get("blocks")
    if not isinstance(blocks, list) or len(blocks) > MAX_BLOCKS:
        raise SlipError(f"a slip has a list of at most {MAX_BLOCKS} blocks")
    made = tuple(_block(block, f"block {n}") for n, block in enumerate(blocks, start=1))
    bare = _filled(PaperSlip, {**value, "blocks": []}, "the slip")
    return dataclasses.replace(bare, blocks=made)


def _block(data: object, where: str) -> Block:
    name, value = _tagged(data, where)
    kind = _BLOCKS.get(name)
    if kind is None:
        raise SlipError(f"{where} is of an unknown kind")
    block: Block = _filled(kind, value, where)
    return block


def _tagged(data: object, where: str) -> tuple[str, object]:
    if not isinstance(data, Mapping) or len(data) != 1:
        raise SlipError(f"{where} is an object with one name")
    ((name, value),) = data.items()
    return str(name), value


def _filled(kind: Callable[..., T], value: object, where: str) -> T:
    hints: dict[str, Any] = plain.hints_of(kind)
    if not isinstance(value, Mapping) or not value.keys() <= hints.keys():
        raise SlipError(f"{where} has fields that are unknown")
    values = {name: _checked(hints[name], item, f"{where}, {name}") for name, item in value.items()}
    try:
        return kind(**values)
    except TypeError:
        raise SlipError(f"{where} lacks a field") from None
    except ValueError as error:
        raise SlipError(f"{where}: {error}") from None


def _checked(hint: Any, value: object, where: str) -> Any:
    if isinstance(hint, types.UnionType):
        inner = next(arg for arg in get_args(hint) if arg is not types.NoneType)
        return None if value is None else _checked(inner, value, where)
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise SlipError(f"{where} is a list of at most {MAX_ITEMS}")
        return tuple(_checked(get_args(hint)[0], item, where) for item in value)
    if issubclass(hint, Enum):
        return _member(hint, value, where)
    if type(value) is not hint or (isinstance(value, str) and len(value) > MAX_TEXT):
        raise SlipError(f"{where} is not a {hint.__name__} of sensible length")
    return value


def _member(kind: type[Enum], value: object, where: str) -> Enum:
    try:
        return kind(value)
    except ValueError:
        raise SlipError(f"{where} is not one of those known") from None
