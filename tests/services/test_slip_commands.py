"""``hallclient slip`` and ``ticket reprint`` on the terminal."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hallclient.__main__ import main
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel
from hallclient.domain.turn import Outcome
from hallclient.services.days import changing, close_day
from hallclient.services.issuing import Terms, TicketRequest, new_ticket
from hallclient.storage.engine import open_engine
from tests.stores import HallUnderTest, HandClock, load_hall_at, staffed_hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[HallUnderTest]:
    """A hall in which B001 has become a promised case."""
    url = f"sqlite:///{tmp_path}/hall.db"
    load_hall_at(url, staffed_hall())
    opened = HallUnderTest(url, open_engine(url), HandClock())
    opened.sign_in("1")
    opened.issue("BDC001")
    calling = opened.calling("1")
    calling.call_next()
    calling.start()
    calling.finish(Outcome.PROMISED)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def said(hall: HallUnderTest, capsys: pytest.CaptureFixture[str]) -> "Said":
    return Said(hall, capsys)


class Said:
    """Runs commands in this process."""

    def __init__(self, hall: HallUnderTest, capsys: pytest.CaptureFixture[str]) -> None:
        self._hall = hall
        self._capsys = capsys

    def __call__(self, *words: str, code: int = 0) -> str:
        assert main([*words, "--db", self._hall.url]) == code
        out, err = self._capsys.readouterr()
        assert bool(err) == bool(code)
        return err if code else out


def test_a_receipt_is_shown_or_written(said: Said, tmp_path: Path) -> None:
    text = said("slip", "receipt", "B001")
    assert "受理回执" in text
    assert "[QR 2026092900001]" in text
    file = tmp_path / "receipt.bin"
    told = said("slip", "receipt", "2026092900001", "--out", str(file))
    assert told == f"{file}: {file.stat().st_size} bytes.\n"
    assert file.read_bytes().startswith(b"\x1b@")
    assert "cannot be written" in said("slip", "receipt", "B001", "--out", "/no/where", code=2)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("slip", "missing", "B001", "--material", "1"), 3, "no materials"),
        (("slip", "closing"), 3, "no business day"),
        (("slip", "closing", "--day", "2026-09-29"), 3, "not closed"),
        (("slip", "closing", "--day", "yesterday"), 2, "is a date"),
        (("slip", "receipt", "B001", "--station", "K1", "--text"), 2, "--text"),
        (("slip", "receipt", "B777"), 3, "no number B777"),
        (("ticket", "reprint", "B001"), 3, "not waiting"),
        (("ticket", "reprint", "B777"), 3, "no number B777"),
    ],
)
def test_what_cannot_be_printed(said: Said, words: tuple[str, ...], code: int, told: str) -> None:
    sentence = said(*words, code=code)
    assert told in sentence
    assert sentence.count("\n") == 1


def test_a_closed_day_on_narrow_paper(said: Said, hall: HallUnderTest) -> None:
    close_day(hall.store, "chore")
    text = said("slip", "closing", "--language", "en", "--paper", "58")
    assert "Day closed" in text
    assert str(hall.one("SELECT head FROM business_day"))[:4] in text
    assert max(map(len, text.splitlines())) <= 32


def test_jobs_for_a_station(said: Said, hall: HallUnderTest) -> None:
    hall.issue("BDC001")
    hall.issue("BDC001", station="K2")
    assert said("slip", "receipt", "B001", "--station", "K9", "--wait", "0").splitlines() == [
        "No printer of K9 is known to this hall yet.",
        "The slip waits for the printer of K9.",
    ]
    assert "say --station" in said("ticket", "reprint", "B002", code=2)
    assert "waits for the printer of K2" in said("ticket", "reprint", "B003", "--wait", "0")
    stations = [row[0] for row in hall.rows("SELECT station FROM print_job ORDER BY id")]
    assert stations == ["K9", "K2"]


def test_what_is_special_about_a_number_is_shown(hall: HallUnderTest, said: Said) -> None:
    one = hall.issue("ZH001", more=("BDC001",), priority=PriorityClass.SOLDIER).ticket
    text = said("ticket", "show", one.label)
    names = [hall.store.plan().service(code).name.zh_cn for code in ("ZH001", "BDC001")]
    assert "priority soldier" in text
    assert all(f"{name} (to come)" in text for name in names)
    plain = said("ticket", "show", hall.issue().ticket.label)
    assert "priority" not in plain
    assert "appointment" not in plain
    with changing(hall.store, "test") as tx:
        request = TicketRequest("booked", "ZH001", Channel.BOOKED)
        later = tx.now + timedelta(days=36_500)
        booked = new_ticket(tx, request, Terms(callable_from=later)).ticket
    text = said("ticket", "show", booked.label)
    assert "by appointment" in text
    assert "called from" in text
    assert "offline" in said("ticket", "show", "A812", code=2)
