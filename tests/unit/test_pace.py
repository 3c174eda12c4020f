"""The pace of a queue (domain.pace): what is stored comes back, and damage starts anew."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.estimate import Place, estimate
from hallclient.domain.pace import Pace

MOVES = st.lists(
    st.tuples(st.sampled_from(["joined", "called", "left"]), st.floats(0, 30)), max_size=60
)


@given(MOVES)
def test_a_stored_pace_comes_back(moves: list[tuple[str, float]]) -> None:
    pace, at = Pace(), 0.0
    for name, after in moves:
        at += after
        if name == "called":
            pace.called(at, after)
        else:
            getattr(pace, name)(at)
    assert Pace.of(pace.text()) == pace
    assert pace.waiting >= 0


@given(st.text(max_size=40))
def test_damage_starts_anew(text: str) -> None:
    assert isinstance(Pace.of(text), Pace)


def test_nothing_known_is_no_estimate() -> None:
    assert estimate(Pace(), Place(at=0, ahead=4, windows=1)) is None


def test_more_ahead_wait_longer() -> None:
    pace = Pace()
    for minute in range(20):
        pace.joined(minute * 5)
        pace.joined(minute * 5)
        pace.called(minute * 5 + 4, 4)
    waits = [estimate(pace, Place(at=100, ahead=n, windows=1)) for n in range(30)]
    assert all(a and b and a.p50 < b.p50 for a, b in pairwise(waits))
