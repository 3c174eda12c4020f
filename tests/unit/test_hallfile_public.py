# ruff: noqa: E501 - a mistake and its whole message read best side by side
"""What a hall file says of voice, boards and ratings: read, and every mistake told by line and key."""

from datetime import time
from pathlib import Path

import pytest

from hallclient.domain.halldiff import diff_plans
from hallclient.domain.rules import HallRules
from hallclient.services.hallfile import load_hall
from tests.unit.test_hallfile_problems import SMALL, problems_of, written

RULES = """\
[rules]
pause_reasons = ["meal", "培训", "away"]
pause_minutes = { meal = 45, "培训" = 90 }
rating_stars = true
hotline = "028-8396 0000"
voice_languages = ["zh", "en", "yue-HK"]
voice_yao = true
voice_chime = false
voice_volumes = [["08:00", 80], [12:30:00, 0], ["14:00", 100]]
unseen_seconds = 0

[[zones]]"""
FULL = SMALL.replace("[[zones]]", RULES, 1)


def test_everything_is_read(tmp_path: Path) -> None:
    plan = load_hall(str(written(tmp_path, FULL))).plan
    assert plan.rules == HallRules(
        pause_reasons=("meal", "培训", "away"),
        pause_minutes=(("meal", 45), ("培训", 90), ("away", 5)),
        rating_stars=True,
        hotline="028-8396 0000",
        voice_languages=("zh", "en", "yue-HK"),
        voice_yao=True,
        voice_chime=False,
        voice_volumes=((time(8), 80), (time(12, 30), 0), (time(14), 100)),
        unseen_seconds=0,
    )
    usual = load_hall(str(written(tmp_path, SMALL))).plan
    (change,) = diff_plans(usual, plan)
    assert change.fields == (
        "pause_reasons", "pause_minutes", "rating_stars", "hotline", "voice_languages", "voice_yao", "voice_chime",
        "voice_volumes", "unseen_seconds",
    )  # fmt: skip


def test_no_hotline_is_an_empty_one(tmp_path: Path) -> None:
    none = FULL.replace('"028-8396 0000"', '""')
    assert load_hall(str(written(tmp_path, none))).plan.rules.hotline == ""


MISTAKES = [
    ("meal = 45", "meal = 481", 'rules.pause_minutes.meal: "481" is not a whole number from 0 to 480'),
    ("meal = 45", "files = 45", "rules.pause_minutes.files: unknown key (did you mean pause_minutes.meal?)"),
    ('"028-8396 0000"', '"call us"', 'rules.hotline: "call us" is not a telephone number; write 12345'),
    ("rating_stars = true", "rating_star = true", "rules.rating_star: unknown key (did you mean rating_stars?)"),
    ("voice_yao = true", 'voice_yao = "often"', 'rules.voice_yao: "often" is neither yes nor no; write true or false'),
    ('["zh", "en", "yue-HK"]', "[]", 'rules.voice_languages: empty; name at least one, ["zh"]; a board without a voice is set at its PC'),
    ('["zh", "en", "yue-HK"]', '["zh", "zh"]', "rules.voice_languages: a language stands here twice; once is enough"),
    ('["zh", "en", "yue-HK"]', '["zh", "en", "bo", "ug"]', "rules.voice_languages: 4 languages; at most 3, or no call has an end"),
    ('["zh", "en", "yue-HK"]', '["../zh"]', 'rules.voice_languages: "../zh" is not the name of a language; write zh or en'),
    ('[["08:00", 80], ', '[["8 Uhr", 80], ', 'rules.voice_volumes: "8 Uhr" is not a time; write "09:00"'),
    ('[["08:00", 80], ', '[["08:00", 101], ', 'rules.voice_volumes: "101" is not a whole number from 0 to 100'),
    ('[["08:00", 80], ', '[["08:00", true], ', 'rules.voice_volumes: "True" is not a whole number from 0 to 100'),
    ('[["08:00", 80], ', '[["08:00"], ', """rules.voice_volumes: "['08:00']" is not a time and a volume; write [["08:00", 80], ["12:30", 40]]"""),
    ('[["08:00", 80], ', '[["13:00", 80], ', "rules.voice_volumes: the times do not follow one another; begin with the earliest"),
    ('[["08:00", 80], [12:30:00, 0], ["14:00", 100]]', "80", 'rules.voice_volumes: "80" is not a list of times and volumes; write [["08:00", 80], ["12:30", 40]]'),
    ('[["08:00", 80], [12:30:00, 0], ["14:00", 100]]', "[]", 'rules.voice_volumes: "[]" is not a list of times and volumes; write [["08:00", 80], ["12:30", 40]]'),
    ("unseen_seconds = 0", "unseen_seconds = 61", 'rules.unseen_seconds: "61" is not a whole number from 0 to 60'),
]  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "told"), MISTAKES)
def test_one_mistake_is_told(tmp_path: Path, there: str, instead: str, told: str) -> None:
    assert there in FULL
    (problem,) = problems_of(written(tmp_path, FULL.replace(there, instead, 1)))
    assert problem.partition(": ")[2] == told


def test_the_halls_of_the_product_speak() -> None:
    assert load_hall("demo").plan.rules.voice_languages == ("zh", "en")
    assert load_hall("demo").plan.rules.rating_stars
    assert load_hall("village").plan.rules.voice_languages == ("zh",)
    for name in ("demo", "village", "xindu"):
        assert load_hall(name).plan.rules.hotline == "12345"
