"""``hallclient estimate eval`` on a small made-up folder: lines, scores, nothing of the future."""

import csv
import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hallclient.__main__ import main
from hallclient.domain.wait import Wait
from hallclient.lab.estimate.rows import DataError, read_labels, read_looks
from hallclient.lab.estimate.scores import Case, by_ahead, scores

DAYS = ("2020-01-02", "2020-01-03")


def table(path: Path, head: str, rows: Sequence[Sequence[object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head.split(","), *rows])


def folder(path: Path, until: tuple[str, int] = ("9999", 0)) -> Path:
    """Write two days of one queue: two come in 5 minutes, one to two are called."""
    path.mkdir()
    snapshots, examples, labels = [], [], []
    for day in DAYS:
        called, issued = 0, 0
        for minute in range(480, 700, 5):
            issued += 2
            called += 1 + (minute % 3 == 0) if minute > 490 else 0
            key = ["hall", day, "1", minute]
            waiting = issued - called
            if (day, minute) > until:
                continue
            snapshots.append([*key, called or "", "", waiting, 1 + minute % 2, 10, 1, 1])
            name = f"T{day}{minute}"
            examples.append(
                [name, "hall", "1", day, minute, issued, waiting - 1, 1, 10, "", "", "", ""]
            )
            labels.append([name, waiting * 3.0, waiting * 3.0 - 2, waiting * 3.0 + 2])
    head = "office,day,queue,minute,called,letter,waiting,desks,service_min,open,usable"
    table(path / "snapshots.csv.gz", head, snapshots)
    table(
        path / "queues.csv.gz",
        "office,queue,letter,name,system,number_base",
        [["hall", "1", "A", "A", 1, 0]],
    )
    head = "id,office,queue,day,minute,number,people_ahead,desks,service_min"
    head += ",calls_30,span_30,les_wait,hol_wait"
    table(path / "examples.csv.gz", head, examples)
    table(path / "labels.csv.gz", "id,wait,wait_lo,wait_hi", labels)
    return path


def told(data: Path, out: Path) -> list[str]:
    assert main(["estimate", "eval", "--data", str(data), "--out", str(out)]) == 0
    return out.read_text("utf-8").splitlines()


def test_every_example_is_told_once(tmp_path: Path) -> None:
    lines = told(folder(tmp_path / "all"), tmp_path / "out.csv")
    assert lines[0] == "id,pred,p10,p50,p90"
    assert len(lines) == 1 + 2 * 44
    for line in lines[1:]:
        _id, pred, p10, p50, p90 = line.split(",")
        assert 0 <= float(p10) <= float(p50) <= float(p90)
        assert pred == p50


@pytest.mark.parametrize("until", [(DAYS[0], 600), (DAYS[1], 480), (DAYS[1], 650)])
def test_the_future_changes_nothing(tmp_path: Path, until: tuple[str, int]) -> None:
    whole = told(folder(tmp_path / "all"), tmp_path / "all.csv")
    cut = told(folder(tmp_path / "cut", until), tmp_path / "cut.csv")
    assert 1 < len(cut) < len(whole)
    assert whole[: len(cut)] == cut


def test_scores_stand_beside_the_classic_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folder(tmp_path / "all")
    assert main(["estimate", "eval", "--data", str(data), "--json", "--speed"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["scores"]["hallclient"]["all"]["n"] == 88
    assert {"cover", "shown", "shown_width"} <= set(found["scores"]["hallclient"]["all"])
    assert "last to enter service" in found["scores"]
    assert found["microseconds"]["estimate"] > 0


def test_without_labels_the_lines_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folder(tmp_path / "all")
    (data / "labels.csv.gz").unlink()
    assert main(["estimate", "eval", "--data", str(data)]) == 0
    assert capsys.readouterr().out.startswith("id,pred,p10,p50,p90\n")


def mangled(data: Path, name: str, change: Callable[[int, dict[str, str]], object]) -> None:
    """Write a table of a folder anew with its rows changed; rows changed to False are left out."""
    with gzip.open(data / name, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for at, row in enumerate(rows) if change(at, row) is not False]
    table(data / name, ",".join(rows[0]), [list(row.values()) for row in kept])


def test_other_folders_with_gaps_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folder(tmp_path / "all")

    def look(at: int, row: dict[str, str]) -> object:
        row["desks"] = "" if at % 3 else row["desks"]
        row["waiting"] = "" if at % 11 == 5 else f"{row['waiting']}.0"
        row["open"] = row["service_min"] = ""
        return not 20 < at < 30

    def example(at: int, row: dict[str, str]) -> None:
        row["desks"] = row["service_min"] = row["number"] = ""
        row["queue"] = "another" if at % 9 == 4 else row["queue"]

    mangled(data, "snapshots.csv.gz", look)
    mangled(data, "examples.csv.gz", example)
    mangled(data, "queues.csv.gz", lambda _at, row: row.update(number_base=""))
    found = told(data, tmp_path / "out.csv")
    assert len(found) == 1 + 2 * 44
    assert capsys.readouterr().err == ""
    mangled(data, "queues.csv.gz", lambda _at, _row: False)
    assert told(data, tmp_path / "out.csv") == found


def test_no_base_is_the_first_number_that_is_shown(tmp_path: Path) -> None:
    data = folder(tmp_path / "all")
    mangled(data, "queues.csv.gz", lambda _at, _row: False)
    (looks,) = read_looks(data).values()
    assert looks[0].called == 2


@pytest.mark.parametrize("value", ["inf", "nan", "many"])
def test_a_value_that_is_no_number_is_said(tmp_path: Path, value: str) -> None:
    data = folder(tmp_path / "all")
    mangled(data, "snapshots.csv.gz", lambda _at, row: row.update(desks=value))
    with pytest.raises(DataError, match="other columns or values"):
        read_looks(data)


def test_the_scores_are_those_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = folder(tmp_path / "all"), tmp_path / "out.csv"
    assert main(["estimate", "eval", "--data", str(data), "--json", "--out", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)["scores"]["hallclient"]["all"]
    labels = read_labels(data)
    with out.open(encoding="utf-8", newline="") as file:
        errors = [abs(float(one["pred"]) - labels[one["id"]][0]) for one in csv.DictReader(file)]
    assert found["MAE"] == pytest.approx(sum(errors) / len(errors), abs=1e-12)


def test_a_folder_without_snapshots_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DataError):
        read_looks(tmp_path)
    assert main(["estimate", "eval", "--data", str(tmp_path)]) == 2
    assert "queues.csv.gz" in capsys.readouterr().err


def test_scores_by_hand() -> None:
    cases = [
        Case(0, 4.0, 3.0, 5.0, 6.0, Wait(2, 6, 8)),
        Case(4, 30.0, 28.0, 31.0, 10.0, Wait(5, 10, 20)),
    ]
    found = scores(cases)
    assert found["MAE"] == 11
    assert found["bias"] == -9
    assert found["late10"] == found["in5"] == found["cover"] == found["above"] == 0.5
    assert found["slack"] == (1 + 18) / 2
    assert found["width"] == 10.5
    assert found["pin"] == pytest.approx((0.2 + 1 + 0.4 + 2.5 + 10 + 9) / 6)
    assert found["shown"] == 0.5
    assert list(by_ahead(cases)) == ["all", "ahead 0", "ahead 3-5"]
