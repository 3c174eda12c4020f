"""What a cut of the power leaves: the model of a disk, and a trace played onto it."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.lab.faults.disk import Disk, Loss
from hallclient.lab.faults.trace import Player, TraceError, command

DICE = random.Random(1)  # noqa: S311 - no secret
A, B = "/top/a", "/top/b"


def disk() -> Disk:
    return Disk(Path("/nonexistent"))


def safe(one: Disk) -> dict[str, bytes]:
    return one.image(Loss.ALL, DICE)


def made(one: Disk, path: str = A, content: bytes = b"") -> None:
    """A file with its name and what is in it, all synced."""
    one.create(path)()
    one.write(path, 0, content)()
    one.sync(path)()
    one.sync("/top")()


def test_what_was_written_is_safe_after_a_sync_only() -> None:
    one = disk()
    made(one)
    one.write(A, None, b"abc")()
    assert safe(one) == {A: b""}
    one.sync(A)()
    one.write(A, None, b"def")()
    assert safe(one) == {A: b"abc"}
    assert one.image(Loss.NONE, DICE) == {A: b"abcdef"}


def test_a_sync_is_for_what_had_been_written_when_it_began() -> None:
    one = disk()
    made(one)
    going = one.write(A, None, b"x")
    synced = one.sync(A)  # the write has not returned yet
    going()
    synced()
    assert safe(one) == {A: b""}


def test_a_sync_that_has_not_returned_promises_nothing() -> None:
    one = disk()
    made(one)
    one.write(A, None, b"x")()
    one.sync(A)
    assert safe(one) == {A: b""}


def test_names_are_safe_with_their_folder_only() -> None:
    one = disk()
    one.create(A)()
    one.write(A, 0, b"x")()
    one.sync(A)()
    assert safe(one) == {}
    one.sync("/top")()
    assert safe(one) == {A: b"x"}
    one.rename(A, B)()
    assert safe(one) == {A: b"x"}
    one.sync("/elsewhere")()
    assert safe(one) == {A: b"x"}
    one.sync("/top")()
    assert safe(one) == {B: b"x"}
    one.remove(B)()
    assert safe(one) == {B: b"x"}


def test_a_file_is_found_only_where_its_folder_is() -> None:
    one = disk()
    one.make_folder("/top/new")()
    one.create("/top/new/a")()
    one.write("/top/new/a", 0, b"x")()
    one.sync("/top/new/a")()
    one.sync("/top/new")()
    assert safe(one) == {}
    one.sync("/top")()
    assert safe(one) == {"/top/new/a": b"x"}


def test_a_renamed_file_that_was_not_synced_may_be_empty() -> None:
    one = disk()
    made(one, A, b"old")
    one.create(B)()
    one.write(B, 0, b"new")()
    one.rename(B, A)()
    one.sync("/top")()
    assert safe(one) == {A: b""}


def test_cut_short_and_made_longer() -> None:
    one = disk()
    made(one, A, b"abcdef")
    one.truncate(A, 2)()
    assert safe(one) == {A: b"abcdef"}
    one.write(A, None, b"X")()
    one.write(A, 5, b"Y")()
    one.sync(A)()
    assert safe(one) == {A: b"abX\0\0Y"}


WRITES = st.lists(
    st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=3000), st.booleans())
)


@given(WRITES, st.integers())
def test_a_cut_invents_nothing(writes: list[tuple[int, bytes, bool]], seed: int) -> None:
    """Every byte is as it was at some moment since the last sync, or was never written."""
    one = disk()
    made(one)
    now, moments = b"", [b""]
    for at, data, synced in writes:
        one.write(A, at, data)()
        now = now.ljust(at, b"\0")
        now = now[:at] + data + now[at + len(data) :]
        moments.append(now)
        if synced:
            one.sync(A)()
            moments = [now]
    assert safe(one)[A] == moments[0]
    assert one.image(Loss.NONE, DICE)[A] == now
    dice = random.Random(seed)  # noqa: S311 - no secret
    after = one.image(Loss.SOME, dice)[A]
    for n, byte in enumerate(after):
        assert byte in {0, *(moment[n] for moment in moments if n < len(moment))}


def test_a_real_process_is_played_onto_it(tmp_path: Path) -> None:
    words = command(tmp_path / "log")
    assert words, "this test records system calls: install the package 'strace' (make setup)"
    top = tmp_path / "top"
    top.mkdir()
    one = Disk(top)
    code = """
import os, sys
top = sys.argv[1]
one = os.open(top + "/a", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
os.write(one, b"kept ")
os.fsync(one)
folder = os.open(top, os.O_RDONLY)
os.fsync(folder)
os.write(one, b"lost")
two = os.open(top + "/b", os.O_RDWR | os.O_CREAT)
os.pwrite(two, b"xyz", 2)
os.fsync(two)
os.rename(top + "/b", top + "/c")
"""
    subprocess.run(
        [*words, sys.executable, "-S", "-c", code, str(top)], check=True, env=dict(os.environ)
    )
    with (tmp_path / "log").open(encoding="ascii") as lines:
        written = [m.written for m in Player(one, top).play(lines) if m.written]
    assert [data for _path, data in written] == [b"kept ", b"lost", b"xyz"]
    assert safe(one) == {f"{top}/a": b"kept "}
    kept = one.image(Loss.NONE, DICE)
    assert kept == {f"{top}/a": b"kept lost", f"{top}/c": b"\0\0xyz"}
    assert kept == {str(path): path.read_bytes() for path in top.iterdir()}


def test_a_line_that_is_none_is_told() -> None:
    with pytest.raises(TraceError):
        list(Player(disk(), Path("/top")).play(iter(["nonsense\n"])))
