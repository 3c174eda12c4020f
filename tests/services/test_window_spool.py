"""What a window does without the database: kept at any moment, handed in exactly once, in order."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hallclient.bootstrap.ledger import key_here
from hallclient.config import Settings
from hallclient.domain.alarm import AlarmKind, Verb
from hallclient.domain.case import Handover
from hallclient.domain.ending import Ending
from hallclient.domain.errors import DomainError, NotAllowed
from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import Material
from hallclient.domain.rating import Level
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.services import finishing
from hallclient.services.after_spool import AfterSpool, SpooledRatings
from hallclient.services.floor import floor_state
from hallclient.services.sealing import HallKey
from hallclient.services.spool_clock import SpoolClock
from hallclient.services.spool_lines import Tick, framed
from hallclient.services.store_error import StoreError
from hallclient.services.window_handing_in import hand_in
from hallclient.services.window_public import Standing, WindowPublic
from hallclient.services.window_spool import WindowSpool
from hallclient.services.window_spool_lines import (
    SpooledMove,
    move_of,
    move_text,
    state_of,
)
from hallclient.services.windows import WindowState
from hallclient.storage import line_file
from hallclient.storage.window_spool_file import WindowSpoolFile
from tests import invariants
from tests.halls import HALL_ID, PIN
from tests.services.console import console, with_console_staff
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

KEY = HallKey(bytes(32))
ON_SQLITE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
"""For what is in the file or the spool; what the database does is tested on both."""


class Pc:
    """A window's PC: what it keeps, and a clock of its own that is an hour ahead."""

    def __init__(self, hall: HallUnderTest, folder: Path) -> None:
        self.hall, self.folder = hall, folder
        self.key: HallKey | None = KEY
        self.boot = "one"

    @contextmanager
    def on(self) -> Iterator[WindowSpool]:
        spool = self.spool()
        try:
            yield spool
        finally:
            spool.close()

    def spool(self) -> WindowSpool:
        def wall() -> Any:
            return self.hall.clock.now + timedelta(hours=1)

        clock = SpoolClock(lambda: Tick(self.boot, self.hall.clock.now.timestamp()), wall)
        return WindowSpool(WindowSpoolFile(self.folder), "2", clock, lambda: self.key)


@pytest.fixture
def pc(hall: HallUnderTest, tmp_path: Path) -> Pc:
    hall.sign_in("2")
    return Pc(hall, tmp_path / "window")


def served(hall: HallUnderTest, spool: WindowSpool) -> WindowState:
    """A ticket in hand, as the window saw it last."""
    hall.issue("BDC001")
    hall.calling().call_next()
    state = hall.calling().start()
    spool.remember(state, HALL_ID)
    return state


def conflicts(hall: HallUnderTest) -> list[str]:
    with hall.store.look() as reader:
        return [one.label for one in reader.offline_conflicts()]


def sound(hall: HallUnderTest) -> None:
    invariants.check(hall.engine, hall.store)
    assert check_invariants(hall.engine, HALL_ID).broken == ()


def test_finished_offline_with_its_details(hall: HallUnderTest, pc: Pc) -> None:
    papers = (Material(LocalText("身份证")), Material(LocalText("产权证")))
    hall.change_plan(
        services=tuple(replace(one, materials=papers) for one in hall.store.plan().services)
    )
    with pc.on() as spool:
        state = served(hall, spool)
        hall.clock.advance(minutes=4)
        ended = hall.clock.now
        ending = Ending(
            Outcome.SUPPLEMENT,
            missing=("产权证",),
            note="王女士下午再来",
        )
        after = spool.finish(state, ending)
        assert after.turn is not None
        assert after.turn.ended_at is not None
        assert abs(after.turn.ended_at - ended) < timedelta(milliseconds=1)
        data = (pc.folder / "moves.log").read_bytes()
        assert "王女士".encode() not in data
        assert "王女士" not in repr(spool._moves)
        with pytest.raises(NotAllowed):
            spool.finish(after, ending)
        hall.clock.advance(minutes=10)
        spool.hand_in(hall.store)
        spool.hand_in(hall.store)
        assert (spool.take_report().done, spool.take_report().done, spool.pending) == (1, 0, 0)
        assert (pc.folder / "moves.log").read_bytes() == b""
    turn = hall.calling().state().turn
    assert turn is not None
    assert turn.ended_at is not None
    assert abs(turn.ended_at - ended) < timedelta(milliseconds=1)
    with hall.store.look() as reader:
        case = reader.case_of_turn(turn.id)
        assert case is not None
        assert (case.kind, case.missing) == (Outcome.SUPPLEMENT, ending.missing)
    assert hall.one("SELECT count(*) FROM note WHERE text = '王女士下午再来'") == 1
    assert "王女士" not in str(hall.journal())
    sound(hall)


