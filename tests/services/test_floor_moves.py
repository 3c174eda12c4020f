"""Random days of a whole hall: clerks, ushers, leads, supervisors, cases, ratings, nights.

The moves of ``test_moves_random`` with all that runs the floor beside them. No invariant breaks,
what one person may not do is refused, and at the end everybody is served by moves alone.
"""

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hallclient.domain.bulletin import Audience
from hallclient.domain.case import CaseResult, SuspendReason
from hallclient.domain.case_moves import CORRECTIONS
from hallclient.domain.ending import Ending
from hallclient.domain.follow_up import BY_APPEAL, FollowUpResult
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Material, ServiceKind, StaffRole
from hallclient.domain.rating import Level
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import RATED_OUTCOMES, Outcome
from hallclient.services.cases import Cases
from hallclient.services.helping import Helping
from hallclient.services.itinerary import Itineraries
from hallclient.services.member import Supervisor
from hallclient.services.queue_stops import STOP_REASONS
from hallclient.services.supervising import Supervising
from tests.services.test_moves_random import ACTIONS, STAFF, WINDOWS, Floor, floor_hall
from tests.stores import load_hall_at

RANKS = ([["A"], ["B"]], [["B"], ["A"]], [["A", "B"], ["C"]], [["C"]], [["B", "C"], ["A"]])
OUTCOMES = (Outcome.PROMISED, Outcome.SUPPLEMENT, Outcome.INSTANT, Outcome.REFUSED, Outcome.CONSULT)
PAPER = "契税票"
MOVES, BIG = 150, 1500


def whole_hall() -> HallPlan:
    """The floor of the moves, with promised services that need papers, and a lead of each kind.

    One is decided by a superior authority, one is handled by two departments.
    """
    plan = floor_hall()
    papers = (Material(LocalText(PAPER)),)
    promised: dict[str, Any] = {
        "kind": ServiceKind.PROMISED,
        "promised_days": 2,
        "materials": papers,
    }
    several = {
        "ZH001": {**promised, "authority": LocalText("市局")},
        "BDC001": {**promised, "partners": ("ZH",)},
    }
    services = tuple(replace(s, **several.get(s.code, {})) for s in plan.services)
    return replace(
        plan,
        services=services,
        windows=tuple(
            replace(w, department="BDC" if w.code in "12" else "ZH") for w in plan.windows
        ),
        staff=tuple(replace(m, department="BDC") if int(m.code) % 2 else m for m in plan.staff),
    )  # fmt: skip


class WholeHall(Floor):
    """A floor with those who run it."""

    def sensible(self, window: str) -> tuple[str, ...]:
        usual = super().sensible(window)
        return (*usual, *ENDS) if "finish" in usual else usual

    def a_case(self, pick: int) -> int:
        """One of the hall's open cases; there is one, or none has this id."""
        with self.hall.store.look() as reader:
            known = reader.open_cases(50)
        return known[pick % len(known)].id if known else 4711

    def cases(self, pick: int) -> Cases:
        code = STAFF[pick % len(STAFF)]
        return Cases(self.hall.store, self.full.staff_of[code])

    def desk(self, pick: int) -> Supervising:
        member = self.full.staff_of[("1006", "1007", "1008", "1007", "1009", "1001")[pick % 6]]
        who = Supervisor(member.code, member.name, member.role, member.department)
        return Supervising(self.hall.store, who, "S1")

    def ended_turn(self, pick: int, *, lately: int = 4) -> int:
        ended = [e for e in self.hall.journal()[-200:] if e.kind == "turn.ended"][-lately:]
        return int(ended[pick % len(ended)].subject.removeprefix("turn:")) if ended else 4711

    def finish_case(self, pick: int) -> None:
        cases = self.cases(pick)
        results = list(CaseResult)
        cases.finish(self.a_case(pick), results[pick % len(results)], elsewhere=pick % 5 == 0)

    def correct(self, pick: int) -> None:
        ending = Ending(OUTCOMES[pick % 5], missing=(PAPER,) if pick % 5 == 1 else ())
        self.cases(pick).correct(self.ended_turn(pick), ending, CORRECTIONS[pick % 4])

    def rate(self, pick: int) -> None:
        levels = list(Level)
        self.hall.ratings.record(self.ended_turn(pick, lately=1), levels[pick % len(levels)], "k1")

    def follow_up(self, pick: int) -> None:
        follow_ups = self.desk(pick).follow_ups
        known = follow_ups.open()
        if known:
            one = known[pick % len(known)]
            results = list(FollowUpResult)
            follow_ups.take(one.rating.id)
            if one.follow_up.appeal is None and pick % 3 == 0:
                follow_ups.appeal(one.rating.id, "误评")
            elif pick % 3 == 1:
                follow_ups.decide(one.rating.id, (None, *sorted(BY_APPEAL))[pick % 3])
            else:
                follow_ups.record(one.rating.id, results[pick % len(results)])

    def rechoose(self, pick: int) -> None:
        ticket = self.ticket(pick, TicketStatus.WAITING)
        service = ("ZH001", "ZH002", "BDC001", "SB001")[pick % 4]
        more = ("SB001", "ZH002")[pick % 2]
        Itineraries(self.hall.store, "kiosk:K1").change(ticket.id, (service, more)[: 1 + pick % 2])

    def night(self) -> None:
        """It is the next morning; nobody closed the day."""
        self.hall.clock.advance(hours=23)

    def run_the_floor(self, pick: int) -> None:
        desk, dice = self.desk(pick), random.Random(pick)  # noqa: S311 - repeats
        window, queue = dice.choice(WINDOWS), dice.choice("ABC")
        moves: tuple[Callable[[], Any], ...] = (
            lambda: desk.assign(window, dice.choice(RANKS)),
            lambda: desk.assign(window, dice.choice(RANKS)),
            lambda: desk.give_back(window),
            lambda: desk.close_window(window),
            lambda: desk.stop(queue, dice.choice(STOP_REASONS)),
            lambda: desk.reopen(queue),
            lambda: desk.leave(dice.choice(STAFF), on_leave=dice.random() < 0.5),
            lambda: desk.broadcast(LocalText("好"), dice.choice(list(Audience))),
            lambda: each(desk.withdraw, [one.id for one in desk.floor().bulletins]),
            lambda: each(desk.take_alarm, [one.key for one in desk.floor().alarms[:3]]),
            lambda: [desk.go(one.call.id) for one in desk.calls()],
            lambda: each(desk.helped, [one.call.id for one in desk.calls()]),
            lambda: desk.desk.prioritise(
                self.ticket(pick, TicketStatus.WAITING).label, dice.choice(list(PriorityClass))
            ),
            lambda: desk.desk.requeue(self.ticket(pick, TicketStatus.NO_SHOW).label),
            lambda: desk.desk.reprint(self.ticket(pick, TicketStatus.WAITING).label),
        )
        dice.choice(moves)()

    def drain(self) -> None:
        desk = Supervising(self.hall.store, Supervisor("1007", "", StaffRole.SUPERVISOR), "S1")
        self.hall.change_plan(staff=self.full.staff)
        for window in WINDOWS:
            desk.give_back(window)
        super().drain()


