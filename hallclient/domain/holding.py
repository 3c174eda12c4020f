"""A held ticket: who may go on with it, and what it waits for (挂起)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldKind(StrEnum):
    """Where a held ticket goes on."""

    ANY = "any"
    """At any window of its queue."""
    HERE = "here"
    """At the window that holds it."""
    EVENT = "event"
    """When what it waits for has come (a payment, another department), at any window."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a ticket is held. ``reason`` is one of ``HallRules.hold_reasons``, empty for none."""

    ticket_id: int
    turn_id: int
    window_id: int
    kind: HoldKind
    reason: str
    at: datetime