@ON_SQLITE
@pytest.mark.parametrize(("away", "left"), [(15, 5), (21, 0)])
def test_the_screen_asks_for_what_is_left_when_the_database_is_back(
    hall: HallUnderTest, pc: Pc, away: int, left: int
) -> None:
    """Nobody calls a citizen back to the window: what is over is over, and no rating."""
    with pc.on() as spool:
        state = served(hall, spool)
        hall.clock.advance(minutes=4)
        spool.finish(state, Ending(Outcome.INSTANT))
        hall.clock.advance(seconds=away)
        spool.hand_in(hall.store)
    look = WindowPublic(hall.store, "2", "always").look()
    assert (look.rating is not None) is bool(left)
    assert look.standing is (Standing.RATING if left else Standing.IDLE)
    if look.rating is not None:
        assert abs((look.rating.until - look.now).total_seconds() - left) < 0.1


def test_rated_offline_and_no_level_to_be_read(hall: HallUnderTest, pc: Pc) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.INSTANT))
        hall.clock.advance(seconds=5)
        assert state.turn is not None
        assert spool.rate(state.turn.id, 1, "window 2")
        assert spool.rate(state.turn.id, 5, "window 2"), "the first counts"
        assert not spool.rate(state.turn.id + 1, 1, "window 2")
        lines = (pc.folder / "moves.log").read_text("utf-8").splitlines()
        other = move_of(lines[-1][9:])
        assert (other.ending, other.wanted, other.reason) == (None, "", "")
        assert other.sealed not in repr(other)
        hall.clock.advance(hours=1)
        spool.hand_in(hall.store)
    assert hall.rows("SELECT level, origin FROM rating") == [(1, "active")]
    assert conflicts(hall) == []
    sound(hall)


@ON_SQLITE
def test_rated_when_the_next_ticket_is_here_already(hall: HallUnderTest, pc: Pc) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        rated = state.turn.id if state.turn else 0
        spool.remember(hall.calling().finish(Outcome.INSTANT), HALL_ID)
        served(hall, spool)
        assert spool.rate(rated, 2, "window 2")
        assert not spool.rate(rated + 1000, 2, "window 2")
        spool.hand_in(hall.store)
    assert hall.rows("SELECT turn_id, level FROM rating") == [(rated, 2)]


@ON_SQLITE
def test_a_rating_that_came_too_late_or_with_another_key_is_dropped(
    hall: HallUnderTest, pc: Pc
) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.INSTANT))
        hall.clock.advance(minutes=5)
        assert state.turn is not None
        spool.rate(state.turn.id, 1, "window 2")
        spool.hand_in(hall.store)
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.INSTANT, note="x"))
        assert state.turn is not None
        spool.rate(state.turn.id, 1, "window 2")
    pc.key = HallKey(bytes(range(32)))
    with pc.on() as spool:
        spool.hand_in(hall.store)
        assert spool.take_report().done == 1
    assert hall.rows("SELECT level FROM rating") == []
    assert conflicts(hall) == []


