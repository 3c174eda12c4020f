"""The voice of a kiosk, as a port; what is read out is in ``reading_out``."""

from typing import Protocol


class Voice(Protocol):
    """Reads pages out. Called in the UI thread, returns at once."""

    def read(self, lines: tuple[str, ...], language: str, volume: int) -> None:
        """Read lines one after another, in place of what is being read; volume 0 to 100."""

    def hush(self) -> None:
        """Fall silent: somebody touched the kiosk, or left."""

    def close(self) -> None:
        """Give the sound device back."""
