"""Printer status bytes, from the table of states of real printers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.escpos_status import (
    QUERY,
    Answer,
    AutomaticStatus,
    FlowControl,
    Noise,
    PaperState,
    PrinterError,
    PrinterStatus,
    StatusEvent,
    StatusParser,
    status_from_answers,
)

OK = PrinterStatus()
NEAR_END = PrinterStatus(paper=PaperState.NEAR_END)
OUT = PrinterStatus(online=False, paper=PaperState.OUT)
COVER = PrinterStatus(online=False, cover_open=True)
STATES = [
    ("12 12 12 12", "10 00 00 00", OK),
    ("12 12 12 1E", "10 00 03 00", NEAR_END),
    ("1A 32 12 7E", "18 00 0F 00", OUT),
    ("1A 16 12 12", "38 00 00 00", COVER),
]


@pytest.mark.parametrize(("answers", "asb", "status"), STATES)
def test_table_of_states(answers: str, asb: str, status: PrinterStatus) -> None:
    events = StatusParser().feed(bytes.fromhex(answers))
    assert events == [Answer(value) for value in bytes.fromhex(answers)]
    n1, n2, n3, n4 = bytes.fromhex(answers)
    assert status_from_answers(n1, n2, n4, n3) == status
    assert status_from_answers(n1, n2, n4) == status
    assert StatusParser().feed(bytes.fromhex(asb)) == [AutomaticStatus(status)]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ("12 12 16 12", PrinterError.RECOVERABLE),
        ("12 52 1A 12", PrinterError.CUTTER),
        ("12 52 52 12", PrinterError.RECOVERABLE),
        ("12 52 12 12", PrinterError.RECOVERABLE),
        ("12 52 32 12", PrinterError.UNRECOVERABLE),
    ],
)
def test_errors(answers: str, error: PrinterError) -> None:
    n1, n2, n3, n4 = bytes.fromhex(answers)
    status = status_from_answers(n1, n2, n4, n3)
    assert status.error is error
    assert not status.can_print


def test_asb_errors() -> None:
    (event,) = StatusParser().feed(bytes.fromhex("18 20 00 0F"))
    assert event == AutomaticStatus(PrinterStatus(online=False, error=PrinterError.UNRECOVERABLE))


@pytest.mark.parametrize(("status", "can"), [(OK, True), (NEAR_END, True), (OUT, False)])
def test_can_print(status: PrinterStatus, can: bool) -> None:
    assert status.can_print is can


def test_what_is_asked_before_and_after_a_ticket() -> None:
    assert bytes.fromhex("100401 100402 100404") == QUERY


def test_bytes_of_different_kinds_interleave() -> None:
    events = StatusParser().feed(bytes.fromhex("10 00 13 12 03 11 00"))
    assert events == [
        FlowControl(stopped=True),
        Answer(0x12),
        FlowControl(stopped=False),
        AutomaticStatus(NEAR_END),
    ]


def test_a_torn_group_does_not_eat_the_next() -> None:
    events = StatusParser().feed(bytes.fromhex("10 00 18 00 0F 00 99 00"))
    assert events == [AutomaticStatus(OUT), Noise(0x99), Noise(0x00)]


@given(data=st.binary(max_size=60), cuts=st.lists(st.integers(0, 60), max_size=6))
def test_chunking_does_not_matter(data: bytes, cuts: list[int]) -> None:
    parser = StatusParser()
    events: list[StatusEvent] = []
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        events += parser.feed(data[start:end])
    assert events == StatusParser().feed(data)