@ON_SQLITE
def test_without_a_key_no_level_is_kept(hall: HallUnderTest, pc: Pc) -> None:
    pc.key = None
    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.INSTANT, note="看复印件"))
        assert state.turn is not None
        assert not spool.seals()
        assert not spool.rate(state.turn.id, 4, "window 2")
        assert spool.pending == 1
        spool.hand_in(hall.store)
    assert hall.one("SELECT count(*) FROM note") == 1


@ON_SQLITE
def test_ratings_fall_back_on_the_spool(hall: HallUnderTest, pc: Pc) -> None:
    class Down:
        def change(self, _actor: str) -> Any:
            error = StoreError("away")
            error.retryable = True
            raise error

    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.INSTANT))
        assert state.turn is not None
        away: Any = Down()
        assert SpooledRatings(away, spool).record(state.turn.id, Level.SATISFIED, "window 2")
        with pytest.raises(StoreError):
            SpooledRatings(away, spool).record(99, Level.SATISFIED, "window 2")
        with AfterSpool(hall.store, spool).change("window:2") as tx:
            assert tx.active_turn(state.window.id) is None, "before anything else"
    assert hall.rows("SELECT level FROM rating") == [(4,)]


@pytest.mark.parametrize("how", ["returned", "other clerk", "finished otherwise", "day over"])
def test_a_conflict_changes_nothing_and_is_an_alarm(hall: HallUnderTest, pc: Pc, how: str) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.PROMISED, handover=Handover.MAIL))
        label = state.ticket.label if state.ticket else ""
        if how == "returned":
            hall.calling().return_to_pool()
        elif how == "other clerk":
            hall.shifts().hand_over("1001", PIN)
        elif how == "finished otherwise":
            hall.calling().finish(Outcome.CONSULT)
        else:
            hall.clock.advance(days=1)
            hall.issue()
        before = hall.rows("SELECT * FROM turn")
        spool.hand_in(hall.store)
        assert spool.take_report().conflicts == (label,)
    assert hall.rows("SELECT * FROM turn") == before
    with hall.store.look() as reader:
        (alarm,) = (a for a in floor_state(reader).alarms if a.kind is AlarmKind.OFFLINE)
    assert (alarm.verb, alarm.facts["label"], alarm.facts["wanted"]) == (
        Verb.TAKE, label, "promised",
    )  # fmt: skip
    sound(hall)


def test_a_supervisor_takes_the_conflict(hall: HallUnderTest, pc: Pc) -> None:
    with_console_staff(hall)
    with pc.on() as spool:
        state = served(hall, spool)
        spool.hold(state, HoldKind.ANY, "")
        hall.calling().finish(Outcome.CONSULT)
        spool.hand_in(hall.store)
    moves = console(hall)
    (alarm,) = (one for one in moves.floor().alarms if one.kind is AlarmKind.OFFLINE)
    moves.take_alarm(alarm.key)
    (alarm,) = (one for one in moves.floor().alarms if one.kind is AlarmKind.OFFLINE)
    assert alarm.taken_by == "陈建国"
    hall.clock.advance(minutes=31)
    assert not [one for one in moves.floor().alarms if one.kind is AlarmKind.OFFLINE]


def test_handed_in_on_the_next_morning_before_the_day_was_closed(
    hall: HallUnderTest, pc: Pc
) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.INSTANT))
        ended = hall.clock.now
        hall.clock.advance(days=1)
        spool.hand_in(hall.store)
        assert spool.take_report().done == 1
    (row,) = hall.rows("SELECT result FROM turn")
    assert row[0] == "instant"
    hall.issue()
    sound(hall)
    assert ended < hall.clock.now


@ON_SQLITE
def test_what_is_remembered_late_does_not_set_the_clock_back(hall: HallUnderTest, pc: Pc) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        hall.clock.advance(minutes=1)
        spool.remember(state, HALL_ID, 60.0)
        assert abs(spool.now() - hall.clock.now) < timedelta(milliseconds=1)
        spool.finish(state, Ending(Outcome.INSTANT))
        (move,) = spool._moves
        assert move.contact == state.now


