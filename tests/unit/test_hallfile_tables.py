"""A folder of tables, as spreadsheets save them."""

import shutil
from pathlib import Path

import pytest

from hallclient import assets
from hallclient.services.hallfile import HallFileError, load_hall, load_traffic

NO_SERIES = (
    'queues.csv:4: queues.W.series: there is no series "WW" (did you mean W?); series are '
    "A, T, W, AB, AC, H, HA, HB, HC, Y, YA, L, LA, LB, P, J, JA, K, PA, M and 38 more"
)
NO_WINDOW = (
    'staff.csv:243: staff.1220.window: there is no window "220" (did you mean 22?); windows are '
    "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 and 200 more"
)
SECOND_WINDOW = (
    'windows.csv:221: windows.219.code: there is a window "219" already, windows.csv:220; '
    "every one needs its own"
)
TWO_LINES = (
    'calendar.csv:3: calendar.2026-10-10.note: "two?lines" has control characters in it; '
    "type it anew"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(assets.path("halls", "xindu"), tmp_path / "copy"))


def problems_of(path: Path) -> list[str]:
    with pytest.raises(HallFileError) as caught:
        load_hall(str(path))
    return [str(problem) for problem in caught.value.problems]


def change(path: Path, line: int, there: str, instead: str) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    assert there in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(there, instead, 1)
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_tables_saved_by_a_spreadsheet(folder: Path, encoding: str) -> None:
    table = folder / "services.csv"
    text = table.read_text(encoding="utf-8")
    table.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    loaded = load_hall(str(folder))
    assert loaded.plan == load_hall("xindu").plan
    note = "services.csv was read as GB18030; better save it as CSV UTF-8"
    assert loaded.notes == ((note,) if encoding == "gb18030" else ())


def test_the_line_of_a_table_is_named(folder: Path) -> None:
    change(folder / "queues.csv", 4, ",W,", ",WW,")
    change(folder / "windows.csv", 221, "220", "219")
    assert problems_of(folder) == [
        NO_SERIES,
        "series.csv:4: series.W: no queue uses this series; remove it or name it in a queue",
        NO_WINDOW,
        SECOND_WINDOW,
        'windows.csv:221: windows.219.number: window "219" is there already, windows.csv:220',
    ]


def test_lines_are_counted_through_quoted_line_ends(folder: Path) -> None:
    table = folder / "calendar.csv"
    table.write_text('date,working,note\n\n2026-10-10,1,"two\nlines"\n2026-10-32,1,\n', "utf-8")
    assert problems_of(folder) == [
        TWO_LINES,
        'calendar.csv:5: calendar.2026-10-32.date: "2026-10-32" is not a date; write 2026-10-01',
    ]


def test_columns_that_are_wrong(folder: Path) -> None:
    table = folder / "calendar.csv"
    table.write_text("date,workin,,date\n2026-10-10,1\n", "utf-8")
    found = problems_of(folder)
    assert "calendar.csv:1: column 3 has no name" in found
    assert "calendar.csv:1: date: there are two columns of this name" in found


def test_a_comma_too_many(folder: Path) -> None:
    table = folder / "calendar.csv"
    table.write_text("date,working,note\n2026-10-10,1,在,国庆\n", "utf-8")
    assert problems_of(folder) == [
        'calendar.csv:2: calendar.2026-10-10: "国庆" stands beyond the last column; quote commas'
    ]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "calendar.csv:1: is empty; the first line names the columns"),
        (b'date\n"2026', "calendar.csv:2: is not CSV: unexpected end of data"),
        (b"date\n\xff\xff\xff", "calendar.csv:2: is not UTF-8; save it as UTF-8"),
        (b"date\n\0", "calendar.csv: is not a text file; it has zero bytes in it"),
        (b"date\n" + b"x" * 200_000, "calendar.csv:2: is not CSV: field larger than field limit"),
    ],
)
def test_tables_that_are_none(folder: Path, raw: bytes, message: str) -> None:
    (folder / "calendar.csv").write_bytes(raw)
    (found,) = problems_of(folder)
    assert found.startswith(message)


def test_a_table_that_is_there_twice(folder: Path) -> None:
    with (folder / "hall.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[[calendar]]\ndate = "2026-10-01"\nworking = false\n')
    (folder / "calendar.csv").write_text("date,working\n2026-10-10,1\n", "utf-8")
    assert problems_of(folder) == ['calendar.csv: hall.toml has "calendar" too; keep one of them']


def test_a_paper_of_no_service(folder: Path) -> None:
    change(folder / "materials.csv", 2, "BDC002", "BDC9999")
    (message,) = problems_of(folder)
    assert message.startswith('materials.csv:2: materials.service: there is no service "BDC9999"')


def test_a_table_that_is_no_file(folder: Path) -> None:
    (folder / "calendar.csv").mkdir()
    assert problems_of(folder) == ["calendar.csv: is not a file"]


def test_traffic_that_is_wrong(folder: Path) -> None:
    change(folder / "arrivals.csv", 3, "48.60", "many")
    change(folder / "traffic.csv", 2, "SCJ001", "")
    with pytest.raises(HallFileError) as caught:
        load_traffic(str(folder))
    assert [str(problem) for problem in caught.value.problems] == [
        'arrivals.csv:3: arrivals.weight: "many" is not a number from 0 to 100000',
        "traffic.csv:2: traffic.service: missing; give a text",
    ]
