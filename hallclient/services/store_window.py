"""What storage is asked for every window every few seconds: each of it one statement.

The rest of the port: ``store``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hallclient.domain.case import Case
    from hallclient.domain.holding import Hold
    from hallclient.domain.itinerary import Step
    from hallclient.domain.shift import Shift
    from hallclient.domain.ticket import Ticket
    from hallclient.domain.turn import Turn
    from hallclient.services.person_records import PersonNote
    from hallclient.services.store_records import Called, QueueCount


@dataclass(frozen=True, slots=True)
class AtWindow:
    """Who is at a window. ``turn`` is the active one, else the one that was called last."""

    shift: Shift | None = None
    turn: Turn | None = None
    ticket: Ticket | None = None
    """Of ``turn``; so is all else."""
    hold: Hold | None = None
    own: PersonNote | None = None
    last: bool = False
    """Whether ``turn`` is the last one of its ticket."""
    has_steps: bool = False
    has_notes: bool = False
    asks: bool = False
    """Whether a keypad or a screen there asks for ratings, as their stations said lately."""


@dataclass(frozen=True, slots=True)
class Line:
    """Who may come to a window: the heads of its queues, and who is bound to it."""

    heads: Sequence[Ticket]
    bound: Sequence[Ticket]
    """The oldest claim first."""


@dataclass(frozen=True, slots=True)
class NewsAt:
    """What there is for a window besides its turn.

    ``helper`` and ``terminal`` hold the leases asked for, ``coming`` is who comes to the station.
    """

    helper: str = ""
    terminal: str = ""
    coming: int | None = None
    held: bool = False
    """Whether any ticket of the hall is held."""
    said: bool = False
    """Whether any bulletin stands."""
    emergency: bool = False
    """Whether any emergency stands."""


class WindowQuestions(Protocol):
    """What can be asked about one window."""

    def at_window(self, window_id: int, *, public: bool = False) -> AtWindow:
        """Return who sits at a window, who is there or was last, and what is known of them.

        ``public``: without whom the ticket is for and whether there are notes; not asked at all.
        """
        ...

    def line_at(self, queue_ids: Iterable[int], window_id: int, staff_id: int | None) -> Line:
        """Return who may be called from these queues, or waits for this window or person only."""
        ...

    def counts_of(self, queue_ids: Iterable[int]) -> Sequence[QueueCount]:
        """Return the counts of some queues."""
        ...

    def expect_news(self, helper: str, terminal: str, station: str) -> None:
        """Let the question for the news cross with the next one."""
        ...

    def news_at(self, helper: str, terminal: str, station: str) -> NewsAt:
        """Return the news for a window: its lease, any that begins ``helper``, a station's call."""
        ...

    def held_for(self, window_id: int, queue_ids: Iterable[int]) -> Sequence[tuple[Ticket, Hold]]:
        """Return the tickets held at a window, and those of these queues not held for another."""
        ...

    def active_calls(self) -> Sequence[Called]:
        """Return the turns that hold a window, anywhere, with their tickets."""
        ...

    def steps_of(self, ticket_ids: Iterable[int]) -> Mapping[int, Sequence[Step]]:
        """Return the steps of several tickets, in order; those without are not there."""
        ...

    def cases_of_turns(self, turn_ids: Iterable[int]) -> Mapping[int, Case]:
        """Return by turn the cases that some turns opened."""
        ...