@ON_SQLITE
def test_times_lie_between_the_last_contact_and_now(hall: HallUnderTest, pc: Pc) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        contact = state.now
        spool.finish(state, Ending(Outcome.INSTANT))
        (move,) = spool._moves
        hall.clock.advance(minutes=5)
        early = replace(move, at=contact - timedelta(days=3))
        hand_in(hall.store, early, lambda _move: "")
        turn = hall.calling().state().turn
        assert turn is not None
        assert turn.ended_at == contact
        state = served(hall, spool)
        late = replace(move, request_id="f" * 16, turn_id=state.turn.id if state.turn else 0,
                       at=contact + timedelta(days=3))  # fmt: skip
        assert hand_in(hall.store, late, lambda _move: "").trouble == ""
        assert hand_in(hall.store, late, lambda _move: "").trouble == ""
    sound(hall)


@ON_SQLITE
def test_torn_damaged_and_foreign_lines(hall: HallUnderTest, pc: Pc) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.INSTANT))
    file = pc.folder / "moves.log"
    whole = file.read_bytes()
    for n in range(0, len(whole), 23):
        file.write_bytes(whole[:n])
        with pc.on() as spool:
            assert spool.last(hall.store.plan()) is not None
            assert spool.pending == 0
        assert file.read_bytes() == b""
    file.write_bytes(framed("{}") + b"rubbish\n" + whole)
    with pc.on() as spool:
        state_after = spool.last(hall.store.plan())
        assert state_after is not None
        assert state_after.turn is not None
        assert state_after.turn.result is Outcome.INSTANT
        spool.hand_in(hall.store)
        assert spool.take_report().done == 1
    (pc.folder / "last").write_bytes(b"rubbish")
    with pc.on() as spool:
        assert spool.last(hall.store.plan()) is None


@ON_SQLITE
def test_two_terminals_do_not_share_the_file(hall: HallUnderTest, pc: Pc) -> None:
    with pc.on() as spool:
        served(hall, spool)
        with pc.on() as other:
            other.hand_in(hall.store)  # nothing of its own, and no trouble
            with pytest.raises(Exception, match="another window"):
                other.last(hall.store.plan())


@ON_SQLITE
def test_yesterdays_window_is_not_shown(hall: HallUnderTest, pc: Pc) -> None:
    with pc.on() as spool:
        served(hall, spool)
    hall.clock.advance(days=1)
    with pc.on() as spool:
        assert spool.last(hall.store.plan()) is None


def test_what_the_database_will_never_take_does_not_block_the_window(
    hall: HallUnderTest, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        label = state.ticket.label if state.ticket else ""
        spool.finish(state, Ending(Outcome.INSTANT))
        for error in (StoreError("The database refused the operation."), KeyError("x")):
            monkeypatch.setattr(finishing, "finish", Mock(side_effect=error))
            (move,) = spool._moves
            kept = hand_in(hall.store, replace(move, request_id=str(error)), spool._unsealed)
            assert kept.trouble == "not_taken"
        away = StoreError("away")
        away.retryable = True
        monkeypatch.setattr(finishing, "finish", Mock(side_effect=away))
        with pytest.raises(StoreError):
            spool.hand_in(hall.store)
        assert spool.pending == 1, "a database that is away is asked again"
        monkeypatch.undo()
        spool.hand_in(hall.store)
        assert spool.take_report().done == 1
    assert conflicts(hall) == [label, label]


@ON_SQLITE
def test_what_was_written_behind_a_file_that_could_not_be_opened_anew_is_there(
    hall: HallUnderTest, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is a new one since it was tidied up; an old handle would write into nowhere."""
    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.INSTANT))
        with monkeypatch.context() as patched:
            patched.setattr(line_file, "sync_folder", Mock(side_effect=OSError(24, "too many")))
            spool.hand_in(hall.store)
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.CONSULT))
    with pc.on() as spool:
        assert "consult" in [move.wanted for move in spool._waiting()]
        spool.hand_in(hall.store)
    assert hall.rows("SELECT result FROM turn ORDER BY id") == [("instant",), ("consult",)]
    assert conflicts(hall) == []


@ON_SQLITE
def test_a_terminal_that_has_let_go_leaves_the_file_to_the_next(
    hall: HallUnderTest, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was closed while the database had not answered yet; the next one writes meanwhile."""
    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.INSTANT))
        with pc.on() as following:
            whole = finishing.finish

            def slow(*args: Any) -> None:
                spool.close()
                following.last(hall.store.plan())
                following.rate(state.turn.id if state.turn else 0, 4, "window 2")
                whole(*args)

            monkeypatch.setattr(finishing, "finish", slow)
            spool.hand_in(hall.store)
    with pc.on() as spool:
        spool.hand_in(hall.store)
    assert hall.rows("SELECT level FROM rating") == [(4,)]
    assert conflicts(hall) == []


