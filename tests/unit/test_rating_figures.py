"""Small groups tell nothing, neither by themselves nor by what is left of the sum."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.rating_figures import (
    LEAST,
    RatingFigures,
    Tally,
    figures_of,
    hidden,
    total_of,
)

levels = st.tuples(*[st.integers(0, 7)] * 5)
tables = st.dictionaries(st.sampled_from("ABCDEFGH"), st.builds(Tally, levels), max_size=8)


@given(tables)
def test_what_is_hidden_cannot_be_reckoned(groups: dict[str, Tally]) -> None:
    total, rows = figures_of(groups, total_of(groups.values()))
    shown = {key: row.tally for key, row in rows.items() if row.tally is not None}
    for key, tally in shown.items():
        assert tally == groups[key]
        assert tally.active >= LEAST
    if total.tally is not None:
        left = total.tally.active - sum(tally.active for tally in shown.values())
        assert left == 0 or left >= LEAST, "the sum minus what is shown is a group too"
    else:
        assert not shown


@given(tables)
def test_no_more_is_hidden_than_must_be(groups: dict[str, Tally]) -> None:
    secret = hidden({key: tally.active for key, tally in groups.items()})
    few = {key for key, tally in groups.items() if 0 < tally.active < LEAST}
    assert few <= secret
    extra = secret - few
    if extra:
        largest = max(extra, key=lambda key: groups[key].active)
        assert 0 < sum(groups[key].active for key in secret - {largest}) < LEAST


def test_a_single_small_row_takes_the_next_with_it() -> None:
    assert hidden({"A": 2, "B": 30, "C": 7, "D": 0}) == {"A", "C"}
    assert hidden({"A": 2, "B": 3, "C": 7}) == {"A", "B"}, "five together"
    assert hidden({"A": 5, "B": 0}) == frozenset()
    assert hidden({"A": 4}) == {"A"}


def test_shares() -> None:
    tally = Tally((1, 1, 2, 3, 3), asked=40, answered=10, defaults=4, low=2, called=1, in_time=1)
    figures = RatingFigures(40, tally)
    assert (figures.satisfied, figures.response) == (Fraction(8, 10), Fraction(1, 4))
    assert figures.in_time == Fraction(1, 2)
    assert RatingFigures(3).satisfied is None
    assert RatingFigures(3, Tally()).response is None, "nobody was asked"
    assert tally + Tally(low=1) == Tally((1, 1, 2, 3, 3), 40, 10, 4, 3, 1, 1)
