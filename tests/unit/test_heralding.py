"""Which calls a board speaks: those of the zones it leads, and none that another has spoken."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from hallclient.display.heralding import Herald
from hallclient.domain.announcement import Announcement, CallKey, Spoken, Unspoken
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Zone
from hallclient.domain.speaking import OLDEST, Alert, CallToSpeak, Reading, SpeechQueue
from hallclient.domain.text import NO_TEXT, LocalText
from hallclient.services.board import BoardCall

NOON = datetime(2026, 9, 29, 4, tzinfo=UTC)
LED = frozenset({"1A"})


@dataclass
class Loudspeaker:
    """A voice whose queue is the real one, without any sound."""

    queue: SpeechQueue = field(default_factory=SpeechQueue)
    told: list[Spoken] = field(default_factory=list)

    def held(self) -> tuple[CallKey, ...]:
        return self.queue.held()

    def heard_elsewhere(self, calls: Iterable[CallKey]) -> None:
        self.queue.heard_elsewhere(calls)

    def lead(self, zones: frozenset[str]) -> None:
        self.queue.lead(zones)

    def call(self, call: CallToSpeak) -> None:
        self.queue.add(call)

    def answered(self, turn_id: int) -> None:
        self.told += self.queue.answered(turn_id)

    def follow(self, plan: HallPlan, now: Callable[[], datetime]) -> None: ...

    def listen(self, listener: object) -> None: ...

    def alert(self, alert: Alert | None) -> None: ...

    def say(self, *sentences: str, zones: Iterable[str] = ()) -> None: ...

    def close(self) -> None: ...


@dataclass
class Stage:
    now: datetime = NOON
    looks: int = 0
    known: dict[CallKey, Announcement] = field(default_factory=dict)
    away: bool = False
    asked: list[tuple[CallKey, ...]] = field(default_factory=list)
    voice: Loudspeaker = field(default_factory=Loudspeaker)
    herald: Herald = field(init=False)

    def __post_init__(self) -> None:
        self.herald = Herald(self.voice, self._known, self._look, lambda: self.now)

    def _known(self, calls: Iterable[CallKey]) -> Mapping[CallKey, Announcement]:
        if self.away:
            raise ConnectionError("the hall is away")
        self.asked.append(tuple(calls))
        return {key: self.known[key] for key in self.asked[-1] if key in self.known}

    def _look(self) -> None:
        self.looks += 1

    def call(
        self,
        turn: int,
        *,
        ago: float = 0,
        zone: str = "1A",
        found: bool = False,
        awaited: bool = True,
    ) -> bool:
        at = self.now - timedelta(seconds=ago)
        label = f"A{turn:03}"
        call = BoardCall(turn, label, "3", zone, NO_TEXT, at, 1, active=True, awaited=awaited)
        return self.herald.announce(call, found=found)

    def spoken(self) -> list[int]:
        """What the loudspeaker says from now on, in its order."""
        said = []
        while isinstance(one := self.voice.queue.next(self.now).say, Reading):
            said.append(one.call.turn_id)
            self.voice.queue.over(1)
        return said


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_leader_speaks_at_once_and_others_are_silent(stage: Stage) -> None:
    assert not stage.call(1)
    assert stage.spoken() == []
    stage.herald.led(LED)
    stage.now += timedelta(seconds=1)
    assert stage.call(2)
    assert not stage.call(3, zone="2B")
    assert stage.spoken() == [1, 2], "nobody had spoken the first one"


def test_a_new_leader_speaks_what_the_former_one_did_not(stage: Stage) -> None:
    for turn, ago in ((1, 50), (2, 30), (3, 20), (4, 10), (5, 5)):
        stage.call(turn, ago=ago)
    stage.known = {
        (2, 1): Announcement(2, 1, spoken_at=NOON, times=1),
        (3, 1): Announcement(3, 1, why=Unspoken.NO_CLIP),
        (5, 1): Announcement(5, 1, why=Unspoken.NO_SOUND),
    }
    stage.herald.led(LED)
    assert stage.spoken() == [4, 5], "the first is too old, two others were dealt with"


def test_a_former_leader_that_tells_late_what_it_spoke_is_heard(stage: Stage) -> None:
    for turn in (1, 2):
        stage.call(turn, ago=5)
    stage.herald.led(LED)
    assert not stage.call(3, ago=5)
    stage.herald.led(LED)
    stage.known = {(turn, 1): Announcement(turn, 1, spoken_at=NOON, times=1) for turn in (2, 3)}
    stage.now += timedelta(seconds=10)
    stage.herald.led(LED)
    assert stage.spoken() == [1]


def test_a_leader_asks_no_more_when_what_it_took_over_is_too_old(stage: Stage) -> None:
    stage.call(1)
    stage.herald.led(LED)
    stage.now += OLDEST
    stage.herald.led(LED)
    assert stage.asked == [((1, 1),), ((1, 1),)]
    stage.now += timedelta(seconds=1)
    stage.herald.led(LED)
    stage.herald.led(LED)
    assert len(stage.asked) == 2


def test_calls_from_before_the_lead_are_looked_up(stage: Stage) -> None:
    stage.herald.led(LED)
    stage.known = {(1, 1): Announcement(1, 1, spoken_at=NOON, times=2)}
    assert not stage.call(1, ago=5)
    assert not stage.call(2, ago=5)
    assert not stage.call(3, ago=0, found=True)
    assert stage.looks == 3
    assert stage.spoken() == []
    stage.herald.led(LED)
    assert stage.spoken() == [2, 3]


def test_who_stands_at_the_window_is_not_called(stage: Stage) -> None:
    stage.call(1)
    stage.herald.led(LED)
    stage.call(2, ago=5)
    for label in ("A001", "A002", "A777"):
        stage.herald.settle(label)
    stage.herald.led(LED)
    assert stage.spoken() == []


def test_a_call_made_and_begun_while_the_hall_was_away_is_told_to_be_unspoken(
    stage: Stage,
) -> None:
    """By who leads its zone, also when the lead comes back after the board has read the hall."""
    stage.herald.led(LED)
    stage.herald.led(frozenset())
    for turn, zone in ((1, "1A"), (2, "1A"), (3, "2B")):
        assert not stage.call(turn, ago=30, zone=zone, awaited=False)
        stage.herald.settle(f"A{turn:03}")
    assert stage.looks == 3
    stage.herald.led(frozenset())
    assert stage.voice.told == []
    stage.known = {(2, 1): Announcement(2, 1, spoken_at=NOON, times=1)}
    stage.herald.led(LED)
    assert [(one.key, one.why) for one in stage.voice.told] == [((1, 1), Unspoken.ANSWERED)]
    assert stage.spoken() == []
    stage.herald.led(LED)
    assert len(stage.voice.told) == 1


def test_a_call_that_was_to_be_looked_up_and_is_begun_meanwhile_is_told(stage: Stage) -> None:
    """It was made before the lead, and a start came before the hall was asked about it."""
    stage.herald.led(LED)
    stage.known = {(2, 1): Announcement(2, 1, spoken_at=NOON, times=1)}
    for turn in (1, 2):
        assert not stage.call(turn, ago=5)
        stage.herald.settle(f"A{turn:03}")
    assert stage.voice.told == []
    assert stage.looks == 4
    stage.herald.led(LED)
    assert [(one.key, one.why) for one in stage.voice.told] == [((1, 1), Unspoken.ANSWERED)]
    assert stage.spoken() == []


def test_a_board_that_lost_the_lead_is_silent_and_comes_back(stage: Stage) -> None:
    stage.herald.led(LED)
    stage.herald.led(frozenset())
    stage.now += timedelta(seconds=1)
    stage.call(1)
    assert stage.spoken() == []
    stage.known = {(1, 1): Announcement(1, 1, spoken_at=NOON, times=1)}
    stage.herald.led(LED)
    assert stage.spoken() == []


def test_a_place_is_said_by_a_board_of_several_floors(stage: Stage) -> None:
    one, two = LocalText("一楼"), LocalText("二楼")
    zones = (Zone("1A", NO_TEXT, one), Zone("1B", NO_TEXT, one), Zone("2B", NO_TEXT, two))
    plan = HallPlan("650100000000-01", LocalText("示例"), zones=zones)
    said: list[str] = []
    for shown in (("1A", "2B"), ("1A", "1B"), ("2B",), ()):
        stage.herald.stand(plan, shown)
        stage.herald.led(frozenset({"1A", "2B"}))
        stage.now += timedelta(seconds=1)
        stage.call(len(said) + 1, zone="2B")
        one_call = stage.voice.queue.next(stage.now).say
        assert isinstance(one_call, Reading)
        said.append(one_call.call.place)
        stage.voice.queue.over(1)
    assert said == ["2B", "", "", ""]


def test_a_lease_that_ran_out_ends_the_lead_without_asking_the_hall(stage: Stage) -> None:
    stage.herald.led(LED)
    stage.call(1, ago=5)
    stage.away = True
    stage.herald.led(frozenset())
    assert stage.spoken() == [], "nobody knows whether it was spoken elsewhere"
    stage.away = False
    stage.known = {(1, 1): Announcement(1, 1, spoken_at=NOON, times=1)}
    stage.call(2)
    stage.herald.led(LED)
    assert stage.spoken() == [2]
