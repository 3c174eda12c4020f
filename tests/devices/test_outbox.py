"""One command at a time, the newest of its kind, until it is acknowledged or given up."""

from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.outbox import Outbox


def drain(outbox: Outbox, now: float) -> list[bytes]:
    sent = []
    while (data := outbox.next(now)) is not None:
        sent.append(data)
    return sent


def test_the_next_command_waits_for_the_acknowledgement() -> None:
    outbox = Outbox(ack_seconds=0.2, retries=2)
    outbox.put("init", b"i")
    outbox.put("show", b"s")
    assert drain(outbox, 10.0) == [b"i"]
    assert outbox.sending == "init"
    outbox.acknowledged()
    assert drain(outbox, 10.1) == [b"s"]


def test_a_command_is_repeated_and_then_given_up() -> None:
    outbox = Outbox(ack_seconds=0.2, retries=2)
    outbox.put("show", b"s")
    sent = [drain(outbox, 10.0 + step / 10) for step in range(10)]
    assert [len(part) for part in sent] == [1, 0, 1, 0, 1, 0, 0, 0, 0, 0]
    assert outbox.silent
    assert outbox.due_at() is None
    outbox.put("show", b"t")
    assert drain(outbox, 12.0) == [b"t"]
    outbox.acknowledged()
    assert not outbox.silent


def test_the_newest_of_a_kind_wins_and_gets_no_other_ones_acknowledgement() -> None:
    outbox = Outbox(ack_seconds=0.2, retries=2)
    outbox.put("show", b"1")
    assert drain(outbox, 0.0) == [b"1"]
    outbox.put("show", b"2")
    outbox.put("beep", b"b", acknowledged=False)
    outbox.put("show", b"3")
    assert drain(outbox, 0.1) == []
    outbox.acknowledged()  # of 1
    assert drain(outbox, 0.1) == [b"b", b"3"]
    assert drain(outbox, 0.35) == [b"3"]


def test_what_is_outdated_is_not_said_again_and_calls_nobody_silent() -> None:
    outbox = Outbox(ack_seconds=0.2, retries=2)
    outbox.put("show", b"1")
    assert drain(outbox, 0.0) == [b"1"]
    outbox.put("show", b"2")
    assert drain(outbox, 0.2) == [b"2"]
    assert not outbox.silent


def test_a_device_that_never_acknowledges_gets_everything_once() -> None:
    outbox = Outbox(ack_seconds=0.2, retries=3)
    outbox.put("show", b"1", acknowledged=False)
    outbox.put("beep", b"b", acknowledged=False)
    assert outbox.due_at() == 0.0
    assert drain(outbox, 0.0) == [b"1", b"b"]
    assert drain(outbox, 100.0) == []
    assert not outbox.silent


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["put a", "put b", "ack", "time"]), st.integers(0, 3)),
        max_size=40,
    ),
    retries=st.integers(0, 3),
)
def test_the_last_of_each_kind_always_goes_out_and_never_too_often(
    steps: list[tuple[str, int]], retries: int
) -> None:
    outbox = Outbox(ack_seconds=1.0, retries=retries)
    now, last, sent = 0.0, {}, []
    for number, (step, wait) in enumerate(steps):
        if step == "ack":
            outbox.acknowledged()
        elif step == "time":
            now += wait
        else:
            last[step] = f"{step}{number}".encode()
            outbox.put(step, last[step])
        sent += drain(outbox, now)
    for _ in range(30):
        now += 1.0
        sent += drain(outbox, now)
    assert outbox.due_at() is None
    assert all(data in sent for data in last.values())
    assert all(sent.count(data) <= 1 + retries for data in sent)
