"""Paper that is left: counted, corrected by the sensors, learned from whole rolls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.escpos import PAPER_80
from hallclient.devices.escpos_status import PaperState
from hallclient.devices.escpos_ticket import encode_ticket
from hallclient.devices.paper_meter import PaperMeter
from hallclient.devices.paper_reader import PaperReader
from tests.devices.stubs import SLIP

OK, NEAR_END, OUT = PaperState


def roll(meter: PaperMeter, truth_mm: float, reserve_mm: float, slip_mm: float) -> None:
    """Print a whole roll of that true length to its end and put in a new one."""
    used = 0.0
    while used + slip_mm <= truth_mm:
        used += slip_mm
        meter.printed(slip_mm)
        meter.saw(NEAR_END if truth_mm - used <= reserve_mm else OK)
    meter.saw(OUT)
    meter.saw(OK)


def test_a_new_roll_is_counted_down() -> None:
    meter = PaperMeter(80_000)
    meter.saw(OK)
    before = meter.tickets_left
    for _ in range(100):
        meter.printed(120)
    assert before - meter.tickets_left == 100


def test_near_end_out_and_a_new_roll_are_believed() -> None:
    meter = PaperMeter(80_000)
    meter.saw(OK)
    meter.saw(NEAR_END)
    assert meter.tickets_left == int(5_000 / 120)
    meter.saw(OUT)
    assert meter.tickets_left == 0
    meter.saw(OK)
    assert meter.tickets_left == int(80_000 / 120)


def test_a_used_roll_is_not_taken_for_a_new_one() -> None:
    meter = PaperMeter(80_000)
    meter.saw(OUT)
    meter.saw(NEAR_END)
    assert meter.tickets_left == int(5_000 / 120)


def test_a_start_with_paper_says_nothing_about_the_roll() -> None:
    meter = PaperMeter(80_000)
    for _ in range(300):
        meter.printed(120)
    again = PaperMeter(80_000, meter.memory)
    again.saw(OK)
    assert again.tickets_left == meter.tickets_left


@pytest.mark.parametrize(("truth", "reserve"), [(60_000, 3_000), (95_000, 9_000)])
def test_rolls_teach_their_length_and_the_sensors_reserve(truth: int, reserve: int) -> None:
    meter = PaperMeter(80_000)
    meter.saw(OK)
    for _ in range(8):
        roll(meter, truth, reserve, 110)
    assert meter.memory.reserve == pytest.approx(reserve, abs=400)
    assert meter.memory.roll == pytest.approx(truth, rel=0.05)
    assert meter.tickets_left == pytest.approx(truth / 110, rel=0.06)


def test_a_learned_length_stays_near_what_the_roll_is_said_to_be() -> None:
    meter = PaperMeter(80_000)
    meter.saw(OK)
    for _ in range(10):
        roll(meter, 10_000, 1_000, 110)
    assert meter.memory.roll >= 40_000


states = st.sampled_from(PaperState)
events = st.lists(st.one_of(states, st.floats(0, 2000)), max_size=60)


@given(events=events, roll_mm=st.floats(0, 200_000))
def test_it_never_promises_paper_that_is_out(
    events: list[PaperState | float], roll_mm: float
) -> None:
    meter = PaperMeter(roll_mm)
    for event in events:
        if isinstance(event, PaperState):
            meter.saw(event)
        else:
            meter.printed(event)
        assert meter.tickets_left >= 0
        assert meter.memory.left <= max(meter.memory.roll, meter.memory.reserve)
        if event is OUT:
            assert meter.tickets_left == 0


def test_a_tickets_length_is_about_what_a_ruler_says() -> None:
    (ticket,) = PaperReader(PAPER_80).feed(encode_ticket(SLIP))
    assert 100 <= ticket.millimetres <= 130
