"""The demo without a screen: it plays, counts, leaves everything, and ends by itself."""

import json
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.paper import PrintedTicket
from hallclient.devices.paper_reader import PaperReader
from hallclient.devices.profile import load_profile
from hallclient.lab.demo.at_window import NUMBER
from hallclient.lab.demo.people import Witness
from hallclient.lab.demo.summary import summarise
from hallclient.storage.engine import open_engine
from tests.e2e.terminal import Said, Terminal
from tests.stores import HallUnderTest

FIGURES = (
    *("issued", "delivered", "called", "ended", "rated", "no_shows"),
    *("duplicates", "double_calls", "lost", "ticket_bytes_max"),
    *("channels", "elderly", "checked_in", "requeued", "itineraries", "finished_itineraries"),
    *("together", "handed_in", "helped", "cases", "promised", "lists"),
    *("holds", "resumed", "transfers", "splits", "taken_back", "alarms", "alarms_taken"),
    *("lent", "stops", "reopened", "bulletins", "bulletins_shown"),
    *("calls_shown", "calls_spoken", "calls_unspoken", "rated_on_screen", "rated_on_keypad"),
    *("follow_ups", "published", "published_shown", "drills", "drills_seen"),
)
TICKET_MAX = 520
"""Bytes on the wire, for the longest names."""


def play(folder: Path, *words: str, minutes: float = 0.1) -> tuple[Said, dict[str, Any]]:
    """Play the demo; the folder is named as a person would, relative to where he is."""
    more = ("--minutes", str(minutes), "--speed", "6", "--out", "left", *words)
    said = Terminal(folder).run("demo", "--headless", *more)
    assert said.code == 0, said.err + said.out
    assert "Traceback" not in said.out + said.err
    summary = json.loads((folder / "left" / "summary.json").read_text("utf-8"))
    return said, summary


def check(summary: dict[str, Any]) -> None:
    """Figures that any sound play has."""
    assert set(FIGURES) <= set(summary)
    assert [summary[name] for name in ("duplicates", "double_calls", "lost")] == [0, 0, 0]
    # What a window splits off has no paper, unless somebody asks for it.
    issued, delivered = summary["issued"], summary["delivered"]
    assert 2 <= issued - summary["splits"] <= delivered <= issued
    again = summary["requeued"] + summary["itineraries"] + summary["transfers"] + summary["resumed"]
    assert 1 <= summary["called"] <= summary["issued"] + again
    assert 1 <= summary["ended"] + summary["no_shows"] <= summary["called"]
    assert 0 <= summary["rated"] <= summary["ended"]
    assert summary["rated_on_screen"] + summary["rated_on_keypad"] == summary["rated"]
    # Resumed numbers are not called; recalls are calls of their own.
    assert summary["called"] - summary["resumed"] <= summary["calls_shown"]
    # What the drill covers is marked unspoken, and was not shown.
    assert summary["calls_spoken"] <= summary["calls_shown"]
    assert summary["drills"] == summary["drills_seen"]
    assert summary["published"] == 1
    assert sum(summary["channels"].values()) == summary["issued"]
    assert summary["troubles"] == []
    assert summary["died"] == {}


def tickets_in(folder: Path) -> list[PrintedTicket]:
    """The tickets that are left, as a printer reads them."""
    read = []
    for file in sorted((folder / "left" / "tickets").glob("*.bin")):
        raw = file.read_bytes()
        assert len(raw) <= TICKET_MAX
        (ticket,) = PaperReader().feed(raw)
        assert file.stem.endswith(f"-{ticket.number.strip()}")
        read.append(ticket)
    return read


def assert_is_a_picture(file: Path) -> None:
    with Image.open(file) as image:
        colours = image.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert len(colours) > 50, f"{file.name} is blank"


@pytest.mark.slow
def test_it_plays_and_leaves_everything(tmp_path: Path, database_url: str) -> None:
    database = ["--db", database_url] if database_url.startswith("postgresql") else []
    said, summary = play(tmp_path, *database)
    check(summary)
    left = tmp_path / "left"
    for figure in ("issued", "called", "lost"):
        assert f"{figure} {summary[figure]}" in said.out
    drill = ("display-drill", "screen-drill", "kiosk-drill")
    for role in ("kiosk-home", "kiosk-done", "display", "ticket-1", *drill):
        assert_is_a_picture(left / f"{role}.png")
    assert len({file.stem.split("-")[1] for file in left.glob("window-*-called.png")}) >= 1
    for file in left.glob("window-*.png"):
        assert_is_a_picture(file)

    with wave.open(str(left / "voice.wav")) as heard:
        assert heard.getnframes() > heard.getframerate()  # calls, or at least the drill
    tickets = tickets_in(tmp_path)
    assert 1 <= len(tickets) == summary["printed"] <= summary["issued"]
    assert summary["ticket_bytes_max"] == max(len(ticket.raw) for ticket in tickets)
    engine = open_engine(database_url if database else f"sqlite:///{left / 'hall.db'}")
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT label, token FROM ticket")).all()
    engine.dispose()
    tokens = {row.label: row.token for row in rows}
    assert len(tokens) == summary["issued"]
    for ticket in tickets:
        assert ticket.unknown == ()
        assert ticket.qr is not None
        assert ticket.qr.payload.endswith(tokens[ticket.number.strip()])


