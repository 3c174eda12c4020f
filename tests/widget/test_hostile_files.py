"""Files from outside, at random: cut, bent, put together wrongly. Refused clearly or used, no more.

Pictures and photos, ratings from telephones, clips of a voice, a hall file's words for the public.
"""

import io
import json
import shutil
import wave
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QSize, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from hallclient import assets
from hallclient.domain.rating_reason import check_reasons
from hallclient.domain.speaking import CallToSpeak
from hallclient.domain.telephone import normalised
from hallclient.lab.sheets.rating_pages import URL
from hallclient.screen import photo
from hallclient.services.appointments.files import FileRefused
from hallclient.services.hallfile import HallFileError, load_hall
from hallclient.services.rating_files import COLUMNS, parse
from hallclient.ui.call_voice import CallVoice
from hallclient.ui.pictures import BrokenPictureError, decoded
from tests.unit.test_hallfile_public import FULL
from tests.unit.test_speaking import START

CALLS = assets.path("voice", "calls")
ZONE = "Asia/Shanghai"
BOX = QSize(320, 180)
FORMS = ("PNG", "JPEG", "WEBP", "GIF", "APNG", "moving WEBP", "CMYK", "grey", "turned")
quickly = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


# Pictures


@cache
def picture(form: str) -> bytes:
    """A real file of 90×60 px: still, moving, of another colour model, turned."""
    image = Image.linear_gradient("L").resize((90, 60)).convert("RGB")
    more: dict[str, Any] = {}
    kind = form
    if form in ("GIF", "APNG", "moving WEBP"):
        kind = form.removeprefix("A").removeprefix("moving ")
        more = {"save_all": True, "append_images": [image.rotate(n) for n in (90, 180)]}
    elif form == "CMYK":
        kind, image = "JPEG", image.convert("CMYK")
    elif form == "grey":
        kind, image = "PNG", image.convert("LA")
    elif form == "turned":
        exif = Image.Exif()
        exif[0x0112] = 6
        kind, more = "JPEG", {"exif": exif}
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


@st.composite
def bent_files(draw: st.DrawFn) -> bytes:
    """A file that is cut, has other bytes in places, or the end of another one."""
    data = bytearray(picture(draw(st.sampled_from(FORMS))))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data) - 1))
        data[at] = draw(st.integers(0, 255))
    if draw(st.booleans()):
        data = data[: draw(st.integers(0, len(data)))]
    if draw(st.integers(0, 4)) == 0:
        data += picture(draw(st.sampled_from(FORMS)))
    return bytes(data)


@pytest.fixture
def qt_said(app: QApplication) -> Iterator[list[str]]:
    """What decoders tell by way of Qt; in the product it goes to the log."""
    said: list[str] = []

    def hear(kind: QtMsgType, _where: object, text: str) -> None:
        if kind is QtMsgType.QtFatalMsg:
            raise AssertionError(text)
        said.append(text)

    before = qInstallMessageHandler(hear)
    yield said
    qInstallMessageHandler(before)


@quickly
@given(data=bent_files())
def test_a_bent_picture_is_shown_small_or_refused(qt_said: list[str], data: bytes) -> None:
    try:
        image = decoded(data, BOX)
    except BrokenPictureError:
        pass
    else:
        assert 0 < image.width() <= BOX.width()
        assert 0 < image.height() <= BOX.height()
    one = photo.decoded(data, 120)
    assert one is None or (one.width(), one.height()) == (90, 120)


def test_whole_pictures_of_every_form_are_shown(qt_said: list[str]) -> None:
    for form in FORMS:
        if form == "GIF":
            with pytest.raises(BrokenPictureError):
                decoded(picture(form), BOX)
            continue
        size = decoded(picture(form), BOX).size()
        assert size == (QSize(60, 90) if form == "turned" else QSize(90, 60)), form


def test_a_line_of_forty_thousand_pixels_is_no_photo(qt_said: list[str]) -> None:
    for size in ((40_000, 1), (1, 40_000)):
        out = io.BytesIO()
        Image.new("L", size).save(out, "PNG")
        assert photo.decoded(out.getvalue(), 400) is None


# Ratings from telephones

ODD: list[Any] = [
    *(None, True, 0, -1, 2**70, 1.5, float("inf"), "", "x", "x" * 9000, "\ud800", "\u202e", "\0"),
    *([], [[]], [None], {}, {"": {}}, [1, "1"], ["01.ogg"], ["01.ogg", 0, 9.5], {"a": [1]}),
]
anything: st.SearchStrategy[Any] = st.sampled_from(ODD) | st.text(max_size=5)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "code": st.just("A2B3" * 5) | anything,
    "level": st.sampled_from([1, "1", 5, "5", "٣", 1.0, True]) | anything,
    "given_at": st.sampled_from(
        [
            "2026-09-29 09:00",
            "2026-09-29T09:00:00Z",
            "2026-02-30 09:00",
            "2099-12-31T23:59:59-23:59",
        ]
    )
    | anything,
    "reasons": st.sampled_from([["115"], "115;213", "１１５", [], ["115", "115"]]) | anything,
    "contact": st.sampled_from(["13800001234", "", "138 0000 1234", "\ud800"]) | anything,
}
rows = st.fixed_dictionaries(
    {name: FIELDS[name] for name in COLUMNS[:3]},
    optional={name: FIELDS[name] for name in COLUMNS[3:]} | {"more": anything},
)


