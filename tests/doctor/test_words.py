"""What the doctor says: every finding of the program has words, in every language."""

import ast
import json
import string
from pathlib import Path

import pytest

import hallclient
from hallclient.phrases import base_key, catalogue, languages
from hallclient.services.doctor import Grade, good, note, trouble
from hallclient.services.doctor.ports import MEDDLERS
from hallclient.services.doctor.telling import PART, as_json, language_of, lines, tell
from hallclient.services.ports_devices import PrintTrouble

CODES = [language.code for language in languages()]
PACKAGE = Path(hallclient.__file__).parent
FILES = [
    *(PACKAGE / "services" / "doctor").glob("*.py"),
    *(PACKAGE / "bootstrap").glob("doctor*.py"),
    PACKAGE / "commands" / "doctor.py",
]


def made() -> set[tuple[str, str]]:
    """Return grade and key of every finding that the program makes by name."""
    found = set()
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            if node.func.id not in ("good", "note", "trouble"):
                continue
            texts = [one for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
            found |= {(node.func.id, str(one.value)) for one in texts if "." in str(one.value)}
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_finding_has_words() -> None:
    known = set(catalogue("zh-CN", PART))
    assert len(made()) > 80
    for grade, key in made():
        if key.endswith((".", "_")):  # the device's own state or trouble follows
            continue
        wanted = ("is",) if grade == "good" else ("is", "means", "do")
        for part in wanted:
            assert f"{key}.{part}" in known, key
    for one in PrintTrouble:
        assert f"device.{one.value}.is" in known


def test_no_words_are_left_over() -> None:
    sources = "".join(file.read_text("utf-8") for file in FILES)
    for key in catalogue("zh-CN", PART):
        table = base_key(key).rpartition(".")[0]
        named = f'"{table}"' in sources or table == "told" or table.startswith("device.")
        assert named, key


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_every_word_with_its_values(code: str) -> None:
    def by_base(language: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key, text in catalogue(language, PART).items():
            found.setdefault(base_key(key), set()).update(placeholders(text))
        return found

    assert by_base(code) == by_base("zh-CN")
    for key, text in catalogue(code, PART).items():
        assert "!" not in text, key
        assert "！" not in text, key


def test_traditional_chinese_is_translated() -> None:
    text = "".join(catalogue("zh-Hant", PART).values())
    assert not set("号办设备开关时间实现应请说过这电脑启动数据库") & set(text) - set("入")
    assert "視窗" not in text


def test_troubles_stand_first_and_the_command_stands_alone() -> None:
    told = tell([good("chores.done"), note("settings.none"),
                 trouble("settings.unknown", file="a.toml", setting="x")], "en")  # fmt: skip
    assert [one.grade for one in told] == [Grade.TROUBLE, Grade.NOTE, Grade.GOOD]
    said = list(lines(told, "en"))
    assert said[0] == "✗ The settings file has x, which is no setting (a.toml)"
    assert said[-1] == "1 thing has to be done (marked ✗)."
    sleep = list(lines(tell([trouble("sleep.blanks", "xset s off", minutes=5)], "zh-CN"), "zh-CN"))
    assert sleep[3] == "    $ xset s off"
    assert json.loads(as_json(told))["findings"][0]["grade"] == "trouble"
    assert list(lines(tell([good("chores.done")], "zh-CN"), "zh-CN"))[-1] == "没有发现问题。"


@pytest.mark.parametrize(
    ("named", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_CN.GB18030"}, "zh-CN"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh-Hant"),
        ({"LANG": "zh_HK.UTF-8"}, "zh-Hant"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_session_chooses_the_language(named: dict[str, str], language: str) -> None:
    assert language_of(named) == language


def test_meddlers_are_services_by_their_own_name() -> None:
    assert all(name.isalpha() for name in MEDDLERS)