def test_the_biggest_hall(tmp_path: Path) -> None:
    _said, summary = play(tmp_path, "--hall", "xindu", minutes=0.07)
    check(summary)


@pytest.fixture
def devices() -> Iterator[tuple[EmulatedPrinter, EmulatedKeypad]]:
    with EmulatedPrinter() as printer, EmulatedKeypad(load_profile("ff68-keypad")) as keypad:
        yield printer, keypad


@pytest.mark.slow
def test_the_village_uses_the_devices_it_is_given(
    tmp_path: Path, devices: tuple[EmulatedPrinter, EmulatedKeypad]
) -> None:
    printer, keypad = devices
    ports = ("--printer", printer.path, "--keypad", keypad.path)
    _said, summary = play(tmp_path, "--hall", "village", *ports, minutes=0.07)
    check(summary)
    windows = [file.stem for file in (tmp_path / "left").glob("window-*.log")]
    assert windows == ["window-1"]
    assert len(printer.tickets) == summary["issued"] - summary["channels"].get("usher", 0)
    assert keypad.wait_for_asks(1, 0)
    assert summary["rated_on_keypad"] == 0  # nobody has touched this keypad
    assert tickets_in(tmp_path) == []  # the paper is not ours
    assert summary["printed"] is None
    assert summary["ticket_bytes_max"] is None


def test_the_story_is_played(tmp_path: Path) -> None:
    """Long enough for the first visitors of the story, up to the pulled cable."""
    said, summary = play(tmp_path, minutes=0.3)
    check(summary)
    assert "by channel: " in said.out
    assert summary["together"] >= 2
    assert summary["itineraries"] >= 1
    assert summary["handed_in"] == 1
    assert summary["holds"] == summary["resumed"] == 1
    assert summary["taken_back"] >= 1
    assert summary["promised"] >= 1
    assert summary["lent"] == summary["stops"] == summary["reopened"] == 1
    assert summary["bulletins"] == 2  # the supervisor's own, and the drill's end
    assert summary["bulletins_shown"] == 1
    assert summary["alarms"] >= 2
    assert summary["alarms_taken"] >= 2
    assert summary["rated_on_screen"] >= 1
    assert summary["follow_ups"] == 1
    assert summary["calls_spoken"] >= 1
    for staff in ("panel-serving", "panel-hold", "console", "console-stop", "display-bulletin"):
        assert_is_a_picture(tmp_path / "left" / f"{staff}.png")
    for seen in ("rating", "reasons", "contact", "thanks"):  # "called" may pass too quickly
        assert_is_a_picture(tmp_path / "left" / f"screen-{seen}.png")
    for page in ("easy", "easy-done", "several", "several-numbers", "offline", "technician"):
        assert_is_a_picture(tmp_path / "left" / f"kiosk-{page}.png")
    # A card's number, or who may be called, is in no file that the play leaves.
    for file in (tmp_path / "left").rglob("*"):
        if file.suffix in (".log", ".json", ".db", ".txt", ".jsonl"):
            assert b"99999919" not in file.read_bytes(), file
            assert NUMBER.encode() not in file.read_bytes(), file


# What a play is judged by


def judge(hall: HallUnderTest, witness: Witness | None = None) -> list[str]:
    return summarise(hall.url, "", 1, witness or Witness(), [], {}).broken


def test_a_sound_play_is_sound(hall: HallUnderTest) -> None:
    called(hall)
    assert judge(hall) == []
    assert judge(hall, Witness(taken=["B001"], called=["B001"])) == []


def called(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    hall.issue("BDC001")
    hall.issue("BDC001")
    hall.calling("1").call_next()


def test_a_number_somebody_saw_must_be_there(hall: HallUnderTest) -> None:
    called(hall)
    assert judge(hall, Witness(taken=["B009"])) == ["lost"]


@pytest.mark.parametrize(
    ("doctoring", "word"),
    [
        ("UPDATE journal SET subject = 'ticket:0' WHERE seq = 2", "the journal's chain"),
        ("DELETE FROM turn", "unaccounted"),
        ("UPDATE ticket SET status = 'called'", "unaccounted"),
    ],
)
def test_a_doctored_row_is_found(hall: HallUnderTest, doctoring: str, word: str) -> None:
    called(hall)
    with hall.engine.begin() as connection:
        connection.execute(sa.text(doctoring))
    assert word in judge(hall)


def test_a_role_that_fell_is_named(hall: HallUnderTest) -> None:
    called(hall)
    summary = summarise(hall.url, "", 1, Witness(), [], {"kiosk": 3})
    assert summary.broken == ["kiosk ended with 3"]
    assert replace(summary, died={}).broken == []
    assert replace(summary, died={}, issued=0).broken == ["no ticket was issued"]
