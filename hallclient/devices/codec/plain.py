"""Bytes without frames: a printer's port."""

from dataclasses import dataclass

from hallclient.devices.codec.formats import Frame


@dataclass(frozen=True, slots=True)
class PlainFormat:
    """Bytes as they come; every chunk is a frame."""

    gap_seconds: float = 0.05
    has_address: bool = False

    def encode(self, frame: Frame) -> bytes:
        """Return the data."""
        return frame.data

    def decoder(self) -> "PlainDecoder":
        """Return a new decoder."""
        return PlainDecoder()


class PlainDecoder:
    """Hands on what comes."""

    pending = 0
    dropped = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Return the bytes as one frame."""
        return [Frame(0, 0, data)] if data else []

    def gap(self) -> list[Frame]:
        """Have nothing pending."""
        return []

    def reset(self) -> None:
        """Have nothing pending."""
