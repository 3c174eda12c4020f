"""Ratings from telephones: a code for each turn, files read strictly, the first one counts."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.errors import Refused
from hallclient.domain.rules import DayCount
from hallclient.services.appointments.files import FileRefused
from hallclient.services.chores.ratings import RatingsChore
from hallclient.services.codes import read_code
from hallclient.services.rating_codes import RatingCodes
from hallclient.services.rating_files import parse
from hallclient.services.rating_inbox import take_in
from hallclient.services.sealing import HallKey
from tests.services.console import CLERK, SUPERVISOR, with_console_staff
from tests.services.test_ratings import ended_turn
from tests.stores import HallUnderTest

KEY = HallKey(bytes(range(32)))
CODES = RatingCodes(KEY)
ZONE = "Asia/Shanghai"
URL = "https://hall.example/q/"


def lines(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def row(turn: int, level: object, at: datetime, **more: object) -> dict[str, object]:
    return {"code": CODES.code_of(turn), "level": level, "given_at": at.isoformat(), **more}


def levels(hall: HallUnderTest) -> list[tuple[int, str]]:
    found = hall.rows("SELECT level, device FROM rating ORDER BY turn_id")
    return [(one.level, one.device) for one in found]


# Codes


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_code_names_its_turn_to_the_hall_alone(turn: int) -> None:
    code = CODES.code_of(turn)
    assert (len(code), CODES.turn_of(code)) == (40, turn)
    assert RatingCodes(HallKey(bytes(32))).turn_of(code) is None
    assert str(turn) not in code or len(str(turn)) < 4
    assert read_code(URL + code, URL) is None, "no ticket's"


@given(
    st.integers(0, 2**62), st.integers(1, 39), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
)
def test_a_changed_code_opens_nothing(turn: int, place: int, letter: str) -> None:
    code = CODES.code_of(turn)
    changed = code[:place] + letter + code[place + 1 :]
    assert CODES.turn_of(changed) == (turn if changed == code else None)


@pytest.mark.parametrize("code", ["", "R", "R" + "A" * 39, "r" * 40, "R" + "é" * 39, "R" * 4000])
def test_what_was_never_given_out_is_no_code(code: str) -> None:
    assert CODES.turn_of(code) is None


# Files


def test_a_file_of_json_lines_and_one_of_cells_say_the_same() -> None:
    at = datetime(2026, 9, 29, 2, 30, tzinfo=UTC)
    wanted = {"level": 2, "reasons": ["209", "213"], "contact": "13800001234"}
    (one,) = parse(lines(row(5, at=at, **wanted)), "a.jsonl", ZONE).answers
    said = "2,2026-09-29 10:30:00,209;213,138 0000 1234"
    cells = f"code,level,given_at,reasons,contact\n{CODES.code_of(5)},{said}\n"
    (other,) = parse(b"\xef\xbb\xbf" + cells.encode(), "a.CSV", ZONE).answers
    assert replace(one, line=0) == replace(other, line=0)
    assert (one.given_at, one.contact, one.reasons) == (at, "+8613800001234", ("209", "213"))
    assert "138" not in repr(one)
    assert CODES.code_of(5) not in repr(one)


GOOD = {"code": CODES.code_of(5), "level": 2, "given_at": "2026-09-29T10:30:00+08:00"}
BAD = [
    {**GOOD, "level": 6},
    {**GOOD, "level": True},
    {**GOOD, "level": 2.0},
    {**GOOD, "level": "二"},
    {**GOOD, "code": 12345678},
    {**GOOD, "code": "../../etc"},
    {**GOOD, "given_at": "yesterday"},
    {**GOOD, "given_at": "2026-02-30 10:00"},
    {**GOOD, "given_at": "20260929T103000"},
    {**GOOD, "reasons": ["115"]},
    {**GOOD, "reasons": ["209", "209"]},
    {**GOOD, "reasons": {"209": 1}},
    {**GOOD, "reasons": "20９"},
    {**GOOD, "contact": "12345"},
    {**GOOD, "contact": "1" * 5000},
    {**GOOD, "name": "王芳"},
    {"code": GOOD["code"], "level": 2},
    [],
    "text",
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_a_bad_line_is_told_by_its_number_and_keeps_no_other_out(bad: Any) -> None:
    found = parse(lines(GOOD, bad, GOOD), "a.jsonl", ZONE)
    assert [one.line for one in found.answers] == [1, 3]
    (problem,) = found.problems
    assert problem.line == 2
    assert not any(said in problem.text for said in ("115", "12345", "王芳", "yesterday"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"code"),
        ("a.csv", b""),
        ("a.csv", b"code,level\n"),
        ("a.csv", b"code,level,given_at,level\n"),
        ("a.csv", b"code,level,given_at,note\n"),
        ("a.csv", b'code,level,given_at\n"x'),
        ("a.csv", b"code\0"),
        ("a.jsonl", b"\xff\xfe"),
        ("a.jsonl", b"{}\n" * 20_001),
        ("a.jsonl", b" " * 5_000_001),
    ],
)
def test_a_file_that_is_none_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(FileRefused):
        parse(content, name, ZONE)


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.jsonl"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    with contextlib.suppress(FileRefused):
        parse(content, name, ZONE)


# What becomes of them


def test_answers_come_in_the_first_one_counts(hall: HallUnderTest) -> None:
    first, second, third = (ended_turn(hall) for _ in range(3))
    hall.ratings.record(third, 5, "k2")  # type: ignore[arg-type]
    now = hall.clock.now
    hall.clock.advance(days=2)
    content = lines(
        row(first, 4, now + timedelta(minutes=9)),
        row(first, 1, now + timedelta(minutes=5), reasons=["115"], contact="13800001234"),
        row(second, "3", now + timedelta(days=1)),
        row(third, 1, now + timedelta(minutes=1)),
        row(4711, 5, now + timedelta(minutes=1)),
    )
    report = take_in(hall.store, parse(content, "a.jsonl", ZONE), KEY)
    assert levels(hall) == [(1, "phone"), (3, "phone"), (5, "k2")]
    assert (report.taken, report.known, [line for line, _ in report.refused]) == (2, 2, [5])
    assert str(report).splitlines() == [
        "2 taken, 2 rated before, 1 refused.",
        "Line 5: its code is none of this hall.",
    ]
    assert len(hall.rows("SELECT * FROM rating_contact")) == 1
    again = take_in(hall.store, parse(content, "a.jsonl", ZONE), KEY)
    assert (again.taken, again.known) == (0, 4)
    given = hall.rows("SELECT reasons FROM rating WHERE level = 1")
    assert "115" in str(given)
    # A digest is any hex digits, also 115.
    told = [{**e.data, "digest": ""} for e in hall.journal()]
    assert not any(code in str(one) for one in told for code in ("115", "level"))


@pytest.mark.parametrize(
    ("minutes", "taken"),
    [(-6, 0), (-4, 1), (0, 1), (7 * 24 * 60 - 300, 1), (8 * 24 * 60, 0), (15 * 24 * 60, 0)],
)
@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_only_as_long_as_the_hall_lets_a_turn_be_rated(
    hall: HallUnderTest, minutes: int, taken: int
) -> None:
    hall.change_rules(default_after_days=7, default_days=DayCount.CALENDAR)
    turn = ended_turn(hall)
    at = hall.clock.now + timedelta(minutes=minutes)
    hall.clock.advance(days=10)
    report = take_in(hall.store, parse(lines(row(turn, 2, at)), "a.jsonl", ZONE), KEY)
    assert (report.taken, report.whole) == (taken, bool(taken))
    with hall.store.look() as reader:
        found = reader.ratings_between(hall.clock.now - timedelta(days=30), hall.clock.now)
    for one in found:
        assert one.rating.given_at >= at


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_what_was_given_in_time_takes_the_place_of_the_default_level(hall: HallUnderTest) -> None:
    hall.change_rules(default_level=3, default_after_days=7, default_days=DayCount.CALENDAR)
    turn = ended_turn(hall)
    content = lines(row(turn, 2, hall.clock.now + timedelta(days=1)))
    hall.clock.advance(days=10)
    RatingsChore().step(hall.store)
    assert levels(hall) == [(3, "")]
    taken = [take_in(hall.store, parse(content, "a.jsonl", ZONE), KEY).taken for _ in "12"]
    assert taken == [1, 0]
    assert levels(hall) == [(2, "phone")]
    RatingsChore().step(hall.store)
    assert levels(hall) == [(2, "phone")]


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_a_turn_that_has_not_ended_cannot_be_rated(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    state = hall.calling().call_next()
    assert state.turn is not None
    content = lines(row(state.turn.id, 2, hall.clock.now))
    assert take_in(hall.store, parse(content, "a.jsonl", ZONE), KEY).taken == 0
    assert levels(hall) == []


def test_a_file_is_handed_in_by_who_may_and_the_journal_names_them(hall: HallUnderTest) -> None:
    with_console_staff(hall)
    hall.sign_in("2")
    turns = [ended_turn(hall) for _ in range(2)]
    for turn, member in zip(turns, (SUPERVISOR, ""), strict=True):
        answers = parse(lines(row(turn, 4, hall.clock.now)), "a.jsonl", ZONE)
        for nobody in (CLERK, "4711"):
            with pytest.raises(Refused):
                take_in(hall.store, answers, KEY, nobody)
        assert take_in(hall.store, answers, KEY, member).taken == 1
    with hall.store.look() as reader:
        given = [one for one in reader.entries_after(0, 500) if one.kind.startswith("rating.")]
    assert [one.actor for one in given] == [f"staff:{SUPERVISOR}", "agent:ratings"]