def check_answers(content: bytes, name: str) -> None:
    try:
        found = parse(content, name, ZONE)
    except FileRefused:
        return
    for one in found.answers:
        check_reasons(one.level, one.reasons)
        assert one.given_at.utcoffset() is not None
        assert not one.contact or normalised(one.contact) == one.contact
    for problem in found.problems:
        assert problem.text.isascii(), "what stood in a line is never repeated"
        assert "1380" not in problem.text


@quickly
@given(st.lists(rows, max_size=4))
def test_lines_of_ratings_are_answers_or_problems(made: list[dict[str, Any]]) -> None:
    content = "\n".join(json.dumps(row) for row in made).encode()
    check_answers(content, "a.jsonl")


@quickly
@given(
    st.permutations(COLUMNS),
    st.lists(st.lists(st.text(max_size=9) | st.sampled_from(['"', "115", URL[-40:]])), max_size=4),
)
def test_tables_of_ratings_are_answers_or_problems(head: list[str], cells: list[list[str]]) -> None:
    text = "\r\n".join([",".join(head), *(",".join(row) for row in cells)])
    check_answers(text.encode("utf-8", "surrogatepass"), "a.csv")


# A hall's own clips

CALL = CallToSpeak(1, 1, "A012", "3", "1A", START, "F2")
places = st.lists(anything, max_size=4) | st.tuples(
    st.sampled_from(["01.ogg", "02.ogg", "../01.ogg", "77.ogg"]),
    st.integers(-1, 10**9) | st.just(2**70),
    st.integers(-1, 10**6),
)
indexes = st.fixed_dictionaries(
    {
        "rate": st.sampled_from([16_000, 16_000, 16_000, 8_000, "16000", None]),
        "clips": st.dictionaries(
            st.sampled_from(["window/3", "prefix/A", "number/012", "place/F2", "say/fire", ""]),
            places,
        )
        | anything,
        "aliases": st.just({}) | anything,
    },
    optional={"order": st.permutations(["window", "prefix", "number"]) | anything},
)


def pack(how: str, folder: Path) -> None:
    """Put a pack there: whole, cut, something else, a folder."""
    file, whole = folder / "01.ogg", (CALLS / "zh" / "01.ogg").read_bytes()
    if how == "folder":
        file.mkdir()
    elif how == "wave":
        with wave.open(str(file), "wb") as out:
            out.setparams((2, 1, 44_100, 0, "NONE", ""))
            out.writeframes(bytes(9000))
    elif how != "none":
        file.write_bytes({"whole": whole, "cut": whole[:999], "text": b"no sound"}[how])


@settings(quickly, max_examples=20)
@given(indexes | anything, st.sampled_from(["whole", "cut", "text", "wave", "folder", "none"]))
def test_a_halls_broken_clips_never_break_a_call(index: Any, how: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name, "zh")
        folder.mkdir()
        (folder / "index.json").write_text(json.dumps(index), "utf-8")
        pack(how, folder)
        voice = CallVoice(Path(name))
        for said in (voice.call(CALL, ("zh",)), voice.sentences(("say/fire",), ("zh",))):
            assert len(said) % 2 == 0


def test_a_voice_without_packs_is_silent(tmp_path: Path) -> None:
    shutil.copytree(CALLS / "zh", tmp_path / "zh")
    for file in (tmp_path / "zh").glob("*.ogg"):
        file.unlink()
    assert CallVoice(shipped=tmp_path).call(CALL, ("zh",)) == b""


# What a hall file says to the public

PUBLIC = ("voice_", "pause_", "rating_", "hotline", "unseen_")
LINES = [n for n, line in enumerate(FULL.split("\n")) if line.startswith(PUBLIC)]
values = st.sampled_from(
    ["true", "-1", "0", "1e999", "nan", '""', '"zh"', "[]", "{}", "08:00:00", "2026-01-01", "[[]]",
     '[["08:00"]]', "[[1, 2]]", '[["08:00", 1.5]]', '[["24:00", 1]]', '["zh", 1]', "{ a = 1 }",
     "9" * 30, '"' + "x" * 5000 + '"', '"\\u202e"', "[" * 50 + "]" * 50, "["],
)  # fmt: skip


@quickly
@given(st.lists(st.tuples(st.sampled_from(LINES), values), min_size=1, max_size=4))
def test_words_for_the_public_load_or_are_told(changes: list[tuple[int, str]]) -> None:
    lines = FULL.split("\n")
    for at, value in changes:
        lines[at] = f"{lines[at].partition(' = ')[0]} = {value}"
    with TemporaryDirectory() as name:
        file = Path(name, "hall.toml")
        file.write_text("\n".join(lines), "utf-8")
        try:
            check_rules(load_hall(str(file)).plan.rules)
        except HallFileError as error:
            told = [len(problem.text) for problem in error.problems]
            longest = max(told, default=9999)
        else:
            longest = 1
    assert 0 < longest < 600


def check_rules(rules: Any) -> None:
    assert 0 <= rules.unseen_seconds <= 60
    assert 1 <= len(rules.voice_languages) <= 3
    assert all(0 <= volume <= 100 for _at, volume in rules.voice_volumes)
    assert all(0 < minutes <= 480 for _reason, minutes in rules.pause_minutes)
