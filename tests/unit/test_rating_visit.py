"""What a citizen does on the rating page: given once, in time, and one end behind all of it."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hallclient.domain.rating_reason import REASONS, check_reasons
from hallclient.screen.rating.asked import ASK_S, Asked, Given
from hallclient.screen.rating.visit import (
    SETTLING_S,
    THANKS_S,
    RatingVisit,
    Step,
)

TURN = 7


class Desk:
    """A visit, with its time in the test's hand."""

    def __init__(self, contact: bool = True, **asked: Any) -> None:
        self.now = 1000.0
        self.given: list[Given] = []
        about = Asked(TURN, self.now + ASK_S, "B107", **asked)
        self.visit = RatingVisit(about, self.given.append, lambda: self.now, contact=contact)

    def press(self, what: str, *about: Any) -> bool:
        """Touch something a second later; return whether it was taken."""
        self.now += 1
        taken = self.visit.touch()
        if taken:
            getattr(self.visit, what)(*about)
        return taken

    def type(self, number: str) -> None:
        for digit in number:
            self.press("type_digit", digit)


def test_a_good_level_goes_at_once_and_a_bad_one_with_its_reasons() -> None:
    good = Desk()
    good.press("choose", 5)
    assert good.given == [Given(TURN, 5)]
    assert good.visit.step is Step.THANKS
    bad = Desk()
    bad.press("choose", 2)
    assert (bad.given, bad.visit.step) == ([], Step.REASONS)
    for code in ("213", "209", "210", "210"):
        bad.press("toggle", code)
    bad.press("toggle", "115")  # of another level
    bad.press("submit")
    assert bad.given == [Given(TURN, 2, ("209", "213"))]
    assert bad.visit.step is Step.THANKS


def test_reasons_of_a_good_level_are_asked_for_when_wanted() -> None:
    desk = Desk()
    desk.press("ask_why")
    desk.press("choose", 4)
    assert desk.visit.step is Step.REASONS
    desk.press("toggle", "411")
    desk.press("start_over")
    desk.press("choose", 5)
    assert desk.visit.reasons == frozenset()
    desk.press("submit")
    assert desk.given == [Given(TURN, 5)]


def test_who_walks_away_from_the_reasons_has_rated() -> None:
    desk = Desk()
    desk.press("choose", 1)
    desk.press("toggle", "115")
    desk.press("open_contact")
    desk.type("13800001234")
    desk.now += ASK_S
    assert desk.visit.seconds_left <= 0
    desk.visit.end()
    assert desk.given == [Given(TURN, 1, ("115",))], "a number that was not confirmed is gone"
    desk.visit.end()
    assert len(desk.given) == 1


def test_who_walks_away_from_the_levels_has_not() -> None:
    desk = Desk()
    desk.press("ask_why")
    desk.now += ASK_S
    desk.visit.end()
    assert desk.given == []


def test_a_number_to_call() -> None:
    desk = Desk(seconds=60.0)
    desk.press("choose", 2)
    desk.press("open_contact")
    assert desk.visit.typed == "", "nothing is filled in"
    desk.type("1380000")
    assert desk.visit.missing == 4
    desk.press("keep_contact")
    assert desk.visit.wrong
    assert desk.visit.step is Step.CONTACT
    desk.type("12349")  # the last one has no place
    assert (desk.visit.missing, desk.visit.wrong) == (0, False)
    desk.press("keep_contact")
    assert (desk.visit.step, desk.visit.contact) == (Step.REASONS, "13800001234")
    desk.press("open_contact")
    desk.press("drop_contact")
    assert desk.visit.contact == ""
    desk.press("open_contact")
    desk.type("0085261234567")
    desk.press("delete")
    assert (desk.visit.typed, desk.visit.missing) == ("008526123456", 0)
    desk.press("clear")
    desk.type("13911112222")
    desk.press("keep_contact")
    desk.press("submit")
    assert desk.given == [Given(TURN, 2, (), "13911112222")]
    assert "13911112222" not in f"{desk.given}{desk.visit}"


def test_without_the_hall_key_no_number_is_asked_for() -> None:
    desk = Desk(contact=False)
    desk.press("choose", 2)
    desk.press("open_contact")
    assert desk.visit.step is Step.REASONS


def test_nobody_calls_back_about_a_good_level() -> None:
    desk = Desk()
    desk.press("ask_why")
    desk.press("choose", 3)
    desk.press("open_contact")
    assert desk.visit.step is Step.REASONS


