"""Our own words come back from an adapter, a device's never get lost."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.own_echo import OwnEcho

ASK = bytes.fromhex("FF 68 03 03 68 01 01 0B 0D 16")
GRADE = bytes.fromhex("FF 68 03 03 68 81 11 02 94 16")
BYTE = 10 / 9600


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(at)]


@given(cuts=st.lists(st.integers(0, 100), max_size=8), echoes=st.booleans())
def test_in_any_chunking(cuts: list[int], *, echoes: bool) -> None:
    echo = OwnEcho(BYTE)
    echo.wrote(ASK, 10.0)
    echo.wrote(ASK[:-2] + b"zz", 10.0)
    came = (ASK + ASK[:-2] + b"zz") * echoes + GRADE
    heard = b"".join(echo.without(part, 10.01) for part in chunks(came, cuts))
    assert heard == GRADE


def test_late_bytes_are_a_devices() -> None:
    echo = OwnEcho(BYTE)
    echo.wrote(ASK, 10.0)
    assert echo.without(ASK, 10.2) == ASK
    echo.wrote(ASK, 20.0)
    assert echo.without(ASK[:5], 20.0) == b""  # whose is it?
    assert echo.without(GRADE[5:], 20.2) == GRADE


def test_what_was_said_long_ago_is_forgotten() -> None:
    echo = OwnEcho(BYTE)
    echo.wrote(ASK, 10.0)
    echo.wrote(GRADE, 20.0)
    assert echo.without(GRADE, 20.0) == b""
    assert echo.without(GRADE, 20.0) == GRADE


@given(
    said=st.lists(st.binary(min_size=1, max_size=12), max_size=4),
    came=st.binary(max_size=60),
    cuts=st.lists(st.integers(0, 100), max_size=8),
)
def test_nothing_is_invented_and_only_beginnings_are_dropped(
    said: list[bytes], came: bytes, cuts: list[int]
) -> None:
    echo = OwnEcho(BYTE)
    for data in said:
        echo.wrote(data, 10.0)
    heard = b"".join(echo.without(part, 10.01) for part in chunks(came, cuts))
    heard += echo.without(b"", 99.0)
    assert came.endswith(heard)
    assert b"".join(said).startswith(came[: len(came) - len(heard)])
