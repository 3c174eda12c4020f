"""Calls that nobody can read, and boards that are away: alarms where boards are known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hallclient.domain.alarm import Alarm, AlarmKind, Severity, Verb
from hallclient.domain.alarm_rules import FloorFacts, alarms_for, alarms_of
from hallclient.domain.board_alarms import BoardFact, CallFact
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.rules import HallRules

NOW = datetime(2026, 9, 29, 3, tzinfo=UTC)
BOARD = BoardFact("D1", ("1A",), NOW)
CALL = CallFact("1A", "3", "A012", NOW - timedelta(seconds=4))


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def alarms(*calls: CallFact, boards: tuple[BoardFact, ...] = (BOARD,)) -> tuple[Alarm, ...]:
    return alarms_of(FloorFacts(NOW, boards=boards, calls=calls))


@pytest.mark.parametrize(
    ("call", "boards", "told"),
    [
        (CALL, (BOARD,), True),
        (CALL, (replace(BOARD, zones=()),), True),
        (CALL, (replace(BOARD, zones=("2B",)),), False),
        (CALL, (), False),
        (replace(CALL, called_at=ago(3)), (BOARD,), True),
        (replace(CALL, called_at=ago(2.9)), (BOARD,), False),
        (replace(CALL, called_at=ago(600)), (BOARD,), False),
        (CALL, (replace(BOARD, ended=True),), True),
    ],
)
def test_when_an_unseen_call_is_told(
    call: CallFact, boards: tuple[BoardFact, ...], *, told: bool
) -> None:
    kinds = [alarm.kind for alarm in alarms(call, boards=boards)]
    assert (AlarmKind.CALL_UNSEEN in kinds) is told


def test_a_hall_may_want_no_alarm() -> None:
    rules = HallRules(unseen_seconds=0)
    assert not alarms_of(FloorFacts(NOW, rules, boards=(BOARD,), calls=(CALL,)))


def test_the_calls_of_a_zone_are_one_alarm() -> None:
    older = CallFact("1A", "7", "B003", ago(9))
    other = CallFact("2B", "20", "C001", ago(5))
    boards = (BOARD, BoardFact("D2", ("2B",), NOW))
    first, second = alarms(CALL, older, other, boards=boards)
    assert (first.key, first.verb, first.severity) == (
        "call_unseen zone:1A",
        Verb.SHOW_DEVICE,
        Severity.NOW,
    )
    assert first.facts == {"count": 2, "label": "B003", "number": "7", "zone": "1A"}
    assert first.since == ago(9)
    assert second.subject == "zone:2B"


@pytest.mark.parametrize("away", [False, True])
def test_a_big_hall_that_opens_on_one_board_has_one_calm_alarm(*, away: bool) -> None:
    board = BoardFact("D1", (), ago(3600 if away else 1), ended=away)
    calls = [CallFact(f"{n % 12}A", str(n), f"A{n:03}", ago(4 + n / 100)) for n in range(40)]
    (one,) = alarms(*calls, boards=(board,))
    assert (one.kind, one.subject) == (AlarmKind.CALL_UNSEEN, "boards:D1")
    assert (one.facts["count"], one.facts["zone"]) == (40, "")
    assert one.since == ago(4.39)
    (later,) = alarms(calls[0], boards=(board,))
    assert later.key == one.key, "who took it has taken it"
    assert later.facts["zone"] == "0A"


def test_zones_with_other_boards_are_other_alarms() -> None:
    boards = (BOARD, BoardFact("D2", ("2B", "2C"), NOW), BoardFact("D3", ("2B", "2C"), NOW))
    calls = [CallFact(zone, "1", "A001", ago(5)) for zone in ("1A", "2B", "2C")]
    assert {one.subject for one in alarms(*calls, boards=boards)} == {"zone:1A", "boards:D2,D3"}


@pytest.mark.parametrize(
    ("board", "open_", "told"),
    [
        (BOARD, True, False),
        (replace(BOARD, seen_at=ago(30)), True, False),
        (replace(BOARD, seen_at=ago(31)), True, True),
        (replace(BOARD, seen_at=ago(31)), False, False),
        (replace(BOARD, seen_at=ago(5), ended=True), True, True),
    ],
)
def test_when_a_board_is_away(board: BoardFact, *, open_: bool, told: bool) -> None:
    found = alarms_of(FloorFacts(NOW, open=open_, boards=(board,)))
    assert [alarm.kind for alarm in found] == [AlarmKind.BOARD_AWAY] * told


def test_who_hears_of_it() -> None:
    found = alarms(CALL, boards=(BOARD, replace(BOARD, name="D2", zones=("2B",), seen_at=ago(60))))
    assert len(found) == 2
    for role, hears in (
        (StaffRole.SUPERVISOR, True),
        (StaffRole.LEAD, True),
        (StaffRole.CLERK, False),
    ):
        assert bool(alarms_for(Staff("1", "王", role), found)) is hears
