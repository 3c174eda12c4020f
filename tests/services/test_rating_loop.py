"""From a bad rating to its end: call-back, telephone, appeal, figures, tables."""

import csv
import io
import random
import stat
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hallclient.domain.errors import DomainError
from hallclient.domain.follow_up import TRIES, Appeal, FollowUpResult
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.rating import Level, Origin, Rating
from hallclient.domain.rating_figures import Tally
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.phrases import Phrases
from hallclient.services.case_report import case_report
from hallclient.services.follow_ups import FollowUps
from hallclient.services.rating_export import (
    COLUMNS,
    Table,
    csv_text,
    figures_table,
    ratings_table,
    write_table,
)
from hallclient.services.rating_report import (
    RatingReport,
    ReportRow,
    Split,
    note_export,
    rating_report,
    ratings_of,
)
from hallclient.services.ratings import Ratings
from hallclient.services.sealing import HallKey
from tests.services.console import LEAD, SUPERVISOR, console, with_console_staff
from tests.stores import OPENING, HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

ONE_DATABASE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
TODAY = OPENING.date()
KEY = HallKey(b"k" * 32)
PHONE = "13912345678"
DEPUTY = "9004"


@pytest.fixture
def floor(hall: HallUnderTest) -> HallUnderTest:
    with_console_staff(hall)
    staff = hall.store.plan().staff
    deputy = Staff(DEPUTY, "何敏", StaffRole.SUPERVISOR, pin_hash=staff[0].pin_hash)
    hall.change_plan(staff=(*staff, deputy))
    hall.sign_in("1", "2", "3")
    return hall


def rate(
    hall: HallUnderTest,
    level: Level | None,
    window: str = "1",
    reasons: tuple[str, ...] = (),
    contact: str = "",
) -> int:
    """Serve somebody who rates; return the turn."""
    hall.issue("BDC001" if window == "1" else "ZH001")
    calling = hall.calling(window)
    calling.call_next()
    calling.start()
    turn = calling.finish(Outcome.CONSULT).turn
    assert turn is not None
    if level is not None:
        assert Ratings(hall.store, lambda: KEY).record(turn.id, level, "k", reasons, contact)
    return turn.id


def desk(hall: HallUnderTest, code: str = SUPERVISOR, key: HallKey | None = KEY) -> FollowUps:
    return FollowUps(hall.store, code, key)


