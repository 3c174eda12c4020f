"""What a window's spool holds, and its lines: JSON behind a checksum, parsed strictly.

A rating's level and the clerk's own words are sealed with the hall's key. Without a key no rating
is kept at all; the words of a clerk stand as they are, in a file that is the account's alone.
"""

import json
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, get_args

from hallclient.domain.ending import Ending
from hallclient.domain.holding import HoldKind
from hallclient.domain.plain import hints_of
from hallclient.domain.shift import Shift
from hallclient.domain.turn import Turn
from hallclient.services.floor_records import OfflineKind
from hallclient.services.spool_lines import Contact, contact_of, contact_text

LONGEST = 16 << 10
"""Bytes of a line: an outcome may name every material of a service."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SpooledMove:
    """What a clerk did without the database; times are the hall's, UTC.

    It expects its turn as the window saw it last: served there by ``staff_id``, or ended, for a
    rating. ``contact`` is when the database answered last, ``asked`` when the rating was asked for.
    ``sealed`` is the level or the note under the hall's key, in base64.
    """

    request_id: str
    hall_id: str
    window: str
    kind: OfflineKind
    turn_id: int
    label: str
    staff_id: int
    at: datetime
    contact: datetime
    ending: Ending | None = field(default=None, repr=False)
    hold: HoldKind | None = None
    reason: str = ""
    asked: datetime | None = None
    device: str = ""
    sealed: str = field(default="", repr=False)

    @property
    def wanted(self) -> str:
        """Return the outcome, or how the ticket was held."""
        if self.ending is not None:
            return self.ending.outcome.value
        return self.hold.value if self.hold is not None else ""


@dataclass(frozen=True, slots=True)
class LastState:
    """What a window knew last: enough to go on with its turn, nothing about whom it is for."""

    contact: Contact
    window: str
    shift: Shift | None = None
    turn: Turn | None = None
    label: str = ""
    service: str = ""


def move_text(move: SpooledMove) -> str:
    """Return a move as JSON."""
    table = _flat(move, without=("ending",))
    if move.ending is not None:
        missing = list(move.ending.missing)
        table["ending"] = {**_flat(move.ending, without=("missing",)), "missing": missing}
    return _dumped(table)


def move_of(text: str) -> SpooledMove:
    """Return the move of a line; ValueError for anything else."""
    table = _loaded(text)
    ending = table.pop("ending", None)
    move = _read(SpooledMove, table)
    if (move.kind is OfflineKind.FINISH) != (ending is not None):
        raise ValueError("an outcome is of a finished turn, and a finished turn has one")
    if (move.kind is OfflineKind.HOLD) != (move.hold is not None):
        raise ValueError("a way of holding is of a held turn, and a held turn has one")
    if move.kind is OfflineKind.RATING and not (move.sealed and move.asked):
        raise ValueError("a rating was asked for and is sealed")
    if ending is None:
        return move
    if not isinstance(ending, dict):
        raise ValueError("not an outcome")  # noqa: TRY004 - one error for all that is no line
    missing = ending.pop("missing", [])
    if not isinstance(missing, list) or not all(isinstance(one, str) for one in missing):
        raise ValueError("missing materials are a list of names")
    return replace(move, ending=replace(_read(Ending, ending), missing=tuple(missing)))


def state_text(state: LastState) -> str:
    """Return a state as JSON."""
    return _dumped({
        "contact": contact_text(state.contact),
        "window": state.window,
        "shift": _flat(state.shift) if state.shift else None,
        "turn": _flat(state.turn) if state.turn else None,
        "label": state.label,
        "service": state.service,
    })  # fmt: skip


def state_of(text: str) -> LastState:
    """Return the state of a text; ValueError for anything else."""
    table = _loaded(text)
    try:
        shift, turn = table["shift"], table["turn"]
        return LastState(
            contact_of(_value(str, table["contact"])),
            _value(str, table["window"]),
            None if shift is None else _read(Shift, shift),
            None if turn is None else _read(Turn, turn),
            _value(str, table["label"]),
            _value(str, table["service"]),
        )
    except KeyError as error:
        raise ValueError(f"not a state of a window: {error}") from None


# Flat dataclasses as tables


def _flat(one: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    names = [f.name for f in fields(one) if f.name not in without]
    return {name: _plain(getattr(one, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value  # a datetime is one, too


def _read(kind: type[T], table: Any) -> T:
    """Return a flat dataclass of a table with exactly its names; a name left out is its default."""
    if not isinstance(table, dict):
        raise ValueError("not a table")  # noqa: TRY004 - see above
    hints = hints_of(kind)  # type: ignore[arg-type]
    try:
        return kind(**{name: _value(hints[name], value) for name, value in table.items()})
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a {kind.__name__}: {type(error).__name__}") from None


def _value(hint: Any, value: Any) -> Any:
    if isinstance(hint, UnionType):
        if value is None:
            return None
        hint = next(one for one in get_args(hint) if one is not type(None))
    if hint in (datetime, date) or (isinstance(hint, type) and issubclass(hint, Enum)):
        return _parsed(hint, _value(str, value))
    if type(value) is not hint:
        raise ValueError(f"not a {getattr(hint, '__name__', hint)}")
    return value


def _parsed(hint: Any, text: str) -> Any:
    if hint is datetime:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError("a moment without a zone")
        return at
    return date.fromisoformat(text) if hint is date else hint(text)


def _dumped(table: dict[str, Any]) -> str:
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"))


def _loaded(text: str) -> dict[str, Any]:
    table = json.loads(text)
    if not isinstance(table, dict):
        raise ValueError("not a table")  # noqa: TRY004 - see above
    return table
