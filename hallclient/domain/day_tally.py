"""What became of a hall's business days, counted from its journal alone, entry by entry.

The counts are those of the hall's own tables (``services.store.DayFigures``). Only the newest day
is kept ticket by ticket; of the days before it the sums remain. Waits are whole minutes from issue
to the first call, of walk-ins: when a number from a kiosk's spool was taken is not in the journal,
and an appointment waits by arrangement.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final

from hallclient.domain.journal import Entry
from hallclient.domain.ticket import Channel
from hallclient.domain.turn import RATED_OUTCOMES, Outcome

_SERVED: Final = frozenset(str(one) for one in RATED_OUTCOMES)
_NOT_MEASURED: Final = (Channel.OFFLINE.value, Channel.BOOKED.value)
_WAITS, _MISSED, _ENDED = 0, 1, 2
"""A ticket that waits or is being served; did not come; is over."""


@dataclass(frozen=True, slots=True)
class DayTally:
    """Counts of a day: ``issued`` is the sum of the next three and of those still open.

    ``cases`` were accepted or refused, ``rated`` were given by citizens, whatever their level.
    ``waits`` has how many waited so many whole minutes.
    """

    issued: int = 0
    served: int = 0
    no_shows: int = 0
    abandoned: int = 0
    cases: int = 0
    rated: int = 0
    waits: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: "DayTally") -> "DayTally":
        """Return the counts of both."""
        return DayTally(
            self.issued + other.issued,
            self.served + other.served,
            self.no_shows + other.no_shows,
            self.abandoned + other.abandoned,
            self.cases + other.cases,
            self.rated + other.rated,
            dict(sorted((Counter(self.waits) + Counter(other.waits)).items())),
        )

    def wait(self, percent: int) -> int | None:
        """Return the minutes within which so many per cent were called, None where nobody was."""
        left = -(-sum(self.waits.values()) * percent // 100)
        for minutes in sorted(self.waits):
            left -= self.waits[minutes]
            if left <= 0:
                return minutes
        return None


def summed(tallies: Iterable[DayTally]) -> DayTally:
    """Return the counts of all."""
    whole = DayTally()
    for one in tallies:
        whole += one
    return whole


@dataclass(slots=True)
class _Day:
    day: str = ""
    rated: int = 0
    tickets: dict[int, list[int]] = field(default_factory=dict)
    """Id → state, moment of issue in µs (0: not measured), minutes waited (-1: not called yet)."""
    turns: dict[int, list[Any]] = field(default_factory=dict)
    """Id → ticket, result, whether it has a case."""


class Tallying:
    """Counts a journal. ``state`` is what an earlier one had left (:meth:`state`)."""

    def __init__(self, state: Mapping[str, Any] | None = None) -> None:
        self._now = _Day()
        if state is not None:
            tickets = {int(key): list(value) for key, value in state["tickets"].items()}
            turns = {int(key): list(value) for key, value in state["turns"].items()}
            self._now = _Day(state["day"], state["rated"], tickets, turns)
        self._over: dict[date, DayTally] = {}
        self._late: dict[date, DayTally] = {}

    def take(self, entry: Entry) -> None:
        """Count the next entry of the journal."""
        found = self._KINDS.get(entry.kind)
        if found is not None:
            found(self, entry)

    def state(self) -> dict[str, Any]:
        """Return what is needed to go on later, as JSON."""
        now = self._now
        tickets = {str(key): value for key, value in now.tickets.items()}
        turns = {str(key): value for key, value in now.turns.items()}
        return {"day": now.day, "rated": now.rated, "tickets": tickets, "turns": turns}

    def days(self) -> Mapping[date, DayTally]:
        """Return the days that were counted here, in full."""
        own = {date.fromisoformat(self._now.day): self._sums()} if self._now.day else {}
        return {**self._over, **own}

    def late(self) -> Mapping[date, DayTally]:
        """Return what came for days that were over before, to be added to them."""
        return self._late

    # Entries

    def _opened(self, entry: Entry) -> None:
        day = entry.subject.removeprefix("day:")
        if day == self._now.day:
            return  # closed by hand and opened again
        date.fromisoformat(day)  # before anything is counted for what is no day
        if self._now.day:
            self._over[date.fromisoformat(self._now.day)] = self._sums()
        self._now = _Day(day)

    def _issued(self, entry: Entry) -> None:
        day = entry.data.get("day")
        if day is not None:  # of a kiosk's spool that came when its day was over
            late = date.fromisoformat(str(day))
            one = self._late.get(late, DayTally()) + DayTally(issued=1, abandoned=1)
            self._late[late] = one
            return
        measured = entry.data.get("channel") not in _NOT_MEASURED
        self._now.tickets[_id(entry)] = [_WAITS, _micros(entry.at) if measured else 0, -1]

    def _called(self, entry: Entry) -> None:
        ticket = self._ticket(_id(entry))
        if ticket is not None:
            if ticket[2] < 0:
                ticket[2] = (_micros(entry.at) - ticket[1]) // 60_000_000 if ticket[1] else 0
            ticket[0] = _WAITS
        self._begin(_id(entry), int(str(entry.data["turn"])))

    def _begun(self, entry: Entry) -> None:
        self._begin(int(str(entry.data["ticket"])), _id(entry))

    def _begin(self, ticket: int, turn: int) -> None:
        self._now.turns[turn] = [ticket, "", False]

    def _ended(self, entry: Entry) -> None:
        turn = self._now.turns.get(_id(entry))
        if turn is not None:
            turn[1], turn[2] = entry.data["outcome"], entry.data.get("case") is not None
            self._set(turn[0], _ENDED)

    def _missed(self, entry: Entry) -> None:
        turn = self._now.turns.get(int(str(entry.data["turn"])))
        if turn is not None:
            turn[1] = Outcome.NO_SHOW.value
        self._set(_id(entry), _MISSED)

    def _waits(self, entry: Entry) -> None:
        self._set(_id(entry), _WAITS)

    def _abandoned(self, entry: Entry) -> None:
        self._set(_id(entry), _ENDED)

    def _corrected(self, entry: Entry) -> None:
        turn = self._now.turns.get(_id(entry))
        if turn is not None:
            turn[1], turn[2] = entry.data["to"], entry.data.get("case") is not None

    def _taken_back(self, entry: Entry) -> None:
        turn = self._now.turns.get(int(str(entry.data.get("turn", -1))))
        if turn is not None:
            turn[1] = ""
            self._set(turn[0], _WAITS)

    def _rated(self, _entry: Entry) -> None:
        self._now.rated += 1

    _KINDS: ClassVar[Mapping[str, Callable[["Tallying", Entry], None]]] = {
        "day.opened": _opened,
        "ticket.issued": _issued,
        "ticket.called": _called,
        "turn.served_on": _begun,
        "turn.resumed": _begun,
        "turn.ended": _ended,
        "ticket.no_show": _missed,
        "ticket.requeued": _waits,
        "ticket.sent_on": _waits,
        "ticket.abandoned": _abandoned,
        "turn.corrected": _corrected,
        "move.taken_back": _taken_back,
        "rating.given": _rated,
    }
    """What counts. All else leaves a ticket as open as it was."""

    # Sums

    def _ticket(self, ticket_id: int) -> list[int] | None:
        return self._now.tickets.get(ticket_id)

    def _set(self, ticket_id: int, state: int) -> None:
        ticket = self._ticket(ticket_id)
        if ticket is not None:
            ticket[0] = state

    def _sums(self) -> DayTally:
        served: set[int] = set()
        missed: set[int] = set()
        cases = 0
        for ticket_id, result, case in self._now.turns.values():
            cases += bool(case)
            if result in _SERVED:
                served.add(ticket_id)
            elif result == Outcome.NO_SHOW.value:
                missed.add(ticket_id)
        counts: Counter[str] = Counter()
        waits: Counter[int] = Counter()
        for ticket_id, (state, issued_at, waited) in self._now.tickets.items():
            counts[_became(state, ticket_id in served, missed=ticket_id in missed)] += 1
            if issued_at and waited >= 0:
                waits[waited] += 1
        return DayTally(
            issued=len(self._now.tickets),
            served=counts["served"],
            no_shows=counts["no_show"],
            abandoned=counts["abandoned"],
            cases=cases,
            rated=self._now.rated,
            waits=dict(sorted(waits.items())),
        )


def _became(state: int, served: bool, *, missed: bool) -> str:  # noqa: FBT001 - two of a kind
    if state == _MISSED:
        return "no_show"
    if state != _ENDED:
        return "open"
    return "served" if served else "no_show" if missed else "abandoned"


def _id(entry: Entry) -> int:
    return int(entry.subject.partition(":")[2])


def _micros(at: datetime) -> int:
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
