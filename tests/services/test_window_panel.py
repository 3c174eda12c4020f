"""What a panel lists, from one look at the hall, on both databases."""

from dataclasses import fields

from hallclient.domain.holding import HoldKind
from hallclient.domain.rating import Level
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Outcome
from hallclient.services.window_panel import PanelState, WindowPanel
from hallclient.storage.store import SqlStore
from tests.stores import HallUnderTest


class Counting:
    """A store that counts its looks."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.looks = 0

    def look(self) -> object:
        self.looks += 1
        return self._store.look()


def looked(hall: HallUnderTest, window: str = "1") -> PanelState:
    return WindowPanel(hall.store, window).look()


def labels(tickets: list[Ticket]) -> list[str]:
    return [ticket.label for ticket in tickets]


def test_everything_is_listed_in_one_look(hall: HallUnderTest) -> None:
    for window in ("1", "2"):
        hall.sign_in(window)
    first, second = hall.calling("1"), hall.calling("2")
    for _ in range(6):
        hall.issue()
    second.call_next()  # A001 stays called at the other window
    first.call_next()  # A002
    first.start()
    first.hold(HoldKind.HERE)
    first.call_next()  # A003
    for _ in range(2):
        hall.clock.advance(seconds=10)
        first.recall()
    first.no_show()
    first.call_next()  # A004
    first.start()
    hall.clock.advance(seconds=60)
    first.finish(Outcome.CONSULT)
    counting = Counting(hall.store)
    panel = WindowPanel(counting, "1").look()  # type: ignore[arg-type] # only looks
    assert counting.looks == 1
    assert labels([row.ticket for row in panel.waiting]) == ["A005", "A006"]
    assert [(row.ticket.label, row.here) for row in panel.held] == [("A002", True)]
    assert labels([row.ticket for row in panel.missed]) == ["A003"]
    assert [(row.ticket.label, row.turn.result) for row in panel.past] == [
        ("A004", Outcome.CONSULT),
        ("A003", Outcome.NO_SHOW),
        ("A002", Outcome.HELD),
    ]
    other = looked(hall, "2")
    assert other.held == (), "held for window 1 only"
    assert labels([row.ticket for row in other.missed]) == ["A003"], "comes back to any of them"
    assert other.past == ()


def test_a_bound_ticket_is_listed_where_it_may_be_called(hall: HallUnderTest) -> None:
    for window in ("1", "2"):
        hall.sign_in(window)
    hall.issue()
    hall.issue()
    second = hall.calling("2")
    second.call_next()
    second.start()
    second.transfer_to_window("1", "看一眼原件")
    assert [(row.ticket.label, row.bound) for row in looked(hall, "1").waiting] == [
        ("A001", True),
        ("A002", False),
    ]
    assert [row.ticket.label for row in looked(hall, "2").waiting] == ["A002"]
    hall.calling("1").call_next()
    assert [note.text for note in looked(hall, "1").state.notes] == ["看一眼原件"]


def test_nobody_signed_in_sees_nothing_of_the_hall(hall: HallUnderTest) -> None:
    hall.issue()
    panel = looked(hall)
    lists = ("waiting", "held", "missed", "past")
    assert all(getattr(panel, name) == () for name in lists)
    assert panel.totals is None


def test_a_rating_changes_nothing_that_a_panel_shows(hall: HallUnderTest) -> None:
    hall.sign_in("1")
    hall.issue()
    calling = hall.calling("1")
    calling.call_next()
    calling.start()
    state = calling.finish(Outcome.CONSULT)
    assert state.turn is not None
    before = looked(hall)
    assert hall.ratings.record(state.turn.id, Level.VERY_DISSATISFIED, "window 1")
    after = looked(hall)
    for field in fields(PanelState):
        if field.name not in ("state", "plan"):
            assert getattr(before, field.name) == getattr(after, field.name)
