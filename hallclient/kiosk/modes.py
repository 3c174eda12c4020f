"""How a kiosk meets the one who stands before it; everything falls back when the visit ends."""

from dataclasses import dataclass, replace

VOLUME_STEP = 20
"""Smaller ones are hardly heard."""


@dataclass(frozen=True, slots=True)
class Modes:
    """Elder mode (大字版), high contrast, low reach (低位操作), voice guidance with its volume."""

    elder: bool = False
    contrast: bool = False
    low: bool = False
    voice: bool = False
    volume: int = 70
    """0 to 100."""

    def louder(self, steps: int) -> "Modes":
        """Return the same with a louder voice, or a softer one for steps below 0."""
        return replace(self, volume=min(100, max(0, self.volume + steps * VOLUME_STEP)))
