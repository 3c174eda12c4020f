"""Boards on the floor: who is there, who speaks, and calls that nobody has shown."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hallclient.__main__ import main
from hallclient.domain.alarm import AlarmKind
from hallclient.domain.announcement import BoardReport, Shown
from hallclient.phrases import languages
from hallclient.services.announcing import Announcing
from hallclient.services.boards import is_shown
from hallclient.services.floor import FloorState, floor_state
from hallclient.supervisor.alarm_words import alarm_line
from hallclient.supervisor.sheets.boards import board_row
from hallclient.ui.words import Words
from tests.stores import HallUnderTest

ZONE = "1A"


def board(hall: HallUnderTest, name: str, *shown: Shown, ending: bool = False) -> None:
    report = BoardReport(name, (ZONE,), (ZONE,), shown, ending=ending)
    Announcing(hall.store, f"PC {name}").report(report)


def floor(hall: HallUnderTest) -> FloorState:
    with hall.store.look() as reader:
        return floor_state(reader)


def kinds(state: FloorState) -> list[AlarmKind]:
    ours = (AlarmKind.CALL_UNSEEN, AlarmKind.BOARD_AWAY)
    return [alarm.kind for alarm in state.alarms if alarm.kind in ours]


def call(hall: HallUnderTest) -> int:
    hall.sign_in("2")
    hall.issue()
    turn = hall.calling().call_next().turn
    assert turn is not None
    return turn.id


def test_a_hall_without_boards_raises_nothing(hall: HallUnderTest) -> None:
    turn = call(hall)
    hall.clock.advance(seconds=20)
    assert kinds(floor(hall)) == []
    assert is_shown(hall.store, "2", turn, 1)


def test_an_unseen_call_is_told_until_it_is_shown(hall: HallUnderTest) -> None:
    board(hall, "D1")
    turn = call(hall)
    assert kinds(floor(hall)) == []
    assert not is_shown(hall.store, "2", turn, 1)
    hall.clock.advance(seconds=4)
    assert kinds(floor(hall)) == [AlarmKind.CALL_UNSEEN]
    board(hall, "D1", Shown(turn, 1))
    assert kinds(floor(hall)) == []
    assert is_shown(hall.store, "2", turn, 1)
    hall.clock.advance(seconds=20)
    hall.calling().recall()
    hall.clock.advance(seconds=4)
    assert kinds(floor(hall)) == [AlarmKind.CALL_UNSEEN], "a recall is a call of its own"
    hall.calling().start()
    assert kinds(floor(hall)) == []


def test_who_is_there_who_leads_and_who_is_away(hall: HallUnderTest) -> None:
    board(hall, "D1")
    board(hall, "D2")
    state = floor(hall)
    assert [(one.record.name, set(one.leads), one.away) for one in state.boards] == [
        ("D1", {ZONE}, False),
        ("D2", set(), False),
    ]
    board(hall, "D1", ending=True)
    hall.clock.advance(seconds=31)
    state = floor(hall)
    assert [one.away for one in state.boards] == [True, True]
    assert kinds(state) == [AlarmKind.BOARD_AWAY] * 2
    told = [alarm.facts["ended"] for alarm in state.alarms if alarm.kind is AlarmKind.BOARD_AWAY]
    assert told == [0, 1], "the longest away first"


def test_words_of_boards_and_their_alarms(hall: HallUnderTest) -> None:
    board(hall, "D1")
    call(hall)
    hall.clock.advance(seconds=35)
    state = floor(hall)
    assert kinds(state) == [AlarmKind.CALL_UNSEEN], "the board that is away is told with its calls"
    hall.calling().start()
    assert kinds(floor(hall)) == [AlarmKind.BOARD_AWAY]
    whole = replace(state.alarms[0], subject="boards:D1,D2", facts={"n": 2, "zone": ""})
    for words in [Words(language.code) for language in languages()]:
        for alarm in (*state.alarms, *floor(hall).alarms, whole):
            line = alarm_line(alarm, state, words)
            assert line.title
            assert line.text
            assert "{" not in line.title + line.text
        row = board_row(state.boards[0], state, words, "board_away board:D1")
        assert row.warns
        assert row.chosen
        assert "D1" in row.title
        assert row.sub
    words = Words("en")
    assert not board_row(state.boards[0], state, words, "device:K1/printer").chosen
    assert board_row(state.boards[0], state, words, f"call_unseen zone:{ZONE}").chosen
    assert board_row(state.boards[0], state, words, "call_unseen boards:D0,D1").chosen
    assert not board_row(state.boards[0], state, words, "call_unseen boards:D0,D11").chosen


def test_the_command_lists_and_forgets(
    hall: HallUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> int:
        return main(["display", "--db", hall.url, *words])

    assert run("--list") == 0
    assert "No board" in capsys.readouterr().out
    hall.clock.now = datetime.now(UTC)
    board(hall, "D1")
    assert run("--list") == 0
    assert "D1             shows 1A, speaks 1A, here" in capsys.readouterr().out
    assert run("--list", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["leads"] == [ZONE]
    assert run("--forget", "D1") == 0
    assert run("--forget", "D1") == 2
    assert "knows no board D1" in capsys.readouterr().err
