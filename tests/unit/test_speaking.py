"""Which call a loudspeaker speaks next: the order, the age, how often, who leads."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hallclient.domain.announcement import CallKey, Spoken, Unspoken
from hallclient.domain.speaking import (
    ALERT_EVERY,
    FIRST_LANGUAGE_FROM,
    OLDEST,
    RECALL_YIELDS,
    Alert,
    CallToSpeak,
    Next,
    Reading,
    Sentences,
    SpeechQueue,
    alert_of,
    all_clear,
    volume_at,
)
from hallclient.domain.spoken_call import CallForm, clips_of, number_keys, prefix_keys, window_key

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def call(turn: int, seconds: float = 0, calls: int = 1, zone: str = "A") -> CallToSpeak:
    return CallToSpeak(turn, calls, f"A{turn:03}", "3", zone, at(seconds))


def leading(*calls: CallToSpeak, zones: str = "A") -> SpeechQueue:
    queue = SpeechQueue()
    queue.lead(frozenset(zones))
    for one in calls:
        queue.add(one)
    return queue


def spoken(queue: SpeechQueue, seconds: float) -> tuple[CallKey, int]:
    """Speak the next call to its end; return it and how often it was spoken."""
    reading = queue.next(at(seconds)).say
    assert isinstance(reading, Reading)
    times = 1 + queue.again()
    (result, *_) = queue.over(times)
    return (result.turn_id, result.calls), result.times


def test_twice_when_nobody_waits_once_from_one() -> None:
    queue = leading(call(1), call(2, 1))
    assert spoken(queue, 2) == ((1, 1), 1)
    assert spoken(queue, 8) == ((2, 1), 2)
    assert queue.next(at(20)).say is None


def test_a_call_that_comes_during_the_first_time_ends_it() -> None:
    queue = leading(call(1))
    queue.next(at(0))
    assert queue.again()
    queue.add(call(2, 3))
    assert not queue.again()


def test_never_two_at_once() -> None:
    queue = leading(call(1), call(2))
    assert queue.next(at(1)).say is not None
    assert queue.next(at(1)).say is None
    assert not queue.due(at(1))


@pytest.mark.parametrize(("age", "why"), [(45, None), (45.1, Unspoken.TOO_OLD)])
def test_older_than_45_seconds_is_not_spoken(age: float, why: Unspoken | None) -> None:
    queue = leading(call(1))
    step = queue.next(at(age))
    assert (step.say is None) == (why is not None)
    expected = Spoken(1, 1, "A", 0, why, round(age * 1000))
    assert step.dropped == (() if why is None else (expected,))


def test_called_again_while_it_waits_is_spoken_once_for_both() -> None:
    queue = leading(call(1), call(2, 1), call(1, 6, calls=2))
    assert queue.backlog() == 2
    queue.next(at(7))
    results = queue.over(1)
    assert {(r.turn_id, r.calls): r.delay_ms for r in results} == {(1, 1): 7000, (1, 2): 1000}
    assert spoken(queue, 12)[0] == (2, 1)


def test_the_first_call_grows_too_old_its_recall_does_not() -> None:
    queue = leading(call(1), call(1, 30, calls=2))
    step = queue.next(at(50))
    assert [result.why for result in step.dropped] == [Unspoken.TOO_OLD]
    assert isinstance(step.say, Reading)
    assert [one.key for one in step.say.calls] == [(1, 2)]


def test_what_was_spoken_is_not_spoken_again() -> None:
    queue = leading(call(1))
    spoken(queue, 0)
    queue.add(call(1))
    assert not queue.due(at(1))
    queue.add(call(1, 6, calls=2))
    assert spoken(queue, 6)[0] == (1, 2)


def test_a_recall_lets_first_calls_go_ahead_for_a_while() -> None:
    yields = RECALL_YIELDS.total_seconds()
    queue = leading(call(1, 0, calls=2), call(2, yields - 1), call(3, yields + 1))
    order = [spoken(queue, yields + 2)[0][0] for _ in range(3)]
    assert order == [2, 1, 3]


def test_who_answers_is_not_called() -> None:
    queue = leading(call(1), call(2))
    (gone,) = queue.answered(2)
    assert (gone.turn_id, gone.times, gone.why) == (2, 0, Unspoken.ANSWERED)
    reading = queue.next(at(1)).say
    assert isinstance(reading, Reading)
    assert queue.answered(1) == ()
    assert not queue.again(), "who stands there already is not called a second time"
    assert queue.over(1)[0].times == 1
    assert queue.next(at(2)) == Next(None)


def test_another_board_leads() -> None:
    queue = leading(call(1), call(2, zone="B"))
    assert queue.held() == ((2, 1),)
    assert spoken(queue, 1) == ((1, 1), 2)
    assert queue.next(at(9)).say is None
    queue.lead(frozenset("AB"))
    assert spoken(queue, 10)[0] == (2, 1)


def test_what_others_have_spoken_is_forgotten() -> None:
    queue = leading(call(1, zone="B"), call(1, 5, calls=2, zone="B"), call(2, zone="B"))
    queue.heard_elsewhere([(1, 1), (2, 1), (9, 9)])
    assert queue.held() == ((1, 2),)
    queue.add(call(2, zone="B"))
    queue.lead(frozenset("B"))
    assert spoken(queue, 6)[0] == (1, 2)
    assert not queue.due(at(6))


def test_what_others_lead_ends_without_a_word_of_ours() -> None:
    queue = leading(call(1, zone="B"), call(2, zone="B"))
    assert queue.answered(1) == ()
    assert queue.next(at(100)).dropped == ()
    assert queue.held() == ()


def test_held_calls_do_not_pile_up() -> None:
    queue = leading()
    for n in range(1000):
        queue.add(call(n, n, zone="B"))
    assert len(queue.held()) <= OLDEST.total_seconds() + 1


def test_from_a_backlog_of_four_the_first_language_only() -> None:
    queue = leading(*(call(n) for n in range(FIRST_LANGUAGE_FROM + 1)))
    readings = []
    for _ in range(2):
        step = queue.next(at(1)).say
        assert isinstance(step, Reading)
        readings.append(step.first_language_only)
        queue.over(1)
    assert readings == [True, False]


# Emergencies


def test_an_emergency_goes_first_and_comes_again() -> None:
    alert = alert_of("fire", drill=True, zones=(), calls_go_on=False)
    queue = leading(call(1))
    queue.alert(alert)
    said = queue.next(at(0)).say
    assert said == Sentences(("say/drill", "say/fire"), alarm=True)
    queue.said(said, at(10))
    assert queue.next(at(11)).say is None, "no number is called while people shall leave"
    again = at(10) + ALERT_EVERY
    assert queue.wake_at() == again
    assert queue.next(again).say == said
    queue.said(said, at(40))
    assert [result.why for result in queue.next(at(46)).dropped] == [Unspoken.TOO_OLD]


def test_calls_go_on_beside_a_notice_that_allows_it() -> None:
    queue = leading(call(1))
    queue.alert(Alert(("say/other",), calls_go_on=True))
    said = queue.next(at(0)).say
    assert isinstance(said, Sentences)
    queue.said(said, at(5))
    assert spoken(queue, 6)[0] == (1, 1)


def test_an_emergency_interrupts_a_call_and_the_call_comes_back() -> None:
    queue = leading(call(1))
    queue.next(at(0))
    queue.alert(Alert(("say/other",), calls_go_on=True))
    assert queue.urgent()
    queue.put_back()
    said = queue.next(at(1)).say
    assert isinstance(said, Sentences)
    assert queue.stands(said)
    queue.said(said, at(4))
    assert spoken(queue, 5) == ((1, 1), 2)


def test_who_came_while_an_emergency_cut_the_call_off_is_told_of() -> None:
    queue = leading(call(1))
    queue.next(at(2))
    queue.answered(1)
    queue.alert(Alert(("say/fire",)))
    assert queue.put_back() == (Spoken(1, 1, "A", 0, Unspoken.ANSWERED, 2000),)
    queue.add(call(1))
    assert queue.backlog() == 0


def test_the_end_of_an_emergency() -> None:
    queue = leading(call(1))
    queue.alert(Alert(("say/fire",)))
    said = queue.next(at(0)).say
    assert isinstance(said, Sentences)
    queue.alert(None)
    assert not queue.stands(said)
    queue.said(said, at(3))
    queue.say(all_clear(drill=False))
    assert queue.next(at(4)).say == Sentences(("say/ended",))
    assert spoken(queue, 8)[0] == (1, 1)


def test_an_emergency_is_said_on_while_the_hall_is_away() -> None:
    queue = leading(call(1))
    queue.lapse("A")
    queue.alert(Alert(("say/other",), calls_go_on=True))
    said = queue.next(at(0)).say
    assert isinstance(said, Sentences)
    queue.said(said, at(3))
    assert queue.held() == ((1, 1),)
    assert queue.next(at(4)).say is None, "another board may have spoken the call"
    assert queue.next(at(3) + ALERT_EVERY).say == said
    queue.alert(None)
    queue.say(all_clear(drill=False))
    assert isinstance(queue.next(at(30)).say, Sentences)
    queue.alert(Alert(("say/fire",)))
    queue.lead(frozenset())
    assert not queue.due(at(40)), "the hall says that another board leads"


def test_an_emergency_of_other_zones_is_not_said_here() -> None:
    queue = leading(call(1))
    queue.alert(Alert(("say/fire",), zones=("B",)))
    queue.say("say/ended", zones=("B",))
    assert not queue.urgent()
    assert spoken(queue, 0)[0] == (1, 1)
    assert queue.wake_at() is None


@pytest.mark.parametrize(
    ("now", "expected"),
    [(time(7), 20), (time(8), 80), (time(12, 29), 80), (time(12, 30), 40), (time(23), 20)],
)
def test_how_loud_it_is_at_a_time_of_day(now: time, expected: int) -> None:
    steps = ((time(18), 20), (time(8), 80), (time(12, 30), 40))
    assert volume_at(steps, now) == expected
    assert volume_at((), now) == 80


# Any day


class Day:
    """A queue, the floor around it, and what was told."""

    def __init__(self, leads: str) -> None:
        self.queue, self.leads = leading(zones=leads), leads
        self.now = 0.0
        self.counts = dict.fromkeys(range(1, 7), 0)
        self.mine: set[CallKey] = set()
        self.results: list[Spoken] = []

    def call(self, turn: int) -> None:
        zone = "AB"[turn % 2]
        self.counts[turn] += 1
        self.queue.add(call(turn, self.now, self.counts[turn], zone))
        if zone in self.leads:
            self.mine.add((turn, self.counts[turn]))

    def answered(self, turn: int) -> None:
        self.results += self.queue.answered(turn)

    def alert(self, kind: int) -> None:
        alerts = (None, None, Alert(("say/fire",)), Alert(("say/other",), calls_go_on=True))
        self.queue.alert(alerts[kind % 4])

    def wait(self, seconds: int) -> None:
        self.now += seconds * 5

    def speak(self, seconds: int) -> None:
        step = self.queue.next(at(self.now))
        self.results += step.dropped
        self.now += seconds
        if isinstance(step.say, Reading):
            again = self.queue.again()
            assert not (again and self.queue.backlog())
            self.results += self.queue.over(1 + again)
        elif step.say is not None:
            self.queue.said(step.say, at(self.now))


KINDS = ["call", "call", "answered", "alert", "wait", "speak", "speak"]
EVENTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 6)), max_size=50)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS, st.sampled_from(["A", "AB"]))
def test_every_call_has_one_result_and_none_is_late(
    events: list[tuple[str, int]], leads: str
) -> None:
    day = Day(leads)
    for kind, number in [*events, ("alert", 0), *[("speak", 4)] * 40]:
        getattr(day, kind)(number)
        day.now += 0.001
    keys = [(result.turn_id, result.calls) for result in day.results]
    assert len(keys) == len(set(keys))
    assert set(keys) == day.mine
    for result in day.results:
        assert (result.times == 0) == (result.why is not None)
        assert not result.times or result.delay_ms <= OLDEST.total_seconds() * 1000


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=20))
def test_nobody_is_overtaken_by_what_was_called_later_than_the_credit(
    made: list[tuple[int, bool]],
) -> None:
    calls = [
        call(turn, seconds, calls=2 if recall else 1) for turn, (seconds, recall) in enumerate(made)
    ]
    queue = leading(*calls)
    order = []
    while isinstance(reading := queue.next(at(40)).say, Reading):
        order.append(reading.call)
        queue.over(1)
    assert len(order) == len(calls)
    for place, earlier in enumerate(order):
        for later in order[place + 1 :]:
            assert earlier.called_at - later.called_at <= RECALL_YIELDS


# Clips


HAVE = {
    "prefix/A", "prefix/AB", "number/012", "number/012/yao", "number/005", "first/12",
    "first/12/yao", "last/34", "window/3", "window/综合1", "place/F2",
}  # fmt: skip


@pytest.mark.parametrize(
    ("label", "window", "place", "form", "expected"),
    [
        ("A012", "3", "", CallForm(), "prefix/A number/012 window/3"),
        ("A012", "03", "", CallForm(yao=True), "prefix/A number/012/yao window/3"),
        ("A005", "3", "", CallForm(yao=True), "prefix/A number/005 window/3"),
        ("AB1234", "3", "", CallForm(), "prefix/AB first/12 last/34 window/3"),
        ("AB1234", "3", "", CallForm(yao=True), "prefix/AB first/12/yao last/34 window/3"),
        ("A012", "3", "F2", CallForm(), "prefix/A number/012 place/F2 window/3"),
        ("A012", "3", "F9", CallForm(), "prefix/A number/012 window/3"),
        ("A012", "综合1", "", CallForm(), "prefix/A number/012 window/综合1"),
        ("A012", "3", "", CallForm(order=("window", "number")), "window/3 number/012"),
        ("A012", "4", "", CallForm(), None),
        ("B012", "3", "", CallForm(), None),
        ("A999", "3", "", CallForm(), None),
        ("012", "3", "", CallForm(), None),
        ("a012", "3", "", CallForm(), None),
    ],
)
def test_the_clips_of_a_call(
    label: str, window: str, place: str, form: CallForm, expected: str | None
) -> None:
    parts = clips_of(label, window, place, HAVE, form)
    assert (None if parts is None else " ".join(key for part in parts for key in part)) == expected


def test_keys_of_labels_and_windows() -> None:
    assert (prefix_keys("AB107"), number_keys("AB107")) == (("prefix/AB",), ("number/107",))
    assert number_keys("A1234") == ("first/12", "last/34")
    assert (prefix_keys("A１２３"), number_keys("A12")) == ((), ())
    assert [window_key(text) for text in ("12", "012", "A12", " 综合 ")] == [
        "window/12", "window/12", "window/A12", "window/综合",
    ]  # fmt: skip
