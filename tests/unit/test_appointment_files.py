"""Files with appointments: every way to write them, and nothing else."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.services.appointments.files import (
    FileRefused,
    Line,
    ParsedFile,
    parse,
)
from hallclient.services.persons import PersonKeys
from hallclient.services.sealing import HallKey

ZONE = "Asia/Shanghai"
KEYS = PersonKeys(HallKey(bytes(range(32))))
ID_NUMBER = "11010519491231002X"
HEAD = "number,service,date,time,status,id_number,language"
HALF_PAST_NINE = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def csv_of(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join((head, *rows, "")).encode()


def one(content: bytes, name: str = "a.csv") -> Line:
    parsed = parse(content, name, ZONE, KEYS.of)
    assert parsed.problems == ()
    (line,) = parsed.lines
    return line


def problem(content: bytes, name: str = "a.csv") -> str:
    parsed = parse(content, name, ZONE, KEYS.of)
    assert parsed.lines == ()
    (bad,) = parsed.problems
    return bad.text


def refusal(content: bytes, name: str = "a.csv") -> str:
    with pytest.raises(FileRefused) as no:
        parse(content, name, ZONE, KEYS.of)
    return str(no.value)


def test_a_csv_file() -> None:
    line = one(csv_of(f"YY-0001,BDC001,2026-11-23,9:30,booked,{ID_NUMBER},en"))
    person = KEYS.of(date(2026, 11, 23), ID_NUMBER)
    assert line == Line(2, "YY-0001", "BDC001", HALF_PAST_NINE, True, "en", person)
    assert person not in repr(line)


def test_the_least_a_file_needs() -> None:
    line = one(csv_of("yy0001,BDC001,2026-11-23,09:30", head="Number,service,date,time"))
    assert (line.number, line.booked, line.language, line.person) == ("YY0001", True, "zh-CN", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_head(encoding: str) -> None:
    text = (
        "预约号,事项编码,预约日期,预约时间,状态,证件号码\nYY0001,BDC001,2026-11-23,09:30,已取消,\n"
    )
    line = one(text.encode(encoding), "预约.CSV")
    assert (line.number, line.booked, line.starts_at) == ("YY0001", False, HALF_PAST_NINE)


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_json_file(wrapped: bool) -> None:
    rows = [{"number": "YY0001", "service": "BDC001", "date": "2026-11-23", "time": "09:30"}]
    line = one(json.dumps({"appointments": rows} if wrapped else rows).encode(), "a.json")
    assert (line.line, line.number, line.starts_at) == (1, "YY0001", HALF_PAST_NINE)


def test_lines_are_counted_as_an_editor_does() -> None:
    parsed = parse(
        csv_of("", '"YY0001",BDC001,2026-11-23,09:30,,,', "x", "YY0002,BDC001,2026-11-23,25:00,,,"),
        "a.csv",
        ZONE,
    )
    assert [line.line for line in parsed.lines] == [3]
    assert [bad.line for bad in parsed.problems] == [4, 5]
    assert parsed.personal is False


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("YY1,BDC001,2026-11-23,09:30,,,", "number has"),
        ("Y Y 1,BDC001,2026-11-23,09:30,,,", "number has"),
        (f"{ID_NUMBER},BDC001,2026-11-23,09:30,,,", "shaped like an ID number"),
        ("YY0001,,2026-11-23,09:30,,,", "service is"),
        ("YY0001,B'; DROP,2026-11-23,09:30,,,", "service is"),
        ("YY0001,BDC001,23.11.2026,09:30,,,", "date is"),
        ("YY0001,BDC001,2026-02-30,09:30,,,", "date is"),
        ("YY0001,BDC001,2026-11-23,0930,,,", "time is"),
        ("YY0001,BDC001,2026-11-23,24:00,,,", "time is"),
        ("YY0001,BDC001,0001-01-01,00:30,,,", "date is"),
        ("YY0001,BDC001,9999-12-31,09:30,,,", "date is"),
        ("YY0001,BDC001,2026-11-23,09:30,perhaps,,", "status is"),
        ("YY0001,BDC001,2026-11-23,09:30,,,fr", "language is"),
        ("YY0001,BDC001,2026-11-23,09:30,,张三,", "id_number cannot be"),
        (f"YY0001,BDC001,2026-11-23,09:30,,{'9' * 300},", "longer than"),
        ("YY0001,BDC001,2026-11-23,09:30,,", "6 fields"),
    ],
)
def test_a_bad_line_is_told_without_what_stands_there(row: str, says: str) -> None:
    text = problem(csv_of(row))
    assert says in text
    for secret in (ID_NUMBER, "张三", "DROP", "perhaps"):
        assert secret not in text


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.csv", "empty"),
        (b"\xff\xfe\xff", "a.csv", "neither UTF-8 nor GB18030"),
        (b"number,service\n", "a.csv", "no column date, time"),
        (b"number,number\n", "a.csv", "two columns number"),
        (f"number,{ID_NUMBER}\n".encode(), "a.csv", "Column 2 has no known name"),
        (HEAD.encode() + b'\n"YY0001"x,\n', "a.csv", "quotation mark"),
        (HEAD.encode() + b"\n\0,\n", "a.csv", "zero bytes"),
        (b"{}", "a.json", "a list of appointments"),
        (b"[" * 100_000, "a.json", "only half of one"),
        (b'[{"number": "YY0001"', "a.json", "only half of one"),
        (b"[" + b"1" * 5000 + b"]", "a.json", "no JSON"),
        (b"x" * 20_000_001, "a.csv", "larger than 20 MB"),
        (b"", "a.xlsx", "Only .csv and .json"),
        (b"", "csv", "empty"),
    ],
)
def test_a_file_that_cannot_be_used(content: bytes, name: str, says: str) -> None:
    text = refusal(content, name)
    assert says in text
    assert ID_NUMBER not in text


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ('"text"', "no object of texts"),
        ('{"number": 1}', "no object of texts"),
        ('{"name": "王芳"}', "a key that is not known"),
        ('{"number": "YY0001", "预约号": "YY0002"}', "one thing twice"),
        ('{"number": "YY0001"}', "has no service, date, time"),
    ],
)
def test_a_bad_object(item: str, says: str) -> None:
    text = problem(f"[{item}]".encode(), "a.json")
    assert says in text
    assert "王芳" not in text


def test_without_the_key_no_id_numbers() -> None:
    with pytest.raises(FileRefused) as no:
        parse(csv_of(f"YY0001,BDC001,2026-11-23,09:30,,{ID_NUMBER},"), "a.csv", ZONE)
    assert "hall's key" in str(no.value)
    assert ID_NUMBER not in str(no.value)
    # An empty column is no ID number.
    parsed = parse(csv_of("YY0001,BDC001,2026-11-23,09:30,,,"), "a.csv", ZONE)
    assert len(parsed.lines) == 1


def test_the_key_is_of_the_slots_day() -> None:
    first = one(csv_of(f"YY0001,BDC001,2026-11-23,09:30,,{ID_NUMBER},"))
    second = one(csv_of(f"YY0001,BDC001,2026-11-24,09:30,,{ID_NUMBER},"))
    assert first.person != second.person


def _outcome(content: bytes, name: str) -> ParsedFile | str:
    try:
        return parse(content, name, ZONE, KEYS.of)
    except FileRefused as no:
        return str(no)


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.json"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    _outcome(content, name)


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.lists(cells, min_size=7, max_size=7), max_size=4))
def test_any_cells_are_read_or_told(rows: list[list[str]]) -> None:
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    found = _outcome(csv_of(*quoted), "a.csv")
    if isinstance(found, ParsedFile):
        assert all(line.person == "" or len(line.person) == 64 for line in found.lines)
