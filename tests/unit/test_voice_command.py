"""``hallclient voice``: a call in a file, what a hall cannot say, what rendering needs."""

import wave
from pathlib import Path

import pytest

from hallclient.__main__ import main
from hallclient.commands import voice as command
from hallclient.domain.parts import PREFIX_LETTERS
from hallclient.lab.voice.call_texts import call_texts, place_text, prefix_text, window_text
from hallclient.lab.voice.sounds import count_zh
from hallclient.services.hallfile import load_hall


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    monkeypatch.setattr(command, "own_clips", lambda _hall: folder)
    return folder


def test_a_call_in_a_file(tmp_path: Path) -> None:
    lengths = {}
    for words in (["--language", "zh"], ["--hall", "demo"], ["--yao"]):
        file = tmp_path / "call.wav"
        assert main(["voice", "say", "a012", "3", "--to", str(file), *words]) == 0
        with wave.open(str(file)) as read:
            lengths[words[0]] = read.getnframes() / read.getframerate()
    assert 3 < lengths["--language"] < 4.5
    assert 6 < lengths["--hall"] < 8.5, "the demo hall speaks both languages"
    assert lengths["--yao"] != lengths["--language"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["say", "A012", "综合", "--to", "x.wav"], 1, "chime and screen only"),
        (["say", "012", "3", "--to", "x.wav"], 2, "is no number"),
        (["say", "A012", "3", "--to", "no/folder/x.wav"], 2, "cannot be written"),
        (["say", "A012", "3", "--to", "x.wav", "--language", "../zh"], 2, "is no language"),
        (["check", "--hall", "demo"], 0, "Everything can be said."),
        (["check", "--hall", "demo", "--language", "bo"], 1, "would be silent"),
        (["render", "--hall", "demo", "--language", "en"], 0, "place/A: Floor 1, Zone A,"),
    ],
)
def test_what_it_says(
    words: list[str],
    code: int,
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["voice", *words]) == code
    said = capsys.readouterr()
    assert told in said.out + said.err


def test_rendering_without_its_packages_or_files_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = ["voice", "render", "--hall", "demo", "--model", str(tmp_path / "model.onnx")]
    assert main(words) == 2
    assert "Rendering needs these packages" in capsys.readouterr().err
    monkeypatch.setattr("hallclient.lab.voice.render.find_spec", lambda _name: object())
    assert main(words) == 2
    assert "model.onnx is not there" in capsys.readouterr().err
    assert main([*words, "--language", "bo"]) == 2
    assert "No voice speaks bo" in capsys.readouterr().err


def test_broken_own_clips_are_one_sentence(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "zh").mkdir(parents=True)
    (own / "zh" / "index.json").write_text("[]", "utf-8")
    assert main(["voice", "check", "--hall", "demo"]) == 2
    assert "have no index" in capsys.readouterr().err


# The texts that are rendered


def test_digits_are_spelled_and_windows_counted() -> None:
    chinese, english = dict(call_texts("zh")), dict(call_texts("en"))
    assert chinese["number/012"] == "零一二号，"
    assert chinese["number/012/yao"] == "零幺二号，"
    assert "number/002/yao" not in chinese
    assert (chinese["first/12"], chinese["last/34"]) == ("一二，", "三四号，")
    assert chinese["window/128"] == "到一百二十八号窗口办理业务。"
    assert (english["number/012"], english["window/3"]) == ("zero one two,", "window 3, please.")
    assert len([key for key in chinese if key.startswith("prefix/")]) == 16 * 17
    assert not any(sign.isdigit() for text in chinese.values() for sign in text)


def test_names_of_halls() -> None:
    assert window_text("综合1", "zh") == "到综合1窗口办理业务。"
    assert window_text("综合窗口", "zh") == "到综合窗口办理业务。"
    assert prefix_text("AB", "en") == "Ticket A B,"
    assert place_text("二楼", "北区", "zh") == "二楼北区，"
    assert place_text("", "North", "en") == "North,"
    assert [count_zh(n) for n in (10, 20, 101, 110, 300)] == [
        "十", "二十", "一百零一", "一百一十", "三百",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["demo", "village", "xindu"])
def test_the_halls_that_are_shipped_can_be_called(name: str) -> None:
    plan = load_hall(name).plan
    assert {letter for series in plan.series for letter in series.prefix} <= set(PREFIX_LETTERS)
    assert main(["voice", "check", "--hall", name, "--language", "zh", "--language", "en"]) == 0