def test_the_end_is_the_same_whatever_was_pressed() -> None:
    """Behind every choice, and behind none, thanks stand until the hall's time is over."""
    ends = set()
    every: list[list[tuple[str, tuple[int, ...]]]] = [
        [("skip", ())],
        [("choose", (5,))],
        [("choose", (1,)), ("submit", ())],
        [("choose", (3,))],
    ]
    for moves in every:
        desk = Desk()
        for what, about in moves:
            desk.press(what, *about)
        assert desk.visit.step is Step.THANKS
        ends.add(desk.now + desk.visit.seconds_left)
        before = desk.visit.seconds_left
        assert desk.press("submit"), "a touch on thanks does nothing"
        assert desk.visit.seconds_left == before - 1
    assert ends == {1000.0 + ASK_S}


def test_thanks_can_be_read_when_the_time_was_over() -> None:
    desk = Desk()
    desk.press("choose", 1)
    for _ in range(2 * ASK_S - 4):
        desk.press("toggle", "115")
    desk.press("submit")
    assert desk.visit.seconds_left == THANKS_S


def test_touching_goes_on_but_not_for_ever() -> None:
    desk = Desk()
    desk.press("choose", 1)
    begun = desk.now
    while desk.press("toggle", "115"):
        assert desk.now - begun < 2 * ASK_S + 2
    assert desk.now - begun > 2 * ASK_S - 3


def test_the_halls_time_is_the_pages_and_comes_once_more_however_late_the_touch() -> None:
    desk = Desk(seconds=50.0)
    desk.now += ASK_S - 2
    desk.press("choose", 1)
    assert desk.visit.seconds_left == 50
    while desk.press("toggle", "115"):
        pass
    assert desk.now - 1000.0 <= ASK_S + 50 + 2


def test_the_second_tap_of_a_double_one_is_lost() -> None:
    desk = Desk()
    desk.press("choose", 1)
    desk.now += SETTLING_S / 2
    assert not desk.visit.touch()
    desk.now += SETTLING_S
    assert desk.visit.touch()


def test_asked_once_more_the_keys_are_back_and_the_time_anew() -> None:
    desk = Desk()
    desk.press("skip")
    desk.now += 10
    desk.visit.ask_again(Asked(TURN, desk.now + ASK_S, "B107"))
    assert (desk.visit.step, desk.visit.seconds_left) == (Step.LEVELS, ASK_S)
    desk.press("choose", 1)
    desk.visit.ask_again(Asked(TURN, desk.now + ASK_S, "B107"))
    assert desk.visit.used, "whoever is in the middle of it goes on"


def test_a_screen_that_can_do_neither_only_thanks() -> None:
    assert Desk(touched=False).visit.step is Step.THANKS
    code = Desk(touched=False, url="https://hall.example/R")
    assert code.visit.step is Step.LEVELS


class Citizen(RuleBasedStateMachine):
    """Anybody pressing anything at any time: at most one rating, and one that the hall takes."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    @rule(what=st.sampled_from(["skip", "ask_why", "start_over", "submit", "open_contact",
                                "keep_contact", "drop_contact", "delete", "clear"]))  # fmt: skip
    def press(self, what: str) -> None:
        self.desk.press(what)

    @rule(level=st.integers(-1, 7))
    def choose(self, level: int) -> None:
        self.desk.press("choose", level)

    @rule(level=st.sampled_from(sorted(REASONS)), n=st.integers(0, 7))
    def toggle(self, level: int, n: int) -> None:
        self.desk.press("toggle", REASONS[level][n])

    @rule(number=st.sampled_from(["1", "13800001234", "0", "0085261234567", "99"]))
    def type(self, number: str) -> None:
        self.desk.type(number)

    @precondition(lambda self: self.desk.visit.seconds_left > 0)
    @rule(seconds=st.floats(0, 25))
    def wait(self, seconds: float) -> None:
        self.desk.now += seconds

    @invariant()
    def gives_what_the_hall_takes(self) -> None:
        for given in self.desk.given:
            check_reasons(given.level, given.reasons)
        assert len(self.desk.given) <= 1
        assert self.desk.visit.seconds_left <= 2 * ASK_S + THANKS_S
        if self.desk.given:
            assert self.desk.visit.step is Step.THANKS
            assert not self.desk.visit.level
            assert not self.desk.visit.contact

    def teardown(self) -> None:
        begun = self.desk.visit.used
        before = len(self.desk.given)
        self.desk.visit.end()
        assert len(self.desk.given) == before + begun


TestCitizen = Citizen.TestCase
TestCitizen.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
