"""Which calls stand large, and for how long."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hallclient.display.hero import HOLD_S, MIN_HOLD_S, TILES, Hero, hold_s, slots
from hallclient.display.roll import BOXES, Roll
from hallclient.domain.text import LocalText
from hallclient.services.board import BoardCall

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def call(number: int, at: float = 0.0, calls: int = 1) -> BoardCall:
    return BoardCall(
        number,
        f"A{number:03}",
        "1",
        "1A",
        LocalText("咨询"),
        START + timedelta(seconds=at),
        calls,
        active=True,
    )


def labels(calls: tuple[BoardCall, ...]) -> list[int]:
    return [call.turn_id for call in calls]


def test_hold_shrinks_with_the_backlog_and_never_below_two_seconds() -> None:
    assert [hold_s(n) for n in range(5)] == [8.0, 4.0, 8 / 3, 2.0, 2.0]


def test_the_first_call_is_large_at_once_and_stays() -> None:
    hero = Hero().called(call(1), 10.0)
    assert labels(hero.shown) == [1]
    assert hero.due() is None
    assert hero.turned(9999.0) == hero


def test_a_second_call_waits_for_half_the_time() -> None:
    hero = Hero().called(call(1), 0.0).called(call(2), 1.0)
    assert labels(hero.shown) == [1]
    assert hero.due() == 4.0
    assert labels(hero.turned(3.99).shown) == [1]
    assert labels(hero.turned(4.0).shown) == [2]


def test_a_call_after_a_long_rest_is_large_at_once() -> None:
    hero = Hero().called(call(1), 0.0).called(call(2), 60.0)
    assert labels(hero.shown) == [2]


def test_four_waiting_calls_make_tiles_and_the_newest_comes_back_alone() -> None:
    hero = Hero()
    for n in range(1, 6):
        hero = hero.called(call(n, at=n / 10), n / 10)
    assert labels(hero.shown) == [1]
    hero = hero.turned(2.1)
    assert hero.grid
    assert labels(hero.shown) == [5, 4, 3, 2]
    assert hero.due() == 2.1 + HOLD_S
    alone = hero.turned(2.1 + HOLD_S)
    assert labels(alone.shown) == [5]
    assert alone.due() is None


def test_a_newcomer_takes_the_tile_of_the_oldest_and_moves_nobody_else() -> None:
    hero = Hero()
    for n in range(1, 6):
        hero = hero.called(call(n, at=n / 10), n / 10)
    hero = hero.turned(2.1).called(call(6, at=3.0), 3.0)
    assert labels(hero.shown) == [5, 4, 3, 2]
    assert labels(hero.turned(6.1).shown) == [5, 4, 3, 6]


def test_a_recall_renews_the_large_call_in_its_place() -> None:
    hero = Hero().called(call(1), 0.0).called(call(1, at=1.0, calls=2), 1.0)
    assert [c.calls for c in hero.shown] == [2]
    assert hero.since == 1.0
    assert not hero.waiting


def test_a_recall_of_a_waiting_call_goes_behind_and_is_not_there_twice() -> None:
    hero = Hero().called(call(1), 0.0).called(call(2), 0.1).called(call(3), 0.2)
    hero = hero.called(call(2, at=0.3, calls=2), 0.3)
    assert labels(hero.waiting) == [3, 2]


def test_a_call_that_is_gone_makes_room_for_the_next() -> None:
    hero = Hero().called(call(1), 0.0).called(call(2), 0.1)
    assert labels(hero.without(lambda c: c.turn_id == 1, 0.2).shown) == [2]
    assert Hero().called(call(1), 0.0).without(lambda c: True, 0.1).shown == ()


def test_slots_are_always_four() -> None:
    hero = Hero((call(1), call(2), call(3)))
    assert slots(hero) == (call(1), call(2), call(3), None)


GAPS = st.lists(st.floats(0, 6, allow_nan=False), min_size=1, max_size=40)


@given(GAPS)
def test_every_call_is_seen_until_six_newer_ones_came(gaps: list[float]) -> None:
    roll, hero, now = Roll(), Hero(), 0.0
    for number, gap in enumerate(gaps):
        hero, now = _run(hero, now, now + gap)
        roll = roll.with_call(call(number, now))
        hero = hero.called(call(number, now), now)
        seen = {c.turn_id for c in (*hero.shown, *roll.recent(hero.shown))}
        assert set(range(max(0, number - BOXES + 1), number + 1)) <= seen
        assert len(hero.shown) <= TILES


@given(GAPS)
def test_large_calls_hold_at_least_two_seconds_and_keep_their_order(gaps: list[float]) -> None:
    hero, now, since, first_large = Hero(), 0.0, dict[int, float](), list[int]()

    def look(hero: Hero, now: float) -> None:
        large = {c.turn_id for c in hero.shown}
        for number in [n for n in since if n not in large]:
            assert now - since.pop(number) >= MIN_HOLD_S - 1e-9
        for number in sorted(large - since.keys()):
            since[number] = now
            if number not in first_large:
                first_large.append(number)

    for number, gap in enumerate([*gaps, 100.0]):
        end = now + gap
        while (due := hero.due()) is not None and due <= end:
            now = due
            hero = hero.turned(now)
            look(hero, now)
        now = end
        hero = hero.called(call(number, now), now)
        look(hero, now)
    assert first_large == sorted(first_large)
    assert first_large[-1] == len(gaps)


def _run(hero: Hero, now: float, end: float) -> tuple[Hero, float]:
    while (due := hero.due()) is not None and due <= end:
        now = due
        hero = hero.turned(now)
    return hero, end
