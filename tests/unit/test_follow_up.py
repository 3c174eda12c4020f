"""Call-backs: when somebody waits, how often it is tried, and that two people put one aside."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hallclient.domain.errors import NotAllowed
from hallclient.domain.follow_up import (
    BY_APPEAL,
    TRIES,
    Appeal,
    CallBack,
    FollowUp,
    FollowUpResult,
    appealed,
    decided,
    recorded,
)

NOW = datetime(2026, 9, 29, 4, tzinfo=UTC)
TODAY = date(2026, 9, 29)
DAY = timedelta(days=1)
OPEN = FollowUp(1, TODAY)
ANNA, BERT = 7, 8


def refused(function: object, *args: object) -> str:
    assert callable(function)
    with pytest.raises(NotAllowed) as caught:
        function(*args)
    return caught.value.key


def test_nobody_reached_is_tried_again() -> None:
    call = CallBack(FollowUpResult.UNREACHED, note="无人接听")
    known = OPEN
    for n in range(1, TRIES + 1):
        assert known.waits(TODAY)
        known = recorded(known, ANNA, call, TODAY, NOW)
        assert known.tries == n
    assert not known.waits(TODAY + DAY)
    alone = recorded(OPEN, ANNA, replace(call, reachable=False), TODAY, NOW)
    assert not alone.waits(TODAY), "without a telephone there is nothing to try"
    kept = recorded(known, ANNA, CallBack(FollowUpResult.CORRECTED), TODAY, NOW)
    assert kept.note == "无人接听"
    assert "无人接听" not in repr(known)


def test_when_it_is_late() -> None:
    assert not OPEN.overdue(TODAY)
    assert OPEN.overdue(TODAY + DAY)
    promise = CallBack(FollowUpResult.BY_DATE, TODAY + 2 * DAY)
    promised = recorded(OPEN, ANNA, promise, TODAY, NOW)
    assert not promised.waits(TODAY + 2 * DAY)
    assert promised.overdue(TODAY + 3 * DAY), "its day is over, and it was not corrected"
    done = recorded(promised, ANNA, CallBack(FollowUpResult.CORRECTED), TODAY + 3 * DAY, NOW)
    assert not done.overdue(TODAY + 9 * DAY)


@pytest.mark.parametrize("result", sorted(BY_APPEAL))
def test_two_people_put_a_rating_aside(result: FollowUpResult) -> None:
    assert refused(recorded, OPEN, ANNA, CallBack(result), TODAY, NOW) == "appeal_first"
    assert refused(appealed, OPEN, ANNA, "") == "appeal_reason"
    assert refused(decided, OPEN, BERT, result, NOW) == "no_appeal"
    asked = appealed(OPEN, ANNA, "按错了窗口")
    assert asked.waits(TODAY), "an appeal does not stop the clock"
    assert refused(appealed, asked, BERT, "又一次") == "appeal_twice"
    assert refused(decided, asked, ANNA, result, NOW) == "own_appeal"
    assert refused(decided, asked, BERT, FollowUpResult.CORRECTED, NOW) == "appeal_as"
    granted = decided(asked, BERT, result, NOW)
    assert (granted.appeal, granted.result, granted.decided_by) == (Appeal.GRANTED, result, BERT)
    assert granted.set_aside
    assert not granted.waits(TODAY)
    no = decided(asked, BERT, None, NOW)
    assert not no.set_aside
    assert no.waits(TODAY)
    for over in (granted, no):
        assert refused(appealed, over, ANNA, "再来") == "appeal_twice"
        assert refused(decided, over, BERT, result, NOW) == "no_appeal"
    assert "按错了窗口" not in repr(asked)
