"""A wait is a range, rounded outward."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.estimate import WaitRange, shown_range


@pytest.mark.parametrize(
    ("p10", "p90", "low", "high"),
    [(11, 28, 10, 30), (52, 74, 50, 80), (0, 0, 0, 5), (10, 10, 10, 15), (55, 60, 55, 60)],
)
def test_vectors(p10: float, p90: float, low: int, high: int) -> None:
    assert shown_range(p10, p90) == WaitRange(low, high)


@given(st.floats(0, 600), st.floats(0, 600))
def test_what_is_shown_holds_what_was_estimated(one: float, other: float) -> None:
    p10, p90 = sorted((one, other))
    shown = shown_range(p10, p90)
    step = 10 if p90 > 60 else 5
    assert shown.low <= p10
    assert p90 <= shown.high
    assert shown.low % step == shown.high % step == 0
    assert shown.low < shown.high
    assert p10 - shown.low < step
    assert shown.high - p90 <= step
    assert shown.wide == (shown.high - shown.low > 30)


@pytest.mark.parametrize(("p10", "p90"), [(-1, 5), (6, 5), (float("nan"), 5)])
def test_what_is_no_range(p10: float, p90: float) -> None:
    with pytest.raises(ValueError, match="not a range"):
        shown_range(p10, p90)