def no(deed: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        deed()
    return caught.value.key


def test_who_left_a_telephone_is_called(floor: HallUnderTest) -> None:
    rate(floor, Level.DISSATISFIED, reasons=("213", "207"), contact=PHONE)
    lead, other = desk(floor, LEAD), desk(floor)
    (one,) = lead.open()
    rating = one.rating.id
    assert one.rating.reasons == ("213", "207")
    assert (one.contact, one.phone) == (True, "+86139****5678")
    assert PHONE[-8:] not in repr(one)
    (blind,) = desk(floor, LEAD, key=None).open()
    assert (blind.contact, blind.phone) == (True, ""), "a PC without the hall's key"
    assert desk(floor, LEAD, HallKey(b"x" * 32)).open()[0].phone == "", "another hall's"

    assert no(lambda: lead.contact(rating)) == "not_yours"
    lead.take(rating)
    assert no(lambda: other.contact(rating)) == "not_yours"
    assert no(lambda: desk(floor, LEAD, key=None).contact(rating)) == "no_contact"
    before = len(floor.journal())
    assert lead.contact(rating) == f"+86{PHONE}"
    (entry,) = floor.journal()[before:]
    assert (entry.kind, entry.actor) == ("follow_up.contact", f"staff:{LEAD}")
    assert list(entry.data) == ["digest"]

    for n in range(TRIES):
        assert lead.show(rating).follow_up.tries == n
        lead.record(rating, FollowUpResult.UNREACHED, note="无人接听")
    assert lead.open() == ()
    assert lead.show(rating).follow_up.note == "无人接听"
    assert no(lambda: lead.contact(rating)) == "unknown_follow_up", "it is over"
    (known,) = lead.between(TODAY, TODAY)
    assert known == lead.show(rating)
    assert no(lambda: lead.record(rating, FollowUpResult.EXPLAINED)) == "unknown_follow_up"


def test_two_people_put_a_rating_aside_and_it_counts_nowhere(floor: HallUnderTest) -> None:
    for level in (5, 4, 4, 3, 3, 1):
        rate(floor, Level(level))
    lead, boss = desk(floor, LEAD), desk(floor)
    (one,) = lead.open()
    rating, clerk = one.rating.id, floor.store.plan().staff_of["1001"].id
    lead.take(rating)
    lead.record(rating, FollowUpResult.EXPLAINED)
    assert (lead.open(), boss.open()) == ((), ())
    lead.appeal(rating, "  投诉的是\n另一个部门 ")
    assert lead.open() == (), "who has asked cannot decide"
    assert no(lambda: lead.decide(rating, None)) == "no_right"
    (waiting,) = boss.open()
    assert (waiting.waits, waiting.overdue, waiting.appealed_by) == (False, False, "李雪")
    assert waiting.follow_up.appeal_reason == "投诉的是 另一个部门"

    def counted() -> tuple[object, ...]:
        with floor.store.look() as reader:
            (own,) = [one for one in reader.staff_days(TODAY) if one.staff_id == clerk]
            counts = reader.rating_counts(OPENING, OPENING + timedelta(days=1))
        report = rating_report(floor.store, SUPERVISOR, TODAY, TODAY)
        state = console(floor).floor().figures
        tally = report.total.tally or Tally()
        (count,) = counts.values()
        return own.rated, own.satisfied, count, tally.levels, tally.low, tally.asked, state.rated

    assert counted() == (6, 5, (6, 5), (1, 0, 2, 2, 1), 1, 6, 6)
    assert no(lambda: boss.decide(rating, FollowUpResult.EXPLAINED)) == "appeal_as"
    boss.decide(rating, FollowUpResult.MISTAKEN)
    assert counted() == (5, 5, (5, 5), (0, 0, 2, 2, 1), 0, 5, 5)
    (aside,) = boss.between(TODAY, TODAY)
    assert aside.follow_up.appeal is Appeal.GRANTED, "it stays listed as such"
    assert boss.open() == ()
    for entry in floor.journal():
        if entry.kind.startswith("follow_up."):
            assert (entry.subject, list(entry.data)) == ("follow_up", ["digest"])


@ONE_DATABASE
def test_an_appeal_of_ones_own_is_somebody_elses_to_decide(floor: HallUnderTest) -> None:
    rate(floor, Level.VERY_DISSATISFIED)
    boss, deputy = desk(floor), desk(floor, DEPUTY)
    (one,) = boss.open()
    rating = one.rating.id
    assert no(lambda: boss.appeal(rating, " ")) == "appeal_reason"
    assert no(lambda: boss.appeal(rating, "字" * 501)) == "note_too_long"
    boss.appeal(rating, "恶意")
    assert no(lambda: boss.decide(rating, FollowUpResult.MALICIOUS)) == "own_appeal"
    deputy.decide(rating, None)
    assert no(lambda: deputy.decide(rating, None)) == "no_appeal"
    assert len(boss.open()) == 1, "refused: it waits for its call-back as before"
    assert no(lambda: desk(floor, LEAD).appeal(4711, "x")) == "unknown_follow_up"


def test_what_was_given_in_time_takes_the_place_of_a_default(floor: HallUnderTest) -> None:
    turns = [rate(floor, None), rate(floor, Level.SATISFIED)]

    def add(turn: int, level: int, origin: Origin) -> bool:
        with floor.store.change("x") as tx:
            at = tx.now
            return tx.add_rating(Rating(tx.new_id(), turn, Level(level), origin, "", at, b"s" * 16))

    assert add(turns[0], 3, Origin.DEFAULT)
    assert not add(turns[0], 4, Origin.DEFAULT)
    assert add(turns[0], 2, Origin.ACTIVE)
    assert not add(turns[0], 5, Origin.ACTIVE), "the first one counts"
    assert not add(turns[0], 3, Origin.DEFAULT)
    assert not add(turns[1], 5, Origin.ACTIVE)
    rows = floor.rows("SELECT turn_id, level, origin FROM rating ORDER BY turn_id")
    assert rows == [(turns[0], 2, "active"), (turns[1], 4, "active")]


DAYS = range(3)
LAST = TODAY + timedelta(days=2)


class Told:
    """What was asked and given on three days, in plain counts."""

    def __init__(self, hall: HallUnderTest) -> None:
        dice = random.Random(3)  # noqa: S311 - repeats
        self.given: Counter[tuple[str, int, int]] = Counter()
        self.asked: Counter[str] = Counter()
        for day in DAYS:
            hall.clock.now = OPENING + timedelta(days=day)
            hall.sign_in("1", "2", "3")
            for _ in range(16):
                self._one(hall, day, dice.choice("112233"), dice.choice((0, 1, 2, 3, 4, 5, 5)))

    def _one(self, hall: HallUnderTest, day: int, window: str, level: int) -> None:
        rate(hall, Level(level) if level else None, window)
        self.asked[window] += 1
        if level:
            self.given[window, day, level] += 1

    def levels(self, windows: str = "123", days: range = DAYS) -> tuple[int, ...]:
        return tuple(
            sum(self.given[w, day, level] for w in windows for day in days) for level in range(1, 6)
        )

    @property
    def low(self) -> int:
        return sum(self.levels()[:2])


def levels_of(row: ReportRow) -> tuple[int, ...] | None:
    return row.figures.tally.levels if row.figures.tally is not None else None


def test_figures_are_those_of_what_was_given(floor: HallUnderTest) -> None:
    """Against plain counting, split by everything that can be split by."""
    told = Told(floor)

    def report(split: Split, member: str = SUPERVISOR) -> RatingReport:
        return rating_report(floor.store, member, TODAY, LAST, split)

    whole = report(Split.WINDOW)
    tally = whole.total.tally or Tally()
    assert tally.levels == told.levels()
    assert (tally.asked, tally.answered, tally.low, tally.late) == (
        48,
        told.given.total(),
        told.low,
        0,
    )
    assert {row.code: row.figures.asked for row in whole.rows} == told.asked
    for row in whole.rows:
        assert levels_of(row) == told.levels(row.code)
    for at, row in enumerate(report(Split.DAY).rows):
        assert row.code == (TODAY + timedelta(days=at)).isoformat()
        assert levels_of(row) == told.levels(days=range(at, at + 1))
    departments = [(row.code, row.name.zh_cn) for row in report(Split.DEPARTMENT).rows]
    assert departments == [("ZH", "综合窗口"), ("BDC", "不动产")]
    for split, rows in ((Split.WEEK, 1), (Split.MONTH, 2), (Split.SERVICE, 2)):
        assert (len(report(split).rows), report(split).total) == (rows, whole.total)
    own = report(Split.WINDOW, LEAD)
    assert ([row.code for row in own.rows], own.department) == (["1"], "BDC")
    assert own.total.asked == told.asked["1"]


@ONE_DATABASE
def test_figures_of_call_backs(floor: HallUnderTest) -> None:
    told = Told(floor)

    def tally() -> Tally:
        return rating_report(floor.store, SUPERVISOR, TODAY, LAST).total.tally or Tally()

    boss = desk(floor)
    in_time, too_late, *_others = (one.rating.id for one in boss.open())
    boss.record(in_time, FollowUpResult.EXPLAINED)
    assert (tally().low, tally().called, tally().in_time, tally().late) == (told.low, 1, 1, 0)
    floor.clock.advance(days=20)
    assert tally().late == told.low - 1, "nobody called"
    boss.record(too_late, FollowUpResult.UNREACHED)
    assert (tally().called, tally().in_time, tally().late) == (2, 1, told.low - 2)


@ONE_DATABASE
def test_periods_that_are_none(floor: HallUnderTest) -> None:
    day = timedelta(days=1)
    assert no(lambda: rating_report(floor.store, SUPERVISOR, TODAY, TODAY - day)) == "bad_period"
    assert no(lambda: ratings_of(floor.store, SUPERVISOR, TODAY, TODAY - day)) == "bad_period"
    year = TODAY + 365 * day
    assert no(lambda: rating_report(floor.store, LEAD, TODAY, year, Split.DAY)) == "long_period"
    assert no(lambda: rating_report(floor.store, "1001", TODAY, TODAY)) == "no_right"
    assert no(lambda: ratings_of(floor.store, "9003", TODAY, TODAY)) == "no_right"
    assert rating_report(floor.store, LEAD, TODAY, TODAY).total.tally is None


def test_figures_less_the_list_tell_nobody_of_the_own_ratings(floor: HallUnderTest) -> None:
    staff = floor.store.plan().staff
    floor.change_plan(
        staff=tuple(
            replace(one, role=StaffRole.SUPERVISOR) if one.code == "1001" else one for one in staff
        )
    )
    for level in (5, 5, 4, 4, 3):
        rate(floor, Level(level), window="2")
    rate(floor, Level.DISSATISFIED)
    _plan, listed = ratings_of(floor.store, "1001", TODAY, TODAY)
    own = rating_report(floor.store, "1001", TODAY, TODAY).total
    assert own.tally is not None
    assert (len(listed), own.tally.active, own.tally.low, own.asked) == (5, 5, 0, 5)
    whole = rating_report(floor.store, SUPERVISOR, TODAY, TODAY).total.tally
    assert whole is not None
    assert (whole.active, whole.low, whole.asked) == (6, 1, 6)


@ONE_DATABASE
def test_tables_for_a_spreadsheet(floor: HallUnderTest, tmp_path: Path) -> None:
    service = floor.store.plan().service("BDC001")
    services = tuple(
        replace(one, name=LocalText("=1+1")) if one.code == service.code else one
        for one in floor.store.plan().services
    )
    floor.change_plan(services=services)
    rate(floor, Level.DISSATISFIED, reasons=("213",), contact=PHONE)
    rate(floor, Level.SATISFIED, window="2")
    lead, say = desk(floor, LEAD), Phrases("zh-CN")
    (one,) = lead.open()
    lead.take(one.rating.id)
    lead.record(one.rating.id, FollowUpResult.CORRECTED, note="私下的话")
    lead.appeal(one.rating.id, "申诉的话")

    plan, rows = ratings_of(floor.store, LEAD, TODAY, TODAY)
    assert len(rows) == 1, "the own department's"
    plan, rows = ratings_of(floor.store, SUPERVISOR, TODAY, TODAY)
    table = ratings_table(plan, rows, say)
    text = csv_text(table)
    first, bad, _good = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    named = dict(zip(COLUMNS, bad, strict=True))
    assert (first[0], named["ticket"], named["level"]) == ("评价时间", "B001", "2")
    assert named["service"] == "'=1+1", "a spreadsheet would take it for a formula"
    assert (named["result"], named["appeal"], named["by"]) == ("当场整改", "待决定", LEAD)
    assert named["reasons"].startswith("213")
    for secret in (PHONE, PHONE[-8:], "私下的话", "申诉的话", "****"):
        assert secret not in text

    for name in ("r.csv", "r.xlsx"):
        write_table(table, tmp_path / name)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert (tmp_path / "r.csv").read_bytes().decode() == text
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in strings
    assert PHONE[-8:] not in strings
    before = len(floor.journal())
    note_export(floor.store, SUPERVISOR, TODAY, TODAY)
    (entry,) = floor.journal()[before:]
    assert dict(entry.data) == {"from": "2026-09-29", "to": "2026-09-29"}

    for cell in ("＝1+1", "＋1", "－1", "＠x", "\n=1"):
        told = csv_text(replace(table, rows=((cell,),)))
        assert list(csv.reader(io.StringIO(told)))[1:] == [[f"'{cell}"]]

    few = figures_table(rating_report(floor.store, SUPERVISOR, TODAY, TODAY), say)
    assert few.rows[-1][0] == "合计"
    assert [cell for cell in few.rows[-1][1:] if cell != ""] == [2], "asked; the rest is too few"
    assert {len(row) for row in few.rows} == {len(few.columns)}
    assert csv_text(Table("x", ("a",), (("@a",), (-3,)))).split() == ["\ufeffa", "'@a", "-3"]


@ONE_DATABASE
def test_published_figures_tell_of_no_few(floor: HallUnderTest) -> None:
    """Also not by the difference; and nothing at all to those who may not see ratings."""
    for _ in range(6):
        rate(floor, Level.SATISFIED, window="2")
    rate(floor, Level.VERY_DISSATISFIED)

    def told(*, rated: bool = True) -> list[tuple[str, int]]:
        report = case_report(floor.store, TODAY, TODAY, rated=rated)
        rows = (report.hall, *report.departments, *report.services)
        names = [row.service or row.department for row in rows]
        return [
            (name.code if name else "", int(row.figures[-1].whole))
            for name, row in zip(names, rows, strict=True)
        ]

    few = [("", 7), ("BDC", 0), ("ZH", 0), ("BDC001", 0), ("ZH001", 0)]
    assert sorted(told()) == sorted(few), "seven minus six is one"
    assert {count for _code, count in told(rated=False)} == {0}
    for _ in range(4):
        rate(floor, Level.SATISFIED)
    assert {count for _code, count in told()} == {11, 5, 6}