def case_move(
    move: Callable[[WholeHall, int, int], object],
) -> Callable[[Any, str, int], None]:
    """An action about one of the open cases, by any of the staff."""

    def act(floor: WholeHall, _window: str, pick: int) -> None:
        move(floor, pick, floor.a_case(pick))

    return act


def about(name: str) -> Callable[[Any, str, int], None]:
    """An action that is a method of the hall."""
    return lambda floor, _window, pick: getattr(floor, name)(pick)


def ended(outcome: Outcome, *missing: str) -> Callable[[Any, str, int], None]:
    return lambda floor, window, _pick: floor.move(
        window, "finish", Ending(outcome, missing=missing)
    )


def help_asked(floor: Any, window: str, _pick: int) -> None:
    Helping(floor.hall.store, f"window:{window}").ask(f"window {window}")


def each(move: Callable[[Any], object], ones: Sequence[object]) -> None:
    for one in ones:
        move(one)


MORE: dict[str, Callable[[Any, str, int], None]] = {
    **{f"end {one}": ended(one) for one in sorted(RATED_OUTCOMES)},
    "end supplement told": ended(Outcome.SUPPLEMENT, PAPER),
    "case accept": case_move(lambda f, n, c: f.cases(n).accept(c, Ending(OUTCOMES[n % 3]))),
    "case tell": case_move(lambda f, n, c: f.cases(n).tell(c, (PAPER,))),
    "case suspend": case_move(
        lambda f, n, c: f.cases(n).suspend(c, list(SuspendReason)[n % len(SuspendReason)])
    ),
    "case resume": case_move(lambda f, n, c: f.cases(n).resume(c)),
    "case note": case_move(lambda f, n, c: f.cases(n).note(c, "好")),
    "case finish": about("finish_case"),
    "case correct": about("correct"),
    "rate": about("rate"),
    "follow up": about("follow_up"),
    "rechoose": about("rechoose"),
    "help": help_asked,
    "floor": about("run_the_floor"),
}
ENDS = tuple(name for name in MORE if name.startswith("end "))
OFTEN = ("floor",) * 6 + tuple(one for one in MORE if " " not in one)
OFTEN += tuple(one for one in MORE if one.startswith("case"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "hall.db"
    load_hall_at(f"sqlite:///{path}", whole_hall())
    return path


@pytest.fixture
def floor(template: Path, tmp_path: Path) -> Iterator[WholeHall]:
    shutil.copy(template, tmp_path / "hall.db")
    ACTIONS.update(MORE)
    opened = WholeHall(f"sqlite:///{tmp_path}/hall.db")
    yield opened
    for name in MORE:
        del ACTIONS[name]
    opened.close()


def live(floor: WholeHall, seed: int, moves: int, check_every: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - days that can be played again
    for n in range(1, moves):
        window, pick = dice.choice(WINDOWS), dice.randrange(10_000)
        (what,) = dice.choices(("step", "issue", "often", "night"), (80, 9, 10.5, 0.5))
        if what == "step":
            floor.step(dice)
        elif what == "night":
            floor.night()
        else:
            floor.act(dice.choice(OFTEN) if what == "often" else what, window, pick)
        if n % check_every == 0:
            floor.check()
    floor.check()
    floor.drain()
    floor.check()


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_whatever_they_do_everybody_is_served(floor: WholeHall, seed: int) -> None:
    live(floor, seed, MOVES, 15)
    assert len(floor.done) > len(ACTIONS) // 4, "days on which something happened"


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10, 16))
def test_weeks_with_a_check_after_every_move(floor: WholeHall, seed: int) -> None:
    live(floor, seed, BIG, 1)
    live(floor, seed + 100, BIG, 20)  # a second week, for what comes about rarely
    missed = set(ACTIONS) - set(floor.done)
    assert len(missed) <= 6, missed