def test_a_key_file_out_of_reach_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = PermissionError(13, "Permission denied")
    monkeypatch.setattr(Path, "exists", Mock(side_effect=denied))
    assert key_here(Settings()) is None


@ON_SQLITE
def test_what_no_database_takes_is_no_line(hall: HallUnderTest, pc: Pc) -> None:
    with pc.on() as spool:
        spool.finish(served(hall, spool), Ending(Outcome.INSTANT, number="N1"))
        (move,) = spool._moves
        spool.hand_in(hall.store)
    for bad in (
        replace(move, turn_id=1 << 63),
        replace(move, label="B\0"),
        replace(move, reason="\ud800"),
    ):
        with pytest.raises(ValueError, match="no database"):
            move_of(move_text(bad))
    deep = '{"label":' + "[" * 15_000
    for name in ("moves.log", "last"):
        (pc.folder / name).write_bytes(framed(deep))
    with pc.on() as spool:
        assert spool.last(hall.store.plan()) is None
        assert spool.pending == 0


_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=200) | _TEXT.map(str.encode))
def test_rubbish_is_refused_clearly(data: bytes) -> None:
    for parse in (move_of, state_of):
        try:
            parse(data.decode("utf-8", "replace"))
        except ValueError:
            continue
        raise AssertionError("rubbish was taken")


# A model: any order of things that happen to a window, at any of them the process is killed.

_STEPS = st.lists(
    st.sampled_from([
        "serve", "lose", "back", "finish", "hold", "rate", "kill", "torn", "full", "meddle",
        "unheard", "wait",
    ]),
    min_size=4, max_size=14,
)  # fmt: skip


