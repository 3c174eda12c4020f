"""Checksums of frame protocols: name → (function, bytes of the sum)."""

from collections.abc import Callable
from functools import cache, reduce
from operator import xor


def _sum8(data: bytes) -> int:
    return sum(data) & 0xFF


def _xor8(data: bytes) -> int:
    return reduce(xor, data, 0)


def _lrc8(data: bytes) -> int:
    return -sum(data) & 0xFF


@cache
def _crc16_steps() -> tuple[int, ...]:
    """Return the table of the reflected polynomial 8005h, which ARC and Modbus share."""
    steps = []
    for value in range(0x100):
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)  # noqa: PLW2901  the CRC's own way
        steps.append(value)
    return tuple(steps)


def _crc16(data: bytes, crc: int) -> int:
    steps = _crc16_steps()
    for value in data:
        crc = crc >> 8 ^ steps[(crc ^ value) & 0xFF]
    return crc


def _crc16_arc(data: bytes) -> int:
    return _crc16(data, 0x0000)


def _crc16_modbus(data: bytes) -> int:
    return _crc16(data, 0xFFFF)


CHECKSUMS: dict[str, tuple[Callable[[bytes], int], int]] = {
    "sum8": (_sum8, 1),
    "xor8": (_xor8, 1),
    "lrc8": (_lrc8, 1),
    "crc16-arc": (_crc16_arc, 2),
    "crc16-modbus": (_crc16_modbus, 2),
}
