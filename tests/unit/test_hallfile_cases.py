# ruff: noqa: E501 - a mistake and its whole message read best side by side
"""What a hall file says of cases and of the floor: read, and every mistake told by line and key."""

from argparse import Namespace
from pathlib import Path

import pytest

from hallclient.commands import hall
from hallclient.domain.rules import HallRules
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.hallfile import HallFileError, load_hall
from tests.unit.test_hallfile_problems import SMALL, problems_of, written

RULES = """\
[rules]
recall_gap_seconds = 8
take_back_seconds = 0
hold_reasons = ["form", "回去取原件"]
case_number = "ZW-{date}-{n:04}"
near_due_days = 2
alarm_wait_minutes = 40
wait_goal_minutes = 25
alarm_pause_minutes = 20
alarm_absent_minutes = 0
follow_up_days = 15

[[zones]]"""
FULL = (
    SMALL.replace("[[zones]]", RULES, 1)
    .replace('icon = "grid"\n', 'icon = "grid"\ncase_number = "{n}/{date}"\n\n[[departments]]\ncode = "E"\nname = "住建"\n')
    .replace(
        "minutes = 5\n",
        'minutes = 5\nlegal_days = 3\npromised_hours = 4\noutcomes = ["promised", "joint", "escalated"]\n'
        'partners = ["E"]\nauthority = { zh-CN = "省住建厅", en = "Province" }\n',
    )
    .replace('pin = "2468"\n', 'pin = "2468"\nwindow = "1"\nphoto = "zhang-01.jpg"\npromise = "马上就办"\n')
)  # fmt: skip


def test_everything_is_read(tmp_path: Path) -> None:
    plan = load_hall(str(written(tmp_path, FULL))).plan
    rules = plan.rules
    assert (rules.recall_gap_seconds, rules.take_back_seconds) == (8, 0)
    assert rules.hold_reasons == ("form", "回去取原件")
    assert (rules.case_number, rules.near_due_days) == ("ZW-{date}-{n:04}", 2)
    assert (rules.alarm_wait_minutes, rules.alarm_pause_minutes) == (40, 20)
    assert rules.wait_goal_minutes == 25
    assert (rules.alarm_absent_minutes, rules.follow_up_days) == (0, 15)
    assert [one.case_number for one in plan.departments] == ["{n}/{date}", ""]
    service, person = plan.service("S1"), plan.staff_of["01"]
    assert (service.legal_days, service.promised_hours, service.legal_hours) == (3, 4, 0)
    assert service.outcomes == (Outcome.PROMISED, Outcome.JOINT, Outcome.ESCALATED)
    assert (service.partners, service.authority) == (("E",), LocalText("省住建厅", en="Province"))
    assert (person.window, person.photo) == ("1", "zhang-01.jpg")
    assert person.promise == LocalText("马上就办")


def test_what_is_left_out_keeps_its_usual_value(tmp_path: Path) -> None:
    plan = load_hall(str(written(tmp_path, SMALL))).plan
    assert plan.rules == HallRules()
    assert plan.service("S1").outcomes == ()


MISTAKES = [
    ('"escalated"]', '"escalatd"]', 'services.S1.outcomes: there is no outcome "escalatd" (did you mean escalated?)'),
    ('"escalated"]', '"transferred"]', 'services.S1.outcomes: there is no outcome "transferred"; outcomes are instant, promised, supplement, refused, consult, collect, joint, escalated'),
    ('"joint", "escalated"]', '"joint", "joint"]', 'services.S1.outcomes: "joint" stands here 2 times; once is enough'),
    ('partners = ["E"]\n', "", "services.S1.outcomes: joint takes partners: the departments that handle it together"),
    ('partners = ["E"]', 'partners = ["F"]', 'services.S1.partners: there is no department "F"; departments are D, E'),
    ('partners = ["E"]', 'partners = ["E", "D"]', 'services.S1.partners: "D" leads it; name the others only'),
    ('authority = { zh-CN = "省住建厅", en = "Province" }\n', "", "services.S1.outcomes: escalated takes authority: who decides it"),
    ("promised_hours = 4", "promised_hours = 25", "services.S1.promised_hours: 25 is more than the law's 24 hours; a working day has 8"),
    ("promised_hours = 4", "promised_days = 4", "services.S1.promised_days: 4 is more than the law's 3 days"),
    ("promised_hours = 4", "promised_hours = 4\nlegal_hours = 9", "services.S1.legal_hours: give legal_days or legal_hours, not both"),
    ('"{n}/{date}"', '"{n}"', 'departments.D.case_number: "{n}" needs {date} and {n} once each, else two cases would have one number'),
    ('"ZW-{date}-{n:04}"', '"{date}-{nn}"', 'rules.case_number: "{date}-{nn}" {nn} is not known; there are {date} and {n}, {n:05}'),
    ('["form", "回去取原件"]', "[]", "rules.hold_reasons: empty; give at least one reason, or leave it out for the usual ones"),
    ("follow_up_days = 15", "folow_up_days = 15", "rules.folow_up_days: unknown key (did you mean follow_up_days?)"),
    ('window = "1"', 'window = "2"', 'staff.01.window: there is no window "2"; windows are 1'),
    ('"zhang-01.jpg"', '"../secret.jpg"', 'staff.01.photo: "../secret.jpg" is not the name of a picture; write 0127.jpg or 0127.png'),
]  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "told"), MISTAKES)
def test_one_mistake_is_told(tmp_path: Path, there: str, instead: str, told: str) -> None:
    assert there in FULL
    (problem,) = problems_of(written(tmp_path, FULL.replace(there, instead, 1)))
    assert problem.partition(": ")[2] == told


def test_the_limits_of_the_halls_that_come_with_the_program() -> None:
    """A promise beyond the law would have been refused; the demo shows every kind of case."""
    plan = load_hall("demo").plan
    assert plan.service("QYK01").promised_hours == 4
    assert plan.service("ZHC06").partners == ("BDC", "SWJ")
    assert plan.service("ZHC05").authority.zh_cn
    assert plan.department_of["CRJ"].case_number
    windows = [one.window for one in plan.staff if one.window]
    assert len(windows) == len(set(windows)) > 10
    with pytest.raises(HallFileError):
        load_hall("demoo")


def test_a_check_tells_where_the_calendar_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for year, told in ((2028, True), (0, False)):
        monkeypatch.setattr(
            hall, "guessed_year", lambda table, *_, year=year, **_more: year * bool(table)
        )
        assert hall.run(Namespace(action="check", file="village")) == 0
        assert ("nothing about 2028" in capsys.readouterr().out) is told
