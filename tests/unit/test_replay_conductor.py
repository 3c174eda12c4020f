"""Virtual time: order of the seconds, and idle windows that see a new ticket within five."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from hallclient.domain.rating import Level
from hallclient.domain.rules import PriorityClass
from hallclient.domain.turn import Outcome
from hallclient.lab.replay.actors import Act, Notes
from hallclient.lab.replay.conductor import Conductor, ReplayError, Troupe
from hallclient.lab.replay.day import Citizen, DayPlan, WindowDay
from hallclient.lab.replay.worker import Bow

Deal = Callable[[int, str, Act, int, Notes], None]


@dataclass
class FakePipe:
    deal: Deal
    sent: list[Any] = field(default_factory=list)
    answer: object = None

    def send(self, order: Any) -> None:
        self.sent.append(order)
        if order is None:
            self.answer = Bow({"issue": [1.0]})
            return
        second, todo = order
        notes = Notes()
        for actor, act, subject in todo:
            self.deal(second, actor, act, subject, notes)
        self.answer = notes


class FakeTroupe:
    """One process that does what ``deal`` says."""

    def __init__(self, deal: Deal, actors: Iterable[str]) -> None:
        self.pipes = [FakePipe(deal)]
        self.stage_of = dict.fromkeys(actors, 0)

    def answers(self, stages: Iterable[int]) -> Iterator[Any]:
        for stage in stages:
            yield self.pipes[stage].answer


def citizen(number: int, arrives: int, *, returns_after: int | None = None) -> Citizen:
    return Citizen(
        number=number,
        arrives=arrives,
        service="ZH001",
        queue="A",
        priority=PriorityClass.NORMAL,
        walks=10,
        handling=60,
        shows_up=True,
        returns_after=returns_after,
        outcome=Outcome.CONSULT,
        rates_after=None,
        level=Level.SATISFIED,
    )


def window(name: str, refreshes: int) -> WindowDay:
    return WindowDay(name, ("A",), "1001", 90, 100, 1000, 2000, (), refreshes)


def day(windows: tuple[WindowDay, ...], *citizens: Citizen) -> DayPlan:
    return DayPlan(citizens, windows, 1, {"A": 900})


def test_time_never_runs_back() -> None:
    """What is done in a past second would be written behind what others have done since."""

    def deal(second: int, actor: str, act: Act, _subject: int, notes: Notes) -> None:
        if act is Act.ISSUE:
            notes.events.append((second - 1, actor, Act.DELIVER, 1))

    with pytest.raises(ReplayError, match="K1 wants to deliver before 200, at 199"):
        play(day((), citizen(0, 200)), deal)


def play(plan: DayPlan, deal: Deal) -> list[tuple[int, str, Act]]:
    seen: list[tuple[int, str, Act]] = []

    def noted(second: int, actor: str, act: Act, subject: int, notes: Notes) -> None:
        seen.append((second, actor, act))
        deal(second, actor, act, subject, notes)

    players = FakeTroupe(noted, ["K1", *(w.window for w in plan.windows)])
    conductor = Conductor(plan, cast("Troupe", players), ["K1"])
    assert conductor.play() == {"issue": [1.0]}
    return seen


def test_an_idle_window_calls_at_its_refresh_after_a_ticket_also_when_a_rating_came_between() -> (
    None
):
    waiting = 0

    def deal(second: int, actor: str, act: Act, _subject: int, notes: Notes) -> None:
        nonlocal waiting
        if act is Act.SIGN_IN:
            notes.events.append((100, actor, Act.CALL, 0))
            notes.events.append((150, actor, Act.RATE, 0))
        elif act is Act.ISSUE:
            waiting += 1
            notes.waiting.append(("A", 1))
        elif act is Act.CALL and waiting:
            waiting -= 1
            notes.waiting.append(("A", -1))
        elif act is Act.CALL:
            notes.idle.append(actor)

    seen = play(day((window("1", refreshes=3),), citizen(0, 201)), deal)
    assert [second for second, _actor, act in seen if act is Act.CALL] == [100, 203]


def test_windows_at_one_queue_look_in_turn_and_only_while_somebody_waits() -> None:
    waiting = 0

    def deal(second: int, actor: str, act: Act, _subject: int, notes: Notes) -> None:
        nonlocal waiting
        if act is Act.SIGN_IN:
            notes.events.append((100, actor, Act.CALL, 0))
        elif act is Act.ISSUE:
            waiting += 1
            notes.waiting.append(("A", 1))
        elif act is Act.CALL and waiting:
            waiting -= 1
            notes.waiting.append(("A", -1))
        elif act is Act.CALL:
            notes.idle.append(actor)

    windows = (window("1", refreshes=4), window("2", refreshes=2), window("3", refreshes=2))
    seen = play(day(windows, citizen(0, 201)), deal)
    called = [(second, actor) for second, actor, act in seen if act is Act.CALL and second > 100]
    # 2 and 3 race in second 202, one of them wins; window 1 sees an empty queue at 204.
    assert called == [(202, "2"), (202, "3")]


def test_a_ticket_issued_in_the_second_of_a_vain_call_is_not_forgotten() -> None:
    def deal(second: int, actor: str, act: Act, _subject: int, notes: Notes) -> None:
        if act is Act.SIGN_IN:
            notes.events.append((200, actor, Act.CALL, 0))
        elif act is Act.ISSUE:
            notes.waiting.append(("A", 1))
        elif act is Act.CALL and second == 200:
            notes.idle.append(actor)
        elif act is Act.CALL:
            notes.waiting.append(("A", -1))

    seen = play(day((window("1", refreshes=1),), citizen(0, 200)), deal)
    assert [second for second, _actor, act in seen if act is Act.CALL] == [200, 201]


def test_a_no_show_comes_back_only_while_tickets_are_given_out() -> None:
    def deal(second: int, actor: str, act: Act, subject: int, notes: Notes) -> None:
        if act is Act.ISSUE:
            notes.missed.append((subject, 77))

    early, late = citizen(0, 300, returns_after=100), citizen(1, 850, returns_after=100)
    never = citizen(2, 310)
    seen = play(day((), early, late, never), deal)
    assert [(second, act) for second, _actor, act in seen if act is Act.REQUEUE] == [
        (400, Act.REQUEUE)
    ]


def test_seconds_come_in_order_and_each_once() -> None:
    def deal(second: int, actor: str, act: Act, subject: int, notes: Notes) -> None:
        if act is Act.ISSUE:
            notes.events.append((second + 2, actor, Act.DELIVER, subject))

    seen = play(day((), *(citizen(n, 300 + 3 * (n % 4)) for n in range(8))), deal)
    seconds = [second for second, _actor, _act in seen]
    assert seconds == sorted(seconds)
    assert len(seen) == 16
