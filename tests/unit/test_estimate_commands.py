"""``hallclient estimate`` and ``simulate`` with what cannot be done: told calmly, with its code."""

import gzip
from pathlib import Path

import pytest

from hallclient.__main__ import main

QUEUES = "office,queue,number_base\nx,A,1\n"


def broken(text: bytes) -> bytes:
    whole = bytearray(gzip.compress(text * 1000))
    whole[20] ^= 0xFF
    whole[21] ^= 0xFF
    return bytes(whole)


FILES = [
    (None, "There is no file"),
    (b"nonsense", "Not a gzipped file"),
    (gzip.compress(QUEUES.encode() + b"x,B,1\n" * 999)[:-9], "end-of-stream marker"),
    (broken(QUEUES.encode()), "while decompressing"),
    (gzip.compress(b"a,b\n1,2\n"), "other columns or values: 'office'"),
    (gzip.compress(b"office,queue,number_base\nx\n"), "other columns or values"),
    (gzip.compress(QUEUES.encode() + b"x,B,many\n"), "other columns or values"),
    (gzip.compress(b"\xff\xfe\xff"), "cannot be read"),
    (gzip.compress(QUEUES.encode()), "There is no file"),
]


@pytest.mark.parametrize(("content", "says"), FILES, ids=range(len(FILES)))
def test_a_folder_that_holds_no_snapshots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / "queues.csv.gz").write_bytes(content)
    assert main(["estimate", "eval", "--data", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert said.err.startswith("hallclient: ")
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_a_folder_that_may_not_be_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "queues": QUEUES,
        "snapshots": "office,queue,day,minute,called,waiting,desks,usable\n",
        "examples": "id,office,queue,day,minute,number,people_ahead,desks\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode()))
    out = str(tmp_path / "nowhere" / "told.csv")
    assert main(["estimate", "eval", "--data", str(tmp_path), "--out", out]) == 2
    assert f"{out} cannot be written: No such file or directory." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("estimate truth --only nowhere", 2, "There is no hall nowhere: one of steady"),
        ("estimate truth --seeds 0", 2, "--seeds is 1 or more"),
        ("estimate show --db sqlite:///{}/none.db", 3, "There is no database"),
        ("estimate report --db nonsense://x", 3, "'nonsense' are not supported"),
        ("simulate --hall nowhere", 2, "built-in halls are demo, village, xindu"),
        ("simulate --check --processes 0", 2, "--processes is 1 or more"),
        ("simulate --cases -1", 2, "are not negative"),
        ("simulate --day 2026-13-40", 2, "--day is drawn, typical or a date"),
        ("simulate --day 2026-03-10 --db sqlite:///{}/none.db", 3, "There is no database"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str, code: int, says: str
) -> None:
    assert main(words.format(tmp_path).split()) == code
    assert says in capsys.readouterr().err


def test_a_day_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["estimate", "report", "--day", "2026-13-01"])
    assert caught.value.code == 2
    assert "2026-13-01 is no day: write it as 2026-03-10" in capsys.readouterr().err


HELPS = ("estimate eval", "estimate show", "estimate report", "estimate truth")


@pytest.mark.parametrize("words", ["estimate", *HELPS, "simulate"])
def test_each_says_what_it_is_for(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*words.split(), "--help"])
    assert caught.value.code == 0
    about = capsys.readouterr().out.split("\n\n")[1]
    assert about.endswith("."), "a sentence, before the options"
