"""The catalogues: complete, equal in their placeholders, used as the program uses them."""

import ast
import string
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import hallclient
from hallclient import assets, phrases
from hallclient.phrases import SOURCE, Phrases, UnknownMessageError, base_key, catalogue, languages
from hallclient.ui.words import Words

CODES = [language.code for language in languages()]
PACKAGE = Path(hallclient.__file__).parent


WORDED = (
    "services",
    "agent",
    "ui",
    "kiosk",
    "window",
    "display",
    "screen",
    "lab",
    "commands",
    "bootstrap",
)


SPEAKERS = {"words", "say", "speech", "phrases"}
"""What the program calls a catalogue by; a hall file's rows have words() of their own."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def by_base(code: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, text in catalogue(code).items():
        found.setdefault(base_key(key), []).append(text)
    return found


def calls() -> list[tuple[str, str, set[str]]]:
    """Return every ``words("literal", name=...)`` of the program: place, key, names."""
    found = []
    files = [f for folder in WORDED for f in (PACKAGE / folder).rglob("*.py")]
    for file in (f for f in files if f.parent.name != "hallfile"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            first = node.args[0]
            if name.lstrip("_") not in SPEAKERS or not isinstance(first, ast.Constant):
                continue
            given = {keyword.arg or "**" for keyword in node.keywords}
            found.append((f"{file.name}:{node.lineno}", str(first.value), given))
    return found


def test_the_three_languages_are_there_in_order() -> None:
    assert CODES == ["zh-CN", "zh-Hant", "en"]
    assert [language.name for language in languages()] == ["中文", "繁體中文", "English"]


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_every_key(code: str) -> None:
    assert by_base(code).keys() == by_base(SOURCE).keys()


@pytest.mark.parametrize("code", CODES)
def test_placeholders_are_equal(code: str) -> None:
    source = by_base(SOURCE)
    for key, texts in by_base(code).items():
        expected = set().union(*map(placeholders, source[key]))
        for text in texts:
            assert placeholders(text) == expected, f"{code} {key}"


@pytest.mark.parametrize("code", CODES)
def test_plural_forms_come_in_pairs(code: str) -> None:
    keys = catalogue(code).keys()
    for key in keys:
        if key.endswith((".one", ".other")):
            assert {f"{base_key(key)}.one", f"{base_key(key)}.other"} <= keys


@pytest.mark.parametrize("code", CODES)
def test_tone_of_voice(code: str) -> None:
    for key, text in catalogue(code).items():
        assert "!" not in text, key
        assert "！" not in text, key
        assert text == text.strip(), key


def test_chinese_puts_a_space_between_words_and_figures() -> None:
    for code in ("zh-CN", "zh-Hant"):
        for key, text in catalogue(code).items():
            filled = text.replace("{", "").replace("}", "") if "{n}" in text else ""
            for before, after in pairwise(filled):
                assert not ("\u4e00" <= before <= "\u9fff" and after == "n"), f"{code} {key}"


def test_traditional_chinese_is_translated_and_keeps_the_window() -> None:
    simplified = set("号办预约询设备开关时间实现应请说过")
    text = "".join(catalogue("zh-Hant").values())
    assert not simplified & set(text)
    assert "窗口" in text
    assert "視窗" not in text


def test_every_key_the_program_names_exists_with_its_values() -> None:
    source, found = by_base(SOURCE), calls()
    assert len(found) >= 2
    for place, key, given in found:
        assert key in source, f"{place}: no message {key}"
        needed = set().union(*map(placeholders, source[key]))
        assert "**" in given or needed <= given, f"{place}: {key} needs {needed - given}"


def test_switching_tells_once_and_changes_at_once(qtbot: QtBot) -> None:
    words = Words()
    heard: list[str] = []
    words.switched.connect(heard.append)
    assert words("kiosk.home.take") == "取号"
    words.switch("en")
    words.switch("en")
    assert (words("kiosk.home.take"), words.language, heard) == ("Take a number", "en", ["en"])
    words.switch("zh-Hant")
    assert words("kiosk.home.take") == "取號"


def test_plural(qtbot: QtBot) -> None:
    words = Words("en")
    assert words("kiosk.services.materials_n", n=1) == "1 document"
    assert words("kiosk.services.materials_n", n=5) == "5 documents"
    assert Words("zh-CN")("kiosk.services.materials_n", n=1) == "材料 1 样"


def test_a_message_missing_in_one_language_is_shown_in_the_source(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = Phrases("en")
    monkeypatch.setattr(words, "_messages", {})
    assert words("kiosk.home.take") == "取号"
    assert "kiosk.home.take" in caplog.text


def test_mistakes_are_told(qtbot: QtBot) -> None:
    words = Words()
    with pytest.raises(UnknownMessageError, match=r"kiosk\.home\.nothing"):
        words("kiosk.home.nothing")
    with pytest.raises(KeyError, match="reason"):
        words("window.bar.paused_for", n=1)
    with pytest.raises(FileNotFoundError):
        words.switch("fr")
    assert words.language == SOURCE


def test_dates_and_ranges(qtbot: QtBot) -> None:
    day = date(2026, 11, 20)
    assert Words("zh-CN").long_date(day) == "11月20日 星期五"
    assert Words("en").long_date(day) == "Friday 20\N{NO-BREAK SPACE}November"
    assert Words("zh-CN").minutes(10, 30) == "10–30"
    assert Words("zh-CN").minutes(5, 5) == "5"


def test_a_new_language_is_found_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "i18n").mkdir()
    for code, order in (("zh-CN", 1), ("bo", 4)):
        text = f'[language]\nname = "{code}"\norder = "{order}"\n'
        (tmp_path / "i18n" / f"{code}.toml").write_text(text, "utf-8")
    monkeypatch.setattr(assets, "path", tmp_path.joinpath)
    monkeypatch.setattr(phrases, "catalogue", phrases.catalogue.__wrapped__)
    assert [language.code for language in languages.__wrapped__()] == ["zh-CN", "bo"]