class Model:
    """What must be true: every turn that the clerk ended is ended so, or somebody meddled."""

    def __init__(self, hall: HallUnderTest, pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hall, self.pc, self.patch = hall, pc, monkeypatch
        self.spool = pc.spool()
        self.away = False
        self.state: WindowState | None = None
        self.ended: dict[int, Outcome] = {}
        self.rated: set[int] = set()
        self.meddled: set[int] = set()
        self.first = self.hall.one("SELECT coalesce(max(id), 0) FROM turn")
        """The turns of this example come behind it."""

    def step(self, name: str) -> None:
        getattr(self, f"_{name}")()

    def _serve(self) -> None:
        if not self.away:
            self._look()
            if self.state is None or self.state.turn is None or not self.state.turn.active:
                self.hall.issue("BDC001")
                self.hall.calling().call_next()
                self.hall.calling().start()
                self._look()

    def _lose(self) -> None:
        self._look()
        self.away = True

    def _back(self) -> None:
        self.away = False
        self._look()

    def _finish(self) -> None:
        self._end(lambda state: self.spool.finish(state, Ending(Outcome.INSTANT)), Outcome.INSTANT)

    def _hold(self) -> None:
        self._end(lambda state: self.spool.hold(state, HoldKind.ANY, ""), Outcome.HELD)

    def _end(self, op: Any, outcome: Outcome) -> None:
        state = self.state
        if self.away and state is not None and state.turn is not None and state.turn.active:
            self.state = op(state)
            self.ended[state.turn.id] = outcome

    def _rate(self) -> None:
        state = self.state
        turn = state.turn if state is not None else None
        if self.away and turn is not None and turn.result is Outcome.INSTANT:
            self.hall.clock.advance(seconds=1)
            ended = turn.ended_at or self.hall.clock.now
            in_time = self.hall.clock.now - ended < timedelta(seconds=20)
            if self.spool.rate(turn.id, 2, "window 2") and (in_time or turn.id in self.rated):
                self.rated.add(turn.id)

    def _kill(self) -> None:
        self.spool.close()
        self.spool = self.pc.spool()
        shown = self.spool.last(self.hall.store.plan())
        if self.away and self.state is not None:
            assert shown is not None
            assert shown.turn == self.state.turn or shown.turn is None
            self.state = shown

    def _torn(self) -> None:
        self.spool.close()
        with (self.pc.folder / "moves.log").open("ab") as file:
            file.write(b'0000abcd {"request_')
        self._kill()

    def _full(self) -> None:
        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        before = self.spool.pending
        with self.patch.context() as patched:
            patched.setattr(os, "fsync", full)
            if self.away and self.state is not None:
                with pytest.raises((DomainError, Exception), match=r"spool|no ticket"):
                    self.spool.finish(self.state, Ending(Outcome.INSTANT))
        assert self.spool.pending == before

    def _meddle(self) -> None:
        """Somebody else sends the ticket away: possible only while the window does not know."""
        turn = self._active()
        if self.away and turn is not None:
            self.hall.calling().return_to_pool()
            self.meddled.add(turn)

    def _unheard(self) -> None:
        """The window's moves were committed, but the answer was lost on its way."""
        for move in self.spool._moves:
            hand_in(self.hall.store, move, self.spool._unsealed)

    def _wait(self) -> None:
        self.hall.clock.advance(minutes=3)

    def _active(self) -> int | None:
        with self.hall.store.look() as reader:
            turn = reader.active_turn(reader.plan.window("2").id)
        return turn.id if turn is not None else None

    def _look(self) -> None:
        if not self.away:
            self.spool.hand_in(self.hall.store)
            self.state = self.hall.calling().state()
            self.spool.remember(self.state, HALL_ID)

    def check(self) -> None:
        self.away = False
        self._look()
        self.spool.close()
        with self.hall.store.look() as reader:
            for turn_id, outcome in self.ended.items():
                turn = reader.turn(turn_id)
                assert turn is not None
                if turn_id not in self.meddled:
                    assert turn.result is outcome
            told = {one.turn_id for one in reader.offline_conflicts() if one.turn_id > self.first}
        assert told <= self.meddled
        ends = [e.subject for e in self.hall.journal() if e.kind in ("turn.ended", "turn.held")]
        assert len(ends) == len(set(ends))
        rows = self.hall.rows("SELECT turn_id FROM rating WHERE turn_id > :first", first=self.first)
        rated = {row[0] for row in rows}
        assert rated <= self.rated
        assert {t for t in self.rated - self.meddled if t not in rated} == set()
        assert self.hall.rows("SELECT count(*) FROM ticket WHERE status = 'called'")[0][0] == 0
        sound(self.hall)


@ON_SQLITE
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=_STEPS)
def test_whatever_happens_each_move_is_there_once(
    steps: list[str],
    hall: HallUnderTest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("window")
    hall.clock.advance(days=1)  # a day of its own for every example
    hall.sign_in("2")
    model = Model(hall, Pc(hall, folder), monkeypatch)
    model.step("serve")
    for step in steps:
        model.step(step)
    model.check()


@ON_SQLITE
def test_a_move_is_its_line(hall: HallUnderTest, pc: Pc) -> None:
    with pc.on() as spool:
        state = served(hall, spool)
        spool.finish(state, Ending(Outcome.PROMISED, due_on=state.now.date(), due_reason="x"))
        (move,) = spool._moves
    assert move_of(move_text(move)) == move
    assert isinstance(move, SpooledMove)
    assert state.ticket is not None
    assert state.ticket.status is TicketStatus.SERVING
