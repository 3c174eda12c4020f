"""What differs between two plans of a hall: what the journal notes when a hall file is loaded.

Changes name parts and fields and carry no values, so nothing secret can get into the journal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from hallclient.domain.hall import HallPlan

PARTS = (
    "zones", "departments", "topics", "series", "queues", "services", "windows",
    "staff", "hours", "calendar", "notices",
)  # fmt: skip
"""The fields of a plan that hold parts with codes."""


class ChangeKind(StrEnum):
    """What became of a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"
    """The parts of one kind stand in another order; ``code`` is empty."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``part`` is a field of ``HallPlan``, or ``hall`` for its plain fields."""

    part: str
    code: str
    kind: ChangeKind
    fields: tuple[str, ...] = ()


def diff_plans(old: HallPlan | None, new: HallPlan) -> tuple[Change, ...]:
    """Return what leads from ``old`` (None: nothing yet) to ``new``; equal plans give ``()``."""
    if old is None:
        found = [Change("hall", new.hall_id, ChangeKind.ADDED)]
    else:
        plain = tuple(name for name in _names(new) if name not in PARTS and name != "rules")
        found = _changed("hall", new.hall_id, old, new, plain)
        found += _changed("rules", new.hall_id, old.rules, new.rules, _names(new.rules))
    for part in PARTS:
        found += _diff_parts(part, {} if old is None else _table(old, part), _table(new, part))
    return tuple(found)


def _diff_parts(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    found = [Change(part, code, ChangeKind.REMOVED) for code in old if code not in new]
    for code, value in new.items():
        if code in old:
            found += _changed(part, code, old[code], value, _names(value))
        else:
            found.append(Change(part, code, ChangeKind.ADDED))
    if [code for code in old if code in new] != [code for code in new if code in old]:
        found.append(Change(part, "", ChangeKind.REORDERED))
    return found


def _changed(part: str, code: str, old: Any, new: Any, names: tuple[str, ...]) -> list[Change]:
    differing = tuple(name for name in names if getattr(old, name) != getattr(new, name))
    return [Change(part, code, ChangeKind.CHANGED, differing)] if differing else []


def _names(value: Any) -> tuple[str, ...]:
    """Return the fields that count (ids are storage's own business)."""
    return tuple(f.name for f in fields(value) if f.compare)


def _table(plan: HallPlan, part: str) -> dict[str, Any]:
    return {value.code: value for value in getattr(plan, part)}
